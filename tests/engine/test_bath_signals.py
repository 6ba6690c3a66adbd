"""Signals tell what happened, to whoever listens, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from spacewheat_sim import (
    BathOperators,
    QuantumBath,
    bath_collapsed,
    bath_evolved,
    bath_initialized,
    bath_jumped,
    bath_measured,
    load_biome,
)
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.engine.bath.events import (
    Collapsed,
    Evolved,
    Initialized,
    Jumped,
    Measured,
)

SIGNALS = {
    "initialized": bath_initialized,
    "evolved": bath_evolved,
    "jumped": bath_jumped,
    "measured": bath_measured,
    "collapsed": bath_collapsed,
}


@contextmanager
def everything_heard() -> Iterator[list[tuple[str, Any, Any]]]:
    heard: list[tuple[str, Any, Any]] = []

    def listener(name: str) -> Any:
        def listen(sender: Any, *, event: Any) -> None:
            heard.append((name, sender, event))

        return listen

    with ExitStack() as stack:
        for name, signal in SIGNALS.items():
            stack.enter_context(signal.connected_to(listener(name)))
        yield heard


def hunting() -> QuantumBath:
    operators = BathOperators.from_terms("🐺🐇", np.zeros((2, 2)), [("🐇", "🐺", 50.0)])
    return QuantumBath(operators, seed=0)


def test_each_act_sends_its_own_signal_with_the_bath_and_the_event() -> None:
    bath = hunting()
    with everything_heard() as heard:
        bath.initialize_emoji("🐇")
        bath.evolve(10.0)
        bath.measure_axis("🐺", "🐇", kind="weak", strength=0.25)
        bath.partial_collapse("🐺", 0.5)
        bath.full_collapse("🐺")
    assert [name for name, _, _ in heard] == [
        "initialized",
        "jumped",
        "evolved",
        "measured",
        "collapsed",
        "collapsed",
    ]
    assert all(sender is bath for _, sender, _ in heard)
    initialized, jump, evolved, measured, partial, full = (e for _, _, e in heard)
    assert initialized == Initialized("🐇")
    assert isinstance(jump, Jumped)
    assert (jump.source, jump.target, jump.kind) == ("🐇", "🐺", "transfer")
    assert 0 < jump.time < 10
    assert evolved == Evolved(10.0, 10.0, 1)
    assert isinstance(measured, Measured)
    assert (measured.north, measured.south, measured.kind) == ("🐺", "🐇", "weak")
    assert measured.strength == 0.25
    assert measured.time == 10.0
    assert measured.outcome in ("🐺", "🐇")
    assert partial == Collapsed(10.0, "🐺", 0.5)
    assert full == Collapsed(10.0, "🐺", None)


def test_looking_sends_nothing() -> None:
    bath = hunting()
    with everything_heard() as heard:
        bath.project_onto_axis("🐺", "🐇")
        bath.probabilities()
        bath.observables()
        bath.density_matrix()
        bath.ensemble(0.5, 3)
        QuantumBath(bath.operators, seed=1)
    assert heard == []


def test_a_measurement_that_finds_nothing_is_told_as_neither() -> None:
    operators = BathOperators.from_terms("abc", np.zeros((3, 3)))
    bath = QuantumBath(operators, seed=0)
    bath.initialize_emoji("c")
    with everything_heard() as heard:
        bath.measure_axis("a", "b")
        bath.measure_axis("a", "b", kind="projective")
    assert [(name, event.outcome) for name, _, event in heard] == [
        ("measured", None),
        ("measured", None),
    ]


def test_what_is_refused_is_not_told() -> None:
    bath = hunting()
    bath.initialize_emoji("🐺")
    with everything_heard() as heard:
        for call in (
            lambda: bath.evolve(-1),
            lambda: bath.full_collapse("🐇"),
            lambda: bath.measure_axis("🐺", "🐺"),
            lambda: bath.initialize_weighted({}),
        ):
            with pytest.raises(ValueError, match=r"."):
                call()
    assert heard == []


def test_every_jump_of_a_step_is_told_in_order_of_time() -> None:
    operators = BathOperators.from_terms(
        "ab", np.zeros((2, 2)), [("a", "b", 20.0), ("b", "a", 20.0)]
    )
    bath = QuantumBath(operators, seed=2)
    with everything_heard() as heard:
        returned = bath.evolve(2.0)
    jumps = [event for name, _, event in heard if name == "jumped"]
    assert tuple(jumps) == returned
    assert len(jumps) > 10
    times = [jump.time for jump in jumps]
    assert times == sorted(times)
    assert all(0 < t < 2 for t in times)
    assert heard[-1][0] == "evolved"
    # After a jump the bath is in its target, from which the next one starts.
    for one, other in pairwise(jumps):
        assert one.target == other.source
    assert bath.probability(jumps[-1].target) == pytest.approx(1.0)


def test_many_steps_tell_every_jump_and_one_evolution() -> None:
    bath = load_biome("decay_chain").bath(seed=0)
    with everything_heard() as heard:
        recording = bath.evolve_many(1 / 60, 6000)
    assert [name for name, _, _ in heard] == ["jumped"] * 3 + ["evolved"]
    assert [event for name, _, event in heard if name == "jumped"] == [
        *recording.events
    ]
    assert [(e.source, e.target, e.kind) for e in recording.events] == [
        ("🥚", "🐣", "decay"),
        ("🐣", "🐥", "decay"),
        ("🐥", "🐔", "decay"),
    ]


def test_master_and_spec_never_jump() -> None:
    for method in ("master", "spec"):
        bath = load_biome("biotic_flux").bath(seed=0, method=method)
        with everything_heard() as heard:
            assert bath.evolve_many(1 / 60, 600).events == ()
            assert bath.evolve(1 / 60) == ()
        assert [name for name, _, _ in heard] == ["evolved", "evolved"]


def test_a_jump_says_who_took_whom(tmp_path: Any) -> None:
    from spacewheat_sim.content.registry import IconRegistry

    registry = IconRegistry(
        [
            Icon(emoji="🐺", name="wolf", transfers_from={"🐇": 30.0}),
            Icon(emoji="🐇", name="rabbit", transfers_to={"🌿": 30.0}),
            Icon(emoji="🌿", name="leaf", decay={"rate": 30.0, "target": "🐇"}),
        ]
    )
    path = tmp_path / "meadow.yaml"
    path.write_text(
        "schema: 1\nname: Meadow\nemojis: [🐺, 🐇, 🌿]\ninitial: {emoji: 🐇}\n"
        "axes: [{north: 🐺, south: 🐇}]\n",
        encoding="utf-8",
    )
    seen = set()
    for seed in range(10):
        bath = load_biome(path, registry).bath(seed=seed)
        seen |= {(e.source, e.target, e.icon, e.kind, str(e)) for e in bath.evolve(5.0)}
    assert seen == {
        ("🐇", "🐺", "🐺", "transfer", "🐺 took 🐇"),
        ("🐇", "🌿", "🐇", "transfer", "🐇 became 🌿"),
        ("🌿", "🐇", "🌿", "decay", "🌿 decayed to 🐇"),
    }
