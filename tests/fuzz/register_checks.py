"""Registers: density matrices, trajectories, ensembles and steady states."""

from __future__ import annotations

import numpy as np
from dense_register import DenseRegister
from density_checks import check_clock, check_last_row, pieces_of
from ensemble_checks import FALSE_ALARM
from generated_bath import GeneratedBath
from generated_register import GeneratedRegister, generated_register
from scipy import linalg
from verdicts import SUM_ROUNDING, Ledger, LeftOutError, RefusalError, asked

from spacewheat_sim import BathBatch, QuantumBath, seeding
from spacewheat_sim.arrays import ComplexArray

MOST_JUMPS, MOST_MEAN_JUMPS = 60, 20_000
# Of a null vector: singular values below are 0, and none may lie up to the next.
NOTHING, SOMETHING = 1e-13, 1e-9
# Of numbers so much apart, their squares over each other may pass for nothing.
CLOSE = 1e-4
# Kets that the same pair of poles may have left by different operators.
MOST_WAYS = 64


def started(
    register: GeneratedRegister, method: str, seed: int, count: int = 0
) -> QuantumBath | BathBatch:
    """Return the register's bath, or a batch of ``count``, at its start."""
    made, tolerance = register.operators(), register.tolerance
    if count:
        bath = asked(lambda: BathBatch(made, count, method, seed, tolerance=tolerance))
    else:
        bath = asked(lambda: QuantumBath(made, method, seed, tolerance=tolerance))
    asked(lambda: bath.initialize_ket(register.ket))
    return bath


