"""Train a recorded run again and compare the curves: `python scripts/rerun.py RUN_ID`."""

from fcnn.commands.rerun import main

if __name__ == "__main__":
    main()
