"""How many numbers stand side by side."""

LANES = 8
