"""The experiments that have a scene."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.sandbox.lab.decoherence_scene import DecoherenceScene
from spacewheat_sim.sandbox.lab.ising_scene import IsingScene
from spacewheat_sim.sandbox.lab.screen import LabScreen, Scene
from spacewheat_sim.sandbox.lab.tfim_scene import TfimScene

Notice = Callable[[str], object]

SCENES: dict[str, Callable[[Scenario, int, Notice], Scene]] = {
    "ising_2d": IsingScene,
    "decoherence_spin_bath": DecoherenceScene,
    "tfim_entanglement": TfimScene,
}


def open_scene(key: str, scenario: Scenario, seed: int, notice: Notice) -> LabScreen:
    """Return the screen of a scenario whose experiment is one of ``SCENES``.

    Args:
        key: The name that opened it.
        scenario: Has the scene's initial parameters.
        seed: Root seed.
        notice: Shows the player a line of text.
    """
    scene = SCENES[scenario.experiment](scenario, seed, notice)
    return LabScreen(key, scenario.name, scene)
