"""One bundle as it is read for the page: leniently, and with notes of what is wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import read_file
from spacewheat_sim.lab.bundle.files import (
    EVENTS,
    LARGEST_PART,
    META,
    POINT,
    POINTS,
    RESULTS,
    TABLE,
    part_of,
)
from spacewheat_sim.lab.bundle.reading import read_json
from spacewheat_sim.lab.report.events import read_events
from spacewheat_sim.lab.report.table import Table, read_table

WORDS = (POINT, "status")  # of a sweep's table


@dataclass
class Run:
    """A bundle, or what can be read of it.

    Attributes:
        folder: The bundle's folder.
        meta: Its metadata.
        results: Its results; empty where there are none.
        table: Its table, if it has one that can be read.
        events: What happened in a history; None where the run is no history.
        figures: Files of figures.
        notes: What is wrong with it, a sentence each.
    """

    folder: Path
    meta: Mapping[str, Any]
    results: Mapping[str, Any] = field(default_factory=dict)
    table: Table | None = None
    events: list[dict[str, Any]] | None = None
    figures: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def sweep(self) -> str | None:
        """Name of the folder of the sweep that this run is a point of, if it is one."""
        points = self.folder.parent
        is_point = points.name == POINTS and (points.parent / META).is_file()
        return points.parent.name if is_point else None

    @property
    def is_history(self) -> bool:
        """Whether the rows of the table are times of one bath."""
        return self.events is not None and bool(self.table and self.table.is_course)


def read_run(folder: Path) -> Run:
    """Return what can be read of a bundle.

    Raises:
        ArgumentError: its metadata cannot be read, or is not of a run.
    """
    meta = read_json(folder / META)
    if not isinstance(meta, dict) or "status" not in meta:
        raise ArgumentError(f"{folder / META} is not the metadata of a run bundle")
    run = Run(folder, meta)
    files = meta.get("files")
    files = files if isinstance(files, dict) else {}
    texts = {name: _text(run, name, files[name]) for name in _plain_parts(files)}
    if texts.get(EVENTS) is not None:
        run.events = read_events(texts[EVENTS] or "")
    run.results = _results(run, texts.get(RESULTS))
    run.table = _table(run, texts.get(TABLE))
    run.figures = _figures(run, files)
    return run


def _plain_parts(files: Mapping[str, Any]) -> list[str]:
    return [name for name in (RESULTS, TABLE, EVENTS) if name in files]


def _text(run: Run, name: str, expected: Any) -> str | None:
    """Return the text of a part; a note says if it is missing or was changed."""
    part = part_of(run.folder, name)
    try:
        if part is None:
            raise ArgumentError(f"{name} lies outside the bundle")
        data = read_file(part, LARGEST_PART)
    except ArgumentError as error:
        run.notes.append(str(error))
        return None
    if hashlib.sha256(data).hexdigest() != expected:
        run.notes.append(f"{name} was changed after the run wrote it")
    return data.decode("utf-8", "replace")


def _results(run: Run, text: str | None) -> Mapping[str, Any]:
    if text is None:
        return {}
    try:
        results = json.loads(text)
    except (ValueError, RecursionError):
        results = None
    if not isinstance(results, dict):
        run.notes.append(f"{RESULTS} is damaged: it is no JSON mapping")
        return {}
    return results


def _table(run: Run, text: str | None) -> Table | None:
    if text is None:
        return None
    times = [event["time"] for event in run.events or ()]
    try:
        return read_table(text, times, words=WORDS)
    except (ArgumentError, ValueError) as error:
        run.notes.append(f"{TABLE} cannot be shown: {error}")
        return None


def _figures(run: Run, files: Mapping[str, Any]) -> list[Path]:
    names = (
        n for n in sorted(files) if n.startswith("figures/") and n.endswith(".png")
    )
    parts = (part_of(run.folder, name) for name in names)
    return [part for part in parts if part is not None]
