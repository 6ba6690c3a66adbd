"""Run bundles: a folder of plain files that is whole or says that it is not."""

from __future__ import annotations

import csv
import io
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from spacewheat_sim.errors import RunError
from spacewheat_sim.jsonio import canonical_json, digest, pretty_json, write_atomically
from spacewheat_sim.lab.provenance import environment

SCHEMA_VERSION = 1
Status = Literal["complete", "interrupted", "partial", "failed"]


class Bundle:
    """One run's folder while it is being written.

    Attributes:
        path: The folder's final place; it appears there when the bundle is closed.
        status: What ``meta.json`` will say.
        timings: Seconds by name, kept apart from what is compared between runs.
        undrawn: Why a figure could not be drawn, by its name.
    """

    def __init__(self, root: Path, name: str, meta: Mapping[str, Any]) -> None:
        """Start a bundle under ``root``, whose ``meta.json`` begins with ``meta``."""
        stamp = datetime.now(UTC)
        run_id = f"{stamp:%Y%m%dT%H%M%SZ}-{_plain(name)}-{secrets.token_hex(4)}"
        self.path = root / run_id
        self.status: Status = "complete"
        self.timings: dict[str, float] = {}
        self.undrawn: dict[str, str] = {}
        self._meta = {"name": name, "started": stamp.isoformat(), **meta}
        self._folder = root / f".{run_id}.unfinished"
        self._began = time.perf_counter()
        try:
            (self._folder / "figures").mkdir(parents=True)
        except OSError as error:
            raise RunError(
                f"Cannot write to {root}: {error.strerror or error}; choose another "
                "folder with --out"
            ) from error

    def place(self, name: str) -> Path:
        """Return where to write the file ``name`` of this bundle."""
        return self._folder / name

    def write_results(self, results: Mapping[str, Any]) -> None:
        """Write ``results.json``; unknown numbers are None, never NaN."""
        write_atomically(self.place("results.json"), pretty_json(results))

    def write_table(
        self, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Write ``table.csv`` with floats in full precision."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        write_atomically(self.place("table.csv"), text.getvalue())

    def write_events(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Write ``events.jsonl``, one event a line."""
        lines = "".join(canonical_json(event) + "\n" for event in events)
        write_atomically(self.place("events.jsonl"), lines)

    def close(self) -> None:
        """Write ``meta.json`` and move the folder to its final place."""
        self.timings["total"] = time.perf_counter() - self._began
        if not any(self.place("figures").iterdir()):
            self.place("figures").rmdir()
        files = {
            str(path.relative_to(self._folder).as_posix()): digest(path.read_bytes())
            for path in sorted(self._folder.rglob("*"))
            if path.is_file()
        }
        meta = {
            "schema_version": SCHEMA_VERSION,
            "status": self.status,
            **self._meta,
            **environment(),
            "timings": self.timings,
            **({"undrawn": self.undrawn} if self.undrawn else {}),
            "files": files,
        }
        write_atomically(self.place("meta.json"), pretty_json(meta))
        self._folder.rename(self.path)

    def discard(self) -> None:
        """Remove what was written."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add the seconds spent inside to ``timings[name]``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.timings[name] = self.timings.get(name, 0.0) + spent


def _plain(name: str) -> str:
    """Return ``name`` with only letters that every file system takes."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "run"
