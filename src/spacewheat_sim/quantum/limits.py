"""Limits that Python and compiled loops share."""

# Probabilities below this are rounding, not physics.
IMPOSSIBLE = 1e-30
