"""What may be asked of a bath: the words and limits that all layers share."""

from __future__ import annotations

from typing import Literal

Method = Literal["trajectory", "master", "spec"]
HamiltonianStep = Literal["euler", "cayley", "split", "exact"]
DriverShape = Literal["cosine", "sine", "pulse", "ramp", "fade"]
MeasurementKind = Literal["game", "projective", "weak"]

# Error in populations per second of game time. Below the smallest, populations of 64
# bits are rounding: a second is made up of some tens of series, of some tens of terms
# each, all of which are off in the sixteenth digit.
SMALLEST_TOLERANCE = 1e-13
LARGEST_TOLERANCE = 1e-2
DEFAULT_TOLERANCE = 1e-9

# k of a partial collapse, or κ of a weak measurement.
DEFAULT_STRENGTH = 0.5

TICKS_PER_SECOND = 60
DEFAULT_DT = 1 / TICKS_PER_SECOND  # s, length of a tick

# Most axes of a register, n qubits: a ket has 2^n amplitudes, a density matrix 4^n
# entries.
MOST_AXES = 14
MOST_DENSITY_AXES = 8
