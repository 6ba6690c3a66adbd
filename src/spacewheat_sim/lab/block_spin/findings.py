"""What a method of coarse-graining finds: fixed points and exponents."""

from __future__ import annotations

from typing import Any, NamedTuple


class Mark(NamedTuple):
    """A finite, nontrivial fixed point for the figure."""

    K: float
    error: float
    label: str


class Findings(NamedTuple):
    """Results of a method, and the fixed points for the figure."""

    results: dict[str, Any]
    marks: list[Mark]


def critical_coupling(K: float, error: float | None, exact: float) -> dict[str, Any]:
    """Return the fixed points of a square lattice; a K of None is infinite."""
    return {
        "fixed_points": [
            {"K": 0.0, "stable": True},
            {"K": K, "stable": False},
            {"K": None, "stable": True},
        ],
        "critical_coupling": K,
        "critical_coupling_error": error,
        "critical_coupling_exact": exact,
        "critical_coupling_deviation": K - exact,
    }


def chain_fixed_points() -> dict[str, Any]:
    """Return the fixed points of a chain; a K of None is infinite."""
    return {"fixed_points": [{"K": 0.0, "stable": True}, {"K": None, "stable": False}]}


def exponent(value: float, error: float | None, *, exact: float) -> dict[str, Any]:
    """Return a thermal exponent, with how far it is from the exact one."""
    return {
        "y_t": value,
        "y_t_error": error,
        "y_t_exact": exact,
        "y_t_deviation": value - exact,
    }


def migdal_kadanoff_numbers(b: int) -> dict[str, Any]:
    """Return the fixed point and the exponent of Migdal and Kadanoff."""
    from spacewheat_sim.statmech.rg import migdal_kadanoff

    return {
        "migdal_kadanoff_fixed_point": migdal_kadanoff.fixed_point(b),
        "migdal_kadanoff_y_t": migdal_kadanoff.thermal_exponent(b),
    }
