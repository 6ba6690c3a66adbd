"""The same bath with its states in another order, gauge and unit of time."""

from __future__ import annotations

from typing import Any

import numpy as np

from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import RunError

UNIT = 3.0
"""How many of the units of time of a bath a turned one has; no power of two."""

SURE = 1e-7
"""Share of its size in which two answers may differ: a tenth of what is promised."""


def turned(operators: BathOperators) -> BathOperators:
    """Return static operators whose states are in the opposite order and turned.

    State k is multiplied by ((3 + 4i)/5)^k, which changes no population, and energies
    and rates are those in a unit of :data:`UNIT` s: all numbers are rounded anew.
    """
    names = operators.emojis
    jumps = [(names[j.source], names[j.target], UNIT * j.rate) for j in operators.jumps]
    phases = (0.6 + 0.8j) ** np.arange(len(names))
    given = operators.hamiltonian.toarray()[::-1, ::-1]
    upper = np.triu(phases[:, None] * given * phases.conj(), 1)
    energies = given.diagonal().real - given[0, 0].real
    hamiltonian = upper + upper.conj().T + np.diag(energies)
    return BathOperators.from_terms(names[::-1], UNIT * hamiltonian, jumps)


def check_same(found: Any, other: Any, size: Any) -> None:
    """Refuse an answer that depends on how the bath is written down.

    Args:
        found: The answer.
        other: That of the operators that :func:`turned` returns.
        size: What either is to be known to :data:`SURE` of.

    Raises:
        RunError: they are further apart.
    """
    if not (np.abs(found - other) <= SURE * size).all():
        raise RunError(
            f"The answer is not known to {10 * SURE:g}: energies and rates lie too far "
            "apart for double precision, and its roundings decide it"
        )
