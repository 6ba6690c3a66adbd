"""What an active-subspace evolution remembers from step to step."""

from __future__ import annotations

from dataclasses import dataclass

from spacewheat_sim.arrays import BoolArray, FloatArray, Int32Array


@dataclass(frozen=True)
class ActiveSet:
    """The memory of an active-subspace evolution.

    Attributes:
        rows: Indices of the active states, (S,).
        fed: Amplitude that has flowed toward each inactive state, (N,).
        risen: Whether each active state has held anything yet, (N,).
        neglected: Bound on the amplitude left out so far.
    """

    rows: Int32Array
    fed: FloatArray
    risen: BoolArray
    neglected: float
