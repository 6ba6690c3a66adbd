"""A request to stop is heeded inside every long loop, and what is done is kept."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spacewheat_sim.lab.experiment import Outcome, Streams
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.progress import Progress
from spacewheat_sim.lab.run_experiment import checked_parameters, run_experiment
from spacewheat_sim.statmech.exact import row_powers
from spacewheat_sim.statmech.exact.enumeration import enumerate_torus
from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
from spacewheat_sim.statmech.ising.thermodynamics import Conditions

CASES: dict[str, dict[str, Any]] = {
    "decoherence_spin_bath": {"n_env": 2000, "n_steps": 4000, "coupling_spread": 1},
    "tfim_entanglement": {"g_grid": (0.0, 2.0, 20)},
    "trg_convergence": {"L": 64, "chi_grid": (4, 8, 5)},
    "bath_unravelling": {"duration": 2.0, "dt_grid": (0.1, 1.0, 6), "trajectories": 4},
    "ising_2d": {"T_grid": (1.0, 3.0, 20), "method": "transfer_matrix"},
    "ising_1d": {"T_grid": (0.1, 3.0, 20), "method": "exact"},
}


def stop_at(share: float) -> Progress:
    def tell(done: float) -> None:
        if done >= share:
            signal.raise_signal(signal.SIGINT)

    return Progress(tell)


def outcome_of(name: str, values: dict[str, Any], progress: Progress) -> Outcome:
    experiment = get_experiment(name)
    parameters = checked_parameters(experiment, values)
    return experiment.run(parameters, Streams(1, progress))


@pytest.mark.parametrize("name", CASES)
def test_a_stopped_run_keeps_the_first_rows_of_the_whole_one(name: str) -> None:
    whole = outcome_of(name, CASES[name], Progress())
    part = outcome_of(name, CASES[name], stop_at(0.4))

    assert whole.interrupt is None
    assert isinstance(part.interrupt, KeyboardInterrupt)
    assert 0 < len(part.rows) < len(whole.rows)
    kept = [index for index, n in enumerate(part.columns) if "_exact" not in n]
    for row, same in zip(part.rows, whole.rows, strict=False):
        assert [row[i] for i in kept] == [same[i] for i in kept]


def test_state_vectors_that_are_stopped_keep_their_rows() -> None:
    values = {"n_env": 6, "J_env": 0.4, "h_env": 0.5, "n_steps": 100}
    part = outcome_of("decoherence_spin_bath", values, stop_at(0.4))
    assert len(part.rows) == 41
    assert part.results["final_time"] == pytest.approx(4.0)


def test_a_bundle_of_a_stopped_run_is_marked(tmp_path: Path) -> None:
    experiment = get_experiment("tfim_entanglement")
    parameters = checked_parameters(experiment, CASES["tfim_entanglement"])

    def tell(share: float) -> None:
        if share >= 0.4:
            signal.raise_signal(signal.SIGINT)

    done = run_experiment(experiment, parameters, 1, tmp_path, progress=tell)
    assert done.status == "interrupted"
    meta = json.loads((done.path / "meta.json").read_text(encoding="utf-8"))
    assert meta["status"] == "interrupted"
    assert set(meta["files"]) == {"results.json", "table.csv"}


def test_counting_states_is_stopped_after_a_moment() -> None:
    told: list[float] = []

    def tell(share: float) -> None:
        told.append(share)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        enumerate_torus(6, 6, tell)
    # 2^35 states take a minute or more.
    assert told[0] < 0.01


def test_counts_do_not_depend_on_how_the_work_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from spacewheat_sim.statmech.exact import enumeration

    whole = enumerate_torus(4, 5).counts
    monkeypatch.setattr(enumeration, "_MOST_BITS_INSIDE", 9)
    assert np.array_equal(enumerate_torus(4, 5).counts, whole)


def test_powers_do_not_depend_on_how_the_work_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = Conditions(0.7, -1.0, 0.2)
    whole = torus_thermodynamics(5, 6, at)
    monkeypatch.setattr(row_powers, "_TERMS_AT_FIRST", 1)
    assert torus_thermodynamics(5, 6, at) == whole
