"""Write the report of a study: `python scripts/report.py --help`."""

from fcnn.commands.report import main

if __name__ == "__main__":
    main()
