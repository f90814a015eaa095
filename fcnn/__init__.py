"""Trains small fully connected networks and shows what their hyperparameters do."""

__version__ = "0.1.1"
