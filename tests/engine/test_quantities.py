"""Quantities, their derivatives by every number, and claims."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pond import CHANGING, STATIC, pond

from spacewheat_sim import analysis, load_biome
from spacewheat_sim.cli.command import run_command
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.evaluate import evaluate
from spacewheat_sim.engine.quantities.problem import Problem, read_asked
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.quantum.analysis import history

# Quantities whose gradients are exact; extremes and peaks are found to less.
SMOOTH: list[dict[str, Any]] = [
    {"population": "🐺", "at": 6},
    {"population": "🐺", "over": [2, 9]},
    {"coherence": "🌿/🐇", "at": 4},
    {"radius": "🌿/🐺", "at": 4},
    {"purity": True, "at": 3},
    {"entropy": True, "at": 4},
    {"energy": True, "at": 3},
    {"jumps": "🐇→🐺", "over": [1, 8]},
    {"first": "🐇→🐺", "before": 7},
    {"steady": "🐺"},
    {"jumps": "🐺→🍂"},
]


def value_of(biome: CompiledBiome, quantity: dict[str, Any]) -> float:
    return evaluate(Problem.of(biome), [read_asked(quantity)])[0]


def values_of(biome: CompiledBiome, quantities: list[dict[str, Any]]) -> np.ndarray:
    return np.array(evaluate(Problem.of(biome), [read_asked(q) for q in quantities]))


def difference(function: Callable[[float], Any], x: float) -> Any:
    """A derivative from six values, extrapolated: error of the sixth order."""
    h = 0.02 * (abs(x) or 1.0)

    def central(step: float) -> Any:
        return (function(x + step) - function(x - step)) / (2 * step)

    return (64 * central(h / 4) - 20 * central(h / 2) + central(h)) / 45


@pytest.mark.parametrize("text", [STATIC, CHANGING], ids=["static", "changing"])
def test_derivatives_by_numbers_are_those_of_extrapolated_differences(
    text: str, tmp_path: Path
) -> None:
    biome = pond(tmp_path, text)
    paths = [
        "🌿.couplings.🐇",
        "🐇.couplings.🐺.im",
        "🐇.transfers_from.🌿",
        "🐺.decay.rate",
        "🐺.self_energy",
    ]
    if text is CHANGING:
        paths += [
            "🌿.drivers.0.amplitude",
            "🌿.drivers.0.rhythm.phase",
            "🐇.transfers_from.🌿.depth",
            "initial.weights.🐇",
        ]
    numbers = biome.numbers
    found = [analysis.sensitivities(biome, quantity, paths) for quantity in SMOOTH]
    for path in paths:
        wanted = difference(
            lambda x, p=path: values_of(biome.with_(p, x), SMOOTH), numbers[path]
        )
        slopes = [each[path] for each in found]
        assert slopes == pytest.approx(wanted.tolist(), rel=1e-7, abs=1e-9), path


def test_a_run_too_long_to_be_kept_has_the_same_derivatives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its steps are made again on the way back, and cut where a mean begins."""
    biome, quantity = pond(tmp_path, CHANGING), {"population": "🐺", "over": [2, 9]}
    kept = analysis.sensitivities(biome, quantity, ["🐺.*"])
    monkeypatch.setattr(history, "KEPT", 0)
    assert analysis.sensitivities(biome, quantity, ["🐺.*"]) == pytest.approx(
        kept, rel=1e-12, abs=1e-15
    )


def test_extremes_and_peaks_move_as_differences_say(tmp_path: Path) -> None:
    biome = pond(tmp_path, CHANGING)
    path = "🐺.transfers_from.🐇"
    for statistic, error in (("max", 1e-6), ("swing", 1e-6), ("peak_time", 1e-3)):
        quantity = {"population": "🐺", "over": [12, 23], statistic: None}
        found = analysis.sensitivities(biome, quantity, [path])
        wanted = difference(
            lambda x, q=quantity: value_of(biome.with_(path, x), q), 0.5
        )
        assert found[path] == pytest.approx(wanted, rel=error)


