"""Time-dependent energies, as values and as power series over a step."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum import kernels

FloatArray = NDArray[np.float64]
Shape = Literal["cosine", "sine", "pulse"]

# Terms kept of a drive's series, and the largest ωh of a step: 1^24/24! is 2e-24, and
# the state's own series, which grows like exp(a/ω sinh ωh), still converges fast.
SERIES_TERMS = 24
LARGEST_ANGLE = 1.0
# Nodes of the polynomial that stands for a Python function over one step.
FUNCTION_NODES = 12


@dataclass(frozen=True)
class Driver:
    """One time-dependent energy added to the diagonal of H at ``state``.

    cosine: a·cos(2πft + φ); sine: a·sin(2πft + φ); pulse: a while
    frac(ft + φ/2π) < 1/2, else 0; or any function of t in seconds to rad/s.
    """

    state: int
    amplitude: float = 0.0
    shape: Shape = "cosine"
    frequency: float = 0.0
    phase: float = 0.0
    function: Callable[[float], float] | None = None

    @property
    def is_constant(self) -> bool:
        """Whether its energy is known never to change."""
        return not self.function and (self.amplitude == 0.0 or self.frequency == 0.0)

    def __call__(self, time: float) -> float:
        """Return the energy at ``time`` in rad/s."""
        if self.function is not None:
            return _finite(self.function(time), time)
        turns = self.frequency * time + self.phase / (2 * math.pi)
        if self.shape == "pulse":
            return self.amplitude if turns - math.floor(turns) < 0.5 else 0.0
        wave = math.cos if self.shape == "cosine" else math.sin
        return self.amplitude * wave(2 * math.pi * self.frequency * time + self.phase)


class Reach(NamedTuple):
    """The largest norm × step that one series may span, and what makes up the norm.

    The generator's norm is at most ``static_bound + weight · Σ|energy|``.
    """

    longest: float
    static_bound: float
    weight: float


class Drive:
    """All drivers of a bath, compiled; ``states`` (R,) are the driven rows of H."""

    def __init__(self, drivers: Sequence[Driver]) -> None:
        """Sort ``drivers`` by how their series over a step is found."""
        self.drivers = tuple(drivers)
        states = sorted({d.state for d in drivers})
        self.states = np.array(states, dtype=np.int32)
        row = {state: r for r, state in enumerate(states)}
        waves = [d for d in drivers if d.function is None and d.shape != "pulse"]
        self._pulses = [
            (row[d.state], d) for d in drivers if not d.function and d.shape == "pulse"
        ]
        self._functions = [(row[d.state], d) for d in drivers if d.function]
        self._rows = np.array([row[d.state] for d in waves], dtype=np.int32)
        self._amplitudes = np.array([d.amplitude for d in waves], dtype=np.float64)
        self._omegas = np.array([2 * math.pi * d.frequency for d in waves])
        self._phases = np.array(
            [d.phase - (math.pi / 2 if d.shape == "sine" else 0.0) for d in waves]
        )
        self.is_static = not drivers
        self.bound = float(sum(abs(d.amplitude) for d in drivers))
        fastest = float(np.max(np.abs(self._omegas), initial=0.0))
        self.longest_step = LARGEST_ANGLE / fastest if fastest else math.inf

    def energies(self, time: float) -> FloatArray:
        """Return the summed driver energies of the driven states at ``time``, (R,)."""
        values = np.zeros(self.states.size)
        for driver in self.drivers:
            values[np.searchsorted(self.states, driver.state)] += driver(time)
        return values

    def series(
        self, time: float, h: float, reach: Reach, tolerance: float
    ) -> tuple[float, FloatArray, float]:
        """Return the series of the energies from ``time`` on, and how far it holds.

        Args:
            time: Start of the step in seconds.
            h: Longest step wanted, in seconds.
            reach: What the step may span of the whole generator's norm.
            tolerance: Largest error in rad/s allowed to a function's polynomial.

        Returns:
            The step length h' ≤ h (up to the next pulse edge at most), the series
            Σ_j d_j x^j with x = (t − time)/h' as (R, J), and the generator's bound.
        """
        h = min(h, self.longest_step, *(_to_edge(d, time) for _, d in self._pulses))
        while True:
            for _, driver in self._functions:
                h = _resolved_step(driver, time, h, tolerance)
            fits = [(r, _fit(d, time, h)[0]) for r, d in self._functions]
            size = self.bound + sum(float(np.abs(fit).sum()) for _, fit in fits)
            bound = reach.static_bound + reach.weight * size
            if h * bound <= reach.longest * (1 + 1e-12):
                return h, self._assemble(time, h, fits), bound
            h = reach.longest / bound

    def _assemble(
        self, time: float, h: float, fits: list[tuple[int, FloatArray]]
    ) -> FloatArray:
        series = np.empty((self.states.size, SERIES_TERMS))
        kernels.harmonic_series(
            self._rows,
            self._amplitudes,
            self._omegas,
            self._phases,
            time,
            h,
            series,
        )
        for r, driver in self._pulses:
            series[r, 0] += driver(time + h / 2)
        for r, fit in fits:
            series[r, : fit.size] += fit
        return series


def _finite(value: float, time: float) -> float:
    if not math.isfinite(value):
        raise ArgumentError(
            f"A driver function must return a finite energy in rad/s, but returned "
            f"{value!r} at t = {time:g} s"
        )
    return float(value)


def _to_edge(driver: Driver, time: float) -> float:
    """Return the seconds from ``time`` to the next edge of a pulse."""
    if driver.frequency == 0.0:
        return math.inf
    half_turns = 2 * (driver.frequency * time + driver.phase / (2 * math.pi))
    # An edge closer than rounding is the one that this step starts on.
    gap = math.floor(half_turns + 1e-9) + 1 - half_turns
    return gap / (2 * driver.frequency)


# Both ends are nodes, so that a function's jump anywhere in the step shows.
_NODES = (1 - np.cos(np.pi * np.arange(FUNCTION_NODES) / (FUNCTION_NODES - 1))) / 2
_TO_CHEBYSHEV = np.linalg.inv(
    np.polynomial.chebyshev.chebvander(2 * _NODES - 1, FUNCTION_NODES - 1)
)
_TO_MONOMIAL = np.array(
    [
        np.polynomial.Polynomial.cast(
            np.polynomial.Chebyshev.basis(k, domain=[0, 1])
        ).coef.tolist()
        + [0.0] * (FUNCTION_NODES - 1 - k)
        for k in range(FUNCTION_NODES)
    ]
)


def _fit(driver: Driver, time: float, h: float) -> tuple[FloatArray, float]:
    """Return the polynomial through the Chebyshev nodes of a step, and its tail."""
    values = np.array([driver(time + h * x) for x in _NODES.tolist()])
    chebyshev = _TO_CHEBYSHEV @ values
    return chebyshev @ _TO_MONOMIAL, float(np.abs(chebyshev[-2:]).sum())


def _resolved_step(driver: Driver, time: float, h: float, tolerance: float) -> float:
    """Halve ``h`` until the function's polynomial has a tail below ``tolerance``.

    A jump of the function can be resolved by no polynomial: it is taken on a step so
    short that its error no longer counts, or that the clock can hardly tell its ends.
    """
    shortest = 4 * math.ulp(time)
    while True:
        polynomial, tail = _fit(driver, time, h)
        rounding = 1e-13 * float(np.abs(polynomial).max())
        if tail <= max(tolerance, rounding) or tail * h <= tolerance * 1e-3:
            return h
        if h <= shortest:
            return h
        h /= 2
