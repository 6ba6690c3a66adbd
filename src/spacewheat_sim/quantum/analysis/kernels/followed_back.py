"""Compiled loops that go back along what :mod:`.followed` has followed.

They carry a row that acts on the ket at the end of a history to its beginning, and add
up by how much each number moves ln ‖ψ‖ on the way. The series c_k of a segment is
linear in B, and so is what runs back through it: with the row ℓ that acts on Σ c_k, and
c̄_k = ℓ at first,

    for k = K − 1 … 0:   w = c̄_{k+1} h/(k + 1),   c̄_{k−q} += w B_q,
                         d(ℓψ) += Σ_q w dB_q c_{k−q},

c̄_0 is the row that acts on ψ where the segment began.

Shapes are as there; ``M`` entries and ``V`` states are those by which a derivative is
wanted.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.analysis.kernels.followed import (
    advance,
    begin_piece,
    clear,
    copy,
    divide,
    expand,
    expand_unit,
    landed,
    new_path,
    normalized,
    part_of_series,
)


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
def run_back(b, rows, series, h, count, work, row, wanted, entries, swing):
    """Take ``row`` (N,) back over a segment, and add the derivatives.

    Args:
        b: B₀ as CSR.
        rows: Which states each row of ``series`` moves.
        series: Of the drive over the segment, (R, J).
        h: Its length in seconds.
        count: K.
        work: Scratch, with the c_k.
        row: ℓ at its end, at its beginning on return, (N,).
        wanted: Rows and columns (M,) of B₀, and states (V,).
        entries: d(ℓψ)/dB₀ of those is added, (M,).
        swing: d(ℓψ) by the series of the diagonal, (V, Q), is added.
    """
    first, terms, bars = rows.energies.size, work.terms, work.bars
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
def multiply_back(matrix, row, out):
    """Write ``row`` (N,) times a ``matrix`` (N, N) to ``out``."""
    clear(out)
    for i in range(row.size):
        own = row[i]
        for j in range(out.size):
            out[j] += own * matrix[i, j]


@njit(error_model="numpy")
def add_slopes_of_maps(run, work, wanted, changes, entries, swing):
    """Add the derivatives that come by what whole cells do; see :func:`add_slopes`."""
    b, rows, cells, _ = run
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
            count = expand_unit(b, rows, cells, cell, j, work)
            series, h = cells.series[cell], cells.lengths[cell]
            sums = wanted, entries, swing[cell]
            run_back(b, rows, series, h, count, work, row, *sums)


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
def add_slopes(run, told, first, last, work, row, wanted, changes, entries, swing):
    """Add the derivatives of ln ‖ψ‖ of histories, from their last piece backward.

    Args:
        run: As of :func:`.follow`, as are ``first`` and ``work``.
        told: Its jumps, pieces and kets, and the ends that it wrote.
        first: The first piece.
        last: After the last piece: the end of a history, or where this was called from
            before.
        work: Scratch.
        row: What acts on the ket after piece ``last`` − 1, if a history goes on there;
            on return, before ``first``, (N,).
        wanted: Rows and columns (M,) of B₀, and states (V,).
        changes: d ln ψ by each entry of ``maps`` is added, (C, N, N).
        entries: d ln ψ by those of B₀ is added; twice its real part is d ln ‖ψ‖², (M,).
        swing: That by the series of the diagonal over each cell, (C, V, Q).
    """
    maps = run[3]
    jumps, pieces, kets, ends = told
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
        count, _, path = advance(run, pieces, p, work, psi, path)
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

    ``segment`` is the ket at its beginning, the norm at its end, and where it is, as
    :func:`.advance` writes them; ``before`` is scratch, (N,). d ln ψ by the series of
    the diagonal over the segment is written to ``own`` (V, Q) where no map leads
    through it. All else is as of :func:`add_slopes`.
    """
    b, rows, cells, maps = run
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
    count = expand(b, rows, series, h, cells.bounds[cell], work)
    divide(row, complex(norm))
    for v in range(own.shape[0]):
        clear(own[v])
    run_back(b, rows, series, h, count, work, row, wanted, entries, own)


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
