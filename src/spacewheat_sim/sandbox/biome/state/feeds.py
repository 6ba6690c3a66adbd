"""What feeds an entry of the density matrix: the terms of its rate of change."""

from __future__ import annotations

from typing import NamedTuple

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.engine.bath.operators import BathOperators


class FeedTerm(NamedTuple):
    """One term of dρ_ij/dt.

    Attributes:
        source: The state that it comes from; i or j itself of a loss.
        how: ``coupling``, ``jump`` or ``loss``.
        rate: The term in 1/s.
    """

    source: int
    how: str
    rate: complex


def feed_terms(
    operators: BathOperators, rho: ComplexArray, i: int, j: int, time: float
) -> list[FeedTerm]:
    """Return the terms of dρ_ij/dt of a level biome, the largest first.

        dρ_ij/dt = −i Σ_k (H_ik ρ_kj − ρ_ik H_kj) − ½(Γ_i + Γ_j) ρ_ij
                   + δ_ij Σ_s γ_(s→i) ρ_ss

    Args:
        operators: Those of the biome, N states.
        rho: The density matrix, (N, N).
        i: Row.
        j: Column.
        time: Game time in seconds, at which rates and energies are taken.
    """
    h = operators.hamiltonian_at(time)
    found: dict[tuple[int, str], complex] = {}

    def add(source: int, how: str, rate: complex) -> None:
        if rate:
            found[source, how] = found.get((source, how), 0.0) + rate

    for k, energy in _row(h, i):
        add(k, "coupling", -1j * energy * complex(rho[k, j]))
    for k, energy in _row(h, j):
        add(k, "coupling", 1j * complex(rho[i, k]) * energy.conjugate())
    for jump in operators.jumps:
        rate = jump.rate_at(time)
        for end in (i, j):
            if jump.source == end:
                add(end, "loss", -0.5 * rate * complex(rho[i, j]))
        if i == j == jump.target:
            add(jump.source, "jump", rate * complex(rho[jump.source, jump.source]))
    terms = [FeedTerm(source, how, rate) for (source, how), rate in found.items()]
    return sorted(terms, key=lambda term: -abs(term.rate))


def _row(h: object, i: int) -> list[tuple[int, complex]]:
    """Return the entries of row ``i`` of a sparse matrix, by column."""
    row = h[[i]].tocoo()  # type: ignore[index]  # scipy's types know no such index
    columns, values = row.coords[1].tolist(), row.data.tolist()
    return [(k, complex(value)) for k, value in zip(columns, values, strict=True)]
