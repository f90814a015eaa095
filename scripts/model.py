"""Store the model of a recorded run: `python scripts/model.py RUN_ID`."""

from fcnn.commands.model import main

if __name__ == "__main__":
    main()
