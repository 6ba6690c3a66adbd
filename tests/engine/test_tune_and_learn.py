"""Wishes that come true, and numbers found again in histories."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pond import STATIC, pond

from spacewheat_sim import World, analysis, bath_jumped, learn, load_biome, tune
from spacewheat_sim.content.folders import CHECKOUT, content_folder
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.shaping.histories import read_histories
from spacewheat_sim.engine.world.commands import Command, EditBiome, Plant, SetWeight
from spacewheat_sim.errors import ArgumentError, RunError, UnknownNameError

# Wishes of the built-in biomes, stated before any of them was tried.
WISHES: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "decay_chain",
        {"population": "🐔", "at": 10, "value": {"at_least": 0.5}},
        ["🐥.*"],
    ),
    (
        "decay_chain",
        {"first": "🐣→🐥", "before": 4, "probability": {"near": 0.5, "within": 0.01}},
        ["🥚.*", "🐣.*"],
    ),
    (
        "forest_small",
        {"population": "🐺", "at": 20, "value": {"at_least": 0.2}},
        ["🐺.*"],
    ),
    (
        "forest_small",
        {"jumps": "🐇→🐺", "over": [0, 30], "rate": {"near": 0.03, "within": 0.002}},
        ["🐺.transfers_from.*"],
    ),
]
SLOW_WISHES: list[tuple[str, dict[str, Any], list[str]]] = [
    # The weight of forty changes kept it from the last thousandth, as if impossible.
    ("harbor", {"purity": True, "at": 5, "value": {"at_least": 0.88}}, ["*"]),
    ("biotic_flux", {"steady": "🍂", "value": {"at_most": 0.15}}, ["🍄.couplings.*"]),
    (
        "biotic_flux",
        {
            "population": "🌾",
            "over": [100, 120],
            "peak_time": {"near": 106, "within": 1},
        },
        ["🌾.*", "☀.couplings.*"],
    ),
    (
        "market",
        {"population": "💰", "over": [0, 60], "period": {"near": 8, "within": 0.5}},
        ["💰.couplings.*"],
    ),
    (
        "kitchen",
        {"population": "🍞", "at": 20, "value": {"at_least": 0.6}},
        ["🍞.*", "🌾.*"],
    ),
    (
        "forest_small",
        {"coherence": "🐺/🐇", "over": [5, 15], "mean": {"at_least": 0.5}},
        ["🐺.*", "🐇.*"],
    ),
]


def check_wish(name: str, claim: dict[str, Any], free: list[str]) -> None:
    biome = load_biome(name)
    found = tune(biome, [claim], free)
    assert found.holds, found
    assert not found.before[0].holds
    for path, (old, new) in found.changes.items():
        assert found.biome.number(path) == new
        assert biome.number(path) == old
        assert old == 0.0 or (new / old > 0.0 and 0.099 < new / old < 10.01)
    untouched = set(biome.numbers) - set(found.changes)
    assert all(biome.number(p) == found.biome.number(p) for p in untouched)


@pytest.mark.parametrize(("name", "claim", "free"), WISHES)
def test_wishes_come_true_by_few_changes(
    name: str, claim: dict[str, Any], free: list[str]
) -> None:
    check_wish(name, claim, free)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "claim", "free"), SLOW_WISHES)
def test_wishes_that_take_longer_come_true(
    name: str, claim: dict[str, Any], free: list[str]
) -> None:
    check_wish(name, claim, free)


def test_one_number_is_enough_where_one_is_enough() -> None:
    egg = load_biome("decay_chain")
    claim = {"population": "🐔", "at": 10, "value": {"at_least": 0.5}}
    found = tune(egg, [claim], ["🥚.*", "🐣.*", "🐥.*"])
    assert len(found.changes) == 1
    assert found.claims[0].value == pytest.approx(
        0.5, abs=1e-3
    )  # and no more than that
    ((_, new),) = found.changes.values()
    assert new == float(f"{new:.3g}")


def test_what_holds_already_is_left_alone(tmp_path: Path) -> None:
    claim = {"population": "🌿", "at": 1, "value": {"at_most": 1}}
    assert tune(pond(tmp_path), [claim], ["🐺.*"]).changes == {}


def test_an_impossible_wish_is_told_with_the_claim_in_the_way() -> None:
    egg = load_biome("decay_chain")
    claims = [
        {"population": "🐔", "at": 1, "value": {"at_least": 0.9}},
        {"population": "🥚", "at": 1, "value": {"at_most": 1.0}},
    ]
    found = tune(egg, claims, ["🐥.*"])
    assert not found.holds
    assert [own.claim for own in found.in_the_way] == [found.claims[0].claim]
    assert found.changes == {"🐥.decay.rate": (0.125, 1.25)}  # nothing that is no help
    assert found.bounded == ("🐥.decay.rate",)
    assert "A factor of 10 lets these go no further: 🐥.decay.rate." in str(found)


def test_writing_changes_the_numbers_and_no_other_byte(tmp_path: Path) -> None:
    biome = pond(tmp_path)
    file = tmp_path / "pond.yaml"
    file.write_bytes(STATIC.replace("\n", "\r\n").encode("utf-8-sig"))
    claim = {"steady": "🐺", "value": {"at_least": 0.4}}
    found = tune(biome, [claim], ["🐺.decay.rate"])
    assert found.write() == (file,)
    new = found.changes["🐺.decay.rate"][1]
    wanted = STATIC.replace("rate: 0.2}", f"rate: {new!r}}}").replace("\n", "\r\n")
    assert file.read_bytes() == wanted.encode("utf-8-sig")


def test_what_is_built_in_is_not_changed_for_a_biome_of_ones_own(
    tmp_path: Path,
) -> None:
    file = tmp_path / "meadow.yaml"
    file.write_text(
        "schema: 1\nname: Meadow\nemojis: [🌿, 🐇, 🐺, 🍂]\ninitial: {emoji: 🌿}\n",
        encoding="utf-8",
    )
    claim = {"population": "🐺", "at": 5, "value": {"at_most": 0.3}}
    fauna = content_folder("icons") / "fauna.yaml"
    before = fauna.read_bytes()
    found = tune(load_biome(file), [claim], ["🐺.decay.rate"])
    changed = replace(found, changes={"🐺.decay.rate": (0.03, 0.04)})
    with pytest.raises(ArgumentError, match=r"built-in .*fauna.yaml.*of .*meadow.yaml"):
        changed.write()
    assert fauna.read_bytes() == before


def test_a_number_that_stands_in_no_file_is_not_written(tmp_path: Path) -> None:
    biome = pond(tmp_path)
    before = (tmp_path / "pond.yaml").read_bytes()
    claim = {"population": "🐺", "at": 5, "value": {"at_least": 0.3}}
    found = tune(biome, [claim], ["🐇.dephasing", "🌿.dephasing", "🐺.dephasing"])
    if found.changes:
        with pytest.raises(ArgumentError, match="written in no file"):
            found.write()
    assert (tmp_path / "pond.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("claims", "free", "error", "said"),
    [
        ([{"steady": "🐺", "value": {"at_least": 0.4}}], [], ArgumentError, "free"),
        (None, ["🐺.*"], ArgumentError, "claims nothing"),
        ([], ["🐺.*"], ArgumentError, "claims nothing"),
        ([{"steady": "🐺"}], ["🐺.*"], ArgumentError, "bound"),
        (
            [{"steady": "🌵", "value": {"at_least": 0.4}}],
            ["🐺.*"],
            UnknownNameError,
            "🌵",
        ),
        (
            [{"steady": "🐺", "value": {"at_least": 1}}],
            ["🐻.*"],
            UnknownNameError,
            "🐻",
        ),
        ("x", ["🐺.*"], ArgumentError, "list"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(
    claims: Any, free: Any, error: type[Exception], said: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=said):
        tune(pond(tmp_path), claims, free)


def test_what_cannot_be_followed_is_said_and_not_called_impossible(
    tmp_path: Path,
) -> None:
    late = {"population": "🐺", "at": 1e12, "value": {"at_least": 0.9}}
    with pytest.raises(RunError, match="too large to be followed over 1e"):
        tune(pond(tmp_path), [late], ["🐺.*"])
    soon = late | {"at": 1.0}
    with pytest.raises(ArgumentError, match="at most 1,000,000, but is"):
        tune(pond(tmp_path), [soon], ["🐺.*"], factor=1e12)


FREE = [
    "🌿.couplings.🐇",
    "🐇.transfers_from.🌿",
    "🐺.transfers_from.🐇",
    "🐺.decay.rate",
]


def history(folder: Path, seed: int, seconds: float) -> list[tuple[float, str, str]]:
    bath = pond(folder).bath(seed=seed)
    events = bath.evolve_many(seconds, 1).events
    return [(e.time, e.source, e.target) for e in events]  # type: ignore[union-attr]


def test_likelihoods_of_pure_decay_are_known(tmp_path: Path) -> None:
    egg = load_biome("decay_chain")
    jumps = [(1.5, "🥚", "🐣"), (2.0, "🐣", "🐥")]
    found = analysis.log_likelihood(egg, jumps, "🥚", 5.0)
    wanted = np.log(0.5) - 0.5 * 1.5 + np.log(0.25) - 0.25 * 0.5 - 0.125 * 3.0
    assert found == pytest.approx(wanted, rel=1e-12)
    assert analysis.log_likelihood(egg, [(1.0, "🥚", "🐥")], "🥚", 2.0) == -np.inf
    for bad in ([(9.0, "🥚", "🐣")], [(2.0, "🥚", "🐣"), (1.0, "🐣", "🐥")], [1]):
        with pytest.raises(ArgumentError):
            analysis.log_likelihood(egg, bad, "🥚", 5.0)
    del tmp_path


def test_the_jumps_of_a_bath_are_a_history() -> None:
    egg = load_biome("decay_chain")
    events = egg.bath(seed=0).evolve_many(0.5, 40).events
    plain = [(jump.time, jump.source, jump.target) for jump in events]

    assert len(plain) > 1
    found = analysis.log_likelihood(egg, events, "🥚", 20.0)
    assert found == analysis.log_likelihood(egg, plain, "🥚", 20.0)


def test_numbers_are_learned_within_their_errors_whatever_the_seed(
    tmp_path: Path,
) -> None:
    """χ² of 24 standardized errors: below 51 but once in 1000."""
    total = 0.0
    start = pond(tmp_path).with_all({"🐺.decay.rate": 0.1, "🌿.couplings.🐇": 0.5})
    true = pond(tmp_path)
    for seed in range(6):
        found = learn(start, history(tmp_path, seed, 4000.0), FREE)
        for path in FREE:
            error = (found.values[path] - true.number(path)) / found.standard_errors[
                path
            ]
            assert abs(error) < 4.5
            total += error**2
        assert found.fit > 1e-4
    assert 7.0 < total < 51.0


@pytest.mark.slow
def test_many_thousand_jumps_are_learned_from(tmp_path: Path) -> None:
    true = pond(tmp_path)
    found = learn(true, history(tmp_path, 11, 110_000.0), FREE)
    assert found.jumps > 30_000
    for path in FREE:
        error = (found.values[path] - true.number(path)) / found.standard_errors[path]
        assert abs(error) < 3.5


def test_a_direction_that_the_data_cannot_tell_is_named(tmp_path: Path) -> None:
    biome = pond(tmp_path)
    free = ["🌿.self_energy", "🐇.self_energy", "🐺.self_energy"]
    found = learn(biome, history(tmp_path, 1, 2000.0), free)
    assert found.flat
    assert set(found.flat[0]) == set(free)
    assert all(np.isinf(found.standard_errors[path]) for path in free)


def swings(number: int, length: float) -> list[tuple[float, str, str]]:
    """Return the jumps of a run of the berry bush."""
    bath = load_biome("berry_bush").bath(seed=number)
    seen: list[tuple[float, str, str]] = []

    def see(_: object, event: Jumped) -> None:
        seen.append((event.time, event.source, event.target))

    bath_jumped.connect(see, sender=bath)
    bath.evolve_many(1.0, int(length))
    return seen


def test_a_detuning_may_have_either_sign_and_the_phase_of_one_state_none() -> None:
    """Of 🐦, which nothing is coupled to, the standard error was five million."""
    biome = load_biome("berry_bush")
    jumps = swings(1, 300.0)
    found = learn(biome, [jumps], ["🌱.self_energy"])
    assert found.values["🌱.self_energy"] != 0.0
    assert found.mirrored == (("🌱.self_energy",),)
    assert "other sign of 🌱.self_energy" in str(found)
    both = learn(biome, [jumps], ["🌱.self_energy", "🫐.self_energy"])
    assert both.mirrored == (("🌱.self_energy", "🫐.self_energy"),)
    silent = learn(biome, [jumps], ["🐦.self_energy"])
    assert silent.flat == (("🐦.self_energy",),)
    assert silent.mirrored == ()
    assert silent.standard_errors["🐦.self_energy"] == np.inf
    assert learn(biome, [jumps], ["🐦.decay.rate"]).mirrored == ()


def test_a_wrong_biome_does_not_fit(tmp_path: Path) -> None:
    wrong = pond(tmp_path).with_("🌿.couplings.🐇", 1.5)
    found = learn(wrong, history(tmp_path, 2, 6000.0), ["🍂.transfers_to.🌿"])
    assert found.fit < 1e-4


def test_bundles_are_read_and_logs_of_others_refused(tmp_path: Path) -> None:
    biome = pond(tmp_path)
    jumps = history(tmp_path, 3, 500.0)
    lines = [
        {"event": "jumped", "time": t, "source": s, "target": g} for t, s, g in jumps
    ]
    lines.insert(20, {"event": "measured", "time": (jumps[19][0] + jumps[20][0]) / 2})
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = learn(biome, file, FREE)
    assert found.jumps == len(jumps) - 1  # the measured wait is seen in part only
    with pytest.raises(ArgumentError, match="another biome"):
        learn(load_biome("decay_chain"), file, ["🐥.*"])
    with pytest.raises(ArgumentError, match="Cannot read"):
        learn(biome, tmp_path / "none.jsonl", FREE)
    with pytest.raises(ArgumentError, match="tell nothing"):
        learn(biome, [[]], FREE)
    for nonsense, told in [
        (b"nonsense\n", "no event"),
        (b"[" * 99_999, "no event"),
        (b"\xff\n", "not UTF-8"),
    ]:
        file.write_bytes(nonsense)
        with pytest.raises(ArgumentError, match=told):
            learn(biome, file, FREE)
    file.unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(file)  # nobody writes into it
        with pytest.raises(ArgumentError, match="no regular file"):
            learn(biome, file, FREE)


def test_metadata_that_tell_nothing_of_a_history_are_left_out(tmp_path: Path) -> None:
    jumps = [
        {"event": "jumped", "time": 1.0, "source": "🥚", "target": "🐣"},
        {"event": "jumped", "time": 3.0, "source": "🐣", "target": "🐥"},
    ]
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, jumps)), "utf-8")
    told = {
        str(learn(load_biome("decay_chain"), tmp_path, ["🥚.decay.rate"]))
        for text in ("[1]", '{"parameters": "x"}', "[" * 99_999, '{"parameters": {}}')
        if (tmp_path / "meta.json").write_text(text, "utf-8")
    }
    assert len(told) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, ""),
        (SetWeight("decay_chain", "base", 2.0), "layer base of decay_chain"),
        (EditBiome("decay_chain", load_biome("decay_chain").biome), "was edited"),
    ],
)
def test_a_session_of_more_than_one_set_of_numbers_is_refused(
    change: Command | None, said: str, tmp_path: Path
) -> None:
    world = World(["decay_chain"], seed=2, dt=0.5)
    with SessionLog(tmp_path / "session.jsonl") as log:
        log.begin(world)
        for _ in range(4):
            log.tick(world)
        if change is not None:
            log.tick(world, [change])
        for _ in range(100):
            log.tick(world)
        log.end(world)

    egg = load_biome("decay_chain")
    if change is None:
        assert learn(egg, log.path, ["🐣.decay.rate"]).jumps >= 1
        return
    with pytest.raises(ArgumentError, match=said):
        learn(egg, log.path, ["🐣.decay.rate"])


@pytest.mark.parametrize(
    ("method", "waits"),
    # In an emoji, the first wait is seen; of a mean, there is none.
    [("trajectory", 3), ("master", 0)],
)
def test_a_session_is_learned_from_its_start_on(
    method: str, waits: int, tmp_path: Path
) -> None:
    """An axis that the window plants takes nothing from it."""
    text = (CHECKOUT / "biomes" / "decay_chain.yaml").read_text(encoding="utf-8")
    file = tmp_path / "decay_chain.yaml"
    file.write_text(text.replace("trajectory", method), encoding="utf-8")
    world = World([file], seed=2, dt=0.5)
    with SessionLog(tmp_path / "session.jsonl") as log:
        log.begin(world)
        log.tick(world, [Plant("decay_chain", 1, "🥚", "🐔")])
        for _ in range(160):
            log.tick(world)
        log.end(world)
    egg = load_biome("decay_chain")
    if not waits:
        with pytest.raises(ArgumentError, match="hold no wait"):
            read_histories(egg, log.path)
        return
    pieces = read_histories(egg, log.path)
    assert pieces.begins[0] == 0.0
    assert [egg.emojis[start] for start in pieces.starts] == list("🥚🐣🐥🐔")
    assert np.count_nonzero(pieces.operators >= 0) == waits
    with pytest.raises(ArgumentError, match="is a folder of logs"):
        learn(egg, tmp_path, ["🥚.decay.rate"])


def test_a_jump_after_all_time_is_refused() -> None:
    with pytest.raises(ArgumentError, match="at inf s is out of order"):
        learn(load_biome("decay_chain"), [(np.inf, "🥚", "🐣")], ["🥚.decay.rate"])


@pytest.mark.parametrize("history", [[("soon", "🥚", "🐣")], [(1, "🥚", "🐣"), {}]])
def test_a_time_that_is_none_is_called_by_what_it_is(history: list[object]) -> None:
    with pytest.raises(ArgumentError, match="must be a number of seconds, but is"):
        learn(load_biome("decay_chain"), [history], ["🥚.decay.rate"])


def test_a_number_at_the_end_of_the_search_is_not_given_as_known() -> None:
    """The likeliest rates are 10^-6 /s, 500,000 times below the present ones."""
    slow = [(1e6, "🥚", "🐣"), (2e6, "🐣", "🐥")]
    free = ["🥚.decay.rate", "🐣.decay.rate"]
    found = learn(load_biome("decay_chain"), [slow], free)
    assert set(found.bounded) == set(free)
    assert all(np.isinf(found.standard_errors[path]) for path in free)
    assert "may lie beyond" in str(found)
