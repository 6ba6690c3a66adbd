"""The first landing on some states: whether it ever comes, and when on average."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.analysis import long_runs
from spacewheat_sim.quantum.analysis.chain import Ends, find_ends
from spacewheat_sim.quantum.analysis.long_runs import long_run
from spacewheat_sim.quantum.analysis.no_jump import find_no_jump
from spacewheat_sim.quantum.analysis.propagation.feed import FeedEntries
from spacewheat_sim.quantum.analysis.propagation.propagation import Propagation
from spacewheat_sim.quantum.analysis.propagation.step import covered, parts
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.analysis.waits import WaitTimes, find_waits
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.steady.decimals import LARGEST_EXTENDED
from spacewheat_sim.quantum.steady.flows import Flows

# Relative error of a probability from which on decimal numbers are worth their time.
ACCURACY = 1e-8
# The largest that an answer may have.
KNOWN = 1e-6
# Probability that no jump comes which is rounding.
CERTAIN = 1e-12
# Largest error of the probabilities of a first landing from a state of several.
FIRST_LANDING = 1e-9


class Passage(NamedTuple):
    """First landings by a jump on some target states.

    Attributes:
        probability: That one ever comes, from each state, (N,).
        mean: Mean time in s until it, ∞ where it may never come, (N,).
        mean_given: Mean time in s of those that come, NaN where none does, (N,).
        error: Bound on the relative error of each probability and mean, (N,).
    """

    probability: FloatArray
    mean: FloatArray
    mean_given: FloatArray
    error: FloatArray


def first_passage(flows: Flows, targets: IndexArray) -> Passage:
    """Return the first landings on ``targets`` by a jump, from every basis state.

    A wait from t ends in a jump to k with the probability q_kt = Σ_i W_ki M_it, so

        h_t = Σ_{k ∈ T} q_kt + Σ_{k ∉ T} q_kt h_k,
        T_t = Σ_i M_it + Σ_{k ∉ T} q_kt T_k.

    A jump out of a target that ends in it counts as a landing, as does dephasing.
    """
    unit = flows.in_their_unit()
    scale = _unit_in_seconds(flows, unit)

    def ends(waits: WaitTimes, times: FloatArray) -> Ends:
        return _ends(unit, waits, targets, times)

    found, error, waits = _solved(unit, ends)
    probability = found.shares[0]
    given = np.full(unit.size, np.nan)
    comes = probability > 0.0
    # A mean that leaves the floats is infinite.
    with np.errstate(over="ignore", invalid="ignore"):
        mean = np.where(found.shares[1:].any(axis=0), np.inf, found.sums[0]) * scale
        late = _weighted_time(unit, waits, targets, probability) * scale
    given[comes] = late[comes] / probability[comes]
    given = np.where(np.isfinite(mean), mean, given)
    return Passage(probability, mean, given, error)


def check_known(error: FloatArray) -> None:
    """Refuse first passages with relative errors above 1e-6.

    Raises:
        RunError: there is one.
    """
    if not (error <= KNOWN).all():
        raise RunError(
            "Whether the first landing comes, or when, is not known to 1e-6: energies "
            "and rates lie too far apart for double precision"
        )


def committor(flows: Flows, toward: IndexArray, instead: IndexArray) -> FloatArray:
    """Return the probability to land in ``toward`` before ``instead``, (N,).

    Raises:
        RunError: it is not known to 1e-6.
    """
    unit = flows.in_their_unit()
    _, feed = unit.decay_and_feed()

    def ends(waits: WaitTimes, times: FloatArray) -> Ends:
        jumps = feed @ times
        onward = jumps.copy()
        onward[toward], onward[instead] = 0.0, 0.0
        sums = jumps[toward].sum(axis=0), jumps[instead].sum(axis=0), waits.never
        return find_ends(onward, np.vstack(sums), np.zeros((0, unit.size)))

    found, error, _ = _solved(unit, ends)
    check_known(error)
    return np.asarray(found.shares[0])


def from_state(
    bath: StaticBath, targets: IndexArray, passage: Passage, rho: ComplexArray
) -> tuple[float, float, float]:
    """Return probability, mean and mean of those that come from ρ, (N, N).

    Raises:
        RunError: doubles do not hold the first landings from ρ.
    """
    integral = bath.no_jump.integral(rho)
    spent = np.maximum(integral.diagonal().real, 0.0)
    share = bath.no_jump.share(rho)
    # What no wait reaches has rounding, and may last forever.
    reached = bath.structure.reaches[:, rho.diagonal().real > 0.0].any(axis=1)
    landings = bath.feed @ np.where(reached, spent, 0.0)
    is_known = abs(float(landings.sum()) - share) <= FIRST_LANDING
    if not (is_known and bath.no_jump.doubt <= KNOWN):
        raise RunError(
            "Where this state first lands, or when, is not known to 1e-6: energies and "
            "rates lie too far apart for double precision"
        )
    check_known(passage.error[landings > 0.0])
    if share > 0.0:
        landings *= share / landings.sum()
    later, wait = passage.probability.copy(), passage.mean.copy()
    given = np.where(later > 0.0, later * passage.mean_given, 0.0)
    later[targets], wait[targets], given[targets] = 1.0, 0.0, 0.0
    probability = min(float(landings @ later), 1.0)
    # E[T; it comes]: the first wait, weighted by what its end leads to, and the rest.
    twice = np.maximum(bath.no_jump.integral(integral).diagonal().real, 0.0)
    total = float(later @ (bath.feed @ twice) + landings @ given)
    mean_given = total / probability if probability > 0.0 else np.nan
    certain = 1.0 - share <= CERTAIN and np.isfinite(wait[landings > 0.0]).all()
    if certain:
        mean = float(spent.sum() + landings @ np.where(landings > 0.0, wait, 0.0))
        return probability, mean, mean
    return probability, np.inf, mean_given


def arrived(
    bath: StaticBath, targets: IndexArray, rho: ComplexArray, times: FloatArray
) -> FloatArray:
    """Return the probability to have landed on ``targets`` by sorted ``times``, (T,).

    It is the integral of the flux into them, of what has not landed there before.

    Raises:
        RunError: the last time is too long to be followed.
    """
    late = _long_arrived(bath, targets, rho, times)
    if late.size:
        early = times[: times.size - late.size]
        return np.concatenate((arrived(bath, targets, rho, early), late))
    jumps = bath.generator.jumps
    caught = set(np.flatnonzero(np.isin(jumps.targets, targets)).tolist())
    feed = FeedEntries.of(jumps).without(caught)
    way = Propagation(bath.generator, Drive(()), feed)
    flux = bath.feed[targets].sum(axis=0)
    found, gone = np.zeros(times.size), 0.0
    last = float(times.max(initial=0.0))
    for step, own in covered(way.run(parts(rho), 0.0, last), times, last):
        found[own] = gone + step.integrated(times[own]) @ flux
        end = np.array([step.begin + step.h])
        gone += float(step.integrated(end)[0] @ flux)
    return np.minimum(found, 1.0)


def _long_arrived(
    bath: StaticBath, targets: IndexArray, rho: ComplexArray, times: FloatArray
) -> FloatArray:
    """Return the same as the population of a state that catches what lands.

    That is of the last times, from which on it is known to :data:`KNOWN` of itself; of
    none where :func:`.long_run` gives none.
    """
    jumps, n = bath.generator.jumps, bath.size
    caught = np.isin(jumps.targets, targets)
    ends = np.where(caught, n, jumps.targets).astype(np.int32)
    padded = sp.csr_array(np.pad(bath.flows.hamiltonian, (0, 1)))
    generator = Generator.build(padded, jumps._replace(targets=ends))
    populations = long_run(generator, np.pad(rho, (0, 1)), times)
    if populations is None:
        return np.zeros(0)
    found = populations[:, n]
    unknown = np.flatnonzero(~(found * KNOWN >= long_runs.KNOWN))
    first = int(unknown[-1]) + 1 if unknown.size else 0
    return np.clip(found[first:], 0.0, 1.0)


def _unit_in_seconds(flows: Flows, unit: Flows) -> float:
    """Return the unit of time of ``unit`` in seconds."""
    largest = int(np.argmax(flows.rates)) if flows.rates.size else 0
    if flows.rates.size and flows.rates[largest] > 0.0:
        return float(unit.rates[largest] / flows.rates[largest])
    return 1.0


def _solved(
    unit: Flows, ends: Callable[[WaitTimes, FloatArray], Ends]
) -> tuple[Ends, FloatArray, WaitTimes]:
    """Return the ends of a chain, bounds on relative errors (N,), and the waits.

    ``ends`` solves the chain of given waits and of their times.
    """
    # What leaves the floats has no bound on its error, and is refused.
    with np.errstate(over="ignore", invalid="ignore"):
        waits = find_waits(unit)
        found, error = _bounded(waits, ends)
        if not (error <= ACCURACY).all() and unit.size <= LARGEST_EXTENDED:
            waits = find_waits(unit, careful=True)
            found, error = _bounded(waits, ends)
    return found, error, waits


def _bounded(
    waits: WaitTimes, ends: Callable[[WaitTimes, FloatArray], Ends]
) -> tuple[Ends, FloatArray]:
    """Return the ends of the chain, and bounds on relative errors of h and T, (N,).

    By the matrix-tree theorem h and T are ratios of sums of products of probabilities
    and times, their denominator the product of the totals of the elimination: both are
    never less than for the smallest ones, and never more than for the largest. Where
    these do not agree on whether a chain may stop, nothing is known.
    """
    found = ends(waits, waits.times)
    less = ends(waits, np.maximum(waits.times - waits.errors, 0.0))
    more = ends(waits, waits.times + waits.errors)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        gap = np.exp(np.log(more.totals / less.totals).sum())
        error = _width(less.shares[0] / gap, found.shares[0], more.shares[0] * gap)
        for low, own, high in zip(less.sums, found.sums, more.sums, strict=True):
            later = _width(low / gap, own, high * gap)
            error = np.maximum(error, np.where(np.isfinite(own), later, 0.0))
    stops = (less.shares[-1] > 0.0) == (more.shares[-1] > 0.0)
    return found, np.where(stops & ~np.isnan(error), error, np.inf)


def _width(low: FloatArray, found: FloatArray, high: FloatArray) -> FloatArray:
    """Return how far bounds lie apart, as a share of what is between them."""
    return np.where(high <= low, 0.0, (high - low) / found)


def _ends(
    flows: Flows, waits: WaitTimes, targets: IndexArray, times: FloatArray
) -> Ends:
    onward, ends = _landings(flows, waits, targets, times)
    return find_ends(onward, ends, times.sum(axis=0)[None])


def _landings(
    flows: Flows, waits: WaitTimes, targets: IndexArray, times: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return where landings lead on, (N, N), and how the chain ends, (2, N)."""
    _, feed = flows.decay_and_feed()
    jumps = feed @ times
    onward = jumps.copy()
    onward[targets] = 0.0
    return onward, np.vstack((jumps[targets].sum(axis=0), waits.never))


def _weighted_time(
    flows: Flows, waits: WaitTimes, targets: IndexArray, probability: FloatArray
) -> FloatArray:
    """Return E[T; it comes] from each state, (N,).

    N_t = Σ_k h_k ∫ τ f_{t→k}(τ) dτ + Σ_{k ∉ T} q_kt N_k, with h = 1 on the targets.
    """
    _, feed = flows.decay_and_feed()
    later = probability.copy()
    later[targets] = 1.0
    late = later @ (feed @ np.real(find_no_jump(flows).times(0.0, power=1)))
    # A chain that stops where h = 0: nothing is added there.
    onward, ends = _landings(flows, waits, targets, waits.times)
    hopeless = probability == 0.0
    onward[:, hopeless], ends[:, hopeless] = 0.0, 0.0
    ends[1, hopeless] = 1.0
    found = find_ends(onward, ends, np.where(hopeless, 0.0, late)[None])
    return np.asarray(found.sums[0])
