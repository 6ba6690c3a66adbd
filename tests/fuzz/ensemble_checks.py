"""Ensembles: means by rigorous bounds, first jumps by their own draws.

Populations lie in [0, 1], so that by Bennett's inequality a mean of B of them is off by
ε with probability at most 2 exp(−B ε²/(2 p (1 − p) + 2ε/3)): the bound holds for every
B and every p, however skewed.
"""

from __future__ import annotations

import math

import numpy as np
from expected import ExpectedDensity, NoJump, promised, pure, rounding_of
from generated_bath import GeneratedBath
from product_calls import operators, refuse_costly, start, started_bath
from trajectory_checks import refuse_many_jumps
from verdicts import Ledger, asked

from spacewheat_sim import BathBatch, seeding

# Probability that one mean is called wrong by chance: of 20,000 baths some 10⁵ means
# are compared, so that one such run in a thousand has a false alarm.
FALSE_ALARM = 1e-8
MOST_JUMPS = 20_000
CHECKED_JUMPS = 3
# Rounding allowed to a survival read from tables of an ensemble.
TABLES = 1e-11
# Mean and standard error of few trajectories, by the batch of the same streams. A jump
# comes as late as its survival is flat, so that little more than five digits agree.
ALONE, AGREEING = 16, 1e-5
PRODUCT_ROUNDING = 4e-15


def check_ensemble(case: GeneratedBath, ledger: Ledger) -> None:
    """``ensemble``: means, errors of the means, first jumps."""
    rng = case.rng("ensemble")
    count = int(rng.choice((16, 64, 256)))
    refuse_many_jumps(case, MOST_JUMPS / count)
    refuse_costly(case, count)
    duration, rows = case.schedule.duration, int(rng.integers(1, 7))
    interval = duration / rows
    reference = ExpectedDensity(case.bath, pure(case.ket))
    right = reference.every(interval, list(range(1, rows + 1)))
    rounding = rounding_of(case, pure(case.ket))
    seed = int(rng.integers(2**32))
    method = "master" if rng.random() < 0.3 else "trajectory"
    bath = started_bath(case, method, seed)
    result = asked(lambda: bath.ensemble(duration, count, dt=interval, seed=seed))
    n = case.bath.size
    expected = np.concatenate((np.abs(case.ket[None]) ** 2, right[:, :n]))[
        : result.time.size
    ]
    # Tables of waiting times hold to the tolerance, however short the run.
    allowed_error = case.tolerance * max(duration, 1.0)
    # Rounding of the many products that a fast bath takes.
    allowed_error += PRODUCT_ROUNDING * case.bath.norm * duration
    ledger.compare(
        "ensemble times",
        result.time,
        interval * np.arange(result.time.size),
        0.0,
        1e-12 * duration,
    )
    if result.time.size < rows:
        ledger.add(
            "WRONG", "ensemble lacks rows", detail=f"{result.time.size - 1} of {rows}"
        )
    ledger.populations(result.populations)
    _compare_means(ledger, result, expected, count, allowed_error + rounding)
    _compare_errors(case, ledger, result, count)
    if count == ALONE and method == "trajectory":
        _compare_with_batch(case, ledger, result, seed)
    _compare_first_jumps(
        case, ledger, result, seed, method == "master", allowed_error + rounding
    )


def _compare_means(ledger, result, right, count, off):
    spread = np.clip(right * (1 - right), 0.0, None)
    log = math.log(2 / FALSE_ALARM)
    # ε of Bennett's bound: B ε² = log · (2σ² + 2ε/3).
    half = log / (3 * count)
    chance = half + np.sqrt(half**2 + 2 * log * spread / count)
    gaps = np.abs(result.populations - right)
    over = gaps - chance - off
    worst = np.unravel_index(int(over.argmax()), over.shape)
    status = "right" if over[worst] <= 0 else "WRONG"
    detail = "" if status == "right" else f"at {tuple(map(int, worst))}"
    error, allowed = float(gaps[worst]), float(chance[worst] + off)
    ledger.add(status, "ensemble mean", error, allowed, detail)


def _compare_errors(case, ledger, result, count):
    """The error has a part that was seen, bounded by the mean, and one that was not."""
    error, mean = result.standard_error, result.populations
    seen = _seen_error(result, count)
    if not (np.isfinite(error).all() and np.isfinite(seen).all()):
        ledger.add("WRONG", "standard error not finite")
        return
    most = np.sqrt(np.clip(mean * (1 - mean), 0.0, None) / (count - 1))
    ledger.judge("seen error beyond its mean's", float((seen - most).max()), 1e-9)
    # One event in B that changes all, and was missed twice.
    unseen = np.sqrt(np.clip(error**2 - seen**2, 0.0, None))
    ledger.judge("unseen error", float(unseen.max()), 2 / count * (1 + 1e-6))
    ledger.judge("error below what was seen", float((seen - error).max()), 1e-15)
    if not np.isfinite(result.first_jumps).any():
        ledger.judge("seen error where nothing happened", float(seen.max()), 1e-15)
    if not case.bath.decay.any():
        ledger.judge("error where nothing can happen", float(error.max()), 1e-15)


def _seen_error(result, count):
    """Return √(Σ (x − x̄)² / (B (B − 1))), (T, N)."""
    return np.sqrt(result.deviations / (count * (count - 1)))


def _compare_with_batch(case, ledger, result, seed):
    """The same trajectories one by one must have this mean and this error."""
    made = operators(case.bath)
    batch = asked(
        lambda: BathBatch(made, ALONE, "trajectory", seed, tolerance=case.tolerance)
    )
    start(case, batch)
    asked(lambda: batch.evolve(float(result.time[-1])))
    each = batch.populations()
    mean = np.abs(result.populations[-1] - each.mean(axis=0)).max()
    error = each.std(axis=0, ddof=1) / math.sqrt(ALONE)
    seen = _seen_error(result, ALONE)[-1]
    gap = float(max(mean, np.abs(seen - error).max()))
    both = 4 * promised(case, float(result.time[-1]))
    ledger.judge("ensemble is its batch", gap, max(AGREEING, both))


def _compare_first_jumps(case, ledger, result, seed, mixed, off):
    """The first jump of trajectory i comes where survival has fallen to its draw."""
    first = result.first_jumps
    if first.shape != (result.trajectories,) or np.isnan(first).any():
        ledger.add("WRONG", "first jumps: shape or NaN")
        return
    reference, duration = NoJump(case.bath), case.schedule.duration
    end = float(np.linalg.norm(reference.kets(case.ket, 0.0, [duration])[0]) ** 2)
    rate = float(case.bath.decay.max())
    for number in range(min(CHECKED_JUMPS, first.size)):
        # A mixed start takes the first draw for itself; a pure one may look mixed.
        draws = 1.0 - seeding.trajectory_stream(seed, number).random(1 + mixed)
        slack = off + TABLES + 8 * rate * float(np.spacing(duration))
        if math.isinf(first[number]):
            gap = float(draws.min()) - end
        else:
            ket = reference.kets(case.ket, 0.0, [float(first[number])])[0]
            gap = float(np.abs(np.linalg.norm(ket) ** 2 - draws).min())
        status = "right" if gap <= slack else "WRONG"
        detail = "" if status == "right" else f"of {number}: {first[number]:.9g} s"
        ledger.add(status, "first jump of an ensemble", gap, slack, detail)