def test_the_mean_of_a_coherence_that_passes_zero_has_all_its_digits() -> None:
    """Of a flopping pair |sin ct|: its corners cost a tenth of some derivatives."""
    biome, begin, end = load_biome("two_level"), 0.3, 23.7
    path = "🌕.couplings.🌑"
    c = biome.number(path)

    def area(x: float) -> float:
        return 2 * (x // math.pi) + 1 - math.cos(x % math.pi)

    length = c * (end - begin)
    mean = (area(c * end) - area(c * begin)) / length
    edges = end * abs(math.sin(c * end)) - begin * abs(math.sin(c * begin))

    quantity = {"coherence": "🌕/🌑", "over": [begin, end], "mean": None}
    found = analysis.sensitivities(biome, quantity, [path])

    assert found.value == pytest.approx(mean, rel=1e-10)
    assert found[path] == pytest.approx(edges / length - mean / c, rel=1e-6)


@pytest.mark.parametrize("time", [4.28, 4.56, 5.05])
def test_a_time_that_the_last_step_ends_at_but_for_its_rounding_has_a_value(
    time: float,
) -> None:
    """Its end is the last digit below, and no value was found."""
    biome = load_biome("fading_twins")
    before, here, after = (
        value_of(biome, {"population": "💜", "at": time + way})
        for way in (-1e-3, 0, 1e-3)
    )
    assert here == pytest.approx((before + after) / 2, abs=1e-5)


def test_what_has_no_value_has_no_derivative() -> None:
    quantity = {"population": "🥚", "over": [0, 9], "period": None}
    found = analysis.sensitivities(load_biome("decay_chain"), quantity, ["🥚.*"])
    assert math.isnan(found.value)
    assert all(math.isnan(slope) for slope in found.values())


def test_a_rate_of_zero_has_a_derivative(tmp_path: Path) -> None:
    biome = pond(tmp_path)
    quantity = {"population": "🐺", "at": 5}
    found = analysis.sensitivities(biome, quantity, ["🐺.dephasing"])
    values = [
        value_of(biome.with_("🐺.dephasing", k * 1e-3), quantity) for k in range(5)
    ]
    ahead = np.dot([-25, 48, -36, 16, -3], values) / 12e-3
    assert found["🐺.dephasing"] == pytest.approx(ahead, rel=1e-6)


def test_values_are_those_of_a_recorded_master_run() -> None:
    biome = load_biome("biotic_flux")
    bath = biome.bath(method="master", seed=0)
    rows = bath.evolve_many(0.05, 400)
    own = rows.populations[:, biome.emojis.index("🌾")]
    at = value_of(biome, {"population": "🌾", "at": 6})
    assert at == pytest.approx(own[120], abs=1e-9)
    mean = value_of(biome, {"population": "🌾", "over": [0, 20]})
    assert mean == pytest.approx(np.trapezoid(own, rows.time) / 20, abs=1e-4)
    most = value_of(biome, {"population": "🌾", "over": [0, 20], "max": None})
    assert own.max() <= most <= own.max() + 1e-4


def test_a_settled_value_of_a_driven_biome_is_its_daily_mean() -> None:
    biome = load_biome("biotic_flux")
    settled = value_of(biome, {"steady": "🌾"})
    late = value_of(biome, {"population": "🌾", "over": [1000, 1020]})
    assert settled == pytest.approx(late, abs=1e-9)


def test_the_means_of_a_cycle_are_the_settled_populations() -> None:
    """Its rain comes in pulses: of 241 populations the mean is known to 1e-4."""
    biome = load_biome("desert_bloom")
    means = analysis.limit_cycle(biome).mean
    asked: list[dict[str, Any]] = [{"steady": emoji} for emoji in biome.emojis]
    assert means == pytest.approx(values_of(biome, asked), abs=1e-9)


def test_a_first_jump_is_a_first_passage_of_a_pair(tmp_path: Path) -> None:
    biome = pond(tmp_path)
    found = value_of(biome, {"first": "🐇→🐺", "before": 6})
    passage = analysis.first_passage(biome, "🐺", start="🌿")
    # No other jump lands there.
    assert found == pytest.approx(passage.cdf(6.0), rel=1e-9)


def test_the_period_of_a_steady_swing_is_that_of_its_driver(tmp_path: Path) -> None:
    biome = pond(tmp_path, CHANGING)
    quantity = {"population": "🐺", "over": [70, 140], "period": None}
    assert value_of(biome, quantity) == pytest.approx(14.0, abs=0.01)
    still = pond(tmp_path, STATIC)
    assert np.isnan(
        value_of(still, {"population": "🐺", "over": [90, 99], "period": {}})
    )


@pytest.mark.parametrize(
    ("quantity", "error", "said"),
    [
        ({"population": "🌵", "at": 1}, UnknownNameError, "🌵"),
        ({"populaton": "🐺", "at": 1}, ArgumentError, "populaton"),
        ({"population": "🐺"}, ArgumentError, "at"),
        ({"population": "🐺", "at": -1}, ArgumentError, "at"),
        ({"jumps": "🐺→🐇"}, UnknownNameError, "🐺→🍂"),
        ({"jumps": "🐺"}, ArgumentError, "pair"),
        ({"population": "🐺", "at": 1, "over": [0, 1]}, ArgumentError, "at and over"),
        ("population", ArgumentError, "mapping"),
    ],
)
def test_what_is_no_quantity_is_said(
    quantity: Any, error: type[Exception], said: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=said):
        analysis.sensitivities(pond(tmp_path), quantity)


def test_an_unknown_path_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="transfers_from"):
        analysis.sensitivities(
            pond(tmp_path), {"population": "🐺", "at": 1}, ["🐺.transfer_from.🐇"]
        )


