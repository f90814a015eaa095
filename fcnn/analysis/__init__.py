"""Data frames in, data frames out: selection, statistics and what each plot shows."""
