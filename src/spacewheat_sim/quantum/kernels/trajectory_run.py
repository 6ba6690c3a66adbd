"""Compiled loops that carry trajectories through a stretch of time, eight at a time.

A step of a lane goes from its time to the end of the present piece of the timeline, in
which the drive is a polynomial. A jump inside the step ends it there.

No number of a trajectory depends on its neighbors, nor on where stretches end.

Shapes: ``N`` states, ``C`` populations seen, ``R`` states driven, ``J`` terms of the
drive, ``K`` channels, ``P`` pieces, ``Q`` measurements, ``T`` output times, ``S`` of
them in the stretch, ``M`` trajectories carried in one call, in ``G`` groups; the last
axis of what lanes own has length 8. ``lanes`` is a record of :data:`LANES_RECORD`.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.draws import draw_start
from spacewheat_sim.quantum.kernels.lane_jumps import (
    STAYS,
    add_changing_rates,
    find_jumps,
    lane_uniform,
)
from spacewheat_sim.quantum.kernels.lane_measurements import measure
from spacewheat_sim.quantum.kernels.lane_taylor import (
    copy_kets,
    drive_to_come,
    evaluate,
    expand_each,
    normalize,
    shifted_series,
    sums_of,
)
from spacewheat_sim.quantum.kernels.lanes import LANES


@njit(error_model="numpy")
def prepare_step(lanes, timeline, series):
    """Write each lane's next step to ``lanes.h``, its drive to ``series`` (R, J, 8).

    Returns whether any lane has a step to take.
    """
    edges = timeline.edges
    found = False
    work = np.empty(series.shape[1])
    for v in range(LANES):
        lanes.h[v] = 0.0
        lanes.bound[v] = 0.0
        if lanes.number[v] >= 0:
            p = lanes.piece[v]
            length = edges[p + 1] - edges[p]
            h = edges[p + 1] - lanes.time[v]
            x = (lanes.time[v] - edges[p]) / length
            shifted_series(timeline.series[p], x, h / length, work, v, series)
            lanes.h[v] = h
            lanes.bound[v] = timeline.bounds[p]
            found = True
    return found


@njit(error_model="numpy")
def record_rows(lanes, coefficients, order, plan, psi, first, begin, seen):
    """Write the populations at the output times up to ``lanes.reached``.

    ``seen`` is (S, M, C), from row ``first`` and trajectory ``begin`` on.
    """
    outputs, qubits = plan.outputs, plan.qubits
    while due_rows(lanes, outputs):
        evaluate(coefficients, order, lanes.place, psi)
        for v in range(LANES):
            row = lanes.row[v]
            if row >= 0:
                place = seen[row - first, lanes.number[v] - begin]
                write_populations(psi, v, qubits, place)


@njit(error_model="numpy")
def due_rows(lanes, outputs):
    """Write each lane's next row, or −1, to ``lanes.row``; return whether any has."""
    found = False
    for v in range(LANES):
        lanes.row[v] = -1
        lanes.place[v] = 0.0
        w = lanes.written[v]
        if lanes.number[v] >= 0 and w < outputs.size and outputs[w] <= lanes.reached[v]:
            lanes.row[v] = w
            lanes.place[v] = (outputs[w] - lanes.time[v]) / lanes.h[v]
            lanes.written[v] = w + 1
            found = True
    return found


@njit(error_model="numpy")
def write_populations(kets, v, qubits, out):
    """Write the populations of lane ``v`` to ``out``, those of levels or of poles."""
    if qubits > 0:
        write_poles(kets, v, qubits, out)
        return
    total = 0.0
    for i in range(out.size):
        out[i] = kets[i, 0, v] ** 2 + kets[i, 1, v] ** 2
        total += out[i]
    for i in range(out.size):
        out[i] /= total


@njit(error_model="numpy")
def write_poles(kets, v, qubits, out):
    """Write the populations of the poles of a register's axes to ``out``, (2n,)."""
    out[:] = 0.0
    total = 0.0
    for i in range(kets.shape[0]):
        p = kets[i, 0, v] ** 2 + kets[i, 1, v] ** 2
        total += p
        for axis in range(qubits):
            out[2 * axis + ((i >> (qubits - 1 - axis)) & 1)] += p
    for pole in range(out.size):
        out[pole] /= total


@njit(error_model="numpy")
def unite_pairs(mean, deviations, first, count, size):
    """Let groups of ``size`` trajectories be one of two each, ``count`` in all.

    x̄ = (x̄₁ + x̄₂) / 2 and Σ (x − x̄)² = D₁ + D₂ + (x̄₂ − x̄₁)² · size / 2. ``mean``
    (M, C) holds them from ``first`` on, ``deviations`` (M, C) from 0 on.
    """
    half = 0.5 * size
    for k in range(count):
        for i in range(mean.shape[1]):
            left = mean[first + 2 * k, i]
            right = mean[first + 2 * k + 1, i]
            shift = right - left
            mean[first + k, i] = 0.5 * (left + right)
            within = deviations[2 * k, i] + deviations[2 * k + 1, i]
            deviations[k, i] = within + shift * shift * half


