"""Many density matrices, stepped together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property, partial

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.evolution import FRESH_CLOCK, ActiveSet, Jump
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels import batch_step
from spacewheat_sim.quantum.methods.master import (
    NEGLECTED,
    MasterEquation,
    padded_width,
)
from spacewheat_sim.quantum.methods.threads import on_all_threads
from spacewheat_sim.quantum.series.density_squared import worth_reach
from spacewheat_sim.quantum.stepping import (
    LARGEST_REACH,
    MOST_TERMS,
    Elapsed,
    Stepper,
)

# Baths times entries of H and ρ from which on a step takes 10 ms.
WORTH_THREADS = 1_300_000


class BatchDensities:
    """B density matrices under the same master equation and clock."""

    def __init__(
        self, generator: Generator, drive: Drive, tolerance: float, states: ComplexArray
    ) -> None:
        """Start from density matrices (B, N, N); ``tolerance`` is per second."""
        count, n = states.shape[:2]
        shape = (count, n, padded_width(n))
        # Rows are padded with zeros to L columns.
        self._re, self._im = np.zeros(shape), np.zeros(shape)
        self._left_out = np.zeros(count, dtype=np.bool_)
        self._generator = generator
        self._drive = drive
        self._tolerance = tolerance
        self._physics = (generator.static, generator.feed, drive.rows)
        bound = generator.density_bound
        reach = Reach(LARGEST_REACH, bound, weight=2.0)
        self._stepper = Stepper(drive, reach, tolerance)
        self._stiff = worth_reach(generator) / bound if bound else math.inf
        entries = (generator.static.re.size + n) * n
        self._worth_threads = count * entries >= WORTH_THREADS
        self.put(np.arange(count), states)

    def get(self, which: IndexArray) -> ComplexArray:
        """Return the density matrices of the baths ``which``, (W, N, N)."""
        n = self._re.shape[1]
        found = np.empty((which.size, n, n), dtype=np.complex128)
        found.real, found.imag = self._re[which, :, :n], self._im[which, :, :n]
        return found

    def put(self, which: IndexArray, states: ComplexArray) -> None:
        """Put density matrices (W, N, N) in the place of those of ``which``."""
        n = self._re.shape[1]
        turned = states.transpose(0, 2, 1)
        self._re[which, :, :n] = (states.real + turned.real) / 2
        self._im[which, :, :n] = (states.imag - turned.imag) / 2

    def clocks(self, which: IndexArray) -> FloatArray:
        """Return fresh jump clocks, (W, 2): a density matrix does not jump."""
        return np.tile(FRESH_CLOCK, (which.size, 1))

    def put_clocks(self, which: IndexArray, clocks: FloatArray) -> None:
        """Forget jump clocks: a density matrix does not jump."""

    def active(self, which: IndexArray) -> tuple[ActiveSet, ...]:  # noqa: ARG002
        """Return none: all states are active."""
        return ()

    def put_active(self, which: IndexArray, active: Sequence[ActiveSet | None]) -> None:
        """Forget active sets: all states are active."""

    def memory(self) -> tuple[bytes, bytes]:
        """Return a copy of what :meth:`advance` changes."""
        return self._re.tobytes(), self._im.tobytes()

    def recall(self, memory: tuple[bytes, bytes]) -> None:
        """Be as one was when :meth:`memory` was called."""
        re, im = map(np.frombuffer, memory)
        self._re[:] = re.reshape(self._re.shape)
        self._im[:] = im.reshape(self._im.shape)
        self._left_out[:] = False

    def populations(self) -> FloatArray:
        """Return ρ_ii, (B, N)."""
        return np.asarray(self._re.diagonal(axis1=1, axis2=2).copy())

    def blocks(self, n: int, s: int) -> tuple[FloatArray, FloatArray, ComplexArray]:
        """Return p_n, p_s and ρ_ns of all baths, each (B,)."""
        re, im = self._re, self._im
        rho_ns = re[:, n, s] + 1j * im[:, n, s]
        return re[:, n, n].copy(), re[:, s, s].copy(), rho_ns

    def advance(
        self, time: float, duration: float, chosen: BoolArray
    ) -> list[tuple[int, Jump]]:
        """Evolve the ``chosen`` (B,) baths; there are no jumps."""
        elapsed = Elapsed(duration)
        while elapsed.done < duration:
            now = time + elapsed.done
            h, missed = self._step(now, elapsed.left(), chosen)
            if self._generator.has_parts:
                self._turn(h, chosen & ~self._left_out)
            if missed:
                for b in np.flatnonzero(self._left_out).tolist():
                    self._alone(b, now, h)
                self._left_out[:] = False
            elapsed.add(h)
        return []

    def _turn(self, h: float, stepped: BoolArray) -> None:
        """Add the phases that the generator leaves out to those that went ``h``."""
        which = np.flatnonzero(stepped)
        if which.size:
            self.put(which, self._generator.turned_densities(self.get(which), h))

    def _step(self, time: float, h: float, chosen: BoolArray) -> tuple[float, int]:
        """Step those whose series converges; return the time and how many are left."""
        if self._drive.is_static and h > self._stiff:
            self._left_out[:] = chosen
            return h, int(chosen.sum())
        h, series, bound = self._stepper.plan(time, h)
        step = (series, h, bound, NEGLECTED, MOST_TERMS)
        rho = (self._re, self._im)
        given = (self._physics, step, rho, chosen, self._left_out)
        if not self._worth_threads:
            return h, batch_step.step_densities(*given, 0, chosen.size)
        share = partial(batch_step.step_densities, *given)
        return h, on_all_threads(share, chosen.size)

    def _alone(self, b: int, time: float, h: float) -> None:
        """Take one bath through a step in smaller ones."""
        which = np.array([b])
        self._single.state = self.get(which)[0]
        self._single.advance(time, h)
        self.put(which, self._single.state[None])

    @cached_property
    def _single(self) -> MasterEquation:
        """The equation of one bath, which keeps its powers from step to step."""
        start = self.get(np.array([0]))[0]
        return MasterEquation(self._generator, self._drive, start, self._tolerance)
