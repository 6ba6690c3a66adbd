"""The master equation: evolve, evolve_many and batches against ρ(t)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from expected import ExpectedDensity, matrix_of, promised, pure, rounding_of, turning
from generated_bath import GeneratedBath
from plain_bath import Schedule
from product_calls import operators, refuse_costly, start, started_bath, stepped
from real_generators import to_vector
from verdicts import Ledger, asked

from spacewheat_sim import BathBatch, QuantumBath, Recording


def started_mixed(case: GeneratedBath, rng: np.random.Generator):
    """Return ρ and a bath that starts in it: now and then a mixture of three kets."""
    rho = pure(case.ket)
    bath = started_bath(case, "master", 0)
    if rng.random() < 0.25:
        n = case.bath.size
        kets = rng.normal(size=(2, n)) + 1j * rng.normal(size=(2, n))
        rho = rho + pure(kets[0]) + 0.1 * pure(kets[1])
        rho = (rho + rho.conj().T) / (2 * rho.trace().real)
        asked(lambda: bath.initialize_density_matrix(rho))
    return rho, bath


def pieces_of(
    case: GeneratedBath, rng: np.random.Generator
) -> tuple[list[float], list[float]]:
    """Return unequal steps that make up the run, and the times at which they end."""
    count = int(rng.integers(1, 4))
    shares = 10 ** rng.uniform(-2, 0, size=count)
    if rng.random() < 0.3:
        shares[:] = 1.0
    pieces = (case.schedule.duration * shares / shares.sum()).tolist()
    return pieces, np.cumsum(pieces).tolist()


def compare_density(ledger, case, got, vector, rho, time, rounding):
    """Compare populations, and the whole density matrix where it is given."""
    n = case.bath.size
    ledger.populations(got)
    allowed_error = promised(case, time)
    loose = 100 * case.tolerance
    ledger.compare("populations", got, vector[..., :n], allowed_error, rounding, loose)
    if rho is not None:
        right = matrix_of(vector, n)
        if not np.isfinite(rho).all():
            ledger.add("WRONG", "coherences: not finite")
            return
        gap = float(np.abs(rho - right).max())
        # A coherence is off by no more than the state is, which is promised twice over.
        allowed = 4 * allowed_error + 4 * rounding + turning(case)
        ledger.judge("coherences", gap, allowed)


def check_evolve(case: GeneratedBath, ledger: Ledger) -> None:
    """``evolve`` by unequal steps."""
    refuse_costly(case)
    rng = case.rng("pieces")
    pieces, times = pieces_of(case, rng)
    rho, bath = started_mixed(case, rng)
    right = ExpectedDensity(case.bath, rho).after(pieces, times)
    rounding = rounding_of(case, rho)
    for piece, time, vector in zip(pieces, times, right, strict=True):
        stepped(ledger, bath, lambda piece=piece: asked(lambda: bath.evolve(piece)))
        compare_density(
            ledger,
            case,
            bath.populations(),
            vector,
            bath.density_matrix(),
            time,
            rounding,
        )
    check_clock(ledger, bath.time, times[-1])


def check_clock(ledger: Ledger, got: float, right: float) -> None:
    """The clock must show the sum of the steps, but for a few roundings."""
    if not abs(got - right) <= 1e-13 * right:
        ledger.add("WRONG", "clock", error=abs(got - right), allowed=1e-13 * right)


def legs_of(case: GeneratedBath, rng: np.random.Generator) -> tuple[int, Schedule]:
    """Return how many steps are taken one by one, and the schedule of the others."""
    steps = case.schedule.steps
    lead = min(int(rng.integers(1, 5)), steps - 1) if rng.random() < 0.3 else 0
    return lead, replace(case.schedule, steps=steps - lead)


def check_record(case: GeneratedBath, ledger: Ledger) -> None:
    """``evolve_many``: every row, the last one, the times and the end."""
    refuse_costly(case)
    rng = case.rng("record")
    rho, bath = started_mixed(case, rng)
    lead, schedule = legs_of(case, rng)
    dt, every, duration = schedule.dt, schedule.record_every, case.schedule.duration
    counts = [lead + every * r for r in range(schedule.rows + 1)]
    ends = sorted({0, *counts, case.schedule.steps})
    reached = ExpectedDensity(case.bath, rho).every(dt, ends[1:])
    right = dict(zip(ends, [to_vector(rho), *reached], strict=True))
    rounding = rounding_of(case, rho)
    recording = recorded(ledger, bath, lead, schedule)
    times = dt * np.array(counts)
    ledger.compare("recorded times", recording.time, times, 0.0, 1e-13 * duration)
    rows, end = np.array([right[count] for count in counts]), right[ends[-1]]
    got = recording.populations
    compare_density(ledger, case, got, rows, None, duration, rounding)
    got, rho = bath.populations(), bath.density_matrix()
    compare_density(ledger, case, got, end, rho, duration, rounding)
    check_last_row(ledger, schedule, recording, got)
    check_clock(ledger, bath.time, duration)


def recorded(
    ledger: Ledger, bath: QuantumBath, lead: int, schedule: Schedule
) -> Recording:
    """Return the recording of a schedule, after ``lead`` steps one by one."""
    dt, steps, every = schedule.dt, schedule.steps, schedule.record_every
    for _ in range(lead):
        stepped(ledger, bath, lambda: asked(lambda: bath.evolve(dt)))
    return stepped(
        ledger, bath, lambda: asked(lambda: bath.evolve_many(dt, steps, every))
    )


def check_last_row(ledger, schedule, recording, populations):
    """The last row is the state at the end where the steps end on a row."""
    if schedule.rows * schedule.record_every == schedule.steps:
        gap = float(np.abs(recording.populations[-1] - populations).max())
        ledger.judge("last row is the end", gap, 1e-12)


def check_batch(case: GeneratedBath, ledger: Ledger) -> None:
    """``BathBatch.evolve`` under ``master``, each bath from a ket of its own."""
    rng = case.rng("batch")
    pieces, times = pieces_of(case, rng)
    count = int(rng.integers(1, 4))
    refuse_costly(case, count)
    n = case.bath.size
    kets = rng.normal(size=(count, n)) + 1j * rng.normal(size=(count, n))
    kets[0] = case.ket
    kets /= np.linalg.norm(kets, axis=1)[:, None]
    right = [ExpectedDensity(case.bath, pure(ket)).after(pieces, times) for ket in kets]
    rounding = max(rounding_of(case, pure(ket)) for ket in kets)
    made = operators(case.bath)
    batch = asked(lambda: BathBatch(made, count, "master", 0, tolerance=case.tolerance))
    if count == 1:
        start(case, batch)
    else:
        asked(lambda: batch.initialize_ket(kets))
    for k, (piece, time) in enumerate(zip(pieces, times, strict=True)):
        asked(lambda piece=piece: batch.evolve(piece))
        rhos, got = batch.density_matrices(), batch.populations()
        for b in range(count):
            compare_density(ledger, case, got[b], right[b][k], rhos[b], time, rounding)
    check_clock(ledger, batch.time, times[-1])
