"""A number followed over time: its mean, its extremes, its peaks, and their slopes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.quantities.levels import Level
from spacewheat_sim.quantum.analysis.propagation.step import Step

# Looks at a step; nodes of its integral; share of the swing that makes a peak one.
LOOKS = 9
NODES = 12
PROMINENCE = 0.1
_X, _W = np.polynomial.legendre.leggauss(NODES)
# A polynomial through values at the nodes, at both ends.
_TO_ENDS = np.polynomial.legendre.legvander([-1.0, 1.0], NODES - 1) @ np.linalg.inv(
    np.polynomial.legendre.legvander(_X, NODES - 1)
)
# By what that may miss, as a share of the largest value and by itself; and how often a
# step is halved.
SMOOTH, NOISE, MOST_HALVINGS = 1e-9, 1e-12, 24
# By what the end of a run and of its last step differ.
ROUNDING = 1e-15
# Slope at the end of a step, as a share of the largest in it, that is no peak's.
CORNER = 1e-6
# Share of the whole time below which a step is too short to be looked at.
SLIVER = 1e-9
# Error of the place of an extreme, as a share of a step.
PLACE = 1e-9


@dataclass(frozen=True)
class Weight:
    """What a statistic depends on: ``factor`` times the number at ``time``."""

    time: float
    factor: float


class _Part(NamedTuple):
    """Nodes of an integral, with their weights and the values there, (n,) each."""

    times: FloatArray
    weights: FloatArray
    values: FloatArray


@dataclass
class Course:
    """A number from ``begin`` to ``end``, as the steps of a run pass by.

    Attributes:
        level: The number.
        begin: First second.
        end: Last second.
    """

    level: Level
    begin: float
    end: float
    _times: list[float] = field(default_factory=list)
    _values: list[float] = field(default_factory=list)
    _nodes: list[Weight] = field(default_factory=list)
    _integral: float = 0.0
    _peaks: dict[int, tuple[float, float]] = field(default_factory=dict)

    def see(self, step: Step) -> None:
        """Look at the part of a step that is between begin and end."""
        stop = step.begin + step.h
        if math.isclose(stop, self.end, rel_tol=ROUNDING):
            stop = self.end  # the last step ends there, but for its rounding
        first, last = max(step.begin, self.begin), min(stop, self.end)
        if last < first or (last == first and self.begin < self.end):
            return
        if first == last:
            self._times, self._values = [first], [self._at(step, first)]
            return
        times = np.linspace(first, last, LOOKS)
        values = self._values_at(step, times)
        self._times += times.tolist()
        self._values += values.tolist()
        for part in self._parts(step, first, last):
            self._integral += float(part.weights @ part.values)
            pairs = zip(part.times.tolist(), part.weights.tolist(), strict=True)
            self._nodes += [Weight(time, factor) for time, factor in pairs]
        for sign in (1, -1):
            self._sharpen(step, times, sign * values, sign)

    def start(self, rho: ComplexArray) -> None:
        """Look at the state at time 0, where nothing else is asked for."""
        self._times, self._values = [0.0], [self.level.value(rho, 0.0)]

    @property
    def value(self) -> tuple[float, list[Weight]]:
        """The number at ``begin``, if that is also the end."""
        return self._values[0], [Weight(self._times[0], 1.0)]

    @property
    def mean(self) -> tuple[float, list[Weight]]:
        """Its mean."""
        length = self.end - self.begin
        nodes = [Weight(node.time, node.factor / length) for node in self._nodes]
        return self._integral / length, nodes

    @property
    def max(self) -> tuple[float, list[Weight]]:
        """Its largest value, whose slope is that at its time."""
        time, value = self._peaks[1]
        return value, [Weight(time, 1.0)]

    @property
    def min(self) -> tuple[float, list[Weight]]:
        """Its smallest value."""
        time, value = self._peaks[-1]
        return -value, [Weight(time, 1.0)]

    @property
    def swing(self) -> tuple[float, list[Weight]]:
        """The largest less the smallest."""
        (high, at_high), (low, at_low) = self.max, self.min
        return high - low, [*at_high, Weight(at_low[0].time, -1.0)]

    @property
    def peak_time(self) -> tuple[float, list[Weight]]:
        """When it is largest, in s.

        A peak inside moves by −d(v′)/v″; v′ is differenced from seven values.
        """
        time, _ = self._peaks[1]
        return time, self._moved(time)

    @property
    def period(self) -> tuple[float, list[Weight]]:
        """The mean time between peaks, in s; NaN of less than two.

        Peaks are those that rise a tenth of the swing above what is between them.
        """
        times, values = np.array(self._times), np.array(self._values)
        apart = np.concatenate(([True], np.diff(times) > 0.0))
        first, last, intervals = _peaks(times[apart], values[apart])
        if not intervals:
            return math.nan, []
        share = 1.0 / intervals
        weights = [Weight(w.time, share * w.factor) for w in self._moved(last)]
        weights += [Weight(w.time, -share * w.factor) for w in self._moved(first)]
        return share * (last - first), weights

    def _at(self, step: Step, time: float) -> float:
        return float(self._values_at(step, np.array([time]))[0])

    def _values_at(self, step: Step, times: FloatArray) -> FloatArray:
        states: ComplexArray = step.values(step.shares(times))
        value = self.level.value
        pairs = zip(states, times.tolist(), strict=True)
        return np.array([value(rho, time) for rho, time in pairs])

    def _parts(self, step: Step, first: float, last: float) -> list[_Part]:
        """Return a part of a step with nodes of its integral, in halves at a corner.

        Populations are polynomials over a step; the size of a coherence that passes 0,
        and what is near to that, are none: what nodes tell of the ends is not so.
        """
        done, open_ = [], [(first, last, MOST_HALVINGS)]
        while open_:
            begin, end, left = open_.pop()
            half = (end - begin) / 2
            times = begin + half * (_X + 1)
            values = self._values_at(step, times)
            part = _Part(times, half * _W, values)
            if self.level.is_linear or not left:
                done.append(part)
                continue
            missed = self._values_at(step, np.array([begin, end])) - _TO_ENDS @ values
            known = SMOOTH * np.abs(values).max() + NOISE
            if np.abs(missed).max() <= known:
                done.append(part)
            else:
                middle = begin + half
                open_ += [(begin, middle, left - 1), (middle, end, left - 1)]
        return done

    def _sharpen(
        self, step: Step, times: FloatArray, values: FloatArray, sign: int
    ) -> None:
        """Keep the largest of ``sign`` times the number, found inside the step."""
        from scipy import optimize

        top = int(np.argmax(values))
        best = self._peaks.get(sign, (self.begin, -math.inf))
        time, value = float(times[top]), float(values[top])
        spread = float(values.max() - values.min())
        if value + spread > best[1]:
            found = optimize.minimize_scalar(
                lambda t: -sign * self._at(step, t),
                bounds=(
                    float(times[max(top - 1, 0)]),
                    float(times[min(top + 1, times.size - 1)]),
                ),
                method="bounded",
                options={"xatol": PLACE * step.h},
            )
            if -float(found.fun) > value:
                time, value = float(found.x), -float(found.fun)
        if value > best[1]:
            self._peaks[sign] = time, value

    def _moved(self, time: float) -> list[Weight]:
        """Return −dv′/v″ at a peak; nothing at the ends, and of a corner, which stays.

        Looks of one step alone are used: at the edge of a pulse the number bends.
        """
        if not self.begin < time < self.end:
            return []
        looks = np.array(self._times).reshape(-1, LOOKS)
        values = np.array(self._values).reshape(-1, LOOKS)
        wide = np.ptp(looks, axis=1) > SLIVER * (self.end - self.begin)
        around = np.flatnonzero(wide & (looks[:, 0] <= time) & (time <= looks[:, -1]))
        if not around.size:
            return []
        curves = [_through(looks[row], values[row]) for row in around]
        sizes = [float(np.abs(curve.deriv().coef).max()) for curve in curves]
        slopes = [
            float(curve.deriv()(time)) / (size or 1.0)
            for curve, size in zip(curves, sizes, strict=True)
        ]
        if len(slopes) > 1 and slopes[0] > CORNER and slopes[-1] < -CORNER:
            return []
        widest = int(np.argmax(np.ptp(looks[around], axis=1)))
        bend = float(curves[widest].deriv(2)(time))
        if bend >= 0.0:
            return []
        nodes = _nodes_near(time, looks[around[widest]])
        factors = _slope_weights(nodes, time) / -bend
        pairs = zip(nodes.tolist(), factors.tolist(), strict=True)
        return [Weight(node, factor) for node, factor in pairs]


def _through(times: FloatArray, values: FloatArray) -> np.polynomial.Polynomial:
    """Return the polynomial through the looks at a step."""
    return np.polynomial.Polynomial.fit(times, values, LOOKS - 1)


def _nodes_near(time: float, looks: FloatArray) -> FloatArray:
    """Return seven times around ``time``, evenly apart and inside a step, (7,)."""
    apart = (looks[-1] - looks[0]) / (4 * (LOOKS - 1))
    begin = min(max(time - 3 * apart, looks[0]), looks[-1] - 6 * apart)
    return np.asarray(begin + apart * np.arange(7))


def _slope_weights(nodes: FloatArray, time: float) -> FloatArray:
    """Return w with v′(time) = Σ_k w_k v(t_k) of polynomials, (T,)."""
    size = float(np.ptp(nodes))
    powers = np.vander((nodes - time) / size, increasing=True)
    wanted = np.zeros(nodes.size)
    wanted[1] = 1.0 / size
    return np.asarray(np.linalg.solve(powers.T, wanted))


def mean_period(times: FloatArray, values: FloatArray) -> float:
    """Return the mean time between the peaks of looks (T,) in s; NaN of less than two.

    Peaks are those that :attr:`Course.period` counts.
    """
    first, last, intervals = _peaks(times, values)
    return (last - first) / intervals if intervals else math.nan


def _peaks(times: FloatArray, values: FloatArray) -> tuple[float, float, int]:
    """Return the first and the last peak in s, and how many intervals are between."""
    # Takes as long to load as all else that a question needs.
    from scipy import signal

    swing = float(values.max() - values.min())
    found, _ = signal.find_peaks(values, prominence=PROMINENCE * swing or 1.0)
    if found.size < 2:
        return math.nan, math.nan, 0
    first, last = (_vertex(times, values, int(i)) for i in (found[0], found[-1]))
    return first, last, found.size - 1


def _vertex(times: FloatArray, values: FloatArray, top: int) -> float:
    """Return where a polynomial through the looks around a peak is largest, in s."""
    first, last = max(0, top - 4), min(times.size, top + 5)
    curve = np.polynomial.Polynomial.fit(
        times[first:last], values[first:last], min(6, last - first - 1)
    )
    roots = curve.deriv().roots()
    real = roots.real[np.abs(roots.imag) < 1e-9 * (1 + np.abs(roots.real))]
    low, high = times[max(0, top - 1)], times[min(top + 1, times.size - 1)]
    near = real[(real > low) & (real < high)]
    if not near.size:
        return float(times[top])
    return float(near[np.argmax(curve(near))])
