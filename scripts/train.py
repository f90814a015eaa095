"""Train one network, or every network of a grid: `python scripts/train.py --help`."""

from fcnn.commands.train import main

if __name__ == "__main__":
    main()
