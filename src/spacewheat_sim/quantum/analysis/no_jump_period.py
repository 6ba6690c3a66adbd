"""What a periodically driven bath does without a jump, for as many periods as it takes.

With P the matrix e^{∫B dt} of one period, a ρ that no jump has left is PᵐρP†ᵐ after m
of them. So what all periods add up to needs one of them only, begun with Σ_m PᵐρP†ᵐ.

What is to come of ρ is linear in it: with U(t) from the beginning of a step on, state s
is found for Σ_ab F_sab ρ_ab seconds, F_sab = ∫ U_sa U_sb* dt, and what later steps add
is carried back over the step as UᵀF U*.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.analysis.kernels import whole_step
from spacewheat_sim.quantum.analysis.propagation.propagation import (
    NEGLECTED,
    REACH,
    SMALLEST,
    TOLERANCE,
    centered,
    norm_bound,
)
from spacewheat_sim.quantum.analysis.propagation.step import PASSED, SHARES, WEIGHTS
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.stepping import MOST_TERMS, Elapsed, Stepper, check_cost

# Doublings of the number of periods: 2⁴⁰ of them.
DOUBLINGS = 40
# Bytes that what is to come from each step on may take.
MOST_BYTES = 2**26


class Outlook(NamedTuple):
    """What is to come from the beginning of each of S steps of a period on.

    Attributes:
        begins: When they begin, and the period, (S + 1,).
        moves: U over each step, (S, N, N).
        spent: F of each state, (S + 1, N, N²).
        channels: The same with its rate, of each jump whose rate changes, (S + 1, C,
            N²).
        survivals: Σ_s U_sa U_sb* from the period's start to each of ``begins``, (S + 1,
            N²).
    """

    begins: FloatArray
    moves: ComplexArray
    spent: ComplexArray
    channels: ComplexArray
    survivals: ComplexArray


class NoJumpPeriod:
    """P of one period from time 0, and its powers.

    Attributes:
        period: In seconds.
        powers: P, P², P⁴, … as far as it takes until nothing is left, (N, N) each.
    """

    def __init__(self, generator: Generator, drive: Drive, period: float) -> None:
        """Follow all kets over one period.

        Raises:
            RunError: so many steps are needed that it would not end.
        """
        self.period = period
        self._generator, self._drive = generator, drive
        whole = np.eye(generator.dimension, dtype=np.complex128)
        self._steps = 0
        for _, _, move, _ in _steps(generator, drive, period):
            whole = move @ whole
            self._steps += 1
        self.powers = [whole]
        while len(self.powers) < DOUBLINGS and self.powers[-1].any():
            self.powers.append(self.powers[-1] @ self.powers[-1])

    @cached_property
    def outlook(self) -> Outlook | None:
        """What is to come from each step on.

        None where something lasts forever, or it would take much memory.
        """
        n, driven = self._generator.dimension, self._drive.rate_drivers
        channels = sorted({driver.state for driver in driven})
        outlets = n + len(channels)
        needed = 16 * (self._steps + 1) * outlets * n**2
        if needed > MOST_BYTES or self.powers[-1].any():
            return None
        begins, moves, spent = [0.0], [], []
        for begin, h, move, nodes in _steps(self._generator, self._drive, self.period):
            begins.append(begin + h)
            moves.append(move)
            spent.append(self._during(begin, h, nodes, channels))
        # What all periods add up to, from the first step on.
        total = np.zeros_like(spent[0])
        for move, own in zip(moves[::-1], spent[::-1], strict=True):
            total = own + _carried(total, move)
        for power in self.powers:
            total = total + _carried(total, power)
        found = [total]
        for move, own in zip(moves[:0:-1], spent[:0:-1], strict=True):
            found.append(own + _carried(found[-1], move))
        ahead = np.array([total, *found[:0:-1], total]).reshape(
            len(begins), outlets, -1
        )
        survivals, whole = [], np.eye(n, dtype=np.complex128)
        for move in (*moves, whole):
            survivals.append((whole.T @ whole.conj()).ravel())
            whole = move @ whole
        return Outlook(
            np.array(begins),
            np.array(moves),
            ahead[:, :n],
            ahead[:, n:],
            np.array(survivals),
        )

    def _during(
        self, begin: float, h: float, nodes: ComplexArray, channels: list[int]
    ) -> ComplexArray:
        """Return F of one step, of all states and then of ``channels``, (O, N, N)."""
        jumps = self._generator.jumps
        weights = np.broadcast_to((h * WEIGHTS)[:, None], nodes.shape[:2])
        rows = nodes
        if channels:
            times = (begin + h * SHARES).tolist()
            rates = np.array([self._drive.rates(t, jumps.rates) for t in times])
            sources = jumps.sources[jumps.order[:-1]][channels]
            rows = np.concatenate((nodes, nodes[:, sources]), axis=1)
            own = (h * WEIGHTS)[:, None] * rates[:, channels]
            weights = np.concatenate((weights, own), axis=1)
        by_state = rows.transpose(1, 2, 0)
        return np.asarray(
            by_state * weights.T[:, None] @ rows.transpose(1, 0, 2).conj()
        )

    def summed(self, rho: ComplexArray) -> tuple[ComplexArray, float]:
        """Return Σ_m PᵐρP†ᵐ, (N, N), and the trace of its last term.

        The sum does not end where that is not 0: some of ρ is left by no jump.
        """
        total, left = rho, rho
        for power in self.powers:
            total = total + power @ total @ power.conj().T
            left = power @ left @ power.conj().T
        return total, float(left.trace().real)

    def later(self, rho: ComplexArray, least: float) -> tuple[int, ComplexArray]:
        """Return the last m with tr PᵐρP†ᵐ > ``least``, and that matrix, (N, N)."""
        count, most = 0, 0
        for power in self.powers:
            if not (power @ rho @ power.conj().T).trace().real > least:
                break
            most += 1
        for place in range(most - 1, -1, -1):
            power = self.powers[place]
            moved = power @ rho @ power.conj().T
            if moved.trace().real > least:
                rho, count = moved, count + (1 << place)
        return count, rho


def _carried(ahead: ComplexArray, move: ComplexArray) -> ComplexArray:
    """Return UᵀF U* of each F, (O, N, N)."""
    return np.asarray(move.T @ ahead @ move.conj())


def _steps(
    generator: Generator, drive: Drive, period: float
) -> Iterator[tuple[float, float, ComplexArray, ComplexArray]]:
    """Yield begin and length in s of each step of a period, U over it and at its nodes.

    U begins with 1 at each of them, and is without a phase that all kets share: (N, N)
    and (T, N, N).
    """
    static = centered(generator)
    bound = norm_bound(static) / 2
    check_cost(bound, period)
    stepper = Stepper(drive, Reach(REACH, bound, weight=1.0), TOLERANCE)
    n, elapsed = generator.dimension, Elapsed(period)
    work, term = np.empty((2, 2, n, n))
    past = np.zeros((MOST_TERMS + 1, 2, n, n))
    while elapsed.done < period:
        begin, h = elapsed.done, elapsed.left()
        y = np.zeros((2, n, n))
        y[0] = np.eye(n)
        while True:
            h, series, norm = stepper.plan(begin, h)
            tolerance = NEGLECTED * max(1.0, SMALLEST)
            last = whole_step.advance_columns(
                static, drive.rows, series, h, norm, tolerance, work, term, y, past
            )
            if last >= 0:
                break
            h = stepper.shorter(begin, h, norm)
        own = past[: last + 1].reshape(last + 1, -1)
        nodes = (PASSED[: last + 1].T @ own).reshape(-1, 2, n, n)
        yield begin, h, y[0] + 1j * y[1], nodes[:, 0] + 1j * nodes[:, 1]
        elapsed.add(h)
