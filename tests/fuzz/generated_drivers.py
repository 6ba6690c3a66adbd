"""Energies that move: rhythms that the product knows, and functions of time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from spacewheat_sim.arrays import FloatArray

LongArray = NDArray[np.longdouble]

TAU = 2 * np.longdouble("3.14159265358979323846264338327950288")


@dataclass(frozen=True)
class Wave:
    """a·cos(2πft + φ) or a·sin(2πft + φ)."""

    state: int
    shape: Literal["cosine", "sine"]
    amplitude: float
    frequency: float
    phase: float

    @property
    def bound(self) -> float:
        return abs(self.amplitude)

    def values(self, times: LongArray) -> FloatArray:
        angle = TAU * self.frequency * times + np.longdouble(self.phase)
        wave = np.cos(angle) if self.shape == "cosine" else np.sin(angle)
        return np.asarray(self.amplitude * wave, dtype=np.float64)

    def knots(self, start: float, end: float) -> list[float]:
        if not self.frequency:
            return []
        panel = 0.3 / self.frequency
        count = min(int((end - start) / panel) + 1, 200_000)
        return np.linspace(start, end, count + 1)[1:-1].tolist()


@dataclass(frozen=True)
class Pulse:
    """A while frac(ft + φ/2π) < 1/2, else 0."""

    state: int
    amplitude: float
    frequency: float
    phase: float
    shape: ClassVar[str] = "pulse"

    @property
    def bound(self) -> float:
        return abs(self.amplitude)

    def values(self, times: LongArray) -> FloatArray:
        turns = self.frequency * times + np.longdouble(self.phase) / TAU
        on = turns - np.floor(turns) < 0.5
        return np.where(on, self.amplitude, 0.0)

    def knots(self, start: float, end: float) -> list[float]:
        if not self.frequency:
            return []
        offset = np.longdouble(self.phase) / TAU
        first = math.floor(2 * (self.frequency * start + offset)) + 1
        last = math.ceil(2 * (self.frequency * end + offset))
        halves = np.arange(first, min(last, first + 200_000), dtype=np.longdouble)
        return ((halves / 2 - offset) / self.frequency).astype(float).tolist()


@dataclass(frozen=True)
class Kick:
    """A Gaussian of height a and width w (standard deviation) around a time."""

    state: int
    amplitude: float
    center: float
    width: float

    @property
    def bound(self) -> float:
        return abs(self.amplitude)

    def __call__(self, time: float) -> float:
        return self.amplitude * math.exp(
            -(((time - self.center) / self.width) ** 2) / 2
        )

    def values(self, times: LongArray) -> FloatArray:
        x = (times - self.center) / self.width
        return np.asarray(self.amplitude * np.exp(-(x**2) / 2), dtype=np.float64)

    def knots(self, _start: float, _end: float) -> list[float]:
        return [self.center + k * self.width for k in range(-12, 13)]


@dataclass(frozen=True)
class Train:
    """A for ``width`` seconds at the beginning of each period, else 0."""

    state: int
    amplitude: float
    period: float
    width: float

    @property
    def bound(self) -> float:
        return abs(self.amplitude)

    def __call__(self, time: float) -> float:
        return self.amplitude if time % self.period < self.width else 0.0

    def values(self, times: LongArray) -> FloatArray:
        return np.where(np.mod(times, self.period) < self.width, self.amplitude, 0.0)

    def knots(self, start: float, end: float) -> list[float]:
        beats = range(int(start / self.period), int(end / self.period) + 1)
        return [k * self.period + x for k in beats for x in (0.0, self.width)]


@dataclass(frozen=True)
class Step:
    """A jump from 0 to a."""

    state: int
    amplitude: float
    start: float

    @property
    def bound(self) -> float:
        return abs(self.amplitude)

    def __call__(self, time: float) -> float:
        return self.amplitude if time >= self.start else 0.0

    def values(self, times: LongArray) -> FloatArray:
        return np.where(times >= self.start, self.amplitude, 0.0)

    def knots(self, _start: float, _end: float) -> list[float]:
        return [self.start]


@dataclass(frozen=True)
class Plateau:
    """A smooth rise to a and a smooth fall, as of a laser that is switched."""

    state: int
    amplitude: float
    rise: float
    fall: float
    width: float

    @property
    def bound(self) -> float:
        return abs(self.amplitude)

    def __call__(self, time: float) -> float:
        up = 1 + math.erf((time - self.rise) / self.width)
        down = 1 + math.erf((time - self.fall) / self.width)
        return self.amplitude * (up - down) / 2

    def values(self, times: LongArray) -> FloatArray:
        t = times.astype(float)
        up, down = erf((t - self.rise) / self.width), erf((t - self.fall) / self.width)
        return np.asarray(self.amplitude * (up - down) / 2)

    def knots(self, _start: float, _end: float) -> list[float]:
        edges = (self.rise, self.fall)
        return [edge + k * self.width for edge in edges for k in range(-7, 8)]


Drive = Wave | Pulse | Kick | Train | Step | Plateau
