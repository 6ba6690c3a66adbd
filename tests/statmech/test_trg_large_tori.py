"""Tensor renormalization of large tori: against Kaufman, and against itself."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest

from spacewheat_sim.statmech.ising import kaufman
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, MethodLimitError
from spacewheat_sim.statmech.trg import truncation
from spacewheat_sim.statmech.trg.coarse_graining import SCHEMES
from spacewheat_sim.statmech.trg.duals import Jet
from spacewheat_sim.statmech.trg.flow import flow
from spacewheat_sim.statmech.trg.scaling_dimensions import (
    ISING_DIMENSIONS,
    conformal_data,
)
from spacewheat_sim.statmech.trg.tensor import Legs, Tensor
from spacewheat_sim.statmech.trg.torus import (
    log_partition,
    squares,
    trg_thermodynamics,
)

CRITICAL = Conditions(2.0 / math.log1p(math.sqrt(2.0)))
SIDE = 1024
SITES = SIDE * SIDE


def critical_error(scheme: str, chi_max: int) -> float:
    found = log_partition(
        SIDE, SIDE, CRITICAL, chi_max=chi_max, scheme=scheme, derivatives=False
    )
    exact = kaufman.torus(CRITICAL.beta, SIDE, SIDE).value
    return abs(found.log_z.value - exact) / SITES


def test_error_at_the_critical_point() -> None:
    plain, improved = (critical_error(scheme, 32) for scheme in SCHEMES)

    assert plain < 1e-6
    assert improved < plain / 10


def test_more_values_help() -> None:
    for scheme in SCHEMES:
        errors = [critical_error(scheme, chi_max) for chi_max in (8, 12, 16, 24)]

        assert errors == sorted(errors, reverse=True)
        assert errors[-1] < errors[0] / 20


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("T", [1.5, 2.0, 2.6])
def test_derivatives_against_kaufman(T: float, scheme: str) -> None:
    found = trg_thermodynamics(SIDE, SIDE, Conditions(T), chi_max=16, scheme=scheme)
    exact = kaufman.torus(1.0 / T, SIDE, SIDE)

    assert found.free_energy == pytest.approx(-exact.value * T / SITES, abs=2e-6)
    assert found.energy == pytest.approx(-exact.first / SITES, abs=3e-5)
    assert found.heat_capacity == pytest.approx(exact.heat_capacity(1 / T), rel=3e-4)
    assert found.magnetization == pytest.approx(0.0, abs=1e-8)


def richardson(differences: Callable[[float], float], step: float) -> float:
    """Return the limit of differences whose error is even in the step."""
    row = [differences(step / 2**n) for n in range(4)]
    for order in itertools.count(1):
        if len(row) == 1:
            return row[0]
        pairs = itertools.pairwise(row)
        row = [(4**order * fine - coarse) / (4**order - 1) for coarse, fine in pairs]
    raise AssertionError


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("T", "J", "h"), [(2.7, 1.0, 0.0), (2.4, 1.0, 0.1), (2.0, -1.0, 2.0)]
)
def test_derivatives_are_those_of_the_truncated_sum(
    T: float, J: float, h: float, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against differences of ln Z of the same scheme, whose truncation is not small.

    Cuts that move between two of the temperatures would make ln Z jump.
    """
    monkeypatch.setattr(truncation, "SMALLEST_GAP", 1e-3)
    beta, chi_max = 1.0 / T, 8

    def log_z(d_beta: float, d_h: float) -> float:
        at = Conditions(1.0 / (beta + d_beta), J, h + d_h)
        # With derivatives, as spin reversal is then not used.
        return log_partition(64, 64, at, chi_max=chi_max, scheme=scheme).log_z.value

    jet = log_partition(64, 64, Conditions(T, J, h), chi_max=chi_max, scheme=scheme)
    here = log_z(0.0, 0.0)

    def along(direction: int, x: float) -> float:
        return log_z(x, 0.0) if direction == 0 else log_z(0.0, x)

    for n in (0, 1):
        slope = richardson(lambda x, n=n: (along(n, x) - along(n, -x)) / (2 * x), 2e-3)
        bend = richardson(
            lambda x, n=n: (along(n, x) - 2 * here + along(n, -x)) / x**2, 2e-3
        )
        assert jet.log_z.first[n] == pytest.approx(slope, rel=1e-7, abs=1e-5)
        assert jet.log_z.second[n] == pytest.approx(bend, rel=1e-5)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_spin_reversal_saves_work_and_changes_nothing(scheme: str) -> None:
    for T in (1.8, 2.27, 3.0):
        with_it = log_partition(
            256, 256, Conditions(T), chi_max=14, scheme=scheme, derivatives=False
        )
        without = log_partition(256, 256, Conditions(T), chi_max=14, scheme=scheme)

        assert with_it.log_z.value == pytest.approx(without.log_z.value, rel=1e-13)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("chi_max", [10, 11, 13, 15])
def test_susceptibility_of_the_ordered_phase(chi_max: int, scheme: str) -> None:
    """There the susceptibility is that of two states, βNm² with Yang's m."""
    T = 2.0
    m = (1.0 - math.sinh(2.0 / T) ** -4) ** 0.125
    found = trg_thermodynamics(
        SIDE, SIDE, Conditions(T), chi_max=chi_max, scheme=scheme
    )

    assert found.susceptibility == pytest.approx(SITES * m * m / T, rel=1e-3)


def test_a_cut_through_a_pair_would_spoil_the_susceptibility(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(truncation, "SMALLEST_GAP", 1e-15)
    monkeypatch.setattr(truncation, "DEGENERATE", 0.0)
    found = trg_thermodynamics(SIDE, SIDE, Conditions(2.0), chi_max=11)

    assert abs(found.susceptibility) > 1e9


def test_a_multiplet_larger_than_chi_max_is_refused() -> None:
    legs = Legs(np.ones(2), np.zeros(2, dtype=np.intp), np.ones(2))
    tensor = Tensor(legs, {(1, 0): Jet(np.eye(3)), (-1, 0): Jet(np.eye(1))})
    found = truncation.spectra(tensor, 2, complete=True)

    with pytest.raises(MethodLimitError, match="above 2: every cut would split"):
        truncation.choose_cut(tensor, found, 2)


def test_squares_agree_with_single_sizes() -> None:
    for L, _, found in squares(CRITICAL, 32, 8, "levin_nave"):
        alone = log_partition(L, L, CRITICAL, chi_max=8, derivatives=False)

        assert found.log_z.value == pytest.approx(alone.log_z.value, rel=1e-14)


@pytest.mark.parametrize(
    ("scheme", "tolerance"), [("levin_nave", 0.02), ("bond_weighted", 0.005)]
)
def test_critical_tensor_shows_the_ising_fixed_point(
    scheme: str, tolerance: float
) -> None:
    tensors = flow(CRITICAL, 24, scheme, derivatives=False)
    at = next(each for each in tensors if each.steps == 9)
    data = conformal_data(at.tensor)

    assert data.central_charge == pytest.approx(0.5, abs=tolerance / 2)
    assert data.dimensions[:4] == pytest.approx(ISING_DIMENSIONS[:4], abs=tolerance)
    assert data.dimensions[4:] == pytest.approx(ISING_DIMENSIONS[4:], abs=2 * tolerance)
