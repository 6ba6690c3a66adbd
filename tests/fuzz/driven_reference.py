"""What a driven bath does: Picard iteration on panels of Gauss-Legendre nodes.

Over a panel of h seconds x(t) = x₀ + ∫ G(t') x(t') dt' is solved by iteration, the
integrals by those of the polynomial through 16 nodes; each iteration gains a factor of
about ‖G‖h/k. Panels end at every edge of a drive and at every time asked for.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from plain_bath import PlainBath
from real_generators import as_floats, density_tensor, ket_tensor, pairs

from spacewheat_sim.arrays import FloatArray

NODES = 16
LARGEST_REACH = 1.5
# Panels beyond which a reference takes too long.
MOST_PANELS = 4000


class TooDearError(Exception):
    """A reference would take too long; the check is left out and counted."""


def _nodes() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return nodes in [0, 1], ∫ from 0 to each node, and ∫ from 0 to 1, of nodes."""
    x, weights = np.polynomial.legendre.leggauss(NODES)
    vandermonde = np.polynomial.legendre.legvander(x, NODES - 1)
    to_series = np.linalg.inv(vandermonde)
    integrals = np.empty((NODES, NODES))
    for k in range(NODES):
        series = np.polynomial.legendre.legint(np.eye(NODES)[k], lbnd=-1)
        integrals[:, k] = np.polynomial.legendre.legval(x, series)
    return (x + 1) / 2, integrals @ to_series / 2, weights / 2


X, INTEGRALS, WEIGHTS = _nodes()


class DrivenReference:
    """x(t) of a density matrix (N² numbers) or a ket without jumps (2N numbers)."""

    def __init__(self, bath: PlainBath, kind: Literal["density", "ket"]) -> None:
        n = bath.size
        tensor = density_tensor(n) if kind == "density" else ket_tensor(n)
        static = PlainBath(bath.hamiltonian, bath.jumps)
        self._generator = as_floats(static, tensor)
        self._drives = bath.drives
        i, j = pairs(n)
        # ω turns (Re, Im): Re' = ω Im, Im' = −ω Re, with ω = E_i − E_j or E_i.
        if kind == "density":
            self._re, self._im = n + np.arange(i.size), n + i.size + np.arange(i.size)
            self._turn = np.zeros((i.size, n))
            self._turn[np.arange(i.size), i] += 1.0
            self._turn[np.arange(i.size), j] -= 1.0
        else:
            self._re, self._im = np.arange(n), n + np.arange(n)
            self._turn = np.eye(n)
        self._n = n
        self._norm = float(np.abs(self._generator).sum(axis=0).max(initial=0.0))

    def states(self, start: FloatArray, begin: float, times: FloatArray) -> FloatArray:
        """Return x at each of ``times`` (T,), increasing, from ``start`` at first."""
        knots = self._knots(begin, times)
        out = np.empty((times.size, start.size))
        x, now, written = start.copy(), begin, 0
        for knot in knots:
            if knot > now:
                x = self._panel(x, now, knot)
                now = knot
            while written < times.size and times[written] <= now:
                out[written] = x
                written += 1
        return out

    def _knots(self, begin: float, times: FloatArray) -> list[float]:
        end = float(times[-1])
        fixed = {begin, end, *times.tolist()}
        for drive in self._drives:
            fixed.update(k for k in drive.knots(begin, end) if begin < k < end)
        ordered = np.array(sorted(fixed))
        lengths = np.diff(ordered)
        inside = ordered[:-1, None] + lengths[:, None] * X
        norms = np.full(lengths.size, self._norm)
        for drive in self._drives:
            norms += 1.2 * np.abs(drive.values(inside.astype(np.longdouble))).max(
                axis=1
            )
        parts = np.maximum(1.0, np.ceil(lengths * norms / LARGEST_REACH))
        if parts.sum() > MOST_PANELS:
            raise TooDearError
        knots: list[float] = []
        for a, h, count in zip(ordered[:-1], lengths, parts.astype(int), strict=True):
            knots += [float(a + h * k / count) for k in range(1, count)]
            knots.append(float(ordered[np.searchsorted(ordered, a) + 1]))
        return knots or [end]

    def _panel(self, x: FloatArray, a: float, b: float) -> FloatArray:
        h = b - a
        times = np.longdouble(a) + np.longdouble(h) * X
        energies = np.zeros((self._n, NODES))
        for drive in self._drives:
            energies[drive.state] += drive.values(times)
        turns = self._turn @ energies
        state = np.repeat(x[:, None], NODES, axis=1)
        for _ in range(60):
            slope = self._slope(state, turns)
            better = x[:, None] + h * (slope @ INTEGRALS.T)
            change = float(np.abs(better - state).max())
            state = better
            if change < 1e-16:
                break
        return np.asarray(x + h * (self._slope(state, turns) @ WEIGHTS))

    def _slope(self, state: FloatArray, turns: FloatArray) -> FloatArray:
        slope = self._generator @ state
        slope[self._re] += turns * state[self._im]
        slope[self._im] -= turns * state[self._re]
        return slope
