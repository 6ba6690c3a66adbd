"""What may come of an act: fresh histories after it, and their exact mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.choices import Method
from spacewheat_sim.engine.bath.acts.collapse import full_collapse, partial_collapse
from spacewheat_sim.engine.bath.acts.gate import compiled_gate
from spacewheat_sim.engine.bath.acts.harvest import harvesting
from spacewheat_sim.engine.bath.acts.measurement import measuring
from spacewheat_sim.engine.bath.batch import BathBatch
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions
from spacewheat_sim.engine.bath.running.batch import RunningBatch
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.engine.bath.step_clock import ClockReading, StepClock
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    Collapse,
    Command,
    Harvest,
    Measure,
)
from spacewheat_sim.engine.world.events import Refused
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum import measurement, states
from spacewheat_sim.quantum.harvest import (
    after_harvest,
    harvest_probabilities,
    is_something_there,
)
from spacewheat_sim.quantum.methods.master import MasterEquation
from spacewheat_sim.quantum.register.gates import apply_gate
from spacewheat_sim.quantum.streams import BatchStreams

HISTORIES, SECONDS, INTERVAL = 64, 10.0, 0.2
LARGEST = 128  # basis states: a larger density matrix takes more than an instant
TOLERANCE = 1e-6  # of the mean, per second


@dataclass(frozen=True)
class Fan:
    """Histories that follow an act, which was not done.

    Attributes:
        emojis: The basis, N; of a register the poles of all axes.
        times: Seconds of game time, the first right after the act, (T,).
        histories: Populations of each history, (B, T, N).
        mean: Their exact mean, over all outcomes of the act, (T, N).
    """

    emojis: tuple[str, ...]
    times: FloatArray
    histories: FloatArray
    mean: FloatArray

    def band(self, share: float = 0.8) -> tuple[FloatArray, FloatArray]:
        """Return between what the middle ``share`` of the histories lies, (T, N)."""
        outside = (1.0 - share) / 2
        low, high = np.quantile(self.histories, [outside, 1.0 - outside], axis=0)
        return low, high


def fan_out(
    world: World,
    name: str,
    act: Sequence[Command],
    *,
    histories: int = HISTORIES,
    seconds: float = SECONDS,
    interval: float = INTERVAL,
) -> Fan:
    """Return what may come of ``act`` in a bath; the world stays as it is.

    Each history has its own outcome of the act and its own jumps, drawn from streams
    that depend on the world's seed and tick alone: acts are compared on the same
    numbers. The mean is that of the master equation, after all outcomes with their
    probabilities.

    Args:
        world: The world, as it is now.
        name: Name of the bath.
        act: Commands; none shows what comes by itself.
        histories: How many, B.
        seconds: How far to look.
        interval: Seconds between two rows.

    Raises:
        ArgumentError: the world would refuse the act, the bath is too large, or its
            method is ``spec``, which has no histories.

    Example:
        >>> from spacewheat_sim import World
        >>> from spacewheat_sim.engine.world.commands import Collapse
        >>> world = World(["two_level"], seed=0)
        >>> fan = fan_out(world, "two_level", [Collapse("two_level", "🌕")])
        >>> fan.histories.shape, fan.mean[0].tolist()
        ((64, 51, 2), [1.0, 0.0])
    """
    bath = world.baths[name]
    if bath.method == "spec":
        raise ArgumentError("The rule of `spec` has no histories to fan out")
    if bath.operators.dimension > LARGEST:
        raise ArgumentError(
            f"A bath of {bath.operators.dimension} states is too large to fan out at "
            f"once; at most {LARGEST}"
        )
    operators, acts = _after_edits(world, name, act)
    batch = _batch(world, operators, bath.state, acts, histories)
    rho = states.density_matrix(bath.state)
    for command in acts:
        rho = _averaged(world, operators, rho, command)
    steps = max(1, round(seconds / interval))
    rows = [batch.populations()]
    for _ in range(steps):
        batch.evolve(interval)
        rows.append(batch.populations())
    offsets = interval * np.arange(steps + 1.0)
    mean = _mean(operators, rho, world.time, offsets)
    times = world.time + offsets
    return Fan(operators.emojis, times, np.stack(rows, axis=1), mean)


def _mean(
    operators: BathOperators, rho: ComplexArray, time: float, offsets: FloatArray
) -> FloatArray:
    """Return the populations of the master equation, from ``time`` on, (T, N).

    They are at equal ``offsets`` (T,) from it, the first of which is 0.
    """
    master = MasterEquation(operators.generator, operators.drive, rho, TOLERANCE)
    mean = np.empty((offsets.size, len(operators.emojis)))
    mean[0] = operators.seen(master.populations())
    interval = float(offsets[1])
    if operators.qubits:
        for row, offset in enumerate(offsets[:-1].tolist(), start=1):
            master.advance(time + offset, interval)
            mean[row] = operators.seen(master.populations())
    else:
        master.advance(time, interval, offsets.size - 1, offsets[1:], mean[1:])
    return mean


def _after_edits(
    world: World, name: str, act: Sequence[Command]
) -> tuple[BathOperators, list[Command]]:
    """Return the operators after all edits, and what is done to the state."""
    after = world.fork()
    for event in after.obey(act):
        if isinstance(event.event, Refused):
            raise ArgumentError(event.event.reason)
    edited = compile_biome(after.biomes[name], after.registry()).operators
    if edited.emojis != world.baths[name].operators.emojis:
        raise ArgumentError("An act after which the emojis are others has no fan")
    kinds = Measure | Harvest | Collapse | ApplyGate
    return edited, [command for command in act if isinstance(command, kinds)]


def _batch(
    world: World,
    operators: BathOperators,
    state: ComplexArray,
    acts: list[Command],
    count: int,
) -> BathBatch:
    """Return ``count`` baths to which all was done, each with its own outcomes.

    A density matrix is acted on as it is, and then replaced by one of its kets.
    """
    clock = StepClock()
    clock.reading = ClockReading(world.time, 0.0, 0)
    key = seeding.trajectory_key(world.seed)
    first = world.tick_count * count
    streams = BatchStreams(key, np.arange(first, first + count))

    def batch_in(many: ComplexArray) -> BathBatch:
        method: Method = "trajectory" if many.ndim == 2 else "master"
        options = EvolverOptions(method, TOLERANCE)
        start = replace(BathState.beginning(many), streams=streams.drawn)
        return BathBatch.of(RunningBatch(operators, options, streams, clock, start))

    batch = batch_in(np.repeat(state[None], count, axis=0))
    for command in acts:
        _do(world, batch, command)
    if state.ndim == 1:
        return batch
    draws = streams.draw(np.arange(count)).tolist()
    pairs = zip(batch.density_matrices(), draws, strict=True)
    return batch_in(np.stack([states.drawn_ket(rho, draw) for rho, draw in pairs]))


def _do(world: World, batch: BathBatch, command: Command) -> None:
    """Do to every history what ``command`` does to the bath."""
    match command:
        case Measure(plot, kind, strength):
            north, south = _axis(world, plot)
            batch.measure_axis(north, south, kind=kind, strength=strength)
        case Harvest(plot):
            batch.harvest(*_axis(world, plot))
        case Collapse(_, emoji, strength):
            if strength is None:
                batch.full_collapse(emoji)
            else:
                batch.partial_collapse(emoji, strength)
        case ApplyGate(_, gate, axis, other, angle):
            batch.apply_gate(gate, axis, other, angle=angle)


def _averaged(
    world: World, operators: BathOperators, rho: ComplexArray, command: Command
) -> ComplexArray:
    """Return ρ after ``command``, averaged over its outcomes."""
    populations = rho.diagonal().real
    parts: list[tuple[float, ComplexArray]] = []
    match command:
        case Measure(plot, kind, strength):
            axis = operators, *_axis(world, plot)
            instrument = measuring(*axis, kind, strength, world.time)
            what, kraus = instrument.what, instrument.kraus
            chances = measurement.axis_probabilities(populations, what, kraus)
            parts = [
                (chance, measurement.apply_diagonals(rho[None], diagonal[None])[0])
                for chance, diagonal in zip(chances.tolist(), kraus, strict=True)
                if chance > 0.0
            ]
        case Harvest(plot):
            outcomes = harvesting(operators, *_axis(world, plot)).outcomes
            chances = harvest_probabilities(populations, outcomes)
            if is_something_there(chances):
                parts = [
                    (chance, after_harvest(rho[None], outcome)[0])
                    for chance, outcome in zip(chances.tolist(), outcomes, strict=True)
                    if chance > 0.0
                ]
        case Collapse(_, emoji, strength):
            collapse = (
                full_collapse(operators, emoji)
                if strength is None
                else partial_collapse(operators, emoji, strength)
            )
            kept = measurement.apply_diagonals(rho[None], collapse.kraus[None])
            parts = [(1.0, kept[0])]
        case ApplyGate(_, gate, pair, other, angle):
            it = compiled_gate(operators, world.time, gate, pair, other, angle)
            parts = [(1.0, apply_gate(rho[None], it.unitary, it.places)[0])]
    if not parts:
        return rho
    total = sum(probability for probability, _ in parts)
    mixed = sum(probability * part for probability, part in parts) / total
    return np.asarray(mixed)


def _axis(world: World, plot: object) -> tuple[str, str]:
    axis = world.plots[plot]  # type: ignore[index]  # the fork has obeyed it
    return axis.north, axis.south
