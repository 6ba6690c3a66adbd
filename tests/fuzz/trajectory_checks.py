"""Quantum trajectories: each jump and each state between jumps, draw by draw.

The n-th draw of a bath's stream is known. Between jumps the ket is the no-jump evolution
from the last landing, and a jump comes where the survival probability has fallen to
1 − u of the next draw u: so a whole history can be verified, not only its statistics.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from density_checks import check_clock, check_last_row, pieces_of, pure
from expected import ExpectedDensity, NoJump, rounding_of
from generated_bath import GeneratedBath
from numpy.typing import NDArray
from product_calls import operators, start, started_bath, stepped
from verdicts import LeftOut, Ledger, asked

from spacewheat_sim import BathBatch, QuantumBath, seeding

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
Looks = list[tuple[float, FloatArray]]

# Jumps that a history may have, and how many of its spans are verified.
MOST_JUMPS = 2000
SPANS = 5
# Draws from the present one among which the threshold of a jump is looked for: how the
# channel is drawn, and whether it is where there is only one, is the product's own.
WINDOW = 4


def refuse_many_jumps(case: GeneratedBath, most: float = MOST_JUMPS) -> float:
    """Return how many jumps to expect.

    Raises:
        LeftOut: more than anybody lists.
    """
    jumps = ExpectedDensity(case.bath, pure(case.ket)).expected_jumps(
        case.schedule.duration
    )
    if jumps > most:
        raise LeftOut("more jumps than a history is for")
    return jumps


def verify_history(
    ledger: Ledger,
    case: GeneratedBath,
    ket: ComplexArray,
    jumps: list[tuple[float, int, int]],
    looks: Looks,
    end: float,
    draws: FloatArray,
    rounding: float,
) -> None:
    """Verify a history: ``jumps`` (time, source, target), populations at ``looks``."""
    reference = NoJump(case.bath)
    begin, pointer = 0.0, 0
    last = len(jumps)
    for number in range(last + 1):
        stop = end if number == last else jumps[number][0]
        if number < SPANS or number == last:
            here = [look for look in looks if begin <= look[0] <= stop]
            pointer = _verify_span(
                ledger, case, reference, ket, begin, stop, here,
                None if number == last else jumps[number], draws, pointer, rounding,
                known=number < SPANS,
            )  # fmt: skip
        if number < last:
            begin = stop
            ket = np.zeros(case.bath.size, dtype=complex)
            ket[jumps[number][2]] = 1.0


def _verify_span(  # noqa: PLR0913  # one span of a history is all of this
    ledger, case, reference, ket, begin, stop, looks, jump, draws, pointer, rounding, known
):  # type: ignore[no-untyped-def]
    """Verify one span between two jumps; return where in the draws it ends."""
    chosen = looks if len(looks) <= 3 else [looks[0], looks[len(looks) // 2], looks[-1]]
    times = [time for time, _ in chosen] + [stop]
    kets = reference.kets(ket, begin, times)
    weights = np.abs(kets) ** 2
    survived = weights.sum(axis=1)
    # A state that has all but died out is known to fewer digits.
    worn = rounding / max(float(survived.min()), 1e-6)
    promised = case.tolerance * max(stop, case.schedule.dt)
    if chosen:
        right = weights[:-1] / np.maximum(survived[:-1, None], 1e-300)
        ledger.compare(
            "populations between jumps", np.array([p for _, p in chosen]), right,
            promised, worn, 100 * case.tolerance,
        )  # fmt: skip
    rate = float(case.bath.decay.max())
    slack = promised + worn + 8 * rate * float(np.spacing(stop))
    if jump is None:
        if known and survived[-1] < 1.0 - draws[pointer] - slack:
            ledger.add(
                "WRONG", "jump missed", error=1 - draws[pointer] - survived[-1],
                allowed=slack, detail=f"survival {survived[-1]:.6g} at {stop:.9g}",
            )  # fmt: skip
        return pointer
    _, source, target = jump
    if not any(s == source and t == target and r > 0 for s, t, r in case.bath.jumps):
        ledger.add("WRONG", "jump of no channel", detail=f"{jump}")
    if weights[-1, source] < 1e-14 * survived[-1] and slack < 1e-3:
        ledger.add("WRONG", "jump from an empty state", detail=f"{jump}")
    window = 1.0 - draws[pointer : pointer + WINDOW]
    gaps = np.abs(window - survived[-1])
    fitting = np.flatnonzero(gaps <= slack)
    if not fitting.size:
        ledger.add(
            "WRONG", "jump time", error=float(gaps.min()), allowed=slack,
            detail=f"survival {survived[-1]:.9g} at {stop:.9g}, draws {window}",
        )  # fmt: skip
        return pointer + int(gaps.argmin()) + 1
    ledger.add("right", "jump time", error=float(gaps[fitting[0]]), allowed=slack)
    return pointer + int(fitting[0]) + 1


def _numbered(case, events):  # type: ignore[no-untyped-def]
    index = {emoji: i for i, emoji in enumerate(case.bath.emojis)}
    return [(e.time, index[e.source], index[e.target]) for e in events]


def check_evolve(case: GeneratedBath, ledger: Ledger) -> None:
    """``evolve`` by unequal steps under ``trajectory``."""
    refuse_many_jumps(case)
    rng = case.rng("pieces")
    pieces, times = pieces_of(case, rng)
    seed = int(rng.integers(2**32))
    bath = started_bath(case, "trajectory", seed)
    jumps, looks = [], []
    for piece in pieces:
        jumps += stepped(
            ledger, bath, lambda piece=piece: asked(lambda: bath.evolve(piece))
        )
        ledger.populations(bath.populations())
        looks.append((bath.time, bath.populations()))
    draws = seeding.stream(seed, "bath").random(40)
    verify_history(
        ledger, case, case.ket, _numbered(case, jumps), looks, bath.time, draws,
        rounding_of(case, pure(case.ket)),
    )  # fmt: skip
    check_clock(ledger, bath.time, times[-1])


def check_record(case: GeneratedBath, ledger: Ledger) -> None:
    """``evolve_many`` under ``trajectory``."""
    refuse_many_jumps(case)
    schedule = case.schedule
    seed = int(case.rng("record").integers(2**32))
    bath = started_bath(case, "trajectory", seed)
    recording = stepped(
        ledger,
        bath,
        lambda: asked(
            lambda: bath.evolve_many(schedule.dt, schedule.steps, schedule.record_every)
        ),
    )
    counts = schedule.record_every * np.arange(schedule.rows + 1)
    times = schedule.dt * counts
    ledger.compare("recorded times", recording.time, times, 0.0, 1e-13 * times[-1])
    ledger.populations(recording.populations)
    looks = list(zip(recording.time.tolist(), recording.populations, strict=True))
    # A row at the very time of a jump may be of either side of it.
    jumps = _numbered(case, recording.events)
    edge = 1e-12 * schedule.duration
    looks = [
        look
        for look in looks
        if not any(abs(look[0] - time) <= edge for time, _, _ in jumps)
    ]
    draws = seeding.stream(seed, "bath").random(40)
    verify_history(
        ledger, case, case.ket, jumps, looks[1:], bath.time, draws,
        rounding_of(case, pure(case.ket)),
    )  # fmt: skip
    check_last_row(ledger, schedule, recording, bath.populations())
    check_clock(ledger, bath.time, schedule.duration)


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
    verify_history(
        ledger, case, case.ket, _numbered(case, told[chosen]), looks[chosen],
        batch.time, draws, rounding,
    )  # fmt: skip
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
                "WRONG", "batch and bath jump otherwise", detail=f"{len(events)} {len(ours)}"
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


def without_drives(case: GeneratedBath) -> GeneratedBath:
    """Return the case at rest."""
    return replace(case, bath=replace(case.bath, drives=()))
