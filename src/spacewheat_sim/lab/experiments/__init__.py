"""One file per experiment, and the table of their names.

The files import their physics inside the functions that need it, so that listing the
experiments loads none.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from spacewheat_sim.errors import UnknownNameError
from spacewheat_sim.lab.experiment import Experiment

NAMES = (
    "bath_ensemble",
    "bath_unravelling",
    "blockspin_rg_ising",
    "counting_statistics",
    "decoherence_spin_bath",
    "ising_1d",
    "ising_2d",
    "tfim_entanglement",
    "trg_convergence",
    "zeno",
)


def get_experiment(name: str) -> Experiment[Any]:
    """Return the experiment called ``name``.

    Raises:
        UnknownNameError: there is none; the message suggests the nearest.
    """
    if name not in NAMES:
        raise UnknownNameError("experiment", name, NAMES, "in the lab")
    module = import_module(f"{__name__}.{name}")
    experiment: Experiment[Any] = module.EXPERIMENT
    return experiment
