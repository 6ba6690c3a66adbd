"""The three methods behind one interface, for a bath and for many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.choices import (
    DEFAULT_TOLERANCE,
    LARGEST_TOLERANCE,
    MOST_AXES,
    MOST_DENSITY_AXES,
    SMALLEST_TOLERANCE,
    HamiltonianStep,
    Method,
)
from spacewheat_sim.engine.bath.arguments import (
    check_room,
    checked_choice,
    checked_seconds,
)
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.physical_memory import in_words
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.drive import DEFAULT_MAX_STEP, Drive
from spacewheat_sim.quantum.evolution import (
    Evolver,
    KetSeries,
    StateBatch,
    UniformSource,
)
from spacewheat_sim.quantum.methods.batch_densities import BatchDensities
from spacewheat_sim.quantum.methods.batch_kets import BatchKets
from spacewheat_sim.quantum.methods.master import MasterEquation
from spacewheat_sim.quantum.methods.sequential import SequentialStates
from spacewheat_sim.quantum.methods.spec import SpecUpdate
from spacewheat_sim.quantum.methods.trajectory import Trajectory
from spacewheat_sim.quantum.series.ket import FullKetSeries
from spacewheat_sim.quantum.series.ket_active import ActiveKetSeries
from spacewheat_sim.quantum.states import density_matrices
from spacewheat_sim.quantum.streams import BatchStreams

# Bytes that an entry of a density matrix takes: itself, where it evolves by its series,
# and where the steady one is looked for. Measured.
ENTRY_BYTES, MASTER_BYTES, STEADY_BYTES = 16.0, 72.0, 300.0


@dataclass(frozen=True)
class EvolverOptions:
    """How to integrate; see :class:`spacewheat_sim.engine.bath.bath.QuantumBath`."""

    method: Method = "trajectory"
    tolerance: float = DEFAULT_TOLERANCE
    hamiltonian_step: HamiltonianStep = "euler"
    active_threshold: float | None = None
    max_step: float = DEFAULT_MAX_STEP

    def __post_init__(self) -> None:
        """Refuse values out of range, and options that the method would not use."""
        checked_choice(self.method, get_args(Method), "method", "of a bath")
        steps = get_args(HamiltonianStep)
        checked_choice(
            self.hamiltonian_step, steps, "hamiltonian_step", "of method 'spec'"
        )
        tolerance = real(self.tolerance)
        if not SMALLEST_TOLERANCE <= tolerance <= LARGEST_TOLERANCE:
            raise ArgumentError(
                f"Argument `tolerance` must be from {SMALLEST_TOLERANCE:g} to "
                f"{LARGEST_TOLERANCE:g} per second, but is {shown(self.tolerance)}"
            )
        object.__setattr__(self, "tolerance", tolerance)
        if self.method != "spec" and self.hamiltonian_step != "euler":
            raise ArgumentError(
                "Argument `hamiltonian_step` belongs to method 'spec', but the method "
                f"is {self.method!r}"
            )
        checked_seconds(self.max_step, "max_step")
        if self.method == "spec" and self.max_step != DEFAULT_MAX_STEP:
            raise ArgumentError(
                "Argument `max_step` belongs to methods 'trajectory' and 'master'; "
                "'spec' looks at drivers once a step"
            )
        if self.active_threshold is not None:
            self._check_threshold(self.active_threshold)

    @property
    def one_by_one(self) -> bool:
        """Whether many baths are stepped one after the other, not side by side."""
        return self.method == "spec" or self.active_threshold is not None

    def _check_threshold(self, given: float) -> None:
        threshold = real(given)
        if not 0.0 < threshold < 1.0:
            raise ArgumentError(
                "Argument `active_threshold` must be a probability above 0 and below "
                f"1, but is {shown(given)}"
            )
        if self.method != "trajectory":
            raise ArgumentError(
                "Argument `active_threshold` belongs to method 'trajectory', but the "
                f"method is {self.method!r}"
            )
        object.__setattr__(self, "active_threshold", threshold)


def check_layout(operators: BathOperators, options: EvolverOptions) -> None:
    """Refuse a register under a method that cannot hold one, before anything is made.

    Raises:
        ArgumentError: under ``spec``; or more axes than a density matrix can have,
            with the memory that it would take.
    """
    n = operators.qubits
    if n and options.method == "spec":
        raise ArgumentError(
            "Method 'spec' moves amplitude between the emojis of a level biome and has "
            "no meaning for a register, whose emojis are poles of qubits; use "
            "'trajectory' or 'master'"
        )
    if n > MOST_DENSITY_AXES and options.method == "master":
        entries = 4.0**n
        raise ArgumentError(
            f"A register under method 'master' can have at most {MOST_DENSITY_AXES} "
            f"axes, but has {n}: a density matrix of {entries:,.0f} entries would take "
            f"{in_words(MASTER_BYTES * entries)} of memory while it evolves; method "
            f"'trajectory' takes up to {MOST_AXES}"
        )


def check_density(n: int, each: float) -> None:
    """Refuse a density matrix of ``n`` states with ``each`` bytes an entry.

    Raises:
        ArgumentError: the machine has not as much memory.
    """
    check_room(each * n * n, f"A density matrix of {n:,} states")


def drive_under(operators: BathOperators, options: EvolverOptions) -> Drive:
    """Return the drive, its functions looked at as often as the options ask."""
    return operators.drive.looked_at_every(options.max_step)


def ket_series(operators: BathOperators, options: EvolverOptions) -> KetSeries:
    """Return the no-jump evolution on all states, or on the active ones."""
    drive = drive_under(operators, options)
    if options.active_threshold is None:
        return FullKetSeries(operators.generator, drive, options.tolerance)
    return ActiveKetSeries(
        operators.generator,
        drive,
        options.tolerance,
        options.active_threshold,
    )


def make_evolver(
    operators: BathOperators,
    options: EvolverOptions,
    state: ComplexArray,
    rng: UniformSource,
) -> Evolver:
    """Return the evolver of ``options.method`` that starts in ``state``.

    Raises:
        ArgumentError: a density matrix is more than the machine's memory holds; or the
            method cannot hold such a register.
    """
    check_layout(operators, options)
    if options.method == "master":
        check_density(operators.dimension, MASTER_BYTES)
        drive = drive_under(operators, options)
        return MasterEquation(operators.generator, drive, state, options.tolerance)
    if options.method == "spec":
        return SpecUpdate(
            operators.generator, operators.whole_drive, state, options.hamiltonian_step
        )
    series = ket_series(operators, options)
    return Trajectory(operators.generator, series, state, rng)


def make_states(
    operators: BathOperators,
    options: EvolverOptions,
    start: BathState,
    streams: BatchStreams,
) -> StateBatch:
    """Return the states of B baths, ready to be stepped together.

    Args:
        operators: What all evolve under.
        options: The method, and how to integrate it.
        start: Where they are; under ``master`` kets become density matrices.
        streams: What each draws from.
    """
    made = _made(operators, options, start.states, streams)
    everyone = np.arange(len(start.states))
    made.put_clocks(everyone, start.clocks)
    if start.active:
        made.put_active(everyone, start.active)
    return made


def _made(
    operators: BathOperators,
    options: EvolverOptions,
    states: ComplexArray,
    streams: BatchStreams,
) -> StateBatch:
    check_layout(operators, options)
    generator, drive = operators.generator, drive_under(operators, options)
    if options.method == "master":
        rhos = density_matrices(states)
        return BatchDensities(generator, drive, options.tolerance, rhos)
    if options.one_by_one:
        evolvers = [
            make_evolver(operators, options, state, streams.of(b))
            for b, state in enumerate(states)
        ]
        return SequentialStates(evolvers, operators.dimension)
    return BatchKets(generator, drive, options.tolerance, states, streams)
