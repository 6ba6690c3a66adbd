"""Reads a bundle, and checks everything that its metadata says."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, get_args

from spacewheat_sim.content.folders import is_folder
from spacewheat_sim.errors import ArgumentError, os_reason
from spacewheat_sim.jsonio import read_file
from spacewheat_sim.lab.bundle.bundle import Stage, Status
from spacewheat_sim.lab.bundle.files import (
    BIOME,
    CONTENT,
    EVENTS,
    LARGEST_META,
    LARGEST_PART,
    META,
    POINTS,
    RESULTS,
    SCHEMA_VERSION,
    TABLE,
    file_hash,
    part_of,
)


@dataclass(frozen=True)
class ReadBundle:
    """A run with complete results whose files are as they were written.

    Attributes:
        folder: The bundle's folder.
        kind: ``experiment``, ``simulation`` or ``sweep``.
        name: Name of the experiment, or key of the biome.
        parameters: By flag name, as they were written; not checked yet.
        seed: Root seed.
        files: All files but the metadata, by their paths in the folder.
    """

    folder: Path
    kind: str
    name: str
    parameters: Mapping[str, Any]
    seed: int
    files: tuple[str, ...]

    @property
    def compared(self) -> tuple[str, ...]:
        """The files in which the run and one of the same parameters agree."""
        if self.kind == "sweep":
            own = (RESULTS, TABLE, EVENTS)
            paths = map(PurePosixPath, self.files)
            rows = (path for path in paths if path.parts[:1] == (POINTS,))
            return (RESULTS, TABLE, *(str(path) for path in rows if path.name in own))
        if self.kind == "experiment" or self.parameters.get("trajectories"):
            return (RESULTS, TABLE)
        return (RESULTS, TABLE, EVENTS)


# What a run of each kind must have written, so that it can be made again.
_NEEDED = {
    "experiment": (RESULTS, TABLE),
    "simulation": (RESULTS, TABLE, BIOME),
    "sweep": (RESULTS, TABLE),
}


def read_bundle(path: Path) -> ReadBundle:
    """Return what a bundle says of its run, if it was not changed.

    Args:
        path: A bundle's ``meta.json``, or its folder.

    Raises:
        ArgumentError: there is no such file; the metadata is invalid or has a newer
            schema; a file is missing, not listed, outside the folder or does not match
            its hash; or the run is of another kind or has no results.
    """
    meta = open_meta(path)
    kind = meta.get("kind", _is_text, "a word")
    if kind not in _NEEDED:
        raise ArgumentError(
            f"{meta.file} is from a {kind!r}, not from an experiment, a simulation or "
            "a sweep"
        )
    _check_status(meta, kind)
    wanted = "the name of an experiment" if kind == "experiment" else "a name"
    bundle = ReadBundle(
        meta.file.parent,
        kind,
        meta.get("experiment" if kind == "experiment" else "name", _is_text, wanted),
        meta.get("parameters", _is_mapping, "a mapping"),
        meta.get("seed", _is_count, "a whole number from 0"),
        tuple(meta.get("files", _is_mapping, "a mapping of files to their hashes")),
    )
    own = (BIOME, CONTENT) if kind == "sweep" and "biome" in bundle.parameters else ()
    check_files(meta, {*_NEEDED[kind], *own, *bundle.compared})
    if kind == "sweep":
        _check_all_rows(meta.file)
    return bundle


def open_meta(path: Path) -> Meta:
    """Return the metadata of a bundle, of a schema that this program reads.

    Raises:
        ArgumentError: there is none, or it has a newer schema.
    """
    meta = Meta(path / META if is_folder(path) else path)
    version = meta.get("schema_version", _is_version, "a whole number from 1")
    if version > SCHEMA_VERSION:
        raise ArgumentError(
            f"{meta.file} has schema version {version}, but this program reads "
            f"versions up to {SCHEMA_VERSION}; a newer one wrote it"
        )
    return meta


class Meta:
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


def _check_status(meta: Meta, kind: str) -> None:
    """Raise if the run has no complete results; figures may be missing."""
    statuses = get_args(Status)
    status = meta.get("status", statuses.__contains__, f"one of {', '.join(statuses)}")
    stages = get_args(Stage)
    stage = meta.data.get("stopped_in")
    if stage is not None and stage not in stages:
        meta.get("stopped_in", stages.__contains__, f"one of {', '.join(stages)}")
    # Rows of a sweep may have failed; its results tell whether some were left.
    has_ended = kind == "sweep" and status == "partial" and stage is None
    if status != "complete" and stage != "figures" and not has_ended:
        raise _without_results(meta.file, status)


def _check_all_rows(file: Path) -> None:
    """Raise if a sweep has left rows out, for its own or for another reason."""
    results = read_json(file.parent / RESULTS)
    keys = ("points", "replicates", "rows", "failed")
    counts: list[Any] = [results.get(k) for k in keys if isinstance(results, dict)]
    if not (counts and all(map(_is_count, counts))):
        raise ArgumentError(f"{file.parent / RESULTS} is not that of a sweep")
    points, replicates, done, failed = counts
    if done + failed != points * replicates:
        raise _without_results(file, "partial")


def _without_results(file: Path, status: str) -> ArgumentError:
    return ArgumentError(
        f"{file} is of a run that ended {status} before it had all results; only those "
        "can be compared"
    )


def check_files(meta: Meta, needed: Collection[str]) -> None:
    """Compare the files of the folder with the metadata.

    Raises:
        ArgumentError: one is missing or was changed, or a ``needed`` one is not listed.
    """
    files = meta.get("files", _is_mapping, "a mapping of files to their hashes")
    for name in sorted(needed):
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
        return file_hash(part)
    except FileNotFoundError:
        raise ArgumentError(f"The bundle is incomplete: {part} is missing") from None
    except OSError as error:
        raise ArgumentError(f"Cannot read {part}: {os_reason(error)}") from None
