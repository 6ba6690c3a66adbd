"""The same seed gives the same history, bit for bit."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from spacewheat_sim import load_biome

HISTORY = """
import hashlib, sys
from spacewheat_sim import load_biome
digest = hashlib.sha256()
for name in ("biotic_flux", "forest"):
    for method in ("trajectory", "master", "spec"):
        biome = load_biome(name)
        bath = biome.bath(seed=42, method=method)
        for step in range(120):
            for event in bath.evolve(1 / 60):
                digest.update(repr(event).encode())
            if step % 20 == 5:
                kind = ("game", "projective", "weak")[step // 20 % 3]
                outcome = bath.measure_axis(*biome.axes[0], kind=kind)
                digest.update(repr(outcome).encode())
        recording = bath.evolve_many(1 / 10, 100)
        digest.update(repr(recording.events).encode())
        digest.update(recording.populations.tobytes())
        digest.update(bath.state.tobytes())
    result = biome.bath(seed=1).ensemble(5.0, 20, seed=3)
    digest.update(result.populations.tobytes())
print(digest.hexdigest())
"""


def digest_in_a_process(threads: str) -> str:
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "PYTHONHASHSEED": threads,
    }
    done = subprocess.run(
        [sys.executable, "-c", HISTORY],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_two_processes_live_the_same_history_whatever_their_threads() -> None:
    digests = {digest_in_a_process(threads) for threads in ("1", "2")}
    assert len(digests) == 1
    assert len(digests.pop()) == hashlib.sha256().digest_size * 2


@pytest.mark.parametrize("method", ["trajectory", "master", "spec"])
def test_one_process_repeats_itself(method: str) -> None:
    states = []
    for _ in range(2):
        bath = load_biome("market").bath(seed=7, method=method)
        bath.evolve_many(0.1, 50)
        bath.measure_axis("🐂", "🐻")
        bath.evolve(0.1)
        states.append(bath.state)
    assert np.array_equal(*states)


def test_another_seed_is_another_history() -> None:
    baths = [load_biome("biotic_flux").bath(seed=seed) for seed in (0, 1)]
    events = [bath.evolve_many(1 / 60, 6000).events for bath in baths]
    assert events[0] != events[1]


def test_a_fresh_seed_is_told_and_repeats_the_history() -> None:
    first = load_biome("biotic_flux").bath()
    again = load_biome("biotic_flux").bath(seed=first.seed)
    assert first.evolve_many(0.1, 600).events == again.evolve_many(0.1, 600).events


def test_trajectories_of_an_ensemble_do_not_depend_on_how_many_there_are() -> None:
    bath = load_biome("decay_chain").bath(seed=0)
    few, many = (bath.ensemble(4.0, n, seed=5) for n in (1, 2))
    one_more = 2 * many.populations - few.populations
    assert np.abs(one_more.sum(axis=1) - 1).max() < 1e-12
    assert set(np.unique(one_more.round(12))) <= {0.0, 1.0}
