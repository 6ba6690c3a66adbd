"""What the compiled loops take and give, as plain arrays.

Shapes are those of :mod:`spacewheat_sim.quantum.kernels.trajectory_run`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import BoolArray, FloatArray, Int32Array, IntArray
from spacewheat_sim.quantum.driving.rows import DrivenRows
from spacewheat_sim.quantum.generator import EffectiveHamiltonian, Generator
from spacewheat_sim.quantum.kernels.lanes import LANES
from spacewheat_sim.quantum.measurement import AxisMeasurement, axis_kraus
from spacewheat_sim.quantum.register.layout import emoji_states


class Timeline(NamedTuple):
    """A stretch of a run's time, cut where the drive or a measurement asks for it.

    Attributes:
        edges: Ends of the pieces in seconds since the start, (P + 1,).
        series: What is driven over each piece, Σ_j d_j xʲ in the fraction x,
            (P, R, J).
        bounds: Upper bound on ‖A‖ with the drive over each piece, (P,).
        due: Measurements ``due[p]`` … ``due[p + 1] − 1`` are made at edge p, (P + 2,).
        rows: The first output row in it, and the one after its last; row 0 is the
            start of the run.
    """

    edges: FloatArray
    series: FloatArray
    bounds: FloatArray
    due: IntArray
    rows: tuple[int, int]


class JumpTerms(NamedTuple):
    """The jumps, of E entries in all; see :class:`.jumps.Jumps`.

    Attributes:
        decay: Γ, the total rate out of each state, (N,).
        order: Where the channels of each source begin in ``channels``, (N + 1,).
        channels: Channels of all entries, grouped by source, (E,).
        targets: Targets of all entries, (E,).
        rates: Rates in 1/s, (K,).
        entries: Where the entries of each channel begin, (K + 1,).
        sources: Sources of all entries, (E,).
    """

    decay: FloatArray
    order: Int32Array
    channels: Int32Array
    targets: Int32Array
    rates: FloatArray
    entries: Int32Array
    sources: Int32Array

    @classmethod
    def of(cls, generator: Generator) -> JumpTerms:
        """Return those of a generator."""
        return cls(
            generator.decay,
            generator.channel_order,
            generator.channels,
            generator.jumps.targets,
            generator.jumps.rates,
            generator.jumps.order,
            generator.jumps.sources,
        )


class Starts(NamedTuple):
    """The kets that a trajectory may begin in.

    Attributes:
        shares: Cumulative probabilities, (M,).
        kets: Normalized, (M, N, 2).
    """

    shares: FloatArray
    kets: FloatArray


class Schedule(NamedTuple):
    """Measurements in order of time, each with the outcomes north, south, neither.

    Attributes:
        kraus: Kraus diagonals of the outcomes, 0 for one that does not occur,
            (Q, 3, N).
        poles: 1 where a state is of north, and of south, (Q, 2, N).
        by_share: Whether the draw is between the poles alone, (Q,).
    """

    kraus: FloatArray
    poles: FloatArray
    by_share: BoolArray

    @classmethod
    def of(cls, measurements: Sequence[AxisMeasurement], n: int) -> Schedule:
        """Return ``measurements`` of N = ``n`` states for the compiled loops.

        Raises:
            ArgumentError: unknown kind, or a strength out of its range.
        """
        kraus = np.zeros((len(measurements), 3, n))
        for q, each in enumerate(measurements):
            outcomes, diagonals = axis_kraus(n, each)
            kraus[q, : len(outcomes)] = diagonals
        poles = np.zeros((len(measurements), 2, n))
        for q, each in enumerate(measurements):
            poles[q, 0, emoji_states(each.north, each.qubits)] = 1.0
            poles[q, 1, emoji_states(each.south, each.qubits)] = 1.0
        return cls(
            kraus,
            poles,
            np.array([each.kind == "game" for each in measurements], dtype=np.bool_),
        )


class Plan(NamedTuple):
    """What all trajectories of a run have in common.

    Attributes:
        matrix: H − iΓ/2.
        jumps: The jumps.
        starts: Where trajectories begin.
        schedule: What is measured.
        row_of: Rows of the drive's series of each state's energy and decay, or −1,
            (N, 2).
        driven: What all of these rows belong to.
        outputs: Output times since the start, increasing from 0, (T,).
        tolerance: Largest norm that a series may neglect, per second.
        terms: Largest number of terms of a series.
        key: Random key as two halves, (2,); trajectory i draws what numpy's Philox
            draws from the counter (0, i, 0, 0).
        lands: Which channels land where the first landing is wanted, (K,).
        qubits: The layout; see :mod:`spacewheat_sim.quantum.register.layout`.
    """

    matrix: EffectiveHamiltonian
    jumps: JumpTerms
    starts: Starts
    schedule: Schedule
    row_of: Int32Array
    driven: DrivenRows
    outputs: FloatArray
    tolerance: float
    terms: int
    key: NDArray[np.uint64]
    lands: BoolArray
    qubits: int

    @property
    def columns(self) -> int:
        """How many populations are seen, C: of levels N, of a register 2n."""
        return 2 * self.qubits if self.qubits else self.row_of.shape[0]


class Records(NamedTuple):
    """What M trajectories give in a stretch of time.

    Attributes:
        seen: Populations at the output times in the stretch, (S, M, C).
        jump_counts: Number of jumps per channel, (K,), added to.
        first_jumps: Time of each trajectory's first jump, (M,); one in the stretch is
            written if it is before what is there.
        first_landings: That of the first landing on the target, (M,).
        outcomes: Outcomes of measurements, (Q, M).
    """

    seen: FloatArray
    jump_counts: IntArray
    first_jumps: FloatArray
    first_landings: FloatArray
    outcomes: NDArray[np.int8]


class Carried(NamedTuple):
    """Trajectories between two stretches of time.

    Attributes:
        kets: Normalized, (M, N, 2).
        clocks: What is left of the norm since the last jump, and where the next one
            comes, (M, 2).
        drawn: How many random numbers each has drawn, (M,).
    """

    kets: FloatArray
    clocks: FloatArray
    drawn: IntArray

    @classmethod
    def of(cls, count: int, n: int) -> Carried:
        """Return room for ``count`` trajectories of N = ``n`` states."""
        return cls(
            np.empty((count, n, 2)),
            np.empty((count, 2)),
            np.empty(count, dtype=np.int64),
        )


def _eight(name: str, kind: type) -> tuple[str, type, int]:
    return name, kind, LANES


# Eight trajectories that run, as one record: a kernel takes it as one pointer.
LANES_RECORD = np.dtype(
    [
        _eight("number", np.int64),  # which trajectory it is, or −1
        _eight("piece", np.int64),  # of the timeline, that it is in
        _eight("time", np.float64),  # seconds since the start
        _eight("survival", np.float64),  # what is left of the norm since its last jump
        _eight("threshold", np.float64),  # where the next one comes; 0 until drawn
        _eight("drawn", np.int64),  # random numbers so far
        _eight("written", np.int64),  # output rows passed so far
        _eight("h", np.float64),  # length of its present step in seconds
        _eight("bound", np.float64),  # upper bound on ‖A‖ with the drive over it
        _eight("left", np.float64),  # ‖ψ‖² at the end of the step
        _eight("end_rates", np.float64),  # Σ Γ_i |ψ_i|² at the end of the step
        _eight("squares", np.float64),  # ‖ψ‖² inside the step
        _eight("rates", np.float64),  # Σ Γ_i |ψ_i|² inside the step
        _eight("place", np.float64),  # where inside, from 0 to 1
        _eight("reached", np.float64),  # seconds since the start at the step's end
        _eight("channel", np.int64),  # through which it jumps there, if it does
        _eight("row", np.int64),  # output row that is due, or −1
    ],
    align=True,
)
