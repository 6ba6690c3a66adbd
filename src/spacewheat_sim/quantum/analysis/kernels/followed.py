"""Compiled loops of kets without a jump through cells of time, and of their adjoint.

    dψ/dx = h B(x) ψ,   B(x) = B₀ + Σ_r f_r Σ_q d_rq xᵠ |i_r⟩⟨i_r|

in the fraction x of a segment of length h. Its series c_k is linear in B, and so is
what runs back through it: with the row ℓ that acts on Σ c_k, and c̄_k = ℓ at first,

    for k = K − 1 … 0:   w = c̄_{k+1} h/(k + 1),   c̄_{k−q} += w B_q,
                         d(ℓψ) += Σ_q w dB_q c_{k−q},

c̄_0 is the row that acts on ψ where the segment began.

Shapes: ``N`` states; ``C`` cells; ``R`` rows of a drive with ``J`` terms; ``K`` terms
of a ket's series; ``M`` entries and ``V`` states by which a derivative is wanted.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.series_bounds import has_converged, remaining_drive

# Terms that a series has at least: of short segments the first that reach a state may
# be far below those that do not.
LEAST_TERMS = 14
MOST_TERMS = 60
# What is neglected of a ket of norm 1.
NEGLECTED = 1e-17
# Terms of a derivative's own series over a cell.
SWING_TERMS = 10


# Whole-array statements take seconds to compile: these loops take none.
@njit(error_model="numpy")
def copy(values, out):
    """Write ``values`` (N,) to ``out``."""
    for i in range(out.size):
        out[i] = values[i]


@njit(error_model="numpy")
def clear(out):
    """Let ``out`` (N,) be 0."""
    for i in range(out.size):
        out[i] = 0.0


@njit(error_model="numpy")
def divide(out, number):
    """Divide ``out`` (N,) by a complex number."""
    for i in range(out.size):
        out[i] /= number


@njit(error_model="numpy")
def add_up(terms, count, out):
    """Write the sum of ``count`` + 1 terms (K, N) to ``out`` (N,), the last first."""
    for i in range(out.size):
        total = 0j
        for k in range(count, -1, -1):
            total += terms[k, i]
        out[i] = total


@njit(error_model="numpy")
def add_product(b, psi, scale, out):
    """Add scale · B₀ψ to ``out`` (N,)."""
    indptr, indices, data = b
    for i in range(out.size):
        total = 0j
        for p in range(indptr[i], indptr[i + 1]):
            total += data[p] * psi[indices[p]]
        out[i] += scale * total


@njit(error_model="numpy")
def add_row_product(b, row, out):
    """Add ``row`` · B₀ to ``out`` (N,)."""
    indptr, indices, data = b
    for i in range(out.size):
        own = row[i]
        if own != 0.0:
            for p in range(indptr[i], indptr[i + 1]):
                out[indices[p]] += own * data[p]


@njit(error_model="numpy")
def part_of_series(series, begin, share, out):
    """Write the series over a part of a cell, from those (R, J) over all of it."""
    count = series.shape[1]
    for r in range(series.shape[0]):
        for k in range(count):
            out[r, k] = series[r, k]
        if begin > 0.0:
            for i in range(count - 1):
                for k in range(count - 2, i - 1, -1):
                    out[r, k] += begin * out[r, k + 1]
        power = 1.0
        for k in range(1, count):
            power *= share
            out[r, k] *= power


@njit(error_model="numpy")
def add_to_cell(swing, begin, share, out):
    """Add derivatives (V, Q) by the series over a part to those over its cell."""
    count = swing.shape[1]
    own = np.empty(count, dtype=np.complex128)
    for v in range(swing.shape[0]):
        power = 1.0
        for k in range(count):
            own[k] = power * swing[v, k]
            power *= share
        if begin > 0.0:
            for i in range(count - 2, -1, -1):
                for k in range(i, count - 1):
                    own[k + 1] += begin * own[k]
        for k in range(count):
            out[v, k] += own[k]


@njit(error_model="numpy")
def expand(b, rows, series, h, bound, later, sizes, terms):
    """Write the series of a ket over a segment from c_0; return K, −1 of no end."""
    first = rows.energies.size
    remaining_drive(rows, series, 1.0, later)
    sizes[0] = 1.0
    for k in range(MOST_TERMS):
        scale = h / (k + 1)
        out = terms[k + 1]
        clear(out)
        add_product(b, terms[k], scale, out)
        for r in range(series.shape[0]):
            i = rows.energies[r] if r < first else rows.decays[r - first]
            total = 0j
            for q in range(min(k + 1, series.shape[1])):
                total += series[r, q] * terms[k - q, i]
            out[i] += scale * (-1j if r < first else -1.0) * total
        square = 0.0
        for i in range(out.size):
            square += out[i].real ** 2 + out[i].imag ** 2
        sizes[k + 1] = np.sqrt(square)
        if k + 1 >= LEAST_TERMS and has_converged(sizes, k, h, bound, later, NEGLECTED):
            return k + 1
    return -1


@njit(error_model="numpy")
def run_back(b, rows, series, h, count, terms, row, bars, wanted, entries, swing):
    """Take ``row`` (N,) back over a segment, and add the derivatives.

    Args:
        b: B₀ as CSR.
        rows: Which states each row of ``series`` moves.
        series: Of the drive over the segment, (R, J).
        h: Its length in seconds.
        count: K.
        terms: c_k, (K + 1, N) and more.
        row: ℓ at its end, at its beginning on return, (N,).
        bars: Scratch as ``terms``.
        wanted: Rows and columns (M,) of B₀, and states (V,).
        entries: d(ℓψ)/dB₀ of those is added, (M,).
        swing: d(ℓψ) by the series of the diagonal, (V, Q), is added.
    """
    first = rows.energies.size
    for k in range(count + 1):
        copy(row, bars[k])
    for k in range(count - 1, -1, -1):
        scale = h / (k + 1)
        for i in range(row.size):
            bars[k + 1, i] *= scale
        w = bars[k + 1]
        for m in range(wanted.rows.size):
            entries[m] += w[wanted.rows[m]] * terms[k, wanted.columns[m]]
        for v in range(wanted.states.size):
            i = wanted.states[v]
            for q in range(min(k + 1, swing.shape[1])):
                swing[v, q] += w[i] * terms[k - q, i]
        add_row_product(b, w, bars[k])
        for r in range(series.shape[0]):
            i = rows.energies[r] if r < first else rows.decays[r - first]
            own = w[i] * (-1j if r < first else -1.0)
            for q in range(min(k + 1, series.shape[1])):
                bars[k - q, i] += series[r, q] * own
    copy(bars[0], row)


@njit(error_model="numpy")
def advance(b, rows, cells, maps, cell, offset, time, work, psi, path):
    """Take ψ (N,), of norm 1, through a wait; return its segments and ln of its norm.

    Args:
        b: B₀ as CSR.
        rows: Which states each row of a series moves.
        cells: The cells of time.
        maps: What each whole cell does to a ket, (C, N, N), or none, (0, N, N).
        cell: That in which the wait begins.
        offset: How long after the cell's beginning, in s.
        time: How long the wait is, in s.
        work: Scratch.
        psi: ψ, of norm 1 again at the end.
        path: Kets (S, N) at the beginning of each segment, the norms (S,) at their
            ends, and where they are, (S, 3): cell, begin and share of it.

    Returns:
        (S, ln ‖ψ‖, path): the path grows as it must; NaN where ψ cannot be followed.
    """
    kets, norms, places = path
    left, done, logarithm = time, 0, 0.0
    while left > 0.0 and cell < cells.lengths.size:
        length = cells.lengths[cell]
        span = min(left, length - offset)
        if span <= 0.0:
            cell, offset = next_cell(cells, cell), 0.0
            continue
        if done == norms.size:
            kets, norms, places = grown((kets, norms, places))
        begin, share = offset / length, span / length
        copy(psi, kets[done])
        places[done, 0], places[done, 1], places[done, 2] = cell, begin, share
        if share == 1.0 and maps.shape[0]:
            multiply(maps[cell], kets[done], psi)
        else:
            part_of_series(cells.series[cell], begin, share, work.series)
            copy(psi, work.terms[0])
            bound = cells.bounds[cell]
            scratch = work.later, work.sizes, work.terms
            count = expand(b, rows, work.series, span, bound, *scratch)
            if count < 0:
                return done, np.nan, (kets, norms, places)
            add_up(work.terms, count, psi)
        norms[done] = normalized(psi)
        logarithm += np.log(norms[done])
        done += 1
        left -= span
        cell, offset = next_cell(cells, cell), 0.0
    return done, logarithm, (kets, norms, places)


@njit(error_model="numpy")
def multiply(matrix, psi, out):
    """Write a ``matrix`` (N, N) times ψ (N,) to ``out``."""
    for i in range(out.size):
        total = 0j
        for j in range(psi.size):
            total += matrix[i, j] * psi[j]
        out[i] = total


@njit(error_model="numpy")
def multiply_back(matrix, row, out):
    """Write ``row`` (N,) times a ``matrix`` (N, N) to ``out``."""
    clear(out)
    for i in range(row.size):
        own = row[i]
        for j in range(out.size):
            out[j] += own * matrix[i, j]


@njit(error_model="numpy")
def fill_maps(b, rows, cells, work, maps):
    """Write what each whole cell does to a ket to ``maps`` (C, N, N), NaN of no end."""
    psi = np.empty(maps.shape[1], dtype=np.complex128)
    for cell in range(maps.shape[0]):
        for j in range(maps.shape[1]):
            clear(work.terms[0])
            work.terms[0, j] = 1.0
            count = expand(
                b,
                rows,
                cells.series[cell],
                cells.lengths[cell],
                cells.bounds[cell],
                work.later,
                work.sizes,
                work.terms,
            )
            add_up(work.terms, count, psi)
            for i in range(psi.size):
                maps[cell, i, j] = psi[i] if count >= 0 else np.nan


@njit(error_model="numpy")
def add_slopes_of_maps(b, rows, cells, work, wanted, changes, entries, swing):
    """Add the derivatives that come by what whole cells do.

    Args:
        b: As of :func:`follow`, as are the next three.
        rows: As above.
        cells: As above.
        work: As above.
        wanted: As of :func:`add_slopes`, as are the last two.
        changes: d ln ψ by each entry of the cells' maps, (C, N, N).
        entries: As above.
        swing: As above.
    """
    n = changes.shape[1]
    row = np.empty(n, dtype=np.complex128)
    for cell in range(changes.shape[0]):
        for j in range(n):
            is_nothing = True
            for i in range(n):
                row[i] = changes[cell, i, j]
                is_nothing &= row[i] == 0.0
            if is_nothing:
                continue
            clear(work.terms[0])
            work.terms[0, j] = 1.0
            count = expand(
                b,
                rows,
                cells.series[cell],
                cells.lengths[cell],
                cells.bounds[cell],
                work.later,
                work.sizes,
                work.terms,
            )
            run_back(
                b,
                rows,
                cells.series[cell],
                cells.lengths[cell],
                count,
                work.terms,
                row,
                work.bars,
                wanted,
                entries,
                swing[cell],
            )


@njit(error_model="numpy")
def next_cell(cells, cell):
    """Return the number of the cell after ``cell``."""
    if cells.repeats and cell + 1 == cells.lengths.size:
        return 0
    return cell + 1


@njit(error_model="numpy")
def normalized(psi):
    """Divide ψ (N,) by its norm, which is returned."""
    square = 0.0
    for i in range(psi.size):
        square += psi[i].real ** 2 + psi[i].imag ** 2
    norm = np.sqrt(square)
    if norm > 0.0:
        divide(psi, complex(norm))
    return norm


@njit(error_model="numpy")
def grown(path):
    """Return a path with room for twice as many segments."""
    kets, norms, places = path
    count = norms.size
    more_kets, more_norms, more_places = new_path(kets.shape[1], 2 * count)
    for s in range(count):
        copy(kets[s], more_kets[s])
        copy(places[s], more_places[s])
    copy(norms, more_norms)
    return more_kets, more_norms, more_places


@njit(error_model="numpy")
def landed(jumps, k, psi, out):
    """Write what operator ``k`` without its rate makes of ψ; ψ itself of none, −1."""
    if k < 0:
        copy(psi, out)
        return
    clear(out)
    for e in range(jumps.order[k], jumps.order[k + 1]):
        out[jumps.targets[e]] = psi[jumps.sources[e]]


@njit(error_model="numpy")
def back_from_landing(jumps, k, row, out):
    """Write the row that acts on ψ before operator ``k``, of ``row`` after it."""
    if k < 0:
        copy(row, out)
        return
    clear(out)
    for e in range(jumps.order[k], jumps.order[k + 1]):
        out[jumps.sources[e]] = row[jumps.targets[e]]


@njit(error_model="numpy")
def follow(
    b, rows, cells, maps, jumps, pieces, kets, first, last, work, ends, logarithms
):
    """Follow the pieces ``first`` … ``last − 1``, the first of which begins a history.

    Args:
        b: B₀ as CSR.
        rows: Which states each row of a series moves.
        cells: The cells of time.
        maps: As of :func:`advance`.
        jumps: The jump operators.
        pieces: The waits, of P pieces in all.
        kets: States in which histories may begin, (S, N).
        first: The first piece.
        last: After the last.
        work: Scratch.
        ends: ψ at the end of each piece, of norm 1, is written, (P, N).
        logarithms: ln of its norm before that, and of that of what the jump leaves,
            (P, 2), −∞ where nothing is left.
    """
    psi = np.empty(kets.shape[1], dtype=np.complex128)
    path = new_path(kets.shape[1], 16)
    for p in range(first, last):
        begin_piece(pieces, jumps, kets, ends, p, psi)
        _, logarithms[p, 0], path = advance(
            b,
            rows,
            cells,
            maps,
            pieces.cells[p],
            pieces.offsets[p],
            pieces.times[p],
            work,
            psi,
            path,
        )
        copy(psi, ends[p])
        landed(jumps, pieces.operators[p], ends[p], psi)
        logarithms[p, 1] = np.log(normalized(psi))


@njit(error_model="numpy")
def begin_piece(pieces, jumps, kets, ends, p, psi):
    """Write the ket in which piece ``p`` begins, of norm 1."""
    if pieces.starts[p] >= 0:
        copy(kets[pieces.starts[p]], psi)
    else:
        landed(jumps, pieces.operators[p - 1], ends[p - 1], psi)
        normalized(psi)


@njit(error_model="numpy")
def new_path(n, count):
    """Return what :func:`advance` writes the segments of a piece to."""
    kets = np.empty((count, n), dtype=np.complex128)
    return kets, np.empty(count), np.empty((count, 3))


@njit(error_model="numpy")
def add_slopes(run, first, last, work, ends, row, wanted, changes, entries, swing):
    """Add the derivatives of ln ‖ψ‖ of histories, from their last piece backward.

    Args:
        run: (b, rows, cells, maps, jumps, pieces, kets), each as of :func:`follow`, as
            are ``first`` and ``work``.
        first: As above.
        last: After the last piece: the end of a history, or where this was called from
            before.
        work: As above.
        ends: What :func:`follow` wrote.
        row: What acts on the ket after piece ``last`` − 1, if a history goes on there;
            on return, before ``first``, (N,).
        wanted: Rows and columns (M,) of B₀, and states (V,).
        changes: d ln ψ by each entry of ``maps`` is added, (C, N, N).
        entries: d ln ψ by those of B₀ is added; twice its real part is d ln ‖ψ‖², (M,).
        swing: That by the series of the diagonal over each cell, (C, V, Q).
    """
    b, rows, cells, maps, jumps, pieces, kets = run
    n = kets.shape[1]
    psi = np.empty(n, dtype=np.complex128)
    before = np.empty(n, dtype=np.complex128)
    path = new_path(n, 16)
    own = np.empty(swing.shape[1:], dtype=np.complex128)
    for p in range(last - 1, first - 1, -1):
        if p + 1 == pieces.starts.size or pieces.starts[p + 1] >= 0:
            landed(jumps, pieces.operators[p], ends[p], psi)
            normalized(psi)
            for i in range(n):
                row[i] = psi[i].conjugate()
        back_from_landing(jumps, pieces.operators[p], row, before)
        copy(before, row)
        begin_piece(pieces, jumps, kets, ends, p, psi)
        wait = pieces.cells[p], pieces.offsets[p], pieces.times[p]
        count, _, path = advance(b, rows, cells, maps, *wait, work, psi, path)
        scaled(row, psi)
        for s in range(count - 1, -1, -1):
            segment = path[0][s], path[1][s], path[2][s]
            cell, begin, share = int(path[2][s, 0]), path[2][s, 1], path[2][s, 2]
            back_through(run, segment, work, before, own, row, wanted, changes, entries)
            if share != 1.0 or not maps.shape[0]:
                add_to_cell(own, begin, share, swing[cell])


@njit(error_model="numpy")
def back_through(run, segment, work, before, own, row, wanted, changes, entries):
    """Take ``row`` back through a segment, and add what it shows on the way.

    Args:
        run: As of :func:`add_slopes`, as are ``work`` and the last four.
        segment: The ket at its beginning, the norm at its end, and where it is, as
            :func:`advance` writes them.
        work: As above.
        before: Scratch, (N,).
        own: d ln ψ by the series of the diagonal over the segment, (V, Q), is written
            where no map leads through it.
        row: As above.
        wanted: As above.
        changes: As above.
        entries: As above.
    """
    b, rows, cells, maps = run[0], run[1], run[2], run[3]
    ket, norm, place = segment
    cell, begin, share = int(place[0]), place[1], place[2]
    if share == 1.0 and maps.shape[0]:
        divide(row, complex(norm))
        add_outer(row, ket, changes[cell])
        copy(row, before)
        multiply_back(maps[cell], before, row)
        return
    h = share * cells.lengths[cell]
    series = work.series
    part_of_series(cells.series[cell], begin, share, series)
    copy(ket, work.terms[0])
    scratch = work.later, work.sizes, work.terms
    terms = expand(b, rows, series, h, cells.bounds[cell], *scratch)
    divide(row, complex(norm))
    for v in range(own.shape[0]):
        clear(own[v])
    kept = work.terms, row, work.bars
    run_back(b, rows, series, h, terms, *kept, wanted, entries, own)


@njit(error_model="numpy")
def add_outer(row, psi, out):
    """Add what ``row`` · M · ψ is by each entry of M to ``out`` (N, N)."""
    for i in range(row.size):
        own = row[i]
        for j in range(psi.size):
            out[i, j] += own * psi[j]


@njit(error_model="numpy")
def scaled(row, psi):
    """Scale ``row`` so that row · ψ = 1."""
    total = 0j
    for i in range(psi.size):
        total += row[i] * psi[i]
    divide(row, total)
