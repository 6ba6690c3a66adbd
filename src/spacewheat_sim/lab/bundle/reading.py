"""Reads a bundle, and checks everything that its metadata says."""

from __future__ import annotations

import hashlib
import json
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from spacewheat_sim.content.folders import is_folder
from spacewheat_sim.errors import ArgumentError, os_reason
from spacewheat_sim.jsonio import open_regular, read_file
from spacewheat_sim.lab.bundle.bundle import Stage, Status
from spacewheat_sim.lab.bundle.files import (
    LARGEST_META,
    LARGEST_PART,
    META,
    RESULTS,
    SCHEMA_VERSION,
    TABLE,
    part_of,
)


@dataclass(frozen=True)
class ExperimentBundle:
    """The metadata of an experiment's run with complete results.

    Attributes:
        folder: The bundle's folder.
        experiment: Name of the experiment.
        parameters: By flag name, as they were written; not checked yet.
        seed: Root seed.
    """

    folder: Path
    experiment: str
    parameters: Mapping[str, Any]
    seed: int


def read_experiment(path: Path) -> ExperimentBundle:
    """Return the metadata of an experiment's bundle, if it was not changed.

    Args:
        path: A bundle's ``meta.json``, or its folder.

    Raises:
        ArgumentError: there is no such file; the metadata is invalid or has a newer
            schema; a file is missing, not listed, outside the folder or does not match
            its hash; or the run is not of an experiment or has no results.
    """
    file = path / META if is_folder(path) else path
    meta = _Meta(file)
    version = meta.get("schema_version", _is_version, "a whole number from 1")
    if version > SCHEMA_VERSION:
        raise ArgumentError(
            f"{file} has schema version {version}, but this program reads versions up "
            f"to {SCHEMA_VERSION}; a newer one wrote it"
        )
    kind = meta.get("kind", _is_text, "a word")
    if kind != "experiment":
        raise ArgumentError(f"{file} is from a {kind!r}, not from an experiment")
    _check_status(meta)
    _check_files(meta)
    return ExperimentBundle(
        file.parent,
        meta.get("experiment", _is_text, "the name of an experiment"),
        meta.get("parameters", _is_mapping, "a mapping"),
        meta.get("seed", _is_count, "a whole number from 0"),
    )


class _Meta:
    """The content of a ``meta.json``, which may be invalid in any way."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.data = read_json(file, LARGEST_META)
        if not isinstance(self.data, dict):
            raise ArgumentError(f"{file} is not the metadata of a run bundle")

    def get(self, key: str, holds: Callable[[Any], bool], wanted: str) -> Any:
        """Return the value of ``key``, which must satisfy ``holds``."""
        if key not in self.data:
            raise ArgumentError(
                f"{self.file} is not the metadata of a run bundle: it has no `{key}`"
            )
        value = self.data[key]
        if not holds(value):
            raise ArgumentError(
                f"{self.file}: `{key}` must be {wanted}, but is {reprlib.repr(value)}"
            )
        return value


def read_json(file: Path, most: int = LARGEST_PART) -> Any:
    """Return the content of a JSON file of at most ``most`` bytes.

    Raises:
        ArgumentError: it cannot be read, is too large, or is not JSON.
    """
    try:
        return json.loads(read_file(file, most))
    except ArgumentError:
        raise
    except (ValueError, RecursionError):
        raise ArgumentError(f"{file} is damaged: it is not JSON") from None


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_version(value: Any) -> bool:
    return _is_count(value) and value > 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


def _check_status(meta: _Meta) -> None:
    """Raise if the run has no complete results; figures may be missing."""
    statuses = get_args(Status)
    status = meta.get("status", statuses.__contains__, f"one of {', '.join(statuses)}")
    stages = get_args(Stage)
    stage = meta.data.get("stopped_in")
    if stage is not None and stage not in stages:
        meta.get("stopped_in", stages.__contains__, f"one of {', '.join(stages)}")
    if status != "complete" and stage != "figures":
        raise ArgumentError(
            f"{meta.file} is of a run that ended {status} before it had all results; "
            "only those can be compared"
        )


def _check_files(meta: _Meta) -> None:
    """Compare the files of the folder with the metadata."""
    files = meta.get("files", _is_mapping, "a mapping of files to their hashes")
    for name in (RESULTS, TABLE):
        if name not in files:
            raise ArgumentError(
                f"The bundle is damaged: `files` of {meta.file} does not list {name}"
            )
    for name, expected in files.items():
        part = part_of(meta.file.parent, name)
        if part is None:
            raise ArgumentError(
                f"The bundle is damaged: `files` of {meta.file} lists "
                f"{reprlib.repr(name)}, which is not a file of its folder"
            )
        if _hash(part) != expected:
            raise ArgumentError(
                f"The bundle was changed after it was written: {part} does not match "
                f"its hash in {META}"
            )


def _hash(part: Path) -> str:
    try:
        with open_regular(part) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise ArgumentError(f"The bundle is incomplete: {part} is missing") from None
    except OSError as error:
        raise ArgumentError(f"Cannot read {part}: {os_reason(error)}") from None
