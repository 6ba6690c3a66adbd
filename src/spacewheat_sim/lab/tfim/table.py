"""Results and rows of solved chains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from spacewheat_sim.lab.tfim.solutions import Solved

if TYPE_CHECKING:
    from spacewheat_sim.quantum.tfim.central_charge import EntropyGrowth

COLUMNS = (
    "L",
    "g",
    "ell",
    "entropy",
    "entropy_exact",
    "ground_energy",
    "ground_energy_exact",
    "gap",
    "gap_exact",
    "method",
)


def results_of(
    point: Solved,
    g_scan: Sequence[Solved],
    L_scan: Sequence[Solved],
    growth: EntropyGrowth | None,
) -> dict[str, Any]:
    """Return what goes to ``results.json``."""
    found = point.found
    return {
        "method": point.method,
        "ground_energy": found.ground_energy,
        "gap": found.gap,
        "entropy_half_chain": found.entropy_half_chain,
        "entropies": found.entropies,
        "exact": _comparison(point),
        "central_charge": growth.central_charge if growth else None,
        "central_charge_error": growth.central_charge_error if growth else None,
        "central_charge_exact": 0.5 if growth else None,
        "entropy_vs_g": {
            "L": g_scan[0].chain.L,
            "g": [solved.chain.g for solved in g_scan],
            "entropy_half_chain": [s.found.entropy_half_chain for s in g_scan],
            "gap": [solved.found.gap for solved in g_scan],
        }
        if g_scan
        else None,
        "entropy_vs_L": {
            "L": [solved.chain.L for solved in L_scan],
            "entropy_half_chain": [s.found.entropy_half_chain for s in L_scan],
        }
        if L_scan
        else None,
    }


def _comparison(point: Solved) -> dict[str, Any]:
    """Return each number with that of the other method, and the error."""
    names = ("ground_energy", "gap", "entropy_half_chain", "entropies")
    compared: dict[str, Any] = {"method": point.exact_method}
    for name in names:
        value = getattr(point.found, name)
        exact = getattr(point.exact, name) if point.exact else None
        error = abs(value - exact) if exact is not None else None
        compared[name] = {"value": value, "exact": exact, "error": error}
    return compared


def rows_of(solved: Sequence[Solved]) -> list[list[Any]]:
    """Return a row per chain and cut; a chain of both scans has one row."""
    rows: list[list[Any]] = []
    seen = set()
    for each in solved:
        if (each.chain.L, each.chain.g) in seen:
            continue
        seen.add((each.chain.L, each.chain.g))
        found, exact = each.found, each.exact
        for i, entropy in enumerate(found.entropies.tolist()):
            rows.append(
                [
                    each.chain.L,
                    each.chain.g,
                    i + 1,
                    entropy,
                    float(exact.entropies[i]) if exact else None,
                    found.ground_energy,
                    exact.ground_energy if exact else None,
                    found.gap,
                    exact.gap if exact else None,
                    each.method,
                ]
            )
    return rows
