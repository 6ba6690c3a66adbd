"""Many quantum trajectories, stepped together between their jumps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import (
    BoolArray,
    ComplexArray,
    FloatArray,
    IndexArray,
    IntArray,
)
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.evolution import FRESH_CLOCK, ActiveSet, Jump, JumpClock
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.instruments import kernels as instrument_kernels
from spacewheat_sim.quantum.instruments.instruments import Instruments
from spacewheat_sim.quantum.kernels import batch_step
from spacewheat_sim.quantum.kernels.lanes import LANES
from spacewheat_sim.quantum.kernels.threads import thread_count
from spacewheat_sim.quantum.methods.trajectory import Trajectory
from spacewheat_sim.quantum.series.ket import FullKetSeries
from spacewheat_sim.quantum.stepping import (
    LARGEST_REACH,
    MOST_TERMS,
    Elapsed,
    Stepper,
)
from spacewheat_sim.quantum.streams import BatchStreams
from spacewheat_sim.workers import Workers

# Groups times entries of H from which on a step takes 10 ms, and is shared by threads.
WORTH_THREADS = 300_000


class BatchKets:
    """B quantum trajectories under the same operators and clock."""

    def __init__(
        self,
        generator: Generator,
        drive: Drive,
        tolerance: float,
        kets: ComplexArray,
        streams: BatchStreams,
    ) -> None:
        """Start from normalized ``kets`` (B, N); ``tolerance`` is per second."""
        count, n = kets.shape
        psi = np.zeros((-(-count // LANES), n, 2, LANES))
        psi[:, 0, 0] = 1.0  # lanes beyond the last bath hold some ket too
        self._psi = psi
        self._clocks = np.tile(FRESH_CLOCK, (count, 1))
        self._streams = streams
        self._left_out = np.zeros(count, dtype=np.bool_)
        self._generator = generator
        self._drive = drive
        self._single = FullKetSeries(generator, drive, tolerance)
        row_of = drive.rows.row_of(n)
        matrix = generator.effective_hamiltonian
        has_jumps = generator.jumps.size > 0
        self._physics = (tuple(matrix), row_of, generator.decay, has_jumps)
        self._baths = (psi, self._clocks, streams.table)
        bound = generator.ket_bound
        reach = Reach(LARGEST_REACH, bound, weight=1.0)
        self._stepper = Stepper(drive, reach, tolerance)
        self._workers = Workers()
        self._worth_threads = len(psi) * matrix.re.size >= WORTH_THREADS
        self.put(np.arange(count), kets)

    def get(self, which: IndexArray) -> ComplexArray:
        """Return the kets of the baths ``which``, (W, N)."""
        parts = self._psi[which // LANES, :, :, which % LANES]  # (W, N, 2)
        return np.ascontiguousarray(parts).view(np.complex128)[:, :, 0]

    def put(self, which: IndexArray, kets: ComplexArray) -> None:
        """Put normalized ``kets`` (W, N) in the place of those of ``which``."""
        parts = np.stack((kets.real, kets.imag), axis=-1)
        self._psi[which // LANES, :, :, which % LANES] = parts

    def clocks(self, which: IndexArray) -> FloatArray:
        """Return survival and threshold of the baths ``which``, (W, 2)."""
        return np.asarray(self._clocks[which])

    def put_clocks(self, which: IndexArray, clocks: FloatArray) -> None:
        """Set survival and threshold of the baths ``which``, (W, 2)."""
        self._clocks[which] = clocks

    def active(self, which: IndexArray) -> tuple[ActiveSet, ...]:  # noqa: ARG002
        """Return none: all states are active."""
        return ()

    def put_active(self, which: IndexArray, active: Sequence[ActiveSet | None]) -> None:
        """Forget active sets: all states are active."""

    def memory(self) -> tuple[bytes, bytes]:
        """Return a copy of what :meth:`advance` changes, but for the random streams."""
        return self._psi.tobytes(), self._clocks.tobytes()

    def recall(self, memory: tuple[bytes, bytes]) -> None:
        """Be as one was when :meth:`memory` was called."""
        self._workers.end()
        psi, clocks = map(np.frombuffer, memory)
        self._psi[:] = psi.reshape(self._psi.shape)
        self._clocks[:] = clocks.reshape(self._clocks.shape)
        self._left_out[:] = False

    def populations(self) -> FloatArray:
        """Return |ψ_i|², (B, N)."""
        found = np.empty((self._left_out.size, self._psi.shape[1]))
        self.write_populations(found)
        return found

    def write_populations(self, out: NDArray[np.floating]) -> None:
        """Write |ψ_i|² to ``out`` (B, N), rounded to its type."""
        instrument_kernels.lane_populations(self._psi, out)

    def use(self, instruments: Instruments, chosen: IntArray) -> IntArray:
        """Use the instrument ``chosen`` (B,) on each bath, −1 for none.

        Returns:
            The outcome of each, −1 where nothing was done, (B,).
        """
        found = np.empty(chosen.size, dtype=np.int64)
        instrument_kernels.use_instruments(
            self._psi, tuple(instruments.table), chosen, self._streams.table, found
        )
        return found

    def blocks(self, n: int, s: int) -> tuple[FloatArray, FloatArray, ComplexArray]:
        """Return p_n, p_s and ρ_ns = α_n α_s* of all baths, each (B,)."""
        a, b, c, d = (
            self._psi[:, i, part].reshape(-1)[: self._left_out.size]
            for i in (n, s)
            for part in (0, 1)
        )
        rho = np.empty(a.size, dtype=np.complex128)
        rho.real, rho.imag = a * c + b * d, b * c - a * d
        return a * a + b * b, c * c + d * d, rho

    def advance(
        self, time: float, duration: float, chosen: BoolArray
    ) -> list[tuple[int, Jump]]:
        """Evolve the ``chosen`` (B,) baths; return (bath, jump) in order of bath."""
        jumps: list[tuple[int, Jump]] = []
        elapsed = Elapsed(duration)
        while elapsed.done < duration:
            now = time + elapsed.done
            h, missed = self._step(now, elapsed.left(), chosen)
            if self._generator.has_frame:
                self._turn(h, chosen & ~self._left_out)
            if missed:
                for b in np.flatnonzero(self._left_out).tolist():
                    jumps += [(b, jump) for jump in self._alone(b, now, h)]
                self._left_out[:] = False
            elapsed.add(h)
        return sorted(jumps, key=itemgetter(0)) if jumps else jumps

    def _turn(self, h: float, stepped: BoolArray) -> None:
        """Add the phases that the generator leaves out to those that went ``h``."""
        which = np.flatnonzero(stepped)
        if which.size:
            self.put(which, self._generator.turned_kets(self.get(which), h))

    def _step(self, time: float, h: float, chosen: BoolArray) -> tuple[float, int]:
        """Step those that can go together; return the time, and how many cannot."""
        if self._single.is_stiff(h):
            self._left_out[:] = chosen
            return h, int(chosen.sum())
        h, series, bound = self._stepper.plan(time, h)
        step = (series, h, bound, self._stepper.tolerance, MOST_TERMS)
        given = (self._physics, step, self._baths, chosen, self._left_out)
        if not self._worth_threads:
            return h, batch_step.step_groups(*given, 0, len(self._psi))
        share = partial(batch_step.step_groups, *given)
        missed = self._workers.share(share, len(self._psi), thread_count())
        self._workers.end()
        return h, missed

    def _alone(self, b: int, time: float, h: float) -> list[Jump]:
        """Take one bath through a step in which it jumps."""
        which = np.array([b])
        clock = JumpClock(*self._clocks[b].tolist())
        trajectory = Trajectory(
            self._generator,
            self._single,
            self.get(which)[0],
            self._streams.of(b),
            clock,
        )
        jumps = trajectory.advance(time, h)
        self.put(which, trajectory.state[None])
        self.put_clocks(which, np.array([trajectory.clock]))
        return jumps
