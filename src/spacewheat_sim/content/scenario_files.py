"""Finds scenarios by name and reads them."""

from __future__ import annotations

from pathlib import Path

from spacewheat_sim.content.entries import ContentEntry, list_entries
from spacewheat_sim.content.folders import content_folder, show_path
from spacewheat_sim.content.problems import ContentError, raise_errors
from spacewheat_sim.content.reading import Reader
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.content.yaml.loader import load_yaml


def list_scenarios() -> tuple[ContentEntry, ...]:
    """Return the built-in scenarios."""
    return list_entries([content_folder("biomes") / "lab"])


def read_scenario(path: Path) -> Scenario:
    """Return the scenario in a file.

    Raises:
        ContentError: The file is missing or invalid; the error lists every problem.
    """
    reader = Reader(load_yaml(path, show_path(path)))
    scenario = reader.scenario_file()
    raise_errors(reader.problems)
    if scenario is None:
        raise ContentError(reader.problems)
    return scenario


def is_scenario(path: Path) -> bool:
    """Return whether a file has the key ``experiment``."""
    data = load_yaml(path, show_path(path)).data
    return isinstance(data, dict) and "experiment" in data
