"""Compiled loops that find where lanes jump, draw their channels and let them land.

Shapes: ``N`` states, ``K`` channels; kets as real and imaginary parts (N, 2, 8).
``lanes`` is a record of :data:`LANES_RECORD`, ``jumps`` a :class:`JumpTerms`, ``drive``
a :class:`DrivenRows` with the series (R, J, 8) of its rows over each lane's step.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.arithmetic.kernels.elementary import logarithm
from spacewheat_sim.quantum.kernels.draws import draw_channel, next_uniform
from spacewheat_sim.quantum.kernels.lane_taylor import evaluate, sums_of
from spacewheat_sim.quantum.kernels.lanes import LANES
from spacewheat_sim.quantum.kernels.renewal import place_in_cell

STAYS, DARK = -1, -2  # in the place of a channel
CLOSE = 1e-9  # a Newton step this short has converged: the next would be its square


@njit(error_model="numpy")
def lane_uniform(lanes, v, key):
    """Return the next uniform number in [0, 1) of lane ``v``'s trajectory."""
    return next_uniform(lanes.drawn, v, lanes.number[v], key)


@njit(error_model="numpy")
def first_guess(hazard, rise_at_start, rise_at_end, wanted):
    """Return where the cubic through Λ(0) = 0 and Λ(1), with these slopes, is wanted.

    ``hazard`` is Λ(1) = −ln ‖ψ(1)‖².
    """
    cubic = np.zeros(8)
    cubic[1] = rise_at_start
    cubic[2] = 3.0 * hazard - 2.0 * rise_at_start - rise_at_end
    cubic[3] = rise_at_start + rise_at_end - 2.0 * hazard
    return place_in_cell(cubic, wanted)


@njit(error_model="numpy")
def series_at(series, row, v, x):
    """Return Σ_j d_j xʲ of a ``row`` in lane ``v``."""
    value = 0.0
    for j in range(series.shape[1] - 1, -1, -1):
        value = value * x + series[row, j, v]
    return value


@njit(error_model="numpy")
def add_changing_rates(driven, series, places, kets, rates):
    """Add the changing parts of Σ Γ_i |ψ_i|² at ``places`` (8,) to ``rates`` (8,)."""
    first = driven.energies.size
    for s in range(driven.decays.size):
        i = driven.decays[s]
        for v in range(LANES):
            half = series_at(series, first + s, v, places[v])
            rates[v] += 2.0 * half * (kets[i, 0, v] ** 2 + kets[i, 1, v] ** 2)


@njit(error_model="numpy")
def guess_crossings(lanes, decay, drive, kets, wanted):
    """Write a first guess of :func:`find_crossings` to ``lanes.place``."""
    sums_of(kets, decay, lanes.squares, lanes.rates)
    lanes.place[:] = 0.0
    add_changing_rates(drive[0], drive[1], lanes.place, kets, lanes.rates)
    for v in range(LANES):
        if wanted[v] < np.inf:
            at_start = lanes.h[v] * lanes.rates[v] / lanes.squares[v]
            at_end = lanes.h[v] * lanes.end_rates[v] / lanes.left[v]
            hazard = -logarithm(lanes.left[v])
            guess = first_guess(hazard, at_start, at_end, wanted[v])
            lanes.place[v] = guess if 0.0 <= guess <= 1.0 else 0.5  # NaN in the dark


@njit(error_model="numpy")
def find_crossings(lanes, coefficients, order, decay, drive, wanted, psi):
    """Find where Λ = −ln ‖ψ‖² comes to ``wanted`` (8,) in each lane that jumps.

    Newton's steps, since the slope is the rate of jumps, h Σ Γ_i|ψ_i|² / ‖ψ‖², kept
    inside a shrinking bracket. ``lanes.place`` receives x, ``psi`` (N, 2, 8) the kets
    there; lanes whose ``wanted`` is infinite do not jump.
    """
    guess_crossings(lanes, decay, drive, coefficients[0], wanted)
    low = np.zeros(LANES)
    high = np.ones(LANES)
    shift = np.zeros(LANES)
    for _ in range(100):
        evaluate(coefficients, order, lanes.place, psi)
        sums_of(psi, decay, lanes.squares, lanes.rates)
        add_changing_rates(drive[0], drive[1], lanes.place, psi, lanes.rates)
        settled = True
        for v in range(LANES):
            if not (wanted[v] < np.inf and high[v] - low[v] > 1e-15):
                continue
            short = wanted[v] + logarithm(lanes.squares[v])
            if short > 0.0:
                low[v] = lanes.place[v]
            else:
                high[v] = lanes.place[v]
            rise = lanes.h[v] * lanes.rates[v] / lanes.squares[v]
            shift[v] = short / rise if rise > 0.0 else np.inf
            if abs(shift[v]) < CLOSE:
                high[v] = low[v]
                continue
            moved = lanes.place[v] + shift[v]
            shift[v] = 0.0
            if not low[v] < moved < high[v]:
                moved = 0.5 * (low[v] + high[v])
            lanes.place[v] = moved
            settled = False
        if settled:
            break
    for v in range(LANES):
        lanes.place[v] = min(max(lanes.place[v] + shift[v], 0.0), 1.0)


