"""From configs to tracked runs: what is checked first, what is there already, one road for the rest, and what is made good later."""
