"""Run bundles: folders of plain files that are complete, or say what is missing."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from spacewheat_sim.errors import RunError, RunStoppedError, SpacewheatError, os_reason
from spacewheat_sim.file_locks import hold, release
from spacewheat_sim.interrupts import (
    heed,
    held,
    raise_lost,
    unheeded,
    uninterrupted,
)
from spacewheat_sim.jsonio import (
    canonical_json,
    pretty_json,
    write_atomically,
    written_atomically,
)
from spacewheat_sim.lab.bundle.files import (
    BIOME,
    EVENTS,
    JOURNAL,
    RESULTS,
    SCHEMA_VERSION,
    TABLE,
    hashes,
    write_rows,
)
from spacewheat_sim.lab.bundle.metadata import write_meta
from spacewheat_sim.lab.bundle.provenance import environment
from spacewheat_sim.lab.bundle.unfinished import remove_halves, unfinished_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Status = Literal["complete", "interrupted", "partial", "failed"]
Stage = Literal["run", "writing", "figures"]
LONGEST_NAME = 100  # of 255 bytes that a name of a folder may have


class Bundle:
    """One run's folder while it is being written; used as a context.

    A run has three stages: the run itself, the writing of results, and the figures. If
    an error, a request to stop or a kill ends it early, ``meta.json`` says in which
    stage, and which files are there. An interruption ends the context without an error
    and keeps the files written so far; an error is raised again, and so is the error
    that stopped the run (:meth:`stop`).

    Attributes:
        path: The folder's final place; it appears there when the bundle is closed.
        folder: The folder until then.
        status: Status for ``meta.json``.
        stopped_in: The stage that did not finish, if any.
        interrupt: The request to stop that took effect, if any; one that came after the
            end does not change the status.
        timings: Seconds by name, which are not compared between runs.
    """

    def __init__(self, root: Path, name: str, meta: Mapping[str, Any]) -> None:
        """Prepare a bundle under ``root``, whose ``meta.json`` begins with ``meta``."""
        stamp = datetime.now(UTC)
        run_id = f"{stamp:%Y%m%dT%H%M%SZ}-{_plain(name)}-{secrets.token_hex(4)}"
        about = {"name": name, "started": stamp.isoformat(), **meta}
        self._prepare(root / run_id, about, is_new=True)

    @classmethod
    def reopened(cls, path: Path, meta: Mapping[str, Any]) -> Self:
        """Go on with the bundle at ``path``, whose ``meta.json`` began with ``meta``.

        As a context, it raises a RunError if it cannot be written, or if another
        process goes on with it.
        """
        bundle = cls.__new__(cls)
        bundle._prepare(path, meta, is_new=False)  # noqa: SLF001 -- of its own class
        return bundle

    def _prepare(self, path: Path, meta: Mapping[str, Any], *, is_new: bool) -> None:
        self.path = path
        self.folder = path.parent / unfinished_name(path.name)
        self.status: Status = "complete"
        self.stopped_in: Stage | None = None
        self.interrupt: KeyboardInterrupt | None = None
        self.timings: dict[str, float] = {}
        self._meta = dict(meta)
        self._is_new, self._is_open = is_new, False
        self._stage: Stage = "run"
        self._failure: SpacewheatError | None = None
        self._unwritten: dict[str, OSError] = {}
        self._began = time.perf_counter()
        self._lock: int | None = None

    def __enter__(self) -> Self:
        """Make the folder.

        Raises:
            RunError: this cannot be done.
        """
        try:
            self._open()
        except BaseException:  # Ctrl-C too: what has not been entered is not left
            self._leave_as_it_was()
            raise
        return self

    # No moment of it may be outside, not even the first: the folder would be left.
    @uninterrupted
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, Exception | KeyboardInterrupt):
            self.stop(error)
        if not self._is_worth_keeping(error):
            self._leave_as_it_was()
            return False
        self._close()
        self.interrupt = self.interrupt or unheeded()
        heed()
        if self._failure is not None:
            stopped = RunStoppedError(self._failure, self.path)
            if error not in (None, self._failure):
                stopped.add_note(str(error))
            raise stopped from self._failure
        if isinstance(error, Exception):
            error.add_note(f"the results until then are in {self.path}")
        return isinstance(error, KeyboardInterrupt)

    def stop(self, reason: Exception | KeyboardInterrupt) -> None:
        """Record that ``reason`` ended the present stage; only the first one counts.

        Later writes contain the results until then.
        """
        if self.stopped_in is not None:
            return
        self.stopped_in = self._stage
        if isinstance(reason, KeyboardInterrupt):
            self.status, self.interrupt = "interrupted", reason
            heed()
        else:
            self.status = "partial" if self._stage == "figures" else "failed"
            self._failure = reason if isinstance(reason, SpacewheatError) else None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write results, table and events inside; a request to stop waits for them.

        Raises:
            RunError: some file could not be written; the others exist.
        """
        with held():
            self._stage = "writing"
            yield
            if not self._unwritten:
                self._stage = "figures"
                self._write_meta(interrupted_in=self.stopped_in or "figures")
        self._tell_unwritten()

    def write_results(self, results: Mapping[str, Any]) -> None:
        """Write ``results.json``; unknown numbers are None, never NaN."""
        self._write(RESULTS, pretty_json(results))

    def write_table(
        self, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Write ``table.csv`` with floats in full precision; no row is held."""
        try:
            with written_atomically(self.folder / TABLE) as file:
                write_rows(file, columns, rows)
        except OSError as error:
            self._unwritten[TABLE] = error

    def write_events(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Write ``events.jsonl``, one event per line."""
        self._write(EVENTS, "".join(canonical_json(event) + "\n" for event in events))

    def write_biome(self, text: str) -> None:
        """Write ``biome.yaml``, from which the run can be made again."""
        self._write(BIOME, text)

    def draw(self, figures: Mapping[str, Callable[[], Figure]]) -> None:
        """Draw figures by name; if one fails, the others and the results are kept.

        Raises:
            RunError: some figure could not be written.
            Exception: the error of the first figure that could not be drawn.
        """
        from spacewheat_sim.lab.figures.style import save_figure

        self._stage = "figures"
        failures = []
        with self.timed("figures"):
            for name, figure in figures.items():
                place = f"figures/{name}.png"
                try:
                    (self.folder / "figures").mkdir(exist_ok=True)
                    save_figure(figure(), self.folder / place)
                except OSError as error:
                    self._unwritten[place] = error
                except Exception as error:
                    raise_lost(error)
                    error.add_note(f"{place} could not be drawn")
                    failures.append(error)
        self._tell_unwritten()
        if failures:
            raise failures[0]

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add the seconds spent inside to ``timings[name]``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.timings[name] = self.timings.get(name, 0.0) + spent

    # --- inside -------------------------------------------------------------------

    @uninterrupted
    def _open(self) -> None:
        """Make and lock the folder, or take that of the run that is gone on with."""
        root = self.path.parent
        try:
            if self._is_new:
                self.folder.mkdir(parents=True)
            else:
                self.path.rename(self.folder)
            self._is_open = True
            self._lock = hold(self.folder)
            if self._is_new:
                self._write_meta(interrupted_in="run")
        except OSError as error:
            reason = os_reason(error)
            if not self._is_new and isinstance(error, FileNotFoundError):
                reason = "another process is going on with it"
            raise RunError(
                f"Cannot write to {root}: {reason}; choose another folder with --out"
                if self._is_new
                else f"Cannot go on with {self.path}: {reason}"
            ) from error

    @uninterrupted
    def _leave_as_it_was(self) -> None:
        """Remove the folder that :meth:`_open` has made, or put back what it took."""
        if self._is_open and self._is_new:
            shutil.rmtree(self.folder, ignore_errors=True)
        elif self._is_open:
            self.folder.rename(self.path)
        release(self._lock)

    def _close(self) -> None:
        """Write ``meta.json`` and move the folder to its final place.

        Raises:
            RunError: this failed; the next run into the same place will do it.
        """
        self.timings["total"] = time.perf_counter() - self._began
        try:
            remove_halves(self.folder)
            self._write_meta()
            self.folder.rename(self.path)
        except OSError as error:
            raise RunError(
                f"Cannot write {self.path}: {os_reason(error)}; the files are in "
                f"{self.folder}, which the next run in {self.path.parent} finishes if "
                "there is room"
            ) from error
        finally:
            release(self._lock)

    @cached_property
    def _environment(self) -> dict[str, Any]:
        return environment()

    def _is_worth_keeping(self, error: BaseException | None) -> bool:
        """Return whether to keep a bundle after ``error``: not without any results."""
        if error is None or self.interrupt is not None:
            return True
        found = any((self.folder / name).exists() for name in (RESULTS, TABLE, JOURNAL))
        return isinstance(error, Exception) and found

    def _write(self, name: str, text: str) -> None:
        """Write a file, or record the error; the next file may still fit."""
        try:
            write_atomically(self.folder / name, text)
        except OSError as error:
            self._unwritten[name] = error

    def _tell_unwritten(self) -> None:
        if self._unwritten:
            places = ", ".join(str(self.path / name) for name in self._unwritten)
            first = next(iter(self._unwritten.values()))
            raise RunError(f"Cannot write {places}: {os_reason(first)}") from first

    def _write_meta(self, interrupted_in: Stage | None = None) -> None:
        """Write ``meta.json`` with the present status of the run.

        Args:
            interrupted_in: The stage to report if the process is killed before it
                writes the file again.
        """
        status, stage = self.status, self.stopped_in
        if interrupted_in is not None:
            status = "interrupted" if stage is None else status
            stage = interrupted_in
        files = hashes(self.folder)
        meta = {
            "schema_version": SCHEMA_VERSION,
            "status": status,
            "stopped_in": stage,
            **self._meta,
            **(self._environment if files or interrupted_in is None else {}),
            "timings": self.timings,
            "files": files,
        }
        write_meta(self.folder, meta, is_last=interrupted_in is None)


def _plain(name: str) -> str:
    """Return ``name`` with only characters that every file system allows, cut short."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")[:LONGEST_NAME] or "run"
