"""Energies and rates that change with time, as values and power series over a step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray, Int32Array
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.driving.driver import (
    LARGEST_SPAN,
    Driver,
    blurred,
    latest_time,
    too_strong,
)
from spacewheat_sim.quantum.driving.fit import over
from spacewheat_sim.quantum.driving.functions import function_series
from spacewheat_sim.quantum.driving.pulses import edge, part_of_turn
from spacewheat_sim.quantum.driving.rows import DrivenRows, KetRows
from spacewheat_sim.quantum.driving.smooth import (
    LARGEST_ANGLE,
    SERIES_TERMS,
    smooth_for,
    smooth_series,
)
from spacewheat_sim.quantum.jumps import Jumps
from spacewheat_sim.quantum.kernels.waves import wave_series
from spacewheat_sim.quantum.register.layout import emoji_states

# Longest time in seconds for which a function is left unlooked at, if not told: that of
# a loop at 240 Hz, four looks in a frame of 1/60 s.
DEFAULT_MAX_STEP = 1 / 240
# Rows of a series, and by what factor something adds to each.
Places = list[tuple[int, float]]


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
        energy_drivers: The drivers of energies, each of an emoji.
        rate_drivers: The drivers of rates, each a part of that of one jump operator.
        rows: What the rows of the series belong to.
        qubits: The layout; see :mod:`spacewheat_sim.quantum.register.layout`.
        max_step: Longest time in seconds between two looks at a function.
        is_static: Whether there are none.
        ket_rows: What a ket feels of ``rows``, which each row of a series is for.
        bound: The sum of the amplitudes of waves, pulses, ramps and fades in rad/s.
        longest_step: Longest step in seconds that waves allow.
        steps_per_second: How many steps waves and pulses ask for.
        looks_per_second: How often functions are called at least.
        latest: Time in seconds beyond which phases are lost in its rounding.
    """

    def __init__(
        self,
        energies: Sequence[Driver],
        max_step: float = DEFAULT_MAX_STEP,
        rates: Sequence[Driver] = (),
        jumps: Jumps | None = None,
        qubits: int = 0,
    ) -> None:
        """Sort drivers by how their series over a step is found.

        Args:
            energies: Drivers of energies.
            max_step: Longest time in seconds between two looks at a function.
            rates: Drivers of rates, whose states are numbers of jump operators.
            jumps: These operators.
            qubits: The layout.
        """
        self.energy_drivers, self.rate_drivers = tuple(energies), tuple(rates)
        self.max_step, self.qubits = max_step, qubits
        self._jumps = jumps
        rows = self.rows = DrivenRows.of(energies, rates, jumps, qubits)
        self.ket_rows = KetRows(rows.energies, rows.decays)
        placed = [(rows.of_energy(emoji_states(d.state, qubits)), d) for d in energies]
        placed += [(rows.of_rate(d.state), d) for d in rates]
        waves = [(row, f, d) for places, d in placed if d.is_wave for row, f in places]
        self._functions = [(places, d) for places, d in placed if d.function]
        self._total = rows.total  # counted once: each step asks for it
        shaped = [(places, d) for places, d in placed if d.function is None]
        self._pulses = [(places, d) for places, d in shaped if d.shape == "pulse"]
        self._smooth = [(places, d) for places, d in shaped if not d.repeats]
        turns = np.array([d.turns for _, _, d in waves]).reshape(-1, 2)
        self._waves = (
            np.array([row for row, _, _ in waves], dtype=np.int32),
            np.array([f * d.amplitude for _, f, d in waves], dtype=np.float64),
            np.array([d.frequency for _, _, d in waves], dtype=np.float64),
            turns[:, 0].copy(),
            turns[:, 1].copy(),
        )
        self.is_static = not placed
        self.bound = float(sum(abs(d.amplitude) for d in self.drivers))
        fastest = 2 * math.pi * max((d.frequency for _, _, d in waves), default=0.0)
        edges = 2 * sum(d.frequency for _, d in self._pulses)
        self.longest_step = LARGEST_ANGLE / fastest if fastest else math.inf
        self.steps_per_second = fastest / LARGEST_ANGLE + edges
        self.looks_per_second = len(self._functions) / max_step
        self.latest = latest_time(
            max((d.frequency for d in self.drivers if d.repeats), default=0.0)
        )

    @property
    def drivers(self) -> tuple[Driver, ...]:
        """All drivers, those of energies first."""
        return self.energy_drivers + self.rate_drivers

    @property
    def states(self) -> Int32Array:
        """The states whose energies change, (E,)."""
        return self.rows.energies

    def looked_at_every(self, max_step: float) -> Drive:
        """Return the same drive with other looks at its functions."""
        if max_step == self.max_step:
            return self
        return Drive(
            self.energy_drivers, max_step, self.rate_drivers, self._jumps, self.qubits
        )

    def energies(self, time: float) -> FloatArray:
        """Return the summed driver energies of the driven states at ``time``, (E,)."""
        values = np.zeros(self.states.size)
        for driver in self.energy_drivers:
            states = emoji_states(driver.state, self.qubits)
            values[np.searchsorted(self.states, states)] += driver(time)
        return values

    def rates(self, time: float, constant: FloatArray) -> FloatArray:
        """Return the rates of all jump operators at ``time`` in 1/s, (K,).

        ``constant`` (K,) are their constant parts.
        """
        if not self.rate_drivers:
            return constant
        found = constant.copy()
        for driver in self.rate_drivers:
            found[driver.state] += driver(time)
        return np.maximum(found, 0.0)  # but for rounding

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
            raise blurred(self.drivers, time)
        h = min(h, self.longest_step)
        steps = []
        for places, driver in self._pulses:
            number, until = _part_of_turn(driver, time)
            steps.append((places, 0.0 if number % 2 else driver.amplitude))
            h = min(h, until)
        for _, driver in self._smooth:
            h = min(h, smooth_for(driver, time))
        static = reach.static_bound + reach.weight * self.bound
        h = min(h, reach.longest / static if static else math.inf)
        fits: list[tuple[Places, FloatArray]] = []
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
                fits = [(places, over(fit, shorter / h)) for places, fit in fits]
                h = shorter
        series = np.empty((self._total, SERIES_TERMS))
        wave_series(*self._waves, time, h, series)
        for places, value in steps:
            for r, factor in places:
                series[r, 0] += factor * value
        for places, driver in self._smooth:
            fits.append((places, smooth_series(driver, time, h)))
        for places, fit in fits:
            for r, factor in places:
                series[r, : fit.size] += factor * fit
        return h, series, bound

    def _fits(
        self, time: float, h: float, reach: Reach, tolerance: float
    ) -> tuple[float, list[tuple[Places, FloatArray]]]:
        """Return how far the series of all functions hold, and each with its rows."""
        largest = 0.0
        for _, driver in self._functions:
            energy = abs(driver(time))
            if not h * energy <= LARGEST_SPAN:
                raise too_strong(driver, time, h, energy)
            largest += reach.weight * energy
        if h * largest > 2 * reach.longest:  # else most looks would be for nothing
            h = 2 * reach.longest / largest
        found = []
        for places, driver in self._functions:
            h, fit = function_series(driver, time, h, tolerance, self.max_step)
            found.append((places, h, fit))
        return h, [(places, over(fit, h / length)) for places, length, fit in found]

    def _endless(self, time: float, energy: float) -> ArgumentError:
        called = " and ".join(driver.called for _, driver in self._functions)
        return ArgumentError(
            f"The driver function of {called} changes by up to {energy:.3g} rad/s near "
            f"t = {time:g} s: no step that doubles can tell from 0 s is short enough"
        )


def _part_of_turn(driver: Driver, time: float) -> tuple[int, float]:
    """Return the part of a turn that a pulse is in, and the seconds to its end."""
    number = part_of_turn(driver.frequency, driver.turns, time, driver.duty)
    if driver.frequency == 0.0:
        return number, math.inf
    return number, edge(driver.frequency, driver.turns, number + 1, driver.duty) - time
