"""Spectra and responses of small baths from L written out in many decimal digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np

NAMES = "🍄🌾💀🍂🐇"
DIGITS = 150

Jumps = list[tuple[int, int, float]]


def bath_of_decades(
    seed: int, decades: float
) -> tuple[np.random.Generator, Any, Jumps]:
    """Return random couplings, energies and jumps of 1 down to 10^−decades."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    h = np.zeros((n, n))

    def size() -> float:
        return float(10 ** rng.uniform(-decades, 0))

    for i in range(n):
        for j in range(i):
            if rng.random() < 0.5 or j == i - 1:
                found = size()
                sign = rng.choice([-1, 1]) if rng.random() < 0.5 else 1
                h[i, j] = h[j, i] = sign * found
        if rng.random() < 0.6:
            h[i, i] = size()
    jumps: Jumps = []
    for source in range(n):
        for _ in range(int(rng.integers(1, 3))):
            target = int(rng.integers(n))
            if (source, target) not in [jump[:2] for jump in jumps]:
                jumps.append((source, target, size()))
    return rng, h, jumps


class Exact:
    """L on the rows of ρ, and the steady ρ, in ``DIGITS`` digits."""

    def __init__(self, h: Any, jumps: Jumps) -> None:
        self.n = n = len(h)
        self.jumps = jumps
        with mpmath.workdps(DIGITS):
            lost = [mpmath.mpf(0)] * n
            for source, _, rate in jumps:
                lost[source] += mpmath.mpf(rate)
            b = -1j * mpmath.matrix(h) - mpmath.diag(lost) / 2
            self.whole = mpmath.zeros(n * n)
            for i in range(n):
                for j in range(n):
                    for k in range(n):
                        self.whole[i * n + j, k * n + j] += b[i, k]
                        self.whole[i * n + j, i * n + k] += mpmath.conj(b[j, k])
            for source, target, rate in jumps:
                place = target * (n + 1), source * (n + 1)
                self.whole[place] += mpmath.mpf(rate)
            unit = mpmath.zeros(n * n, 1)
            unit[0] = 1
            self.rho = mpmath.lu_solve(self._with_trace(), unit)

    def spectrum(self, source: int, target: int, omega: float) -> float:
        """Return S of all jumps of the one channel."""
        n = self.n
        with mpmath.workdps(DIGITS):
            ((*_, rate),) = [
                jump for jump in self.jumps if jump[:2] == (source, target)
            ]
            flow = rate * mpmath.re(self.rho[source * (n + 1)])
            start = -flow * self.rho
            start[target * (n + 1)] += flow
            moved = self._solve(start, omega)[source * (n + 1)]
            return float(flow + 2 * rate * mpmath.re(moved))

    def responses(self, changed: int | tuple[int, int], omega: float) -> np.ndarray:
        """Return χ of all populations to an energy, or to a rate."""
        n, rho = self.n, self.rho
        with mpmath.workdps(DIGITS):
            x = mpmath.zeros(n * n, 1)
            s = changed if isinstance(changed, int) else changed[0]
            own, other = (-1j, 1j) if isinstance(changed, int) else (-0.5, -0.5)
            for j in range(n):
                x[s * n + j] += own * rho[s * n + j]
                x[j * n + s] += other * rho[j * n + s]
            if not isinstance(changed, int):
                x[changed[1] * (n + 1)] += rho[s * (n + 1)]
            moved = self._solve(x, omega)
            return np.array([complex(moved[i * (n + 1)]) for i in range(n)])

    def _solve(self, x: Any, omega: float) -> Any:
        if omega == 0.0:
            right = -x
            right[0] = 0
            return mpmath.lu_solve(self._with_trace(), right)
        one = mpmath.eye(self.n**2)
        return mpmath.lu_solve(mpmath.mpc(0, omega) * one - self.whole, x)

    def _with_trace(self) -> Any:
        rows = self.whole.copy()
        for k in range(self.n**2):
            rows[0, k] = 1 if k % (self.n + 1) == 0 else 0
        return rows
