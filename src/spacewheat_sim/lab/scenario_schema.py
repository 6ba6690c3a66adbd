"""The parameters of experiments as JSON Schema, for editors of scenarios."""

from __future__ import annotations

from typing import Any

from spacewheat_sim.lab.experiments import NAMES, get_experiment


def experiment_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of the parameters of each experiment, by its name."""
    return {name: get_experiment(name).parameters.model_json_schema() for name in NAMES}
