"""The next jump from any present state: which, and when."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.analysis.no_jump_period import NoJumpPeriod, Outlook
from spacewheat_sim.quantum.analysis.propagation.feed import FeedEntries
from spacewheat_sim.quantum.analysis.propagation.propagation import Propagation
from spacewheat_sim.quantum.analysis.propagation.step import Step, covered, parts
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.generator import Generator

# Probability that no jump comes which is rounding, and relative error of a median.
CERTAIN = 1e-12
# Largest error of the probabilities of the next jump.
ACCURACY = 1e-9
# Largest relative error of how long a wait may last.
LONGEST_DOUBT = 1e-6
# Error in s that is left of a median besides: none that any unit of time would show.
NO_TIME = 1e-300
# Of a driven bath, the probability of no jump yet at which looking ahead ends.
ALMOST_CERTAIN = 1e-9
# Survival is looked at until this many mean waits have passed.
LONGEST = 2.0**60
# A time this share of a period beside the beginning of a step is that.
SAME_TIME = 1e-14
# Steps after which a driven state that no jump has left is given up.
MOST_STEPS = 4000
# Nodes of a step's integrals.
_X, _W = np.polynomial.legendre.leggauss(12)
_X, _W = (_X + 1) / 2, _W / 2


class NextJump(NamedTuple):
    """The next jump from ρ.

    Attributes:
        channels: Probability of each jump operator to be the next, (K,).
        never: Probability that none comes within ``horizon``.
        mean: Mean time in s until it, ∞ where none may come.
        median: When the probability of no jump yet has fallen to 1/2; ∞ if it does not.
        horizon: Seconds that were looked ahead, ∞ of a static or periodic bath.
    """

    channels: FloatArray
    never: float
    mean: float
    median: float
    horizon: float


def next_jump(bath: StaticBath, rho: ComplexArray) -> NextJump:
    """Return what is next from ρ (N, N) of a static bath.

    Channel k is it with the probability γ_k ∫ ⟨s_k|e^{Bτ} ρ e^{B†τ}|s_k⟩ dτ, to 1e-6 of
    itself, however rare, if roundings of ρ do not decide it; to 1e-9 of 1 from states
    of which a superposition never decays, and from more than 24 that H connects.

    Raises:
        RunError: doubles do not hold these integrals.
    """
    spent = np.maximum(bath.no_jump.integral(rho).diagonal().real, 0.0)
    bath.spent_times.correct(spent, rho)
    channels = bath.flows.rates * spent[bath.flows.sources]
    share = bath.no_jump.share(rho)
    is_known = abs(float(channels.sum()) - share) <= ACCURACY
    if not (is_known and bath.no_jump.doubt <= LONGEST_DOUBT):
        raise RunError(
            "The next jump from this state, or when it comes, is not known to 1e-6: "
            "energies and rates lie too far apart for double precision"
        )
    never = max(0.0, 1.0 - share)
    if never < CERTAIN:
        never = 0.0
    mean = float(spent.sum())
    survival = bath.no_jump.survival(rho)
    median = math.inf
    if never < 0.5:
        from scipy import optimize

        late = mean / 2
        while never + survival(late) > 0.5 and late < LONGEST * mean:
            late *= 2
        median = float(
            optimize.brentq(
                lambda t: never + survival(t) - 0.5,
                0.0,
                late,
                xtol=NO_TIME,
                rtol=CERTAIN,
            )
        )
    return NextJump(channels, never, math.inf if never else mean, median, math.inf)


def next_driven_jump(
    generator: Generator,
    drive: Drive,
    rho: ComplexArray,
    time: float,
    period: NoJumpPeriod | None = None,
) -> NextJump:
    """Return what is next from ρ (N, N) at ``time`` s of a driven bath.

    Args:
        generator: H and the jumps.
        drive: What changes with time.
        rho: The present state, (N, N).
        time: In seconds.
        period: What a period does, if there is one: then all that is to come is summed
            up, and otherwise followed until a jump is all but certain.

    Raises:
        RunError: its energies cannot be followed.
    """
    if period is not None:
        found = _of_periods(generator, drive, rho, time, period)
        if found is not None:
            return found
    ahead = _Ahead(generator, drive)
    now = time
    for number, step in enumerate(_no_jumps(ahead.way, rho, time, math.inf)):
        ahead.add(step, time)
        now = step.begin + step.h
        if ahead.survival <= ALMOST_CERTAIN or number >= MOST_STEPS:
            break
    never = ahead.survival if ahead.survival > ALMOST_CERTAIN else 0.0
    mean = math.inf if never else ahead.seconds
    return NextJump(ahead.channels, never, mean, ahead.median, now - time)


class _Ahead:
    """What the steps of a run without jumps add up to.

    Attributes:
        generator: H and the jumps.
        drive: What changes with time.
        way: What moves ρ; one run of it at a time.
        channels: ∫ γ_k ρ_ss dt of each jump operator, (K,).
        seconds: ∫ tr ρ dt.
        survival: tr ρ at the end of the last step.
        median: Seconds after which that fell to 1/2; ∞ before it does.
        sources: The state that each jump operator leaves, (K,).
    """

    def __init__(self, generator: Generator, drive: Drive) -> None:
        self.generator, self.drive = generator, drive
        self.way = _way(generator, drive)
        self.sources = generator.jumps.sources[generator.jumps.order[:-1]]
        self.channels = np.zeros(generator.jumps.size)
        self.seconds, self.survival, self.median = 0.0, 1.0, math.inf

    def add(self, step: Step, time: float) -> None:
        """Add a step of a run that began at ``time`` s."""
        spent = step.integrated(np.array([step.begin + step.h]))[0]
        own = self.generator.jumps.rates
        if self.drive.rate_drivers:
            times = step.begin + step.h * _X
            populations = step.h * _W[:, None] * step.diagonals(times)
            rates = np.array([self.drive.rates(t, own) for t in times.tolist()])
            self.channels += (rates * populations[:, self.sources]).sum(axis=0)
        else:
            self.channels += own * spent[self.sources]
        self.seconds += float(spent.sum())
        left = float(step.end()[0].trace())
        if left <= 0.5 < self.survival:
            self.median = step.begin - time + _crossing(step)
        self.survival = left

    def follow(self, rho: ComplexArray, time: float, until: float) -> ComplexArray:
        """Add all steps from ``time`` to ``until``; return what no jump has left."""
        for step in _no_jumps(self.way, rho, time, until):
            self.add(step, time)
            end = step.end()
            rho = end[0] + 1j * end[1]
        return rho

    def fall(self, delay: float, rho: ComplexArray, begin: float, end: float) -> float:
        """Return when the trace falls to 1/2, in s, ``begin`` being at ``delay``."""
        for step in _no_jumps(self.way, rho, begin, end):
            if float(step.end()[0].trace()) <= 0.5:
                break
        return delay + step.begin - begin + _crossing(step)


def _of_periods(
    generator: Generator,
    drive: Drive,
    rho: ComplexArray,
    time: float,
    period: NoJumpPeriod,
) -> NextJump | None:
    """Return what is next, from all periods to come; None where a jump may never be."""
    ahead = _Ahead(generator, drive)
    if period.outlook is not None:
        return _looked_up(ahead, rho, time, period, period.outlook)
    begun = math.ceil(time / period.period) * period.period
    rho = ahead.follow(rho, time, begun)
    survival, median = ahead.survival, ahead.median
    whole, left = period.summed(rho)
    if left > CERTAIN:
        return None
    ahead.follow(whole, 0.0, period.period)
    if survival > 0.5:
        count, late = period.later(rho, 0.5)
        delay = begun - time + count * period.period
        median = ahead.fall(delay, late, 0.0, period.period)
    return NextJump(ahead.channels, 0.0, ahead.seconds, median, math.inf)


def _looked_up(
    ahead: _Ahead,
    rho: ComplexArray,
    time: float,
    period: NoJumpPeriod,
    outlook: Outlook,
) -> NextJump:
    """Return what :func:`_of_periods` does, from what is known of each step on."""
    # Exact, and below the period: a quotient is rounded, and may be off by a whole one.
    phase = math.fmod(time, period.period)
    margin = SAME_TIME * period.period
    place = int(np.searchsorted(outlook.begins, phase - margin))
    ahead_by = float(outlook.begins[place]) - phase
    begun = time + ahead_by
    if ahead_by > margin:
        rho = ahead.follow(rho, time, begun)
    spent = (outlook.spent[place] @ rho.ravel()).real
    channels = ahead.generator.jumps.rates * spent[ahead.sources]
    driven = sorted({driver.state for driver in ahead.drive.rate_drivers})
    channels[driven] = (outlook.channels[place] @ rho.ravel()).real
    median = ahead.median
    if ahead.survival > 0.5:
        delay, late, number = _last_above(outlook, period, rho, place)
        start, end = outlook.begins[number : number + 2].tolist()
        median = ahead.fall(begun - time + delay, late, start, end)
    seconds = ahead.seconds + float(spent.sum())
    return NextJump(ahead.channels + channels, 0.0, seconds, median, math.inf)


def _last_above(
    outlook: Outlook, period: NoJumpPeriod, rho: ComplexArray, place: int
) -> tuple[float, ComplexArray, int]:
    """Return the last beginning of a step at which the trace is above 1/2.

    Args:
        outlook: What is known of each step.
        period: What a period does.
        rho: The state at the beginning of a step, (N, N).
        place: Which step.

    Returns:
        After how many seconds, the state there, and which step begins.
    """
    begins, first = outlook.begins, place
    for number in range(place, len(outlook.moves)):
        move = outlook.moves[number]
        moved = move @ rho @ move.conj().T
        if moved.trace().real <= 0.5:
            return float(begins[number] - begins[first]), rho, number
        if place == 0:
            break  # a whole period is looked at at once
        rho = moved
    delay = float(begins[-1] - begins[first]) if first else 0.0
    count, rho = period.later(rho, 0.5)
    left = (outlook.survivals @ rho.ravel()).real
    number = int(np.flatnonzero(left[:-1] > 0.5)[-1])
    for move in outlook.moves[:number]:
        rho = move @ rho @ move.conj().T
    return delay + count * period.period + float(begins[number]), rho, number


def survival_at(
    generator: Generator,
    drive: Drive,
    rho: ComplexArray,
    time: float,
    delays: FloatArray,
) -> FloatArray:
    """Return the probability of no jump by sorted ``delays`` after ``time``, (T,)."""
    found = populations_at(generator, drive, rho, time, delays).sum(axis=1)
    return np.asarray(np.clip(found, 0.0, 1.0))


def populations_at(
    generator: Generator,
    drive: Drive,
    rho: ComplexArray,
    time: float,
    delays: FloatArray,
) -> FloatArray:
    """Return how probable it is that no jump came and each state is found, (T, N).

    ``delays`` are sorted, in s after ``time``.
    """
    found = np.tile(rho.diagonal().real, (delays.size, 1))
    last = float(delays.max(initial=0.0))
    steps = _no_jumps(_way(generator, drive), rho, time, time + last)
    for step, own in covered(steps, delays, last, time):
        found[own] = step.diagonals(time + delays[own])
    return found


def _way(generator: Generator, drive: Drive) -> Propagation:
    """Return what moves ρ to e^{Bτ} ρ e^{B†τ}, as long as nothing jumps."""
    return Propagation(generator, drive, FeedEntries.none())


def _no_jumps(
    way: Propagation, rho: ComplexArray, time: float, until: float
) -> Iterator[Step]:
    """Yield the steps of ``way`` from ρ (N, N) at ``time`` on, in windows."""
    state = parts(rho)
    while time < until:
        stop = min(until, time + way.window)
        for step in way.run(state, time, stop):
            yield step
            state = step.end()
        time = stop


def _crossing(step: Step) -> float:
    """Return how long after a step's begin, in s, the trace falls to 1/2."""
    from scipy import optimize

    def above(delay: float) -> float:
        return float(step.diagonals(np.array([step.begin + delay])).sum()) - 0.5

    if above(0.0) <= 0.0 or above(step.h) >= 0.0:
        return step.h
    return float(optimize.brentq(above, 0.0, step.h, xtol=NO_TIME, rtol=CERTAIN))
