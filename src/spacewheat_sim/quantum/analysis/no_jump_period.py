"""What a periodically driven bath does without a jump, for as many periods as it takes.

With P the matrix e^{∫B dt} of one period, a ρ that no jump has left is PᵐρP†ᵐ after m
of them. So what all periods add up to needs one of them only, begun with Σ_m PᵐρP†ᵐ.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.quantum.analysis.kernels import whole_step
from spacewheat_sim.quantum.analysis.propagation import (
    NEGLECTED,
    REACH,
    SMALLEST,
    TOLERANCE,
    norm_bound,
)
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.stepping import MOST_TERMS, Elapsed, Stepper, check_cost

# Doublings of the number of periods: 2⁴⁰ of them.
DOUBLINGS = 40


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
        self.powers = [_one_period(generator, drive, period)]
        while len(self.powers) < DOUBLINGS and self.powers[-1].any():
            self.powers.append(self.powers[-1] @ self.powers[-1])

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
        count = 0
        for place in range(len(self.powers) - 1, -1, -1):
            power = self.powers[place]
            moved = power @ rho @ power.conj().T
            if moved.trace().real > least:
                rho, count = moved, count + (1 << place)
        return count, rho


def _one_period(generator: Generator, drive: Drive, period: float) -> ComplexArray:
    """Return P of one period from time 0, without a phase that all kets share."""
    middle = generator.energy.min() / 2 + generator.energy.max() / 2
    static = generator.static._replace(energy=generator.energy - middle)
    bound = norm_bound(static) / 2
    check_cost(bound, period)
    stepper = Stepper(drive, Reach(REACH, bound, weight=1.0), TOLERANCE)
    n, elapsed = generator.dimension, Elapsed(period)
    y = np.zeros((2, n, n))
    y[0] = np.eye(n)
    work, term = np.empty((2, 2, n, n))
    past = np.zeros((MOST_TERMS + 1, 2, n, n))
    while elapsed.done < period:
        begin, h = elapsed.done, elapsed.left()
        while True:
            h, series, norm = stepper.plan(begin, h)
            tolerance = NEGLECTED * max(float(np.abs(y).max()), SMALLEST)
            if whole_step.advance_columns(
                static, drive.rows, series, h, norm, tolerance, work, term, y, past
            ):
                break
            h = stepper.shorter(begin, h, norm)
        elapsed.add(h)
    return np.asarray(y[0] + 1j * y[1])
