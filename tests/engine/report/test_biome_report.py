"""A report says of a biome what other routes find, too, in words."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from spacewheat_sim import analysis, load_biome
from spacewheat_sim.cli import main
from spacewheat_sim.content.files import list_biomes
from spacewheat_sim.content.folders import CHECKOUT
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.engine.report.long_run import long_run
from spacewheat_sim.engine.report.report import biome_report

QUICK = ("bell_pair", "decay_chain", "harbor", "migration", "predator_prey")
EVERY = [
    pytest.param(biome.key, marks=() if biome.key in QUICK else pytest.mark.slow)
    for biome in list_biomes()
]


def section(name: str, title: str) -> tuple[str, list[dict[str, object]]]:
    """Return the text and the table of a section of a biome's report."""
    for each in biome_report(load_biome(name)).sections:
        if each.title.startswith(title):
            return str(each), each.record()["rows"]
    raise AssertionError(f"{name} has no section {title}")


@pytest.mark.parametrize("name", EVERY)
def test_every_built_in_biome_has_a_report_of_its_jumps_and_claims(name: str) -> None:
    biome = load_biome(name)
    found = biome_report(biome)
    titles = [each.title for each in found.sections]

    assert titles[0] == "What it is made of"
    assert titles[-1] == "What it claims"
    assert "FAILS" not in str(found)
    often = next(each for each in found.sections if each.title == "How often")
    assert len(often.rows) == len(biome.operators.jumps)
    assert json.loads(json.dumps(found.record()))["name"] == biome.biome.name


def test_a_settled_biome_has_the_populations_of_its_steady_state() -> None:
    bath = load_biome("hiding_place").bath(seed=0, method="master")
    text, rows = section("hiding_place", "Where it settles")

    steady = bath.steady_state().diagonal().real
    assert "From any start" in text
    assert [row["population"] for row in rows] == pytest.approx(steady)


def test_the_rates_of_a_cycle_are_those_of_a_long_run() -> None:
    biome = load_biome("night_shift")
    run = long_run(Problem.of(biome))
    bath = biome.bath(seed=0, method="master")
    bath.evolve(200.0)
    recording = bath.evolve_many(0.02, 1000)

    assert (run.kind, run.span) == ("day", 20.0)
    mean = np.trapezoid(recording.populations, recording.time, axis=0) / 20.0
    assert run.mean == pytest.approx(mean, abs=1e-5)
    assert run.high == pytest.approx(recording.populations.max(axis=0), abs=2e-3)
    # What enters an emoji leaves it, over a whole cycle.
    net = np.zeros(len(biome.emojis))
    for term, rate in zip(biome.operators.jumps, run.rates, strict=True):
        net[term.source] -= rate
        net[term.target] += rate
    coupled = [biome.operators.index(emoji) for emoji in "🌻🐓🍄🦇"]
    alone = [i for i in range(len(net)) if i not in coupled]
    assert net[alone] == pytest.approx(0.0, abs=1e-9)


def test_parts_and_traps_are_named(tmp_path: Path) -> None:
    path = tmp_path / "apart.yaml"
    path.write_text(
        "schema: 1\nname: Apart\nemojis: [🐇, 🐺, 🌿, 💧]\nicons:\n"
        "  - {emoji: 🐇, name: A, transfers_to: {🐺: 0.5}}\n"
        "  - {emoji: 🐺, name: B}\n"
        "  - {emoji: 🌿, name: C, couplings: {💧: 0.5}}\n"
        "  - {emoji: 💧, name: D}\n"
        "claims:\n"
        "  - {steady: 🐺, value: {at_least: 0.5}}\n"
        "  - {population: 🐺, at: 0, value: {near: 0.25, within: 0.1}}\n",
        encoding="utf-8",
    )
    text = str(biome_report(load_biome(path)))

    assert "It has 2 parts that no term connects: 🐇 🐺 and 🌿 💧." in text
    assert "Trap: probability that enters 🐺 never leaves." in text
    assert "depends on where it starts" in text
    assert (
        "steady 🐺: value is not known: This bath has no unique steady state." in text
    )
    assert "holds: population 🐺 at 0 s: value is 0.25, claimed near 0.25" in text


def test_the_slowest_mode_of_a_report_is_that_of_the_analysis() -> None:
    text, _ = section("harbor", "How fast")
    settling = analysis.modes(load_biome("harbor"), 4).settling_time

    assert f"falls to 1/e in {settling:.3g} s" in text


def test_a_swing_that_never_fades_has_the_period_of_its_recipe() -> None:
    text, _ = section("two_level", "How fast")

    assert "A swing of 4 s never fades, of 🌕 🌑." in text


def test_what_moves_a_population_is_what_sensitivities_say() -> None:
    _, rows = section("watched_pot", "What moves it")
    found = analysis.sensitivities(load_biome("watched_pot"), {"steady": "🫖"})

    own = {r["number"]: r["% per %"] for r in rows if r["emoji"] == "🫖"}
    assert own
    assert own == pytest.approx({path: found.elasticities[path] for path in own})


def test_jumps_that_come_in_turn_keep_apart() -> None:
    _, rows = section("cheese_cellar", "How regular")

    assert {row["so they"] for row in rows} == {"keep apart"}


def test_coherence_hides_the_frog() -> None:
    _, rows = section("hiding_place", "What coherence does")

    frog = next(row for row in rows if row["emoji"] == "🐸")
    assert frog["with"] < 0.2 * frog["without"]


def test_a_register_is_told_as_far_as_it_can_be() -> None:
    text = str(biome_report(load_biome("qubit_farm")))
    _, rows = section("qubit_farm", "The cycle")

    assert "is a qubit of its own" in text
    assert "this is a register" in text
    means = [row["mean"] for row in rows]
    assert np.add(means[::2], means[1::2]) == pytest.approx(1.0)


def test_the_command_prints_the_page_and_one_document(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["content", "report", "decay_chain"]) == 0
    page = capsys.readouterr().out
    assert main(["content", "report", "decay_chain", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)

    assert page.startswith("DecayChain: Egg, hatchling, chick, hen.")
    assert "Trap: probability that enters 🐔 never leaves." in page
    assert [part["title"] for part in record["sections"]][:2] == [
        "What it is made of",
        "Where it settles",
    ]
    hen = record["sections"][1]["rows"][-1]
    assert math.isclose(hen["population"], 1.0)


def test_the_page_in_the_docs_is_what_the_command_prints() -> None:
    docs = (CHECKOUT / "docs" / "questions.md").read_text(encoding="utf-8")
    _, _, shown = docs.partition("$ spacewheat content report hiding_place\n")
    lines = shown.partition("```")[0].splitlines()
    printed = str(biome_report(load_biome("hiding_place"))).splitlines()

    assert len(lines) > 20
    assert [line for line in lines if line not in (*printed, "…")] == []


def test_an_unknown_biome_is_refused_with_the_nearest_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["content", "report", "decay_chian"]) == 2
    assert "decay_chain" in capsys.readouterr().err
