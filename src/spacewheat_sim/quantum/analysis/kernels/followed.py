"""Compiled loops of kets without a jump through cells of time.

    dψ/dx = h B(x) ψ,   B(x) = B₀ + Σ_r f_r Σ_q d_rq xᵠ |i_r⟩⟨i_r|

in the fraction x of a segment of length h.

Shapes: ``N`` states; ``C`` cells; ``R`` rows of a drive with ``J`` terms; ``K`` terms
of a ket's series.
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
def expand(b, rows, series, h, bound, work):
    """Write the series of a ket over a segment from c_0; return K, −1 of no end."""
    later, sizes, terms = work.later, work.sizes, work.terms
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
def advance(run, pieces, p, work, psi, path):
    """Take ψ (N,), of norm 1, through a wait; return its segments and ln of its norm.

    Args:
        run: B₀ as CSR; which states each row of a series moves; the cells of time; and
            what each whole cell does to a ket, (C, N, N), or none, (0, N, N).
        pieces: The waits.
        p: Which of them.
        work: Scratch.
        psi: ψ, of norm 1 again at the end.
        path: Kets (S, N) at the beginning of each segment, the norms (S,) at their
            ends, and where they are, (S, 3): cell, begin and share of it.

    Returns:
        (S, ln ‖ψ‖, path): the path grows as it must; NaN where ψ cannot be followed.
    """
    b, rows, cells, maps = run
    kets, norms, places = path
    cell, offset, left = pieces.cells[p], pieces.offsets[p], pieces.times[p]
    done, logarithm = 0, 0.0
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
            count = expand(b, rows, work.series, span, cells.bounds[cell], work)
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
def expand_unit(b, rows, cells, cell, j, work):
    """Expand state ``j`` over a whole cell as :func:`expand`."""
    clear(work.terms[0])
    work.terms[0, j] = 1.0
    length, bound = cells.lengths[cell], cells.bounds[cell]
    return expand(b, rows, cells.series[cell], length, bound, work)


@njit(error_model="numpy")
def fill_maps(b, rows, cells, work, maps):
    """Write what each whole cell does to a ket to ``maps`` (C, N, N), NaN of no end."""
    psi = np.empty(maps.shape[1], dtype=np.complex128)
    for cell in range(maps.shape[0]):
        for j in range(maps.shape[1]):
            count = expand_unit(b, rows, cells, cell, j, work)
            add_up(work.terms, count, psi)
            for i in range(psi.size):
                maps[cell, i, j] = psi[i] if count >= 0 else np.nan


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
def follow(run, jumps, pieces, kets, first, last, work, ends, logarithms):
    """Follow the pieces ``first`` … ``last − 1``, the first of which begins a history.

    Args:
        run: As of :func:`advance`.
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
        _, logarithms[p, 0], path = advance(run, pieces, p, work, psi, path)
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