@njit(nogil=True, error_model="numpy")
def pair_up(seen, sizes, moments):
    """Write the moments of groups of trajectories to ``moments`` (G, 2, S, C).

    Args:
        seen: Populations of the trajectories at the rows, (S, M, C); overwritten.
        sizes: How many of them are in each group, in order; powers of two, (G,).
        moments: Receives mean and Σ (x − x̄)² of each group.
    """
    rows, _, columns = seen.shape
    deviations = np.empty((sizes.max(), columns))
    for row in range(rows):
        mean = seen[row]
        first = 0
        for g in range(sizes.size):
            deviations[: sizes[g]] = 0.0
            size = 1
            while size < sizes[g]:
                count = sizes[g] // (2 * size)
                unite_pairs(mean, deviations, first, count, size)
                size *= 2
            for i in range(columns):
                moments[g, 0, row, i] = mean[first, i]
                moments[g, 1, row, i] = deviations[0, i]
            first += sizes[g]


@njit(error_model="numpy")
def begin_history(lanes, v, number, starts, key, kets):
    """Begin trajectory ``number`` in lane ``v``, in a first ket of its own draw."""
    lanes.number[v] = number
    lanes.piece[v] = 0
    lanes.time[v] = 0.0
    lanes.survival[v] = 1.0
    lanes.threshold[v] = 0.0
    lanes.drawn[v] = 0
    lanes.written[v] = 1
    m = 0
    if starts.shares.size > 1:
        m = draw_start(starts.shares, lane_uniform(lanes, v, key))
    for i in range(kets.shape[0]):
        kets[i, 0, v] = starts.kets[m, i, 0]
        kets[i, 1, v] = starts.kets[m, i, 1]


@njit(error_model="numpy")
def resume_history(lanes, v, number, time, row, m, carried, kets):
    """Go on with trajectory ``number`` in lane ``v``, number ``m`` of ``carried``.

    ``time`` is when the stretch begins, ``row`` its first output row.
    """
    lanes.number[v] = number
    lanes.piece[v] = 0
    lanes.time[v] = time
    lanes.survival[v] = carried.clocks[m, 0]
    lanes.threshold[v] = carried.clocks[m, 1]
    lanes.drawn[v] = carried.drawn[m]
    lanes.written[v] = row
    for i in range(kets.shape[0]):
        kets[i, 0, v] = carried.kets[m, i, 0]
        kets[i, 1, v] = carried.kets[m, i, 1]


@njit(error_model="numpy")
def lay_down(lanes, v, m, kets, carried):
    """Write where lane ``v`` is to number ``m`` of ``carried``."""
    carried.clocks[m, 0] = lanes.survival[v]
    carried.clocks[m, 1] = lanes.threshold[v]
    carried.drawn[m] = lanes.drawn[v]
    for i in range(kets.shape[0]):
        carried.kets[m, i, 0] = kets[i, 0, v]
        carried.kets[m, i, 1] = kets[i, 1, v]


@njit(error_model="numpy")
def measure_due(lanes, v, due, schedule, key, kets, begin, outcomes):
    """Make the measurements that are due where the piece of lane ``v`` begins."""
    for q in range(due[lanes.piece[v]], due[lanes.piece[v] + 1]):
        outcome = measure(lanes, v, schedule, q, key, kets)
        outcomes[q, lanes.number[v] - begin] = outcome


@njit(error_model="numpy", forceinline=True)
def take_up(plan, timeline, lanes, waiting, begin, stop, kets, carried, records):
    """Let idle lanes take up the trajectories from ``waiting`` on, up to ``stop``.

    At the start of the run they begin; later they go on from where they were laid
    down. Returns which trajectory waits now.
    """
    schedule, key, outcomes = plan.schedule, plan.key, records.outcomes
    starts, seen, due, row = plan.starts, records.seen, timeline.due, timeline.rows[0]
    for v in range(LANES):
        if lanes.number[v] < 0 and waiting < stop:
            m = waiting - begin
            if row == 0:
                begin_history(lanes, v, waiting, starts, key, kets)
                write_populations(kets, v, plan.qubits, seen[0, m])
                measure_due(lanes, v, due, schedule, key, kets, begin, outcomes)
            else:
                time = timeline.edges[0]
                resume_history(lanes, v, waiting, time, row, m, carried, kets)
            waiting += 1
    return waiting


