"""Time-dependent energies, as values and as power series over a step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray, Int32Array
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.driving.fit import over
from spacewheat_sim.quantum.driving.functions import function_series
from spacewheat_sim.quantum.driving.pulses import edge, half_turn
from spacewheat_sim.quantum.kernels.waves import wave_series
from spacewheat_sim.quantum.register.layout import emoji_states

# Terms kept of a drive's series, and the largest ωh of a step: 1^24/24! is 2e-24, and
# the state's own series, which grows like exp(a/ω sinh ωh), still converges fast.
SERIES_TERMS = 24
LARGEST_ANGLE = 1.0
# Longest time in seconds for which a function is left unlooked at, if not told: that of
# a loop at 240 Hz, four looks in a frame of 1/60 s.
DEFAULT_MAX_STEP = 1 / 240
# Largest energy of a function times what is left of the step: should it last so long,
# it would take a hundred million steps, and an hour.
LARGEST_SPAN = 1e9
# By how many radians the phase of a driver may be uncertain because time is rounded.
LARGEST_BLUR = 1e-3


class Reach(NamedTuple):
    """The largest norm × step that one series may span, and what makes up the norm.

    The generator's norm is at most ``static_bound + weight · Σ|energy|``.
    """

    longest: float
    static_bound: float
    weight: float


class Drive:
    """All drivers of a bath, compiled.

    Attributes:
        drivers: The drivers, each of an emoji.
        states: The driven rows of H, (R,).
        qubits: The layout; see :mod:`spacewheat_sim.quantum.register.layout`.
        max_step: Longest time in seconds between two looks at a function.
        is_static: Whether there are none.
        bound: The sum of the amplitudes of waves and pulses in rad/s.
        longest_step: Longest step in seconds that waves allow.
        steps_per_second: How many steps waves and pulses ask for.
        looks_per_second: How often functions are called at least.
        latest: Time in seconds beyond which phases are lost in its rounding.
    """

    def __init__(
        self,
        drivers: Sequence[Driver],
        max_step: float = DEFAULT_MAX_STEP,
        qubits: int = 0,
    ) -> None:
        """Sort ``drivers`` by how their series over a step is found."""
        self.drivers = tuple(drivers)
        self.max_step, self.qubits = max_step, qubits
        emojis = sorted({d.state for d in drivers})
        row = {emoji: r for r, emoji in enumerate(emojis)}
        self._row_of = row
        self.states, self._rows = _driven_states(emojis, qubits)
        waves = [d for d in drivers if d.function is None and d.shape != "pulse"]
        self._pulses = [
            (row[d.state], d) for d in drivers if not d.function and d.shape == "pulse"
        ]
        self._functions = [(row[d.state], d) for d in drivers if d.function]
        turns = np.array([d.turns for d in waves]).reshape(-1, 2)
        self._waves = (
            np.array([row[d.state] for d in waves], dtype=np.int32),
            np.array([d.amplitude for d in waves], dtype=np.float64),
            np.array([d.frequency for d in waves], dtype=np.float64),
            turns[:, 0].copy(),
            turns[:, 1].copy(),
        )
        self.is_static = not drivers
        self.bound = float(sum(abs(d.amplitude) for d in drivers))
        fastest = 2 * math.pi * max((d.frequency for d in waves), default=0.0)
        edges = 2 * sum(d.frequency for _, d in self._pulses)
        self.longest_step = LARGEST_ANGLE / fastest if fastest else math.inf
        self.steps_per_second = fastest / LARGEST_ANGLE + edges
        self.looks_per_second = len(self._functions) / max_step
        self.latest = _latest_time(max((d.frequency for d in drivers), default=0.0))

    def looked_at_every(self, max_step: float) -> Drive:
        """Return the same drive with other looks at its functions."""
        if max_step == self.max_step:
            return self
        return Drive(self.drivers, max_step, self.qubits)

    def energies(self, time: float) -> FloatArray:
        """Return the summed driver energies of the driven states at ``time``, (R,)."""
        values = np.zeros((len(self._row_of), 1))
        for driver in self.drivers:
            values[self._row_of[driver.state]] += driver(time)
        return self._spread(values)[:, 0]

    def _spread(self, emojis: FloatArray) -> FloatArray:
        """Return what numbers of driven emojis (P, …) make for driven states (R, …)."""
        if self._rows is None:
            return emojis
        states = np.zeros((self.states.size, *emojis.shape[1:]))
        for number, rows in zip(emojis, self._rows, strict=True):
            states[rows] += number
        return states

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

        Raises:
            RunError: the time is known too coarsely to tell the phase of a driver.
            ArgumentError: a function fails, or cannot be followed.
        """
        if time > self.latest:
            raise _blurred(self.drivers, time)
        h = min(h, self.longest_step)
        steps = []
        for r, driver in self._pulses:
            number, until = _half_turn(driver, time)
            steps.append((r, 0.0 if number % 2 else driver.amplitude))
            h = min(h, until)
        static = reach.static_bound + reach.weight * self.bound
        h = min(h, reach.longest / static if static else math.inf)
        fits: list[tuple[int, FloatArray]] = []
        bound = static
        if self._functions:
            h, fits = self._fits(time, h, reach, tolerance)
            while True:
                size = sum(math.fsum(map(abs, fit.tolist())) for _, fit in fits)
                bound = static + reach.weight * size
                if h * bound <= reach.longest * (1 + 1e-12):
                    break
                shorter = reach.longest / bound
                if time + shorter == time:
                    raise self._endless(time, size)
                fits = [(r, over(fit, shorter / h)) for r, fit in fits]
                h = shorter
        series = np.empty((len(self._row_of), SERIES_TERMS))
        wave_series(*self._waves, time, h, series)
        for r, energy in steps:
            series[r, 0] += energy
        for r, fit in fits:
            series[r, : fit.size] += fit
        return h, self._spread(series), bound

    def _fits(
        self, time: float, h: float, reach: Reach, tolerance: float
    ) -> tuple[float, list[tuple[int, FloatArray]]]:
        """Return how far the series of all functions hold, and each with its row."""
        largest = 0.0
        for _, driver in self._functions:
            energy = abs(driver(time))
            if not h * energy <= LARGEST_SPAN:
                raise _too_strong(driver, time, h, energy)
            largest += reach.weight * energy
        if h * largest > 2 * reach.longest:  # else most looks would be for nothing
            h = 2 * reach.longest / largest
        found = []
        for r, driver in self._functions:
            h, fit = function_series(driver, time, h, tolerance, self.max_step)
            found.append((r, h, fit))
        return h, [(r, over(fit, h / length)) for r, length, fit in found]

    def _endless(self, time: float, energy: float) -> ArgumentError:
        called = " and ".join(driver.called for _, driver in self._functions)
        return ArgumentError(
            f"The driver function of {called} changes by up to {energy:.3g} rad/s near "
            f"t = {time:g} s: no step that doubles can tell from 0 s is short enough"
        )


