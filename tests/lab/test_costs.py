"""Every experiment says what it takes before it starts, and refuses what cannot fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab import memory as machine
from spacewheat_sim.lab.experiment import Memory
from spacewheat_sim.lab.experiments import NAMES, get_experiment
from spacewheat_sim.lab.memory import duration, memory_notice
from spacewheat_sim.lab.run_experiment import checked_parameters

DIGITS = "1" + "0" * 400


def exit_of(words: str, out: Path) -> int:
    return main(["lab", "run", *words.split(), "--no-figures", "--out", str(out)])


@pytest.mark.parametrize("name", NAMES)
def test_every_experiment_estimates_dimension_memory_and_time(name: str) -> None:
    experiment = get_experiment(name)
    assert experiment.memory is not None
    line = memory_notice(experiment.memory(checked_parameters(experiment, {})))
    assert "dimension" in line
    assert "iB of memory" in line


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name != "blockspin_rg_ising"]
)
def test_the_time_is_told_too(name: str) -> None:
    experiment = get_experiment(name)
    assert experiment.memory is not None
    need = experiment.memory(checked_parameters(experiment, {}))
    assert need.seconds is not None
    assert 0.0 <= need.seconds < 120.0


@pytest.mark.parametrize(
    ("longer", "at_least"),
    [
        # Measured: a jump takes 45 µs or more, its share of fast turns up to 3 ms.
        ({"duration": 2000.0}, 60.0),
        ({"duration": 200.0, "coupling": 1e4}, 300.0),
        ({"duration": 2e5, "trajectories": 2}, 60.0),
        ({"dephasing_grid": (0.0, 1e6, 10_000)}, 300.0),
    ],
)
def test_all_that_makes_a_count_of_meals_long_is_told(longer, at_least) -> None:
    experiment = get_experiment("counting_statistics")
    assert experiment.memory is not None
    need = experiment.memory(checked_parameters(experiment, longer))
    assert need.seconds is not None
    assert at_least <= need.seconds <= 30.0 * at_least


def test_the_line_goes_to_stderr_before_the_results(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert exit_of("ising_1d --method exact", tmp_path) == 0
    said = capsys.readouterr()
    assert "dimension" in said.err
    assert "dimension" not in said.out


@pytest.mark.parametrize(
    "words",
    [
        "ising_2d --method monte_carlo --sweeps 1000000000000",
        "ising_1d --method monte_carlo --sweeps 1000000000000",
        "bath_unravelling --trajectories 1000000000000",
        "bath_ensemble --trajectories 1000000000000",
        "tfim_entanglement --L 4096 --g_grid 0 2 100000",
        "ising_2d --method trg --Lx 64 --Ly 64 --chi_max 1000000000",
    ],
)
def test_what_cannot_fit_is_refused_before_it_starts(
    words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert exit_of(words, tmp_path) == 2
    assert "but this machine has" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_tensors_beyond_the_memory_of_a_machine_are_refused(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(machine, "physical_memory", lambda: 16.0 * 2**30)
    words = "ising_2d --method trg --chi_max 96 --Lx 1024 --Ly 1024"
    assert exit_of(words, tmp_path) == 2
    assert "16 GiB" in capsys.readouterr().err
    # A torus that needs no such tensors is done.
    assert exit_of("ising_2d --method trg --chi_max 96", tmp_path) == 0


def test_of_all_methods_those_that_fit_are_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(machine, "physical_memory", lambda: 2.0**27)
    words = "ising_2d --chi_max 32 --Lx 8 --Ly 8 --sweeps 200 --seed 1"
    assert exit_of(words, tmp_path) == 0
    (bundle,) = tmp_path.iterdir()
    results = (bundle / "results.json").read_text(encoding="utf-8")
    assert "but this machine has 0.125 GiB" in results


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"ising_1d --method transfer_matrix --L {DIGITS}", "whole numbers go up"),
        (f"ising_1d --method enumeration --L {DIGITS}", "whole numbers go up"),
        (f"ising_2d --method exact --Lx {DIGITS}", "whole numbers go up"),
        (
            f"ising_2d --method transfer_matrix --Lx {DIGITS} --Ly 4",
            "whole numbers go up",
        ),
        ("ising_2d --method transfer_matrix --Lx 512 --Ly 512", "2^512 rows"),
        ("ising_2d --method enumeration --Lx 512 --Ly 512", "2^262144 states"),
        ("ising_2d --method trg --Lx 512 --chi_max 2000", "at most 96"),
        ("ising_2d --T_grid 1 2 1000000000000", "COUNT of at most 100,000"),
        ("tfim_entanglement --g_grid 0 2 1000000000000", "COUNT of at most 100,000"),
        ("tfim_entanglement --L_scan 4 100 1000000000000", "COUNT of at most 100,000"),
        ("trg_convergence --chi_grid 8 32 1000000000000", "COUNT ≤ 100,000"),
        ("bath_unravelling --dt_grid 0.1 1 1000000000000", "COUNT ≤ 100,000"),
        ("decoherence_spin_bath --n_env 100000 --J_env 1", "2^100000"),
    ],
)
def test_a_refusal_of_any_size_is_said_in_words(
    words: str, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The arithmetic of an estimate must not be what fails."""
    assert exit_of(words, tmp_path) == 2
    assert said in capsys.readouterr().err


def test_a_torus_too_wide_for_one_method_is_done_by_the_others(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = "ising_2d --Lx 512 --Ly 512 --seed 0 --sweeps 100 --chi_max 4"
    assert exit_of(words, tmp_path) == 0
    said = capsys.readouterr().out
    assert "energy -1.745564575" in said
    assert "2^262144 states" in said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "less than a second"),
        (40.0, "about 40 s"),
        (600.0, "about 10 minutes"),
        (8e3, "about 2 hours"),
        (1e6, "about 12 days"),
        (1e30, "over 10^4 days"),
    ],
)
def test_rough_times_are_words(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_a_need_beyond_the_floats_is_refused() -> None:
    with pytest.raises(ArgumentError, match="choose a smaller size"):
        memory_notice(Memory("everything", 2**2000, float("inf")))
