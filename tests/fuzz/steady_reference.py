"""All steady states of a static bath, by exact elimination on whole numbers.

Every float64 is a fraction, so the Liouvillian times a power of two is a matrix of
whole numbers. Its null space, by elimination without fractions, is exact: how many
steady states there are is no matter of tolerance, whatever the scales.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import numpy as np
from plain_bath import PlainBath
from real_generators import density_tensor, inputs, to_matrix
from scipy.sparse.csgraph import connected_components

from spacewheat_sim.arrays import ComplexArray

Row = dict[int, int]


class SteadyStates(NamedTuple):
    """How many independent ones, coherences included; the state where there is one."""

    count: int
    state: ComplexArray | None


def steady_states(bath: PlainBath) -> SteadyStates:
    """Return the null space of the Liouvillian of a static ``bath``."""
    n = bath.size
    rows = _whole_rows(bath)
    links = np.zeros((n * n, n * n), dtype=bool)
    for r, row in enumerate(rows):
        links[r, list(row)] = True
    _, labels = connected_components(links, directed=False)
    count, vector = 0, np.zeros(n * n)
    for label in range(int(labels.max()) + 1):
        members = np.flatnonzero(labels == label).tolist()
        nullity, solution = _null_space(rows, members)
        count += nullity
        for k, value in (solution or {}).items():
            vector[k] = float(value)
    if count != 1:
        return SteadyStates(count, None)
    return SteadyStates(1, to_matrix(vector / vector[:n].sum(), n))


@cache
def _entries(n: int) -> tuple[tuple[int, int, int, int], ...]:
    tensor = density_tensor(n)
    found = np.argwhere(tensor)
    return tuple((*index, int(tensor[tuple(index)])) for index in found.tolist())


def _whole_rows(bath: PlainBath) -> list[Row]:
    values = inputs(bath)
    common = max(value.denominator for value in values)  # all are powers of two
    whole = [value.numerator * (common // value.denominator) for value in values]
    rows: list[Row] = [{} for _ in range(bath.size**2)]
    for q, r, c, factor in _entries(bath.size):
        if whole[q]:
            rows[r][c] = rows[r].get(c, 0) + factor * whole[q]
    return [{c: x for c, x in row.items() if x} for row in rows]


def _null_space(
    rows: list[Row], members: list[int]
) -> tuple[int, dict[int, Fraction] | None]:
    """Return the nullity of one block, and its null vector where that is 1."""
    left = [dict(rows[r]) for r in members if rows[r]]
    done: list[tuple[int, Row]] = []
    while left:
        # The sparsest row, and the column that the fewest others have: little fills in.
        uses: dict[int, int] = {}
        for row in left:
            for c in row:
                uses[c] = uses.get(c, 0) + 1
        chosen = min(range(len(left)), key=lambda k: len(left[k]))
        pivot_row = left.pop(chosen)
        column = min(pivot_row, key=lambda c: uses[c])
        pivot = pivot_row[column]
        rest = []
        for row in left:
            factor = row.pop(column, 0)
            if factor:
                rest.append(_reduced(row, pivot_row, column, pivot, factor))
            else:
                rest.append(row)
        left = [row for row in rest if row]
        done.append((column, pivot_row))
    nullity = len(members) - len(done)
    if nullity != 1:
        return nullity, None
    (free,) = set(members) - {column for column, _ in done}
    vector = {free: Fraction(1)}
    for column, row in reversed(done):
        total = sum(
            (x * vector[c] for c, x in row.items() if c != column and c in vector),
            Fraction(0),
        )
        vector[column] = -total / row[column]
    return 1, vector


def _reduced(row: Row, pivot_row: Row, column: int, pivot: int, factor: int) -> Row:
    """Return pivot · row − factor · pivot_row, less what all entries share."""
    out = {c: pivot * x for c, x in row.items()}
    for c, x in pivot_row.items():
        if c != column:
            out[c] = out.get(c, 0) - factor * x
    out = {c: x for c, x in out.items() if x}
    if out:
        shared = math.gcd(*out.values())
        if shared > 1:
            out = {c: x // shared for c, x in out.items()}
    return out