CLAIMS = """\
claims:
  - {population: 🐺, at: 6, value: {at_least: 0.1}}
  - {steady: 🐺, value: {at_most: 0.05}}
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "spacewheat_sim", *words],
        capture_output=True,
        text=True,
        check=False,
    )


def test_claims_that_fail_exit_with_three_and_show_value_and_bound(
    tmp_path: Path,
) -> None:
    pond(tmp_path, more=CLAIMS)
    done = run("content", "check", str(tmp_path / "pond.yaml"), "--claims", "--json")
    assert done.returncode == 3
    results = next(iter(json.loads(done.stdout)["claims"].values()))
    assert [own["holds"] for own in results] == [True, False]
    assert results[1]["value"] > 0.05
    assert run_command(["content", "check", str(tmp_path / "pond.yaml")]) == 0


def test_questions_are_answered_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pond(tmp_path)
    file = str(tmp_path / "pond.yaml")
    counted = json.loads(run("ask", file, "counting", "🐇→🐺", "--json").stdout)
    exact = analysis.counting(load_biome(Path(file)), [("🐇", "🐺")])
    assert counted["fano"] == pytest.approx(exact.fano, rel=1e-12)
    for words in (
        ("next",),
        ("passage", "🐺"),
        ("committor", "🐺", "🐇"),
        ("modes", "--count", "2"),
        ("twin",),
        ("sensitivities", "{population: 🐺, at: 2}", "🐺.*"),
    ):
        assert run_command(["ask", file, *words]) == 0, words
    capsys.readouterr()
    for words in (
        ("passage",),
        ("committor", "🐺"),
        ("cycle",),
        ("counting", "🐇"),
        ("counting", "🐺→🐇"),
        ("next", "🐺"),
        ("sensitivities", "[1]"),
        ("twin", "--time", "3"),
        ("counting", "🐇→🐺", "--start", "🐇"),
        ("modes", "--dephasing", "0.1"),
    ):
        assert run_command(["ask", file, *words]) == 2, words
        assert capsys.readouterr().err.startswith("error: "), words
    assert run_command(["ask", "biotic_flux", "counting", "🌾→💀"]) == 2
    assert "spacewheat ask" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "answered"),
    [("forecast", "ask BIOME next"), ("steady", "content report BIOME")],
)
def test_a_question_of_another_name_is_told_what_answers_it(
    word: str, answered: str
) -> None:
    found = run("ask", "berry_bush", word)
    assert found.returncode == 2
    assert answered in found.stderr


def test_the_cycle_and_the_committor_are_told_as_python_tells_them() -> None:
    told = json.loads(run("ask", "kitchen", "cycle", "--json").stdout)
    day = analysis.limit_cycle(load_biome("kitchen"))
    assert told["period"] == day.period
    peaks = {emoji: own["peak_time"] for emoji, own in told["emojis"].items()}
    assert peaks == pytest.approx(day.peaks)
    words = ("ask", "hiding_place", "committor", "🦩", "🪷", "--json")
    chances = json.loads(run(*words).stdout)["probabilities"]
    assert chances == analysis.committor(load_biome("hiding_place"), "🦩", "🪷")


def test_a_population_that_grows_until_the_rain_peaks_at_its_corner() -> None:
    """A parabola through rows 0.1 s apart gave 5.95."""
    day = analysis.limit_cycle(load_biome("desert_bloom"))
    assert day.peaks["🏜"] == pytest.approx(6.0, abs=1e-12)
    fine = analysis.limit_cycle(load_biome("desert_bloom"), rows=24001)
    for i, emoji in enumerate(fine.emojis):
        top = fine.time[fine.populations[:, i].argmax()]
        assert day.peaks[emoji] == pytest.approx(top, abs=1e-3)


def test_a_phase_near_zero_has_the_derivative_of_zero(tmp_path: Path) -> None:
    """A thousandth of 1e-13 rad would be lost in rounding."""
    path, asked = "🌿.drivers.0.rhythm.phase", {"population": "🐺", "at": 6}
    biome = pond(tmp_path, CHANGING)
    at_zero, near = (
        analysis.sensitivities(biome.with_(path, phase), asked, [path])[path]
        for phase in (0.0, 1e-13)
    )
    assert near == pytest.approx(at_zero, rel=1e-8)


def test_the_smallest_rates_have_derivatives(tmp_path: Path) -> None:
    path, asked = "🐺.decay.rate", {"population": "🐺", "at": 6}
    biome = pond(tmp_path, STATIC)
    least, none = (
        analysis.sensitivities(biome.with_(path, rate), asked, [path])[path]
        for rate in (1e-310, 1e-30)
    )
    assert least == pytest.approx(none, rel=1e-9)
