"""Which experiments have a scene."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.sandbox.lab.decoherence_screen import DecoherenceScreen
from spacewheat_sim.sandbox.lab.ising_screen import IsingScreen
from spacewheat_sim.sandbox.lab.tfim_screen import TfimScreen
from spacewheat_sim.sandbox.screen import Screen

Notice = Callable[[str], object]

SCENES: dict[str, Callable[[str, Scenario, int, Notice], Screen]] = {
    "ising_2d": IsingScreen,
    "decoherence_spin_bath": DecoherenceScreen,
    "tfim_entanglement": TfimScreen,
}
