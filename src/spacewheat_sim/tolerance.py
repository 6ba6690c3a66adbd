"""The errors that a bath may be asked for, in populations per second of game time.

Below the smallest, populations of 64 bits are rounding: a second is made up of some
tens of series, of some tens of terms each, all of which are off in the sixteenth digit.
"""

from __future__ import annotations

SMALLEST_TOLERANCE = 1e-13
LARGEST_TOLERANCE = 1e-2
USUAL_TOLERANCE = 1e-9
