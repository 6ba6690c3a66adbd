"""The experiments that have a scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spacewheat_sim.sandbox.autosave import Autosave
from spacewheat_sim.sandbox.lab.decoherence_scene import DecoherenceScene
from spacewheat_sim.sandbox.lab.ising_scene import IsingScene
from spacewheat_sim.sandbox.lab.screen import LabScreen, Scene
from spacewheat_sim.sandbox.lab.session import SceneSession
from spacewheat_sim.sandbox.lab.tfim_scene import TfimScene

# Each shows the state of its experiment in ``recorded.STATES``.
SCENES: dict[str, Callable[[Any, SceneSession], Scene]] = {
    "ising_2d": IsingScene,
    "decoherence_spin_bath": DecoherenceScene,
    "tfim_entanglement": TfimScene,
}


def show_scene(
    key: str,
    session: SceneSession,
    autosave: Autosave | None = None,
    title: str = "",
) -> LabScreen:
    """Return the screen of a session.

    Args:
        key: The name that opened it.
        session: The session.
        autosave: Saves it in case of a crash, or None.
        title: Its title in the toolbar; by default the scenario's name.
    """
    scenario = session.scene.scenario
    scene = SCENES[scenario.experiment](session.state, session)
    return LabScreen(key, title or scenario.name, scene, session, autosave)
