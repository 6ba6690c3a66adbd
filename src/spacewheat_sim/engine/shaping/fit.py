"""Whether a biome fits histories: when its jumps come, and which."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from spacewheat_sim.arrays import BoolArray, FloatArray
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.shaping.likelihoods import Likelihood
from spacewheat_sim.quantum.analysis.histories.followed import Followed, sources_of
from spacewheat_sim.quantum.jumps import Jumps

# Expected number of jumps from which on a class of its own is counted in χ².
OFTEN = 5.0
# Variance of a count below which χ² says nothing of it: all but certain is no chance.
UNSURE = 1.0
# Terms of the distribution of how far a random walk strays.
STRAYING_TERMS = 40


def fit_of(operators: BathOperators, task: Likelihood) -> float:
    """Return the probability of histories at least as odd under a biome.

    With Λ = −ln S of each wait, S its survival, jumps come at random in Λ, one for each
    unit, and waits that end without one are seen as far as they go. And of the jumps
    that may come at the time of each, as many are of every kind as must be (χ²). Given
    when jumps come, what they are is drawn by itself: of two probabilities, the smaller
    is at most p as often as 1 − (1 − p)².
    """
    pieces = task.pieces
    followed = Followed(operators.generator, operators.drive, pieces, task.kets)
    waited = -2 * followed.logarithms[:, 0]
    timely = strays(waited, pieces.operators >= 0)
    chances, kinds = _chances(operators, followed)
    ended = pieces.ended
    excess, degrees = 0.0, 0
    for start in np.unique(pieces.starts[ended]):
        chosen = np.flatnonzero(pieces.starts[ended] == start)
        own, freedom = _excess(chances[chosen], kinds[chosen])
        excess, degrees = excess + own, degrees + freedom
    if not degrees:
        return timely
    smaller = min(timely, float(stats.chi2.sf(excess, degrees)))
    return smaller * (2.0 - smaller)


def strays(waited: FloatArray, ended: BoolArray) -> float:
    """Return how probable it is that jumps stray so far from one for each unit of Λ.

    The number of waits (n,) that have ``ended`` by x, less Σ min(Λ, x), is a random
    walk whose variance both of them tell: its farthest, over the root of their mean at
    the end, is that of a Brownian motion in a unit of time. That is so for a few jumps,
    too: of the sum alone, one in fifteen single jumps would be odder than 1 in 1000.
    """
    order = np.argsort(waited, kind="stable")
    x, jumped = waited[order], ended[order].astype(np.float64)
    before = np.concatenate(([0.0], np.cumsum(x)[:-1]))
    exposed = before + x * np.arange(x.size, 0, -1)
    if not exposed[-1] > 0.0:
        return 0.0
    count = np.cumsum(jumped)
    above, below = count - exposed, count - jumped - exposed
    farthest = max(float(np.abs(above).max()), float(np.abs(below).max()))
    return _farther(farthest / math.sqrt((exposed[-1] + count[-1]) / 2))


def _farther(distance: float) -> float:
    """Return how probable it is that a Brownian motion goes farther in a unit of time.

    1 − (4/π) Σ_k (−1)ᵏ/(2k + 1) exp(−π²(2k + 1)²/8d²).
    """
    if distance < 0.1:
        return 1.0
    odd = 2.0 * np.arange(STRAYING_TERMS) + 1.0
    signs = (-1.0) ** np.arange(STRAYING_TERMS)
    within = 4 / math.pi * signs / odd * np.exp(-((math.pi * odd / distance) ** 2) / 8)
    found = 1.0 - float(within.sum())
    # Far out, what is left of 1 is rounding: then that it is out on one side or other.
    return found if found > 1e-9 else float(4 * stats.norm.sf(distance))


def _chances(
    operators: BathOperators, followed: Followed
) -> tuple[FloatArray, FloatArray]:
    """Return how probable each kind of jump was when one came, and 1 of that which did.

    Both (n, G); jumps are of one kind that do the same to every ket.
    """
    pieces, terms = followed.pieces, operators.jumps
    ended = pieces.ended
    times = pieces.begins[ended] + pieces.times[ended]
    populations = np.abs(followed.ends[ended]) ** 2
    jumps: Jumps = operators.generator.jumps
    weights = populations @ sources_of(jumps, operators.dimension)
    kinds = [term.effect for term in terms]
    known = sorted(set(kinds), key=kinds.index)
    chances = np.zeros((ended.size, len(known)))
    for k, term in enumerate(terms):
        own = term.rates_over(times) * weights[:, k]
        chances[:, known.index(kinds[k])] += own
    found = np.zeros_like(chances)
    number = np.array([known.index(kind) for kind in kinds])
    found[np.arange(ended.size), number[pieces.operators[ended]]] = 1.0
    return chances / chances.sum(axis=1, keepdims=True), found


def _excess(chances: FloatArray, found: FloatArray) -> tuple[float, int]:
    """Return χ² and its degrees of freedom; what is expected seldom is one class.

    Given when jumps come, each is drawn by itself: Σ (found − p) has the covariance
    Σ (diag p − p pᵀ).
    """
    often = chances.sum(axis=0) >= OFTEN
    merged = [
        np.column_stack((own[:, often], own[:, ~often].sum(axis=1)))
        for own in (chances, found)
    ]
    kept = merged[0].sum(axis=0) >= OFTEN
    p, counted = (own[:, kept] for own in merged)
    missed = (counted - p).sum(axis=0)
    covariance = np.diag(p.sum(axis=0)) - p.T @ p
    values, vectors = np.linalg.eigh(covariance)
    real = values >= UNSURE
    along = vectors[:, real].T @ missed
    return float((along**2 / values[real]).sum()), int(real.sum())
