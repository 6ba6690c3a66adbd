"""The numbers that the screen of a biome shows at one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.world.commands import PlotId
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.axis import AxisProjection
from spacewheat_sim.quantum.register.entanglement import mutual_information
from spacewheat_sim.sandbox.biome.session.projections import projections
from spacewheat_sim.sandbox.biome.trails import BlochVector, Trails
from spacewheat_sim.sandbox.biome.wiring import Wiring


@dataclass(frozen=True, slots=True)
class AxisReading:
    """A planted axis.

    Attributes:
        plot: Its plot.
        north: Emoji at the north pole.
        south: Emoji at the south pole.
        projection: The bath's projection onto it.
        trail: Earlier Bloch vectors, (T, 3), oldest first.
    """

    plot: PlotId
    north: str
    south: str
    projection: AxisProjection
    trail: FloatArray


@dataclass(frozen=True, slots=True)
class QubitReading:
    """An axis of a register.

    Attributes:
        north: Emoji at the north pole.
        south: Emoji at the south pole.
        bloch: Bloch vector of the reduced qubit.
        mean: Probability of the north over all histories, or None.
    """

    north: str
    south: str
    bloch: BlochVector
    mean: float | None


@dataclass(frozen=True, slots=True)
class BiomeReading:
    """A biome at one moment.

    Attributes:
        name: Name of the biome.
        emojis: The basis, (N,).
        populations: Probability of each emoji, (N,).
        mean: The mean over all histories since the last measurement, (N,), or None.
        coherences: Largest coherence of each emoji with a planted partner, (N,).
        flows: rate · P(source) of each transfer of the wiring in 1/s, (M,).
        currents: Coherent current of each coupling in 1/s, first to second, (C,).
        strengths: Largest possible value of each current in 1/s, (C,).
        axes: The planted axes, in the order of planting.
        time: Seconds of game time.
        tick: Ticks done.
        dt: Length of a tick in seconds.
        method: ``trajectory``, ``master`` or ``spec``.
        seed: Root seed of the world.
        norm: 1, up to rounding.
        purity: Tr ρ², 1 for a ket.
        entropy: Von Neumann entropy in nats.
        qubits: All axes of a register, in order; none of a level biome.
        shared: Mutual information in nats of each two of them, by their numbers.
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
    qubits: tuple[QubitReading, ...] = ()
    shared: Mapping[tuple[int, int], float] = field(default_factory=dict)


def read_biome(
    world: World,
    name: str,
    wiring: Wiring,
    mean: FloatArray | None,
    trails: Trails,
) -> BiomeReading:
    """Return the numbers to show of one bath of a world.

    Args:
        world: The world.
        name: The bath's name.
        wiring: The links of its present operators.
        mean: Populations averaged over histories, (N,), or None.
        trails: Earlier Bloch vectors of its axes.
    """
    bath = world.baths[name]
    state = bath.state
    of_states = states.populations(state)
    axes = tuple(
        AxisReading(
            plot_id,
            plot.north,
            plot.south,
            projection,
            trails.of(plot_id),
        )
        for plot_id, projection in projections(world, name, state).items()
        for plot in (world.plots[plot_id],)
    )
    return BiomeReading(
        name=world.biomes[name].name,
        emojis=bath.emojis,
        populations=bath.populations(),
        mean=mean,
        coherences=_coherences(bath.emojis, axes),
        flows=wiring.flows(of_states, world.time),
        currents=wiring.currents(state),
        strengths=wiring.strengths(of_states),
        axes=axes,
        time=world.time,
        tick=world.tick_count,
        dt=world.dt,
        method=bath.method,
        seed=world.seed,
        norm=states.norm(state),
        purity=states.purity(state),
        entropy=states.entropy_vn(state),
        qubits=tuple(_qubits(bath, mean)),
        shared=_shared(bath, state),
    )


def _qubits(bath: QuantumBath, mean: FloatArray | None) -> Iterator[QubitReading]:
    for axis, (north, south) in enumerate(bath.operators.axes):
        bloch = bath.project_onto_axis(north, south).bloch
        share = None if mean is None else float(mean[2 * axis])
        yield QubitReading(north, south, bloch, share)


def _shared(bath: QuantumBath, state: ComplexArray) -> dict[tuple[int, int], float]:
    """Return the mutual information of each two axes of a register."""
    qubits, many = bath.operators.qubits, state[None]
    found = {}
    for first, second in combinations(range(qubits), 2):
        pair = (2 * first, 2 * first + 1), (2 * second, 2 * second + 1)
        found[first, second] = float(mutual_information(many, *pair, qubits)[0])
    return found


def _coherences(emojis: tuple[str, ...], axes: tuple[AxisReading, ...]) -> FloatArray:
    """Return the largest coherence of each emoji with a planted partner, (N,)."""
    coherences = dict.fromkeys(emojis, 0.0)
    for axis in axes:
        for emoji in (axis.north, axis.south):
            coherences[emoji] = max(coherences[emoji], axis.projection.coherence)
    return np.array(list(coherences.values()))
