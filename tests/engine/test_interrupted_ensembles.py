"""What an interrupted ensemble keeps is what a whole one would have of the same."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import numpy as np
import pytest

from spacewheat_sim import BathOperators, QuantumBath, load_biome
from spacewheat_sim.engine.bath.ensemble import methods
from spacewheat_sim.engine.bath.ensemble.run import EnsembleRun
from spacewheat_sim.quantum.ensembles import evolved as histories
from spacewheat_sim.quantum.ensembles import tabulated


def stiff_bath() -> QuantumBath:
    hamiltonian = [[0, 1e6, 0], [1e6, 0, 0.2], [0, 0.2, 0.1]]
    jumps = [("A", "B", 0.3), ("C", "A", 0.2)]
    bath = QuantumBath(BathOperators.from_terms("ABC", hamiltonian, jumps), seed=0)
    bath.initialize_emoji("A")
    return bath


BATHS: dict[str, Callable[[], QuantumBath]] = {
    "RenewalRun": lambda: load_biome("decay_chain").bath(seed=0),
    "HistoryRun": lambda: load_biome("forest_small").bath(seed=0),
    "SingleTrajectories": stiff_bath,
}


def interrupted(run: EnsembleRun, share: float) -> EnsembleRun:
    def tell(done: float) -> None:
        if done >= share:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.run(tell)
    return run


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even small ensembles be run in parts."""
    monkeypatch.setattr(histories, "FULL_LANES", 8)
    monkeypatch.setattr(histories, "PART_SECONDS", 0.0)
    monkeypatch.setattr(histories, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(tabulated, "FIRST_PART", 4)
    monkeypatch.setattr(tabulated, "PART_SECONDS", 0.0)


@pytest.mark.parametrize("kind", BATHS)
@pytest.mark.usefixtures("small_parts")
def test_trajectories_kept_are_those_of_a_whole_ensemble(kind: str) -> None:
    bath, count = BATHS[kind](), 40 if kind == "SingleTrajectories" else 1500
    whole = bath.ensemble(6.0, count, dt=2.0, seed=3, first_passage=bath.emojis[1])
    run = interrupted(
        bath.prepare_ensemble(6.0, count, 2.0, 3, first_passage=bath.emojis[1]), 0.4
    )
    assert type(run._run).__name__ == kind
    kept = run.result()
    assert kept is not None
    assert 0 < kept.trajectories < count
    numbers = np.concatenate([list(each) for each in kept.runs[0].numbers])
    assert numbers.size == np.unique(numbers).size == kept.trajectories
    assert np.array_equal(kept.time, whole.time)
    assert np.array_equal(kept.first_jumps, whole.first_jumps[numbers])
    assert np.array_equal(kept.first_passages, whole.first_passages[numbers])


@pytest.mark.parametrize("kind", BATHS)
@pytest.mark.usefixtures("small_parts")
def test_means_and_errors_are_of_the_trajectories_kept(kind: str) -> None:
    bath = BATHS[kind]()
    count = 40 if kind == "SingleTrajectories" else 1500
    run = interrupted(bath.prepare_ensemble(6.0, count, 2.0, 3), 0.2)
    kept = run.result()
    assert kept is not None
    start, series = kept.runs[0].start, kept.runs[0].start.series()
    alone = [
        start.run(number, series, kept.time - start.time)
        for numbers in kept.runs[0].numbers
        for number in numbers
    ]
    populations = np.array([each.populations for each in alone])
    assert np.abs(kept.populations - populations.mean(axis=0)).max() < 1e-7
    spread = ((populations - populations.mean(axis=0)) ** 2).sum(axis=0)
    assert np.abs(kept.deviations - spread).max() < 1e-5
    assert kept.jump_counts.sum() == sum(len(each.jumps) for each in alone)
    assert [jump.channel for jump in kept.history(kept.trajectories - 1)] == [
        jump.channel for jump in alone[-1].jumps
    ]


@pytest.mark.parametrize("kind", BATHS)
def test_parts_change_no_bit(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bath, count = BATHS[kind](), 40 if kind == "SingleTrajectories" else 1500
    whole = bath.ensemble(6.0, count, dt=2.0, seed=3)
    monkeypatch.setattr(histories, "FULL_LANES", 8)
    monkeypatch.setattr(histories, "PART_SECONDS", 0.0)
    monkeypatch.setattr(histories, "PLAN_BYTES", 1.0)
    monkeypatch.setattr(histories, "PIECE_BYTES", 1.0)
    monkeypatch.setattr(histories, "LEAST_TOGETHER", 1)
    monkeypatch.setattr(tabulated, "FIRST_PART", 1)
    monkeypatch.setattr(tabulated, "PART_SECONDS", 0.0)
    parts = bath.ensemble(6.0, count, dt=2.0, seed=3)
    for name in ("populations", "deviations", "jump_counts", "first_jumps"):
        assert np.array_equal(getattr(parts, name), getattr(whole, name))


@pytest.mark.usefixtures("small_parts")
def test_rows_taken_in_blocks_are_kept_up_to_the_last_whole_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bath = load_biome("decay_chain").bath(seed=0)
    whole = bath.ensemble(6.0, 200, dt=1.0, seed=3)
    monkeypatch.setattr(tabulated, "DEPOSIT_BYTES", 1.0)  # a row each
    kept = interrupted(bath.prepare_ensemble(6.0, 200, 1.0, 3), 0.5).result()
    assert kept is not None
    assert kept.trajectories == 200
    assert 1 < kept.time.size < 7
    off = kept.populations - whole.populations[: kept.time.size]
    assert np.abs(off).max() < 1e-12
    assert np.array_equal(kept.jump_counts, whole.jump_counts)
    assert np.array_equal(kept.first_jumps, whole.first_jumps)


@pytest.mark.parametrize("kind", BATHS)
def test_a_signal_ends_an_ensemble_and_leaves_its_bath_as_it_was(kind: str) -> None:
    bath, twin = BATHS[kind](), BATHS[kind]()
    before = bath.probabilities(), bath.time

    def ask(done: float) -> None:
        if done > 0.0 and not asker.is_alive() and not asked:
            asked.append(done)
            asker.start()

    asked: list[float] = []
    asker = threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGINT))
    run = bath.prepare_ensemble(50.0, 10_000_000, 10.0, 3)
    with pytest.raises(KeyboardInterrupt):
        run.run(ask)
    asker.join()
    assert (bath.probabilities(), bath.time) == before
    after, fresh = (each.ensemble(2.0, 30, dt=1.0, seed=1) for each in (bath, twin))
    assert np.array_equal(after.populations, fresh.populations)
    assert bath.measure_axis(*bath.emojis[:2]) == twin.measure_axis(*twin.emojis[:2])


def test_nothing_run_is_nothing_kept() -> None:
    bath = load_biome("decay_chain").bath(seed=0)
    assert bath.prepare_ensemble(2.0, 10).result() is None
    assert methods.worth_tables(bath.prepare_ensemble(2.0, 10).plan.start, 10)
