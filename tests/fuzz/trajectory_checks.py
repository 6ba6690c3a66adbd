"""Quantum trajectories: each jump and each state between jumps, draw by draw.

The n-th draw of a bath's stream is known. Between jumps the ket is the no-jump
evolution from the last landing, and a jump comes where the survival probability has
fallen to 1 − u of the next draw u: so a whole history can be verified, not only its
statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from density_checks import (
    check_clock,
    check_last_row,
    legs_of,
    pieces_of,
    pure,
    recorded,
)
from expected import ExpectedDensity, NoJump, rounding_of, turning
from generated_bath import GeneratedBath
from numpy.typing import NDArray
from product_calls import operators, start, started_bath, stepped
from verdicts import Ledger, LeftOutError, asked

from spacewheat_sim import BathBatch, QuantumBath, bath_jumped, seeding

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
Looks = list[tuple[float, FloatArray]]

# Jumps that a history may have, and how many of its spans are verified.
MOST_JUMPS = 2000
SPANS = 5
# Rounding of a reference's ket, before it is normalized.
REFERENCE_ROUNDING = 1e-14
# Draws from the present one among which the threshold of a jump is looked for: how the
# channel is drawn, and whether it is where there is only one, is the product's own.
WINDOW = 4


def refuse_many_jumps(case: GeneratedBath, most: float = MOST_JUMPS) -> None:
    """Leave out what has more jumps than anybody lists.

    Raises:
        LeftOutError: it has.
    """
    reference = ExpectedDensity(case.bath, pure(case.ket))
    if reference.expected_jumps(case.schedule.duration) > most:
        raise LeftOutError("more jumps than a history is for")


@dataclass(frozen=True)
class History:
    """What one bath did.

    Attributes:
        ket: Where it started, (N,).
        jumps: Time, source and target of each jump.
        looks: Times, increasing, and the populations seen then.
        end: When it ended, in seconds.
        final: The normalized ket at the end, (N,).
        draws: The first draws of its stream.
    """

    ket: ComplexArray
    jumps: list[tuple[float, int, int]]
    looks: Looks
    end: float
    final: ComplexArray
    draws: FloatArray


@dataclass(frozen=True)
class Span:
    """What lies between two jumps; ``jump`` ends it, or it ends in ``final``."""

    ket: ComplexArray
    begin: float
    stop: float
    looks: Looks
    jump: tuple[float, int, int] | None
    final: ComplexArray


def verify_history(
    ledger: Ledger, case: GeneratedBath, history: History, rounding: float
) -> None:
    """Verify the first spans of a history, each with its jump, and the last one."""
    ket, begin, pointer = history.ket, 0.0, 0
    for number, jump in enumerate([*history.jumps, None]):
        stop = history.end if jump is None else jump[0]
        if number < SPANS or jump is None:
            here = [look for look in history.looks if begin <= look[0] <= stop]
            span = Span(ket, begin, stop, here, jump, history.final)
            draws = history.draws[pointer : pointer + WINDOW]
            if number >= SPANS:
                draws = draws[:0]  # which draw it has come to is not known
            pointer += verify_span(ledger, case, span, draws, rounding)
        if jump is not None:
            begin = stop
            ket = np.zeros(case.bath.size, dtype=complex)
            ket[jump[2]] = 1.0


def verify_span(
    ledger: Ledger, case: GeneratedBath, span: Span, draws: FloatArray, rounding: float
) -> int:
    """Verify one span; return how many of the next ``draws`` it has used."""
    seen = span.looks
    seen = seen if len(seen) <= 3 else [seen[0], seen[len(seen) // 2], seen[-1]]
    times = [time for time, _ in seen] + [span.stop]
    kets = NoJump(case.bath).kets(span.ket, span.begin, times)
    weights = np.abs(kets) ** 2
    survived = weights.sum(axis=1)
    # A state that has all but died out is known to fewer digits.
    left = max(float(survived.min()), 1e-12)
    worn = rounding * min(1 / left, 100.0) + REFERENCE_ROUNDING / left
    promised = case.tolerance * max(span.stop, case.schedule.dt)
    if seen:
        right = weights[:-1] / np.maximum(survived[:-1, None], 1e-300)
        got = np.array([populations for _, populations in seen])
        loose = 100 * case.tolerance
        ledger.compare("populations between jumps", got, right, promised, worn, loose)
    fastest = float(case.bath.decay.max())
    slack = promised + worn + 8 * fastest * float(np.spacing(span.stop))
    thresholds = 1.0 - draws
    if span.jump is None:
        gap = np.abs(pure(span.final) - pure(kets[-1]) / survived[-1]).max()
        allowed = 4 * (promised + worn) + turning(case)
        _judge(ledger, "coherences", float(gap), allowed)
        if draws.size:
            # After a jump the next draws may have been for its channel.
            below = float(thresholds[: 1 if span.begin == 0.0 else 3].min())
            below -= float(survived[-1])
            _judge(ledger, "no jump since", max(below, 0.0), slack)
        return 0
    _verify_channel(ledger, case, span, weights[-1] / survived[-1], slack)
    gaps = np.abs(thresholds - survived[-1])
    fitting = np.flatnonzero(gaps <= slack)
    if fitting.size:
        used = int(fitting[0])
        ledger.add("right", "jump time", error=float(gaps[used]), allowed=slack)
        return used + 1
    used = int(gaps.argmin())
    detail = f"survival {survived[-1]:.9g} at {span.stop:.9g} s, draws {thresholds}"
    ledger.add("WRONG", "jump time", float(gaps[used]), slack, detail)
    return used + 1


def _judge(ledger: Ledger, kind: str, error: float, allowed: float) -> None:
    ledger.add("right" if error <= allowed else "WRONG", kind, error, allowed)


def _verify_channel(
    ledger: Ledger,
    case: GeneratedBath,
    span: Span,
    populations: FloatArray,
    slack: float,
) -> None:
    """A jump needs a channel, and something in its source."""
    assert span.jump is not None
    _, source, target = span.jump
    if not any((s, t) == (source, target) and r > 0 for s, t, r in case.bath.jumps):
        ledger.add("WRONG", "jump of no channel", detail=f"{span.jump}")
    if populations[source] < 1e-14 and slack < 1e-3:
        ledger.add("WRONG", "jump from an empty state", detail=f"{span.jump}")


def numbered(
    case: GeneratedBath, events: Sequence[Any]
) -> list[tuple[float, int, int]]:
    """Return time, source and target of events, states by their numbers."""
    index = {emoji: i for i, emoji in enumerate(case.bath.emojis)}
    return [(e.time, index[e.source], index[e.target]) for e in events]


def check_evolve(case: GeneratedBath, ledger: Ledger) -> None:
    """``evolve`` by unequal steps under ``trajectory``."""
    refuse_many_jumps(case)
    rng = case.rng("pieces")
    pieces, times = pieces_of(case, rng)
    seed = int(rng.integers(2**32))
    active = 10 ** rng.uniform(-14, -4) if rng.random() < 0.15 else None
    bath = started_bath(case, "trajectory", seed, active_threshold=active)
    jumps, looks = [], []
    for piece in pieces:
        jumps += stepped(
            ledger, bath, lambda piece=piece: asked(lambda: bath.evolve(piece))
        )
        ledger.populations(bath.populations())
        looks.append((bath.time, bath.populations()))
    draws = seeding.stream(seed, "bath").random(40)
    history = History(
        case.ket, numbered(case, jumps), looks, bath.time, bath.amplitudes, draws
    )
    # What an active subspace leaves out is an amplitude.
    rounding = rounding_of(case, pure(case.ket)) + 4 * bath.neglected
    verify_history(ledger, case, history, rounding)
    check_clock(ledger, bath.time, times[-1])


def check_record(case: GeneratedBath, ledger: Ledger) -> None:
    """``evolve_many`` under ``trajectory``."""
    refuse_many_jumps(case)
    rng = case.rng("record")
    seed = int(rng.integers(2**32))
    lead, schedule = legs_of(case, rng)
    bath = started_bath(case, "trajectory", seed)
    events: list[Any] = []

    def told(_: QuantumBath, event: Any) -> None:
        events.append(event)

    with bath_jumped.connected_to(told, bath):
        recording = recorded(ledger, bath, lead, schedule)
    counts = lead + schedule.record_every * np.arange(schedule.rows + 1)
    duration = case.schedule.duration
    times = schedule.dt * counts
    ledger.compare("recorded times", recording.time, times, 0.0, 1e-13 * duration)
    ledger.populations(recording.populations)
    jumps = numbered(case, events)
    if list(recording.events) != events[len(events) - len(recording.events) :]:
        ledger.add("WRONG", "recorded events are not those told")
    # A row at the very time of a jump may be of either side of it.
    edge = 1e-12 * duration
    looks = [
        (time, populations)
        for time, populations in zip(
            recording.time.tolist(), recording.populations, strict=True
        )
        if time > 0.0 and not any(abs(time - jump[0]) <= edge for jump in jumps)
    ]
    draws = seeding.stream(seed, "bath").random(40)
    history = History(case.ket, jumps, looks, bath.time, bath.amplitudes, draws)
    verify_history(ledger, case, history, rounding_of(case, pure(case.ket)))
    check_last_row(ledger, schedule, recording, bath.populations())
    check_clock(ledger, bath.time, duration)


def check_batch(case: GeneratedBath, ledger: Ledger) -> None:
    """``BathBatch.evolve`` under ``trajectory``: histories, and the baths alone."""
    refuse_many_jumps(case, 300)
    rng = case.rng("batch")
    pieces, times = pieces_of(case, rng)
    count, seed = int(rng.integers(1, 12)), int(rng.integers(2**32))
    made = operators(case.bath)
    batch = asked(
        lambda: BathBatch(made, count, "trajectory", seed, tolerance=case.tolerance)
    )
    start(case, batch)
    told: list[list] = [[] for _ in range(count)]
    looks: list[Looks] = [[] for _ in range(count)]
    for piece in pieces:
        for number, event in asked(lambda piece=piece: batch.evolve(piece)):
            told[number].append(event)
        populations = batch.populations()
        ledger.populations(populations)
        for number in range(count):
            looks[number].append((batch.time, populations[number]))
    rounding = rounding_of(case, pure(case.ket))
    chosen = int(rng.integers(count))
    draws = seeding.trajectory_stream(seed, chosen).random(40)
    jumps = numbered(case, told[chosen])
    history = History(
        case.ket, jumps, looks[chosen], batch.time, batch.amplitudes[chosen], draws
    )
    verify_history(ledger, case, history, rounding)
    check_clock(ledger, batch.time, times[-1])
    _compare_alone(case, ledger, made, seed, chosen, pieces, told, looks)


def _compare_alone(case, ledger, made, seed, chosen, pieces, told, looks):  # type: ignore[no-untyped-def]
    """A bath of a batch must have the history that it has alone on its stream."""
    stream = seeding.trajectory_stream(seed, chosen)
    alone = asked(
        lambda: QuantumBath(
            made, "trajectory", 0, tolerance=case.tolerance, stream=stream
        )
    )
    start(case, alone)
    events = []
    for piece in pieces:
        events += asked(lambda piece=piece: alone.evolve(piece))
    ours = [(e.source, e.target) for e in told[chosen]]
    if [(e.source, e.target) for e in events] != ours:
        # Jumps so near the end, or so fast, that rounding decides are nobody's fault.
        rate = float(case.bath.decay.max())
        if case.bath.norm * case.schedule.duration * 1e-15 < 1e-6 and rate > 0:
            ledger.add(
                "WRONG",
                "batch and bath jump otherwise",
                detail=f"{len(events)} {len(ours)}",
            )
        return
    gap = float(np.abs(alone.populations() - looks[chosen][-1][1]).max())
    allowed = 2 * case.tolerance * case.schedule.duration + 2 * rounding_of(
        case, pure(case.ket)
    )
    if ours:
        allowed += 1e-6
    status = "right" if gap <= allowed else "WRONG"
    ledger.add(status, "batch is the bath alone", error=gap, allowed=allowed)
