"""Scenes of the lab that somebody played, for tests of their logs."""

from __future__ import annotations

from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.sandbox.lab.recorded import RecordedScene
from spacewheat_sim.sandbox.lab.session import SceneSession

PARAMETERS = {
    "ising_2d": {"Lx": 9, "Ly": 5, "T": 2.5},
    "decoherence_spin_bath": {"n_env": 5, "coupling_spread": 0.5},
    "tfim_entanglement": {"L": 8, "g": 1.9},
}
CHANGES = {
    "ising_2d": [("T", 1.5), ("algorithm", "wolff"), ("h", 0.5), ("J", -0.5)],
    "decoherence_spin_bath": [("tilt", 1.0), ("start", "random"), ("n_env", 7)],
    "tfim_entanglement": [("g", 0.3), ("L", 16), ("boundary", "periodic")],
}
EXPERIMENTS = list(PARAMETERS)


def new_scene(experiment, seed=4):
    scenario = Scenario.model_validate(
        {
            "schema": 1,
            "name": "Scene",
            "experiment": experiment,
            "parameters": PARAMETERS[experiment],
        }
    )
    return RecordedScene(scenario, seed)


def played(experiment, log=None, told=print):
    """Play a scene as somebody might, with all of its parameters and two restarts."""
    session = SceneSession(new_scene(experiment), told, log)
    session.clock.paused = False
    session.advance(0.5)
    for name, value in CHANGES[experiment]:
        session.set(name, value)
        session.advance(0.3)
    session.step_once()
    session.restart()
    session.step_once()
    session.restart(new_seed=True)
    session.clock.paused = False
    session.advance(0.4)
    return session
