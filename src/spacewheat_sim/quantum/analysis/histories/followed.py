"""How likely waits for jumps are where each is followed by itself, and the gradient.

A wait that begins at t in ψ ends at t′ in a jump of operator k with the density

    γ_k(t′) ‖P_k U(t′, t) ψ‖² dt′,   dU/dt = B(t) U,   B = −iH(t) − Γ(t)/2,

P_k the operator without its rate. Where energies or rates change with time, this
depends on t; in a register, ψ is what the last jump has left of the ket before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import (
    ComplexArray,
    FloatArray,
    IndexArray,
    IntArray,
    UInt32Array,
)
from spacewheat_sim.errors import RunError
from spacewheat_sim.long_call import parts
from spacewheat_sim.quantum.analysis.histories.cells import (
    REACH,
    Cells,
    cells_of,
    find_period,
)
from spacewheat_sim.quantum.analysis.kernels import followed as kernels
from spacewheat_sim.quantum.analysis.kernels import followed_back as back
from spacewheat_sim.quantum.analysis.kernels.followed import MOST_TERMS, SWING_TERMS
from spacewheat_sim.quantum.analysis.sensitivity import Gradient
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.driving.rows import KetRows
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.jumps import Jumps

# Cells of a bath that never repeats which are held at once, about; pieces of the first
# call of a loop.
MOST_CELLS = 1 << 14
FIRST_CALL = 256
# Most states of a ket that whole matrices take through a cell.
MOST_MAPPED = 256
# Bytes that the kets at the beginnings of a wait's segments may take.
MOST_BYTES = 2.0**29
# Nodes at which what moves a diagonal over a cell is known, and the series that values
# there are of.
_X = (np.polynomial.legendre.leggauss(SWING_TERMS)[0] + 1) / 2
_TO_SERIES = np.linalg.inv(np.vander(_X, SWING_TERMS, increasing=True))


class Pieces(NamedTuple):
    """Waits, those of one history after another.

    Attributes:
        starts: The ket that each begins in, −1 where it goes on from what the jump
            before has left, (P,).
        operators: The jump operator at its end, −1 of none, (P,).
        begins: When it begins, in s, (P,).
        times: How long it is, in s, (P,).
    """

    starts: IntArray
    operators: IntArray
    begins: FloatArray
    times: FloatArray

    @property
    def ended(self) -> IndexArray:
        """The pieces that ended in a jump."""
        return np.flatnonzero(self.operators >= 0)


class Wanted(NamedTuple):
    """By what a derivative is wanted.

    Attributes:
        rows: Of entries of B₀, (M,).
        columns: Of the same, (M,).
        states: Whose diagonal may change with time, (V,).
    """

    rows: IntArray
    columns: IntArray
    states: IntArray

    @classmethod
    def of(
        cls, n: int, entries: Sequence[tuple[int, int]], states: Sequence[int]
    ) -> Wanted:
        """Return those of ``entries`` besides the diagonal of ``n`` states."""
        off = [(i, j) for i, j in entries if i != j]
        every = sorted({*((i, i) for i in range(n)), *off})
        found = np.array(every, dtype=np.int64)
        return cls(
            np.ascontiguousarray(found[:, 0]),
            np.ascontiguousarray(found[:, 1]),
            np.array(sorted(set(states)), dtype=np.int64),
        )


class _Placed(NamedTuple):
    """:class:`Pieces` as the loops take them, with the cell that each begins in."""

    starts: IntArray
    operators: IntArray
    cells: IntArray
    offsets: FloatArray
    times: FloatArray


class _Matrix(NamedTuple):
    indptr: UInt32Array
    indices: UInt32Array
    data: ComplexArray


class _Work(NamedTuple):
    series: FloatArray
    later: FloatArray
    sizes: FloatArray
    terms: ComplexArray
    bars: ComplexArray


class Followed:
    """Pieces of histories, followed.

    Attributes:
        pieces: What was followed.
        ends: ψ at the end of each, of norm 1, (P, N).
        logarithms: ln of its norm before that, which is half that of the wait's
            survival, and of the norm of what the jump has left of it, (P, 2).
    """

    def __init__(
        self, generator: Generator, drive: Drive, pieces: Pieces, kets: ComplexArray
    ) -> None:
        """Follow them.

        Args:
            generator: H and the jumps.
            drive: What changes with time; no functions.
            pieces: The waits.
            kets: The kets that histories begin in, (S, N).

        Raises:
            RunError: so many steps are needed that it would not end.
        """
        self.pieces, self._kets = pieces, np.ascontiguousarray(kets)
        self._generator, self._drive = generator, drive
        matrix = generator.effective_hamiltonian
        data = -1j * (matrix.re + 1j * matrix.im)
        self._b = _Matrix(matrix.indptr, matrix.indices, data)
        count, n = pieces.times.size, generator.dimension
        self.ends = np.empty((count, n), dtype=np.complex128)
        self.logarithms = np.empty((count, 2))
        self._groups = list(self._cells())
        for first, last, cells in self._groups:
            _check_room(float(pieces.times[first:last].max()), cells, n)
            placed, work = self._placed(cells), self._work(cells)
            given = self._run(cells, work), generator.jumps, placed, self._kets
            found = self.ends, self.logarithms
            for begin, end in parts(last - first, FIRST_CALL):
                kernels.follow(*given, first + begin, first + end, work, *found)

    @property
    def logarithm(self) -> float:
        """Σ ln ‖ψ‖ of what each history has left of its ket, all jumps included."""
        return float(self.logarithms.sum())

    def slopes(self, channels: Jumps, wanted: Wanted) -> Iterator[Gradient]:
        """Yield the parts of the gradient of Σ ln ‖ψ‖² at the ends of histories.

        By H where that is wanted, 0 elsewhere; by the diagonal at nodes in each cell;
        and by the rates of ``channels``, which may be more than the jumps of the bath.
        """
        n = self._generator.dimension
        row = np.zeros(n, dtype=np.complex128)
        for first, last, cells in reversed(self._groups):
            placed, work = self._placed(cells), self._work(cells)
            run = self._run(cells, work)
            changes = np.zeros_like(run[3])
            entries = np.zeros(wanted.rows.size, dtype=np.complex128)
            shape = (cells.lengths.size, wanted.states.size, SWING_TERMS)
            swing = np.zeros(shape, dtype=np.complex128)
            told = self._generator.jumps, placed, self._kets, self.ends
            sums = wanted, changes, entries, swing
            for begin, end in parts(last - first, FIRST_CALL):
                back.add_slopes(run, told, last - end, last - begin, work, row, *sums)
            back.add_slopes_of_maps(run, work, *sums)
            yield self._gradient(channels, wanted, cells, entries, swing)

    def _gradient(
        self,
        channels: Jumps,
        wanted: Wanted,
        cells: Cells,
        entries: ComplexArray,
        swing: ComplexArray,
    ) -> Gradient:
        """Return the gradient by H and rates, of that by B = −iH − Γ/2."""
        n = self._generator.dimension
        z = np.zeros((n, n), dtype=np.complex128)
        z[wanted.rows, wanted.columns] = entries
        times = (cells.begins[:-1, None] + cells.lengths[:, None] * _X).ravel()
        nodes = np.zeros((times.size + 1, n), dtype=np.complex128)
        at_nodes = np.einsum("cvq,qx->cxv", swing, _TO_SERIES)
        nodes[:-1, wanted.states] = at_nodes.reshape(times.size, -1)
        # What does not change with time is as if it all were at one more node.
        nodes[-1] = z.diagonal() - nodes[:-1].sum(axis=0)
        return Gradient(
            -1j * z.T + 1j * z.conj(),
            np.zeros((n, n), dtype=np.complex128),
            np.append(times, cells.begin),
            2 * nodes.imag,
            -nodes.real @ sources_of(channels, n),
        )

    def _cells(self) -> Iterator[tuple[int, int, Cells]]:
        """Yield ranges of pieces, each with the cells of time that it needs."""
        pieces, generator, drive = self.pieces, self._generator, self._drive
        count = pieces.times.size
        if drive.is_static or find_period(drive) is not None:
            if count:
                yield 0, count, cells_of(generator, drive, 0.0, 1.0)
            return
        # Cells are no longer than this, and so many of them no more seconds.
        longest = min(drive.longest_step, REACH / max(generator.ket_bound, 1e-300))
        span, first = MOST_CELLS * longest, 0
        ends = pieces.begins + pieces.times
        while first < count:
            low, high, last = pieces.begins[first], ends[first], first + 1
            while last < count:
                lower = min(low, pieces.begins[last])
                higher = max(high, ends[last])
                if higher - lower > span:
                    break
                low, high, last = lower, higher, last + 1
            # Waits of 0 s need a cell, too.
            high = max(high, low + longest, np.nextafter(low, np.inf))
            yield first, last, cells_of(generator, drive, float(low), float(high))
            first = last

    def _run(
        self, cells: Cells, work: _Work
    ) -> tuple[_Matrix, KetRows, Cells, ComplexArray]:
        """Return what leads a ket through cells: B, and what whole ones do.

        That is known where they come again and again, (C, N, N).
        """
        n = self._generator.dimension
        count = cells.lengths.size if cells.repeats and n <= MOST_MAPPED else 0
        maps = np.empty((count, n, n), dtype=np.complex128)
        kernels.fill_maps(self._b, self._drive.ket_rows, cells, work, maps)
        return self._b, self._drive.ket_rows, cells, maps

    def _placed(self, cells: Cells) -> _Placed:
        numbers, offsets = cells.places(self.pieces.begins)
        own = self.pieces
        return _Placed(own.starts, own.operators, numbers, offsets, own.times)

    def _work(self, cells: Cells) -> _Work:
        n = self._generator.dimension
        _, rows, count = cells.series.shape
        return _Work(
            np.empty((rows, count)),
            np.empty(count + 1),
            np.empty(MOST_TERMS + 1),
            np.empty((MOST_TERMS + 1, n), dtype=np.complex128),
            np.empty((MOST_TERMS + 1, n), dtype=np.complex128),
        )


def _check_room(longest: float, cells: Cells, n: int) -> None:
    """Refuse a wait of ``longest`` s that crosses too many cells to keep its kets.

    Raises:
        RunError: it does.
    """
    segments = longest / float(cells.lengths.mean())
    if segments * 16.0 * n > MOST_BYTES:
        raise RunError(
            f"A wait of {longest:g} s cannot be followed: it takes {segments:.2g} "
            f"steps of {n} states at these energies and rates, and all are kept"
        )


def sources_of(jumps: Jumps, n: int) -> FloatArray:
    """Return 1 where the operator of a column begins in the state of a row, (N, K)."""
    found = np.zeros((n, jumps.size))
    found[jumps.sources, jumps.operators()] = 1.0
    return found
