"""Numbers that may change, each on a scale of its own and within bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.content.numbers.paths import matching
from spacewheat_sim.engine.bath.arguments import checked_items
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown

# What a number of 0 may become, and the unit of its steps.
FROM_ZERO, ZERO_STEP = 1.0, 0.1
# By what a number may be multiplied at most: beyond, a run of it may not end.
LARGEST_FACTOR = 1e6
# Numbers that cannot be negative, by the part of their path that says so.
POSITIVE = ("transfers_to", "transfers_from", "decay", "dephasing", "weights", "layers")
# Numbers between 0 and 1; of a register its initial weights, too.
SHARES = ("depth", "duty")
WEIGHTS = "initial.weights."


@dataclass(frozen=True)
class FreeNumbers:
    """P numbers as one vector u, all 0 at their present values.

    A number v₀ becomes v₀ e^u with |u| at most the logarithm of the factor, so that it
    keeps its sign; one that is 0 becomes u/10 of what is allowed, and a phase v₀ + u.

    Attributes:
        biome: The biome with the present values.
        paths: The numbers' paths.
        values: Their present values, (P,).
        low: Least u, (P,).
        high: Largest u, (P,).
        factor: By how much a number may be multiplied or divided.
        shares: Whether each is at most 1, (P,).
    """

    biome: CompiledBiome
    paths: tuple[str, ...]
    values: FloatArray
    low: FloatArray
    high: FloatArray
    factor: float
    shares: tuple[bool, ...]

    @classmethod
    def of(cls, biome: CompiledBiome, free: object, factor: float) -> FreeNumbers:
        """Return the numbers that the patterns ``free`` name.

        Raises:
            ArgumentError: nothing is free, or the factor is not from 1 to a million.
            UnknownNameError: a pattern names no number.
        """
        patterns: Sequence[str] = (
            (free,) if isinstance(free, str) else checked_items(free, "free", "paths")
        )
        if not patterns:
            raise ArgumentError(
                "Nothing may change: name the free numbers, such as free=['🐺.*'] or "
                "--free '🐺.*'"
            )
        reach = real(factor)
        if not 1.0 < reach <= LARGEST_FACTOR:
            raise ArgumentError(
                "Argument `factor` must be a number above 1 and at most "
                f"{LARGEST_FACTOR:,.0f}, but is {shown(factor)}"
            )
        numbers = biome.numbers
        paths = matching(patterns, numbers)
        values = np.array([numbers[path] for path in paths])
        shares = tuple(_is_share(path, biome) for path in paths)
        told = zip(paths, values.tolist(), shares, strict=True)
        bounds = [_bounds(path, v, reach, is_share=own) for path, v, own in told]
        low, high = np.array(bounds).T
        return cls(biome, paths, values, low, high, reach, shares)

    def at(self, u: FloatArray) -> FloatArray:
        """Return the numbers at ``u``, (P,)."""
        found = np.array(
            [
                _moved(path, value, own)
                for path, value, own in zip(self.paths, self.values, u, strict=True)
            ]
        )
        return np.where(self.shares, np.minimum(found, 1.0), found)

    def slopes(self, u: FloatArray) -> FloatArray:
        """Return dv/du, (P,)."""
        found = [
            ZERO_STEP
            if value == 0.0
            else 1.0
            if _is_phase(path)
            else value * math.exp(own)
            for path, value, own in zip(self.paths, self.values, u, strict=True)
        ]
        return np.array(found)

    def applied(self, values: FloatArray) -> CompiledBiome:
        """Return the biome with other values of the numbers, (P,)."""
        moved = zip(self.paths, self.values.tolist(), values.tolist(), strict=True)
        changes = {path: new for path, old, new in moved if new != old}
        return self.biome.with_all(changes) if changes else self.biome


def _bounds(
    path: str, value: float, factor: float, *, is_share: bool
) -> tuple[float, float]:
    if value == 0.0:
        most = FROM_ZERO / ZERO_STEP
        parts = path.split(".")
        is_positive = is_share or any(part in POSITIVE for part in parts)
        return (0.0 if is_positive else -most), most
    if _is_phase(path):
        return -math.pi, math.pi
    width = math.log(factor)
    if is_share:
        return -width, min(width, -math.log(value)) if value < 1.0 else 0.0
    return -width, width


def _moved(path: str, value: float, u: float) -> float:
    if u == 0.0:
        return value
    if value == 0.0:
        return u * ZERO_STEP
    if _is_phase(path):
        return value + u
    return value * math.exp(u)


def _is_share(path: str, biome: CompiledBiome) -> bool:
    if path.startswith(WEIGHTS):
        return biome.operators.qubits > 0
    return path.rsplit(".", maxsplit=1)[-1] in SHARES


def _is_phase(path: str) -> bool:
    return path.rsplit(".", maxsplit=1)[-1] == "phase"
