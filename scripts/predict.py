"""Predict the rows of a file with a recorded network: `python scripts/predict.py RUN_ID FILE`."""

from fcnn.commands.predict import main

if __name__ == "__main__":
    main()