@njit(error_model="numpy")
def find_jumps(lanes, jumps, drive, key, coefficients, order, psi, end):
    """Draw which lanes jump in a step, where and how; the others survive it.

    Args:
        lanes: ``left`` and ``end_rates`` are those at the end of the step. Receives
            in ``channel`` the channel, ``STAYS`` for a lane that does not jump, or
            ``DARK`` where rounding alone brought the survival down: nothing can
            decay; in ``place`` where in the step.
        jumps: The jumps.
        drive: What changes.
        key: Random key as two halves.
        coefficients: Series of the step, (M + 1, N, 2, 8).
        order: Number of its last term.
        psi: Work space, (N, 2, 8).
        end: Normalized kets at the end of the step, (N, 2, 8); where a lane jumps it
            receives the ket after the jump.
    """
    wanted = np.full(LANES, np.inf)
    jumping = False
    for v in range(LANES):
        lanes.channel[v] = STAYS
        if lanes.number[v] < 0 or jumps.rates.size == 0:
            continue
        if lanes.threshold[v] == 0.0:
            lanes.threshold[v] = 1.0 - lane_uniform(lanes, v, key)
        if lanes.survival[v] * lanes.left[v] > lanes.threshold[v]:
            lanes.survival[v] *= lanes.left[v]
        else:
            wanted[v] = -logarithm(lanes.threshold[v] / lanes.survival[v])
            jumping = True
    if not jumping:
        return
    find_crossings(lanes, coefficients, order, jumps.decay, drive, wanted, psi)
    for v in range(LANES):
        if wanted[v] < np.inf:
            lanes.survival[v] = 1.0
            lanes.threshold[v] = 0.0
            lanes.channel[v] = drawn_channel(lanes, v, jumps, drive, key, psi)
            land(lanes, v, jumps, psi, end)


@njit(error_model="numpy")
def present_rates(jumps, drive, v, x, decay, rates):
    """Write Γ (N,) and the rates (K,) at place ``x`` of lane ``v``'s step."""
    driven, series = drive
    decay[:] = jumps.decay
    rates[:] = jumps.rates
    first = driven.energies.size + driven.decays.size
    for f in range(driven.feed_rows.size):
        c = driven.feed_rows[f]
        k = driven.channels[c]
        now = max(jumps.rates[k] + series_at(series, first + c, v, x), 0.0)
        rates[k] = now
        decay[driven.feed_sources[f]] += now - jumps.rates[k]


@njit(error_model="numpy")
def drawn_channel(lanes, v, jumps, drive, key, psi):
    """Draw the channel of lane ``v`` from its ket in ``psi`` (N, 2, 8)."""
    weights = np.empty(psi.shape[0])
    if drive[0].channels.size > 0:
        decay = np.empty(jumps.decay.size)
        rates = np.empty(jumps.rates.size)
        present_rates(jumps, drive, v, lanes.place[v], decay, rates)
        total = 0.0
        for i in range(weights.size):
            p = psi[i, 0, v] ** 2 + psi[i, 1, v] ** 2
            weights[i] = max(decay[i], 0.0) * p
            total += weights[i]
        if not total > 0.0:
            return DARK
        draw = lane_uniform(lanes, v, key) * total
        return draw_channel(weights, draw, decay, jumps.order, jumps.channels, rates)
    total = 0.0
    for i in range(weights.size):
        p = psi[i, 0, v] ** 2 + psi[i, 1, v] ** 2
        weights[i] = jumps.decay[i] * p
        total += weights[i]
    if not total > 0.0:
        return DARK
    draw = lane_uniform(lanes, v, key) * total
    return draw_channel(
        weights, draw, jumps.decay, jumps.order, jumps.channels, jumps.rates
    )


@njit(error_model="numpy")
def land(lanes, v, jumps, psi, end):
    """Put lane ``v`` of ``end`` where its jump leads; in the dark it goes on."""
    channel = lanes.channel[v]
    norm = 1.0 / np.sqrt(lanes.squares[v])
    for i in range(end.shape[0]):
        for part in range(2):
            end[i, part, v] = psi[i, part, v] * norm if channel == DARK else 0.0
    if channel < 0:
        return
    first, last = jumps.entries[channel], jumps.entries[channel + 1]
    if last - first == 1:
        end[jumps.targets[first], 0, v] = 1.0
        return
    square = 0.0
    for e in range(first, last):
        s = jumps.sources[e]
        square += psi[s, 0, v] ** 2 + psi[s, 1, v] ** 2
    norm = 1.0 / np.sqrt(square)
    for e in range(first, last):
        for part in range(2):
            end[jumps.targets[e], part, v] = psi[jumps.sources[e], part, v] * norm
