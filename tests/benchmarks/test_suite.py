from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import machine
import numpy as np
import peer_environment
import plot_costs
import pytest
import suite
from case import Case
from measurement import Measurement
from problems import random_bath
from run_file import Run, read_run


@pytest.fixture(scope="module")
def cases() -> list[tuple[str, Case]]:
    return [
        (module, case)
        for module in suite.MODULES
        for case in import_module(module).CASES
    ]


def test_every_case_has_a_name_of_its_own(cases) -> None:
    names = [f"{module}/{case.name}" for module, case in cases]
    assert len(names) == len(set(names))


def test_a_quick_look_takes_every_module(cases) -> None:
    quick = {module for module, case in cases if case.is_quick}
    assert quick == set(suite.MODULES)


def test_a_run_writes_what_can_be_read_back(tmp_path: Path, capsys) -> None:
    file = tmp_path / "run.json"
    words = ["--quick", "--only", "memory/N = 1000", "--json", str(file)]
    assert suite.main(words) == 0
    run = read_run(file)
    held, peak = run.measurements
    assert (held.by, held.unit, held.symbol) == ("held", "MB", "nonzeros")
    assert 0 < held.median <= peak.median
    assert run.is_quick
    assert {"commit", "processor", "cores", "python", "packages"} <= set(run.machine)
    assert "bars hold" in capsys.readouterr().out


def test_a_case_that_fails_is_told_and_counts(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "broken.py").write_text("from case import Case\nCASES = ()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    outcome = suite.run_case("broken", Case("none", lambda _: ()), quick=True)
    assert "KeyError: 'none'" in outcome.failure
    assert outcome.measurements == []


def test_no_case_is_told_which_kernels_to_run(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "forced.py").write_text(
        "import os\n"
        "from case import Case\n"
        "from measurement import Measurement\n"
        "def run(effort):\n"
        "    forced = [n for n in os.environ if n.startswith('OPENBLAS_CORETYPE')]\n"
        "    yield Measurement.of('forced', 'variables', '', [len(forced)])\n"
        "CASES = (Case('variables', run),)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    outcome = suite.run_case("forced", Case("variables", lambda _: ()), quick=True)
    assert [row.median for row in outcome.measurements] == [0.0]


def test_a_run_says_which_kernels_it_ran(monkeypatch) -> None:
    free = machine.blas_kernels(Path(sys.executable))
    assert {"numpy", "scipy"} <= set(free)
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    assert machine.blas_kernels(Path(sys.executable)) == free
    assert machine.blas_kernels(Path("/no/such/python")) == {}


def test_a_problem_survives_the_way_to_a_peer() -> None:
    problem = random_bath(6, driven=2)
    again = type(problem).from_arrays(problem.arrays())
    assert again.drivers == problem.drivers
    assert again.jumps == problem.jumps
    np.testing.assert_array_equal(
        again.hamiltonian.toarray(), problem.hamiltonian.toarray()
    )


def test_without_the_peers_environment_the_row_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(peer_environment, "PYTHON", tmp_path / "python")
    (answer,) = peer_environment.ask("chains", {"by": "QuSpin"}, {})
    row = answer.measured(Measurement.timed("chain", "ed", "s", [1.0]))
    assert (row.median, row.by, row.is_peer) == (None, "QuSpin", True)
    assert row.note == "not installed (make peers)"


@pytest.mark.parametrize("power", [1.0, 2.0, -0.5])
def test_the_exponent_of_a_power_law_is_its_power(power: float) -> None:
    rows = [
        Measurement.of("c", "cost", "ms", [3 * n**power], symbol="N", size=n)
        for n in (64, 128, 512)
    ]
    assert plot_costs.exponent(rows) == pytest.approx(power)


def test_the_factor_per_spin_of_an_exponential_law_is_its_base() -> None:
    rows = [
        Measurement.of("c", "cost", "ms", [5 * 1.9**n], symbol="L", size=n)
        for n in (10, 12, 16)
    ]
    assert plot_costs.exponent(rows, doubling=True) == pytest.approx(1.9)


def test_only_the_panels_that_a_run_has_are_drawn(tmp_path: Path) -> None:
    (name,) = plot_costs.PANELS[1].curves
    rows = [
        Measurement.of(name, "cost", "ms", [n, n, n], symbol="B", size=n)
        for n in (10, 100, 1000)
    ]
    facts = {"processor": "p", "date": "2026-01-01", "load": 3.0}
    run = Run(tmp_path, facts, False, rows)
    drawn = [plot_costs.draw(panel, run, tmp_path) for panel in plot_costs.PANELS]
    assert [path.name for path in drawn if path] == ["cost_trajectories.png"]
    assert plot_costs.provenance(run) == "p, 2026-01-01, a busy machine"