def _driven_states(
    emojis: Sequence[int], qubits: int
) -> tuple[Int32Array, tuple[IndexArray, ...] | None]:
    """Return the states that drivers of ``emojis`` drive, and the rows of each emoji.

    Of levels, emojis are states.
    """
    if qubits == 0:
        return np.array(emojis, dtype=np.int32), None
    driven = [emoji_states(emoji, qubits) for emoji in emojis]
    states = np.unique(np.concatenate([np.empty(0, dtype=np.intp), *driven]))
    rows = tuple(np.searchsorted(states, each) for each in driven)
    return states.astype(np.int32), rows


def _half_turn(driver: Driver, time: float) -> tuple[int, float]:
    """Return the half turn that a pulse is in, and the seconds to its end."""
    number = half_turn(driver.frequency, driver.turns, time)
    if driver.frequency == 0.0:
        return number, math.inf
    return number, edge(driver.frequency, driver.turns, number + 1) - time


def _latest_time(frequency: float) -> float:
    """Return until when a phase of 2πft is known to ``LARGEST_BLUR`` for doubles t."""
    if frequency == 0.0:
        return math.inf
    # Doubles near t lie up to 2^-52 t apart.
    return LARGEST_BLUR / (2 * math.pi * frequency) * 2.0**52


def _blurred(drivers: Sequence[Driver], time: float) -> RunError:
    fastest = max(drivers, key=lambda driver: driver.frequency)
    return RunError(
        f"At t = {time:g} s, which is known to {math.ulp(time):.2g} s, the phase of "
        f"the driver of {fastest.called} with {fastest.frequency:g} Hz is no longer "
        f"known to {LARGEST_BLUR:g} rad"
    )


def _too_strong(driver: Driver, time: float, h: float, energy: float) -> ArgumentError:
    return ArgumentError(
        f"The driver function of {driver.called} returns {energy:.3g} rad/s at t = "
        f"{time:g} s, {h:.3g} s before the step is to end: their product must be at "
        f"most {LARGEST_SPAN:g}, or the step would not end"
    )
