"""Finds biomes and scenarios by name and reads them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.entries import (
    ContentEntry,
    as_path,
    find_entry,
    list_entries,
)
from spacewheat_sim.content.folders import show_path
from spacewheat_sim.content.kinds import kind_of
from spacewheat_sim.content.packs.biome_file import read_biome_file
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.content.problems import ContentError, raise_errors
from spacewheat_sim.content.reading import Reader
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.content.yaml.loader import load_yaml


def list_biomes(folders: Iterable[Path] | None = None) -> tuple[ContentEntry, ...]:
    """Return the biomes directly in ``folders``, by default of all packs."""
    return Library().biomes if folders is None else list_entries(folders)


def find_biome(name: str, folders: Iterable[Path] | None = None) -> ContentEntry:
    """Return the biome whose file's stem or own name is ``name``.

    Raises:
        UnknownNameError: There is no such biome; the message suggests the nearest.
    """
    return find_entry("biome", name, list_biomes(folders))


def read_biome(
    name_or_path: str | Path,
    registry: IconRegistry | None = None,
    folders: Iterable[Path] | None = None,
) -> Biome:
    """Return the biome of that name, or in that file.

    Args:
        name_or_path: A name as :func:`find_biome` takes it, or a path, which is a
            ``Path`` object or has a folder or a YAML suffix in it.
        registry: Icons whose names are used to suggest an emoji in reports.
        folders: Folders in which to look for names; by default those of all packs.

    Raises:
        UnknownNameError: No biome has this name.
        ContentError: The file is missing or invalid; the error lists every problem.
    """
    path = as_path(name_or_path) or find_biome(str(name_or_path), folders).path
    return read_biome_file(path, registry)


def list_scenarios() -> tuple[ContentEntry, ...]:
    """Return the scenarios of all packs."""
    return Library().scenarios


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
    """Return whether the file at ``path`` is a scenario."""
    return kind_of(load_yaml(path, show_path(path))) == "scenario"
