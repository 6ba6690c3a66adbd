"""The errors that a bath may be asked for, in populations per second of game time.

Below the smallest, populations of 64 bits are rounding: a series adds up some tens of
terms, each of which is off in its sixteenth digit.
"""

from __future__ import annotations

SMALLEST_TOLERANCE = 1e-14
LARGEST_TOLERANCE = 1e-2
USUAL_TOLERANCE = 1e-9
