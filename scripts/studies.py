"""List, rename and delete studies: `python scripts/studies.py --help`."""

from fcnn.commands.studies import main

if __name__ == "__main__":
    main()
