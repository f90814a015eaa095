"""Keras networks of equal depth and padded widths, trained as one compiled program."""
