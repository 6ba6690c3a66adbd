"""One random bath by its seed and index: numbers, start, schedule."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from families import FAMILIES
from generated_drivers import Drive, Kick, Plateau, Pulse, Step, Train, Wave
from plain_bath import PlainBath, Schedule
from scales import Scales

from spacewheat_sim.arrays import ComplexArray

SIZES = np.array([1, 2, 3, 4, 5, 6, 7, 8])
SHARES = np.array([2, 24, 26, 20, 11, 8, 5, 4]) / 100
STEPS = (1 / 240, 1 / 60, 1 / 30, 0.01, 0.1, 0.25, 1.0)
# Narrowest feature of a function of time that must be found, in seconds.
NARROWEST = 1 / 60


@dataclass(frozen=True)
class GeneratedBath:
    """A bath to be checked.

    Attributes:
        seed: Seed of the whole run.
        index: Which of its baths.
        family: Name of its structure.
        bath: Its numbers.
        ket: Where it starts, normalized, (N,).
        start: An emoji's number, or None for any ket.
        schedule: How it is stepped.
        tolerance: Error in populations allowed per second.
        traits: What else it has: a constant, a drive, several sets.
    """

    seed: int
    index: int
    family: str
    bath: PlainBath
    ket: ComplexArray
    start: int | None
    schedule: Schedule
    tolerance: float
    traits: tuple[str, ...]

    def rng(self, purpose: str) -> np.random.Generator:
        """Return a stream of its own for what is drawn by a check."""
        words = [self.seed, self.index, *purpose.encode()]
        return np.random.default_rng(words)


def generated_bath(seed: int, index: int) -> GeneratedBath:
    """Return bath number ``index`` of the run with ``seed``."""
    rng = np.random.default_rng([seed, index])
    n = int(rng.choice(SIZES, p=SHARES))
    family = str(rng.choice(list(FAMILIES)))
    driven = rng.random() < 0.3
    schedule = _schedule(rng, driven)
    reach = 10 ** (rng.uniform(-1, 2.3) if driven else _log_reach(rng))
    scales = Scales(rng, schedule.duration, reach)
    h, jumps = FAMILIES[family](scales, n)
    h, jumps, traits = _decorated(scales, h, jumps)
    bath = PlainBath(h, tuple(jumps))
    if driven:
        drives = drawn_drives(scales, n, schedule.duration)
        bath = replace(bath, drives=drives)
        traits += tuple(sorted({type(d).__name__.lower() for d in drives}))
    ket, start = _start(rng, n)
    tolerance = float(rng.choice((1e-9, 1e-9, 1e-9, 1e-6, 1e-11)))
    return GeneratedBath(
        seed, index, family, bath, ket, start, schedule, tolerance, traits
    )


def _log_reach(rng: np.random.Generator) -> float:
    pick = rng.random()
    if pick < 0.5:
        return float(rng.uniform(-1, 3))
    if pick < 0.8:
        return float(rng.uniform(3, 7))
    return float(rng.uniform(7, 14))


def _schedule(rng: np.random.Generator, driven: bool) -> Schedule:
    every = int(rng.choice((1, 1, 2, 3, 5, 7, int(rng.integers(1, 121)))))
    rows = int(rng.integers(1, 61 if every < 20 else 13))
    rest = int(rng.integers(every)) if rng.random() < 0.3 else 0
    steps = rows * every + rest
    if rng.random() < 0.5:
        dt = float(rng.choice(STEPS))
    else:
        longest = 1.8 if driven else 6.0
        dt = 10 ** float(rng.uniform(-6 if not driven else -2, longest)) / steps
    if driven and dt * steps > 100:
        dt = 100 / steps
    if rng.random() < 0.03:
        every = steps + 1  # nothing but the start is recorded
    return Schedule(dt, steps, every)


def _decorated(s, h, jumps):
    """Return the structure with what makes trouble: constants, doubles, zeros."""
    rng, n, traits = s.rng, h.shape[0], []
    if rng.random() < 0.25:
        constant = float(rng.choice((-1, 1))) * s.between(1.0, 1e9)
        h = h + constant * np.eye(n)
        traits.append("constant")
    if rng.random() < 0.15:
        i = int(rng.integers(n))
        jumps = [*jumps, (i, i, s.any())]
        traits.append("dephasing")
    if jumps and rng.random() < 0.15:
        source, target, rate = jumps[int(rng.integers(len(jumps)))]
        jumps = [*jumps, (source, target, rate * float(rng.random()))]
    if rng.random() < 0.1:
        jumps = [*jumps, (int(rng.integers(n)), int(rng.integers(n)), 0.0)]
    order = rng.permutation(n)
    h = h[np.ix_(order, order)]
    place = np.argsort(order)
    jumps = [(int(place[a]), int(place[b]), float(rate)) for a, b, rate in jumps]
    return h, jumps, tuple(traits)


def _start(rng: np.random.Generator, n: int) -> tuple[ComplexArray, int | None]:
    pick = rng.random()
    if pick < 0.6:
        ket = np.zeros(n, dtype=complex)
        start = int(rng.integers(n))
        ket[start] = 1.0
        return ket, start
    if pick < 0.7:
        return np.full(n, n**-0.5, dtype=complex), None
    ket = rng.normal(size=n) + 1j * rng.normal(size=n)
    return ket / np.linalg.norm(ket), None


def drawn_drives(s: Scales, n: int, duration: float) -> tuple[Drive, ...]:
    """Return one or two drives of ``n`` states."""
    return tuple(_drive(s, n, duration) for _ in range(int(s.rng.integers(1, 3))))


def _drive(s: Scales, n: int, duration: float) -> Drive:
    rng = s.rng
    state = int(rng.integers(n))
    amplitude = s.feelable() * float(rng.choice((-1, 1))) * rng.uniform(0.5, 5)
    kind = str(rng.choice(("wave", "pulse", "kick", "train", "step", "plateau")))
    turns = 10 ** rng.uniform(-2, 2)
    phase = float(rng.choice((0.0, rng.uniform(-7, 7), math.pi, 1e3 * rng.random())))
    when = float(rng.uniform(0, duration))
    if kind == "wave":
        shape = "cosine" if rng.random() < 0.5 else "sine"
        return Wave(state, shape, amplitude, turns / duration, phase)
    if kind == "pulse":
        if rng.random() < 0.3:
            # A single edge of a pulse that is very much longer than the run.
            frequency = 10 ** rng.uniform(-12, math.log10(0.1 / duration))
            edge = float(rng.choice((0.0, 0.5))) - frequency * when
            return Pulse(state, amplitude, frequency, 2 * math.pi * edge)
        turns = min(turns, float(rng.uniform(10.0, 20.0)))
        return Pulse(state, amplitude, turns / duration, phase)
    if kind == "step":
        return Step(state, amplitude, when)
    width = max(NARROWEST, s.between(NARROWEST, max(duration / 4, NARROWEST)))
    # An area of about a half turn is felt however narrow the feature is.
    strong = float(rng.choice((-1, 1))) * rng.uniform(0.3, 4) / width
    if kind == "kick":
        return Kick(state, strong, when, width)
    if kind == "train":
        period = width * float(rng.uniform(1.0, 300)) + NARROWEST
        shortest = duration / float(rng.uniform(30.0, 50.0))
        return Train(state, strong, max(period, shortest), width)
    return Plateau(state, amplitude, when, when + 4 * width, width)