def check_master(case: GeneratedBath, ledger: Ledger) -> None:
    """``evolve``, ``evolve_many`` and a batch, and what is read of two axes."""
    register, rng = generated_register(case), case.rng("register master")
    dense, schedule = DenseRegister(register), register.schedule
    rho = np.outer(register.ket, register.ket.conj())
    bath = started(register, "master", 0)
    rows = schedule.rows
    wanted = sorted({0, rows // 2, rows})
    times = [schedule.dt * schedule.record_every * row for row in wanted]
    right = dense.densities(rho, [*times, schedule.duration])
    found = asked(
        lambda: bath.evolve_many(schedule.dt, schedule.steps, schedule.record_every)
    )
    for row, density in zip(wanted, right[:-1], strict=True):
        populations = dense.populations(density)
        _compare(ledger, dense, found.populations[row], populations, schedule.duration)
    check_last_row(ledger, schedule, found, bath.populations())
    check_clock(ledger, bath.time, schedule.duration)
    _compare_density(ledger, dense, bath.density_matrix(), right[-1], schedule.duration)
    _compare_pairs(ledger, register, bath, right[-1], dense, rng)
    case_of_register = _Timed(register)
    pieces, ends = pieces_of(case_of_register, rng)
    batch = started(register, "master", 0, 2)
    for piece in pieces:
        asked(lambda piece=piece: batch.evolve(piece))
    (wanted_rho,) = dense.densities(rho, [ends[-1]])
    for got in batch.density_matrices():
        _compare_density(ledger, dense, got, wanted_rho, ends[-1])


class _Timed:
    """What :func:`pieces_of` reads of a case: its schedule."""

    def __init__(self, register: GeneratedRegister) -> None:
        self.schedule = register.schedule


def _compare(ledger, dense, got, right, seconds):
    """Compare populations, which must be such."""
    _judge_populations(ledger, got)
    ledger.compare(
        "populations", got, right, dense.promised(seconds), dense.rounding, 1.0
    )


def _judge_populations(ledger, got):
    """Poles must sum to 1 in pairs, and none be negative."""
    sums = got.reshape(-1, 2).sum(axis=1)
    ledger.judge("poles sum to 1", float(np.abs(sums - 1).max()), SUM_ROUNDING)
    ledger.judge("populations are not negative", float(-got.min()), 0.0)


def _compare_density(ledger, dense, got, right, seconds):
    """Compare whole density matrices; a coherence is off by twice as much at most."""
    allowed = 4 * (dense.promised(seconds) + dense.rounding)
    gap = float(np.abs(got - right).max())
    ledger.judge("density matrix", gap if np.isfinite(gap) else np.inf, allowed)


def _compare_pairs(ledger, register, bath, rho, dense, rng):
    """Projections of an axis, and mutual information and negativity of two."""
    axes, terms = register.terms.axes, register.terms
    allowed = 8 * (dense.promised(bath.time) + dense.rounding)
    a = int(rng.integers(len(axes)))
    own = terms.reduced(rho, a)
    seen = bath.project_onto_axis(*axes[a])
    bloch = [2 * own[0, 1].real, -2 * own[0, 1].imag, (own[0, 0] - own[1, 1]).real]
    ledger.judge("bloch", float(np.abs(np.array(seen.bloch) - bloch).max()), allowed)
    if len(axes) < 2:
        return
    b = (a + 1 + int(rng.integers(len(axes) - 1))) % len(axes)
    both = terms.reduced(rho, a, b)
    known = _entropy(own) + _entropy(terms.reduced(rho, b)) - _entropy(both)
    # −x ln x has no slope at 0.
    blunt = 40 * allowed * (1 - np.log(max(allowed, 1e-15)))
    got = bath.mutual_information(axes[a], axes[b])
    ledger.judge("mutual information", abs(got - known), blunt)
    turned = both.reshape(2, 2, 2, 2).transpose(0, 3, 2, 1).reshape(4, 4)
    negative = -np.minimum(np.linalg.eigvalsh(turned), 0.0).sum()
    got = bath.negativity(axes[a], axes[b])
    ledger.judge("negativity", abs(got - float(negative)), 4 * allowed)


def _entropy(rho: ComplexArray) -> float:
    weights = np.linalg.eigvalsh(rho)
    weights = weights[weights > 1e-300]
    return float(-(weights * np.log(weights)).sum())


def check_trajectory(case: GeneratedBath, ledger: Ledger) -> None:
    """A history: jump times by their draws, and the ket at the end."""
    register, rng = generated_register(case), case.rng("register trajectory")
    dense = DenseRegister(register)
    _refuse_many_jumps(register, dense, MOST_JUMPS)
    seed = int(rng.integers(2**32))
    bath = started(register, "trajectory", seed)
    pieces, _ = pieces_of(_Timed(register), rng)
    events = []
    for piece in pieces:
        events += asked(lambda piece=piece: bath.evolve(piece))
    thresholds = 1.0 - seeding.stream(seed, "bath").random(4 * (len(events) + 2))
    slack = 4 * (dense.promised(bath.time) + dense.rounding)
    ways, begin, pointer = [register.ket], 0.0, 0
    for event in events:
        slack += 8 * dense.fastest * float(np.spacing(event.time))
        moved = [dense.kets(ket, begin, [event.time])[0] for ket in ways]
        survived = np.array([np.vdot(ket, ket).real for ket in moved])
        window = thresholds[pointer : pointer + 4]
        gaps = np.abs(window[None, :] - survived[:, None])
        if gaps.min() > slack + 1e-12:
            detail = f"{survived} at {event.time:.9g} s, draws {window}"
            ledger.add("WRONG", "jump time", float(gaps.min()), slack, detail)
            return
        ledger.add("right", "jump time", float(gaps.min()), slack)
        pointer += int(gaps.min(axis=0).argmin()) + 1
        ways = _landed(register, dense, event, moved)
        if not ways:
            ledger.add("WRONG", "jump of no channel", detail=f"{event}")
            return
        if len(ways) > MOST_WAYS:
            raise LeftOutError("too many ways of the same jumps")
        # What a jump leaves is known as well as its time and its ket are.
        slack *= 4 / min(1.0, max(float(survived.max()), 1e-6))
        begin = event.time
    finals = [dense.kets(ket, begin, [bath.time])[0] for ket in ways]
    got = bath.amplitudes
    overlaps = [abs(np.vdot(k, got)) ** 2 / np.vdot(k, k).real for k in finals]
    left = min(float(np.vdot(k, k).real) for k in finals)
    off = float(np.sqrt(max(0.0, 1.0 - max(overlaps))))
    allowed = slack * (4 + dense.norm) / max(left, 1e-12) + 4e-8
    ledger.judge("ket at the end", off, allowed)
    _judge_populations(ledger, bath.populations())


def _landed(register, dense, event, moved) -> list[ComplexArray]:
    """Return what a jump may leave: one ket of each operator of its pair of poles."""
    found = []
    for jump, operator in zip(register.terms.jumps, dense.jumps, strict=True):
        if jump[:2] == (event.source, event.target) and jump[2] > 0.0:
            kets = [operator @ ket for ket in moved]
            found += [k / np.linalg.norm(k) for k in kets if np.linalg.norm(k) > 1e-9]
    return found


def _refuse_many_jumps(register, dense, most: float) -> None:
    """Leave out what may have more jumps than anybody lists.

    Raises:
        LeftOutError: it may.
    """
    if dense.fastest * register.schedule.duration > most:
        raise LeftOutError("more jumps than a history is for")


def check_ensemble(case: GeneratedBath, ledger: Ledger) -> None:
    """Means of an ensemble by Bennett's bound, whole and in two parts."""
    register, rng = generated_register(case), case.rng("register ensemble")
    dense = DenseRegister(register)
    count = int(rng.choice((16, 64, 200)))
    _refuse_many_jumps(register, dense, MOST_MEAN_JUMPS / count)
    seed, duration = int(rng.integers(2**32)), register.schedule.duration
    bath = started(register, "trajectory", seed)
    found = asked(lambda: bath.ensemble(duration, count, dt=duration, seed=seed))
    rho = np.outer(register.ket, register.ket.conj())
    right = dense.populations(dense.densities(rho, [duration])[0])
    bound = np.log(2 / FALSE_ALARM)
    spread = np.clip(right * (1 - right), 0.0, 0.25)
    allowed = bound / (3 * count) + np.sqrt(
        (bound / (3 * count)) ** 2 + 2 * bound * spread / count
    )
    allowed = allowed + dense.promised(duration) + dense.rounding
    worst = float((np.abs(found.populations[-1] - right) / allowed).max())
    ledger.judge("mean of an ensemble", worst, 1.0)


def check_steady(case: GeneratedBath, ledger: Ledger) -> None:
    """The steady state, where doubles tell how many there are."""
    register = generated_register(case)
    if register.drives:
        raise LeftOutError("no steady state of what is driven")
    dense = DenseRegister(register)
    values = linalg.svdvals(dense.liouvillian)
    largest = float(values[0])
    if largest == 0.0:
        raise LeftOutError("nothing moves")
    shares = values / largest
    if ((shares > NOTHING) & (shares < SOMETHING)).any():
        raise LeftOutError("doubles do not tell how many steady states there are")
    count = int((shares <= NOTHING).sum())
    sizes = _sizes(register)
    if count > 1 and min(sizes) < CLOSE * max(sizes):
        raise LeftOutError("doubles do not tell how many steady states there are")
    bath = started(register, "master", 0)
    try:
        rho = asked(bath.steady_state)
    except RefusalError as refusal:
        if count == 1:
            raise
        told = f"{count} independent" in str(refusal)
        ledger.judge(f"number of steady states: {refusal}"[:90], float(not told), 0.0)
        return
    if count != 1:
        ledger.add("WRONG", "one steady state claimed of several", error=count)
        return
    null = linalg.svd(dense.liouvillian)[2][-1].conj().reshape(rho.shape)
    null = null / null.trace()
    allowed = 1e-9 + 1e-14 / float(shares[shares > NOTHING].min())
    ledger.judge("steady state", float(np.abs(rho - null).max()), allowed)


def _sizes(register: GeneratedRegister) -> list[float]:
    """Return the sizes of all numbers that are not 0."""
    terms = register.terms
    joined = (*terms.couplings, *terms.pair_couplings, *terms.alignments, *terms.jumps)
    given = [abs(term[2]) for term in joined] + [abs(e) for _, e in terms.energies]
    return [size for size in given if size] or [1.0]
