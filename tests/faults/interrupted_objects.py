"""Interrupts baths, batches, worlds and recorders at random moments, often twice.

Timers raise in the middle of whatever runs; afterwards the object must be in the state
of one of its steps, and go on from there as an object that was left alone.
"""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np

from spacewheat_sim import BathBatch, QuantumBath, World, load_biome
from spacewheat_sim.engine.bath.recordings.recorder import Recorder

STEPS = 60
AFTERSHOCK = 30e-6  # s until the next interrupt, within the answer to the last


class Ring(KeyboardInterrupt):
    """What the timer raises."""


class Timer:
    """Raises :class:`Ring` ``times`` times: after a while, then shortly after each."""

    def __init__(self, seconds: float, times: int) -> None:
        self._left = times
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, seconds, AFTERSHOCK)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        self._left -= 1
        if self._left <= 0:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if self._left >= 0:
            raise Ring

    def is_over(self) -> bool:
        return self._left <= 0


def interrupted(act: Callable[[], object], seconds: float, times: int) -> bool:
    """Do ``act`` under a timer; return whether it was interrupted."""
    was = False
    try:
        timer = Timer(seconds, times)
        try:
            act()
        except Ring:
            was = True
        while was and not timer.is_over():
            pass
    except Ring:
        was = True
    while True:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
            return was
        except Ring:
            was = True


def bath_mark(bath: QuantumBath | BathBatch) -> tuple[bytes, float, str]:
    at = bath.checkpoint()
    return at.states.tobytes(), bath.time, repr(at.streams)


class Subject:
    """What is interrupted: how it is made, moved by a step, and told from others."""

    def __init__(
        self,
        make: Callable[[], Any],
        step: Callable[[Any], object],
        mark: Callable[[Any], Any],
    ) -> None:
        self.make, self.step, self.mark = make, step, mark
        one = make()
        self.marks = {mark(one): 0}
        for k in range(STEPS):
            step(one)
            self.marks[mark(one)] = k + 1
        one, begin = make(), time.perf_counter()
        for _ in range(STEPS):
            step(one)
        self.seconds = time.perf_counter() - begin

    def fault(self, chance: random.Random) -> str:
        """Interrupt one; return what is wrong with it, or "", or "ran on"."""
        one = self.make()

        def run() -> None:
            for _ in range(STEPS):
                self.step(one)

        times = chance.choice([1, 1, 2, 3])
        if not interrupted(run, max(1e-5, chance.random() * self.seconds), times):
            return "ran on"
        at = self.marks.get(self.mark(one))
        if at is None:
            return "is in no step"
        for _ in range(min(3, STEPS - at)):
            self.step(one)
            at += 1
            if self.marks.get(self.mark(one)) != at:
                return "goes on otherwise"
        return ""


class RecorderSubject:
    """A recorder that follows a bath: its rows must be whole and those of the bath."""

    def __init__(self) -> None:
        self.compiled = load_biome("forest")
        bath = self.compiled.bath(seed=1)
        self.rows = {0.0: bath.populations()}
        begin = time.perf_counter()
        for _ in range(STEPS):
            bath.evolve(1 / 60)
            self.rows[bath.time] = bath.populations()
        self.seconds = time.perf_counter() - begin

    def fault(self, chance: random.Random) -> str:
        bath = self.compiled.bath(seed=1)
        recorder = Recorder(bath, self.compiled.axes)

        def run() -> None:
            with recorder:
                for _ in range(STEPS):
                    recorder.sample()
                    bath.evolve(1 / 60)

        seconds = max(1e-5, chance.random() * self.seconds)
        if not interrupted(run, seconds, chance.choice([1, 1, 2, 3])):
            return "ran on"
        seen = recorder.recording()
        counts = {len(seen.time), len(seen.populations)}
        counts |= {len(each) for each in seen.observables.values()}
        counts |= {len(axis.radius) for axis in seen.axes}
        if len(counts) != 1:
            return "has uneven rows"
        pairs = zip(seen.time.tolist(), seen.populations, strict=True)
        # A row is read off many states at once: its sums may end otherwise.
        if not all(np.allclose(row, self.rows[t], 0, 1e-15) for t, row in pairs):
            return "has a row of no step"
        return ""


def subjects() -> dict[str, Subject | RecorderSubject]:
    forest, flux = load_biome("forest_small"), load_biome("biotic_flux")
    names = ["forest_small", "biotic_flux", "market", "kitchen"]
    found: dict[str, Subject | RecorderSubject] = {
        f"bath {method}": Subject(
            lambda method=method: forest.bath(seed=3, method=method),
            lambda bath: bath.evolve(0.1),
            bath_mark,
        )
        for method in ("trajectory", "master", "spec")
    }
    found["batch"] = Subject(
        lambda: BathBatch(flux.operators, 12, seed=3),
        lambda batch: batch.evolve(0.1),
        bath_mark,
    )
    found["world"] = Subject(
        lambda: World(names, seed=1),
        World.tick,
        lambda world: (world.digest(), world.tick_count, world.time),
    )
    found["recorder"] = RecorderSubject()
    return found


def run(count: int, seed: int) -> Counter[tuple[str, str]]:
    """Interrupt ``count`` objects; return how often each came out how."""
    chance, tally = random.Random(seed), Counter[tuple[str, str]]()  # noqa: S311
    known, done = subjects(), 0
    while done < count:
        for name, subject in known.items():
            fault = subject.fault(chance)
            tally[name, fault or "in a step"] += 1
            done += fault != "ran on"
    return tally
