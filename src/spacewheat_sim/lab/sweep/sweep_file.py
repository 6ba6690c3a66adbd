"""A sweep as a YAML file, with the keys of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spacewheat_sim.content.entries import as_path
from spacewheat_sim.content.problems import raise_errors
from spacewheat_sim.content.yaml.loader import load_yaml
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.sweep.spec import KEYS

SCHEMA = 1
# A biome's file has none of these.
_TELLING = ("set", "biome", "experiment")


def is_sweep_file(word: str) -> bool:
    """Return whether ``word`` is the path of a file that holds a sweep."""
    path = as_path(word)
    if path is None or not path.is_file():
        return False
    data = load_yaml(path).data
    is_scenario = isinstance(data, dict) and "parameters" in data
    return (
        isinstance(data, dict) and not is_scenario and any(k in data for k in _TELLING)
    )


def read_sweep_file(path: Path) -> dict[str, Any]:
    """Return the keys of the sweep in a file; a biome's path is from its folder.

    Raises:
        ContentError: it is no YAML.
        ArgumentError: it is no mapping, its schema is not 1, or it has a key that no
            sweep has.
    """
    document = load_yaml(path)
    raise_errors(document.problems)
    data = dict(document.data) if isinstance(document.data, dict) else {}
    schema = data.pop("schema", None)
    if schema != SCHEMA:
        raise ArgumentError(f"{path} must begin with `schema: {SCHEMA}`")
    for key in data:
        if key not in KEYS:
            line, column = document.place((key,), at_key=True)
            raise ArgumentError(
                f"{path}:{line}:{column}: {key}: a sweep has no such key; it has "
                f"{', '.join(KEYS)}"
            )
    biome = data.get("biome")
    if isinstance(biome, str) and as_path(biome) is not None:
        data["biome"] = str(path.parent / biome)
    return data
