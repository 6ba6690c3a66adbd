"""All that the screen of a biome shows at one moment, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.engine.commands import PlotId
from spacewheat_sim.quantum.axis import AxisProjection

FloatArray = NDArray[np.float64]
BlochVector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class AxisReading:
    """A planted axis.

    Attributes:
        plot: The plot that it is on.
        north: Emoji at the north pole.
        south: Emoji at the south pole.
        projection: Where the bath is on it.
        trail: Earlier Bloch vectors, oldest first.
    """

    plot: PlotId
    north: str
    south: str
    projection: AxisProjection
    trail: tuple[BlochVector, ...]


@dataclass(frozen=True, slots=True)
class BiomeReading:
    """A biome at one moment.

    Attributes:
        name: What the biome calls itself.
        emojis: The basis, (N,).
        populations: Probability of each emoji, (N,).
        mean: The same averaged over all histories since the last look, (N,), or None.
        coherences: Largest coherence of each emoji with a planted partner, (N,).
        flows: rate · P(source) of each transfer of the wiring in 1/s, (M,).
        currents: Coherent current of each coupling in 1/s, first to second, (C,).
        strengths: The most that each current could be, in 1/s, (C,).
        axes: The planted axes, in the order of planting.
        time: Seconds of game time.
        tick: Ticks done.
        dt: Length of a tick in seconds.
        method: ``trajectory``, ``master`` or ``spec``.
        seed: Root of the world's streams.
        norm: 1 where all is well.
        purity: Tr ρ², 1 for a ket.
        entropy: Von Neumann entropy in nats.
    """

    name: str
    emojis: tuple[str, ...]
    populations: FloatArray
    mean: FloatArray | None
    coherences: FloatArray
    flows: FloatArray
    currents: FloatArray
    strengths: FloatArray
    axes: tuple[AxisReading, ...]
    time: float
    tick: int
    dt: float
    method: str
    seed: int
    norm: float
    purity: float
    entropy: float