@njit(error_model="numpy", forceinline=True)
def move_on(plan, timeline, lanes, begin, kets, carried, records):
    """Bring each lane to where its step ended.

    At the end of the stretch its trajectory is laid down, if there is room for it, and
    the lane falls idle.
    """
    schedule, key, outcomes = plan.schedule, plan.key, records.outcomes
    edges, due = timeline.edges, timeline.due
    for v in range(LANES):
        if lanes.number[v] < 0:
            continue
        lanes.time[v] = lanes.reached[v]
        if lanes.time[v] < edges[lanes.piece[v] + 1]:
            continue
        lanes.piece[v] += 1
        measure_due(lanes, v, due, schedule, key, kets, begin, outcomes)
        if lanes.piece[v] == edges.size - 1:
            m = lanes.number[v] - begin
            if m < carried.drawn.size:
                lay_down(lanes, v, m, kets, carried)
            lanes.number[v] = -1


@njit(error_model="numpy", forceinline=True)
def count_jumps(lanes, edges, lands, begin, records):
    """Write how far each lane gets to ``lanes.reached``, and count its jump."""
    first_jumps, first_landings = records.first_jumps, records.first_landings
    for v in range(LANES):
        number = lanes.number[v]
        if number < 0:
            continue
        channel = lanes.channel[v]
        lanes.reached[v] = edges[lanes.piece[v] + 1]
        if channel != STAYS:
            jumped = lanes.time[v] + lanes.place[v] * lanes.h[v]
            lanes.reached[v] = min(jumped, lanes.reached[v])
        if channel >= 0:
            records.jump_counts[channel] += 1
            m = number - begin
            first_jumps[m] = min(first_jumps[m], lanes.reached[v])
            if lands[channel]:
                first_landings[m] = min(first_landings[m], lanes.reached[v])


@njit(error_model="numpy", forceinline=True)
def lane_work(plan, timeline):
    """Return the work space of steps."""
    n = plan.row_of.shape[0]
    _, rows, degree = timeline.series.shape
    # An odd number of states: a power of two would bring all terms of one state to
    # the same few lines of the cache.
    coefficients = np.zeros((plan.terms + 1, n | 1, 2, LANES))[:, :n]
    sizes = np.empty((plan.terms + 1, LANES))
    series = np.zeros((rows, degree, LANES))
    later = np.empty((degree + 1, LANES))
    psi = np.empty((n, 2, LANES))
    return coefficients, sizes, series, later, psi, np.empty((n, 2, LANES))


@njit(nogil=True, error_model="numpy")
def run_stretch(plan, timeline, begin, stop, lanes, carried, records):
    """Carry trajectories ``begin`` … ``stop − 1`` through a stretch of time.

    Args:
        plan: What all trajectories have in common, a :class:`Plan`.
        timeline: The stretch in pieces, a :class:`Timeline`.
        begin: The first trajectory.
        stop: The one after the last.
        lanes: Eight lanes, a record of :data:`LANES_RECORD`.
        carried: Where they are at its beginning, after the first stretch; receives
            where they are at its end. A :class:`Carried`, of no length where one
            stretch is all.
        records: Receives what they give, a :class:`Records`.

    Returns:
        Whether all series converged.
    """
    matrix, jumps, _, _, row_of, driven, _, tolerance, _, key, lands, _ = plan
    coefficients, sizes, series, later, psi, end = lane_work(plan, timeline)
    edges, first = timeline.edges, timeline.rows[0]
    kets = coefficients[0]
    ones = np.ones(LANES)
    for v in range(LANES):
        kets[0, 0, v] = 1.0  # lanes without a trajectory hold a ket too
        lanes.number[v] = -1
    waiting = begin
    while True:
        waiting = take_up(
            plan, timeline, lanes, waiting, begin, stop, kets, carried, records
        )
        if not prepare_step(lanes, timeline, series):
            return True
        drive_to_come(series, row_of, later)
        order = expand_each(
            matrix,
            row_of,
            series,
            later,
            lanes.h,
            lanes.bound,
            tolerance,
            coefficients,
            sizes,
            end,
        )
        if order < 0:
            return False
        sums_of(end, jumps.decay, lanes.left, lanes.end_rates)
        add_changing_rates(driven, series, ones, end, lanes.end_rates)
        normalize(end, lanes.left)
        drive = driven, series
        find_jumps(lanes, jumps, drive, key, coefficients, order, psi, end)
        count_jumps(lanes, edges, lands, begin, records)
        record_rows(lanes, coefficients, order, plan, psi, first, begin, records.seen)
        copy_kets(end, kets)
        move_on(plan, timeline, lanes, begin, kets, carried, records)
