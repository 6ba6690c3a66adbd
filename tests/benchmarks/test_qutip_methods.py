from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks" / "peers"))

import qutip_methods


class Solver:
    """What a solver class of QuTiP's is asked for."""

    @staticmethod
    def avail_integrators() -> dict[str, object]:
        return dict.fromkeys(("adams", "bdf", "diag", "krylov", "a new one"))


def test_every_integrator_is_tried_with_both_storages() -> None:
    found = list(qutip_methods.ways(Solver, 22, driven=False))
    assert len(found) == len(set(found)) == 10


def test_only_what_cannot_run_is_left_out() -> None:
    def names(equations: int, driven: bool) -> set[str]:
        ways = qutip_methods.ways(Solver, equations, driven=driven)
        return {method for storage, method in ways if storage == "CSR"}

    assert names(22, driven=True) == {"adams", "bdf", "krylov", "a new one"}
    assert names(128**2, driven=False) == {"adams", "krylov", "a new one"}


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_trial_that_fails_dies_or_hangs_has_no_answer() -> None:
    def dies() -> None:
        sys.exit(3)

    def fails() -> None:
        raise ArithmeticError

    def hangs() -> None:
        time.sleep(60)

    assert qutip_methods.tried(lambda: 5.0, 10) == 5.0
    start = time.perf_counter()
    for run in (dies, fails, hangs):
        assert qutip_methods.tried(run, 0.3) is None
    assert time.perf_counter() - start < 30


@pytest.mark.parametrize(
    ("method", "keys"),
    [
        ("diag", set()),
        ("krylov", {"atol", "nsteps", "krylov_dim"}),
        ("adams", {"atol", "rtol", "nsteps"}),
    ],
)
def test_each_is_told_of_its_accuracy_in_its_own_terms(
    method: str, keys: set[str]
) -> None:
    assert set(qutip_methods.options_of(method, 1e-9, 1e-10)) == keys
