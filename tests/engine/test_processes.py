"""Other processes can run ensembles, worlds and exact counts after this one did."""

from __future__ import annotations

import multiprocessing
import sys
from typing import Any

import pytest

from spacewheat_sim import World, load_biome
from spacewheat_sim.statmech.exact.enumeration import enumerate_torus

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


def results(_number: int = 0) -> list[Any]:
    static = load_biome("decay_chain").bath(seed=0).ensemble(5, 20_000, dt=1, seed=0)
    driven = load_biome("biotic_flux").bath(seed=0).ensemble(0.5, 64, dt=0.1, seed=0)
    world = World(["decay_chain"], seed=1)
    world.run(0.5)
    counts = enumerate_torus(4, 6).counts
    found = static.populations, driven.populations, counts
    return [*(each.tobytes() for each in found), world.digest()]


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(
            "fork",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="has no fork"),
        ),
        pytest.param("spawn", marks=pytest.mark.slow),
    ],
)
def test_a_pool_finds_what_its_parent_found(start: str) -> None:
    here = results()
    with multiprocessing.get_context(start).Pool(2) as pool:
        there = pool.map_async(results, range(2)).get(timeout=120)
    assert all(each == here for each in there)
