"""Quantum trajectories: evolve, evolve_many and batches, draw by draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from density_checks import (
    check_clock,
    check_last_row,
    legs_of,
    pieces_of,
    recorded,
)
from expected import ExpectedDensity, pure, rounding_of
from generated_bath import GeneratedBath
from histories import History, Looks, verify_history
from product_calls import (
    operators,
    refuse_costly,
    start,
    started_bath,
    stepped,
)
from verdicts import Ledger, LeftOutError, asked

from spacewheat_sim import BathBatch, QuantumBath, bath_jumped, seeding

# Jumps that a history may have.
MOST_JUMPS = 2000
# Steps of an active set, each of which takes 40 µs.
MOST_ACTIVE_STEPS = 1e5


def refuse_many_jumps(case: GeneratedBath, most: float = MOST_JUMPS) -> None:
    """Leave out what has more jumps than anybody lists.

    Raises:
        LeftOutError: it has.
    """
    reference = ExpectedDensity(case.bath, pure(case.ket))
    if reference.expected_jumps(case.schedule.duration) > most:
        raise LeftOutError("more jumps than a history is for")


def numbered(
    case: GeneratedBath, events: Sequence[Any]
) -> list[tuple[float, int, int]]:
    """Return time, source and target of events, states by their numbers."""
    index = {emoji: i for i, emoji in enumerate(case.bath.emojis)}
    return [(e.time, index[e.source], index[e.target]) for e in events]


def check_evolve(case: GeneratedBath, ledger: Ledger) -> None:
    """``evolve`` by unequal steps under ``trajectory``."""
    refuse_many_jumps(case)
    refuse_costly(case)
    rng = case.rng("pieces")
    pieces, times = pieces_of(case, rng)
    seed = int(rng.integers(2**32))
    active = 10 ** rng.uniform(-14, -4) if rng.random() < 0.15 else None
    if case.bath.norm * case.schedule.duration > MOST_ACTIVE_STEPS:
        active = None
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
    refuse_costly(case)
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
    refuse_costly(case, 12)
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


def _compare_alone(case, ledger, made, seed, chosen, pieces, told, looks):
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
    ledger.judge("batch is the bath alone", gap, allowed)
