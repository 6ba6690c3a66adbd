"""The journal of a sweep: one line for each row as it is finished, never rewritten."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from spacewheat_sim.arrays import BoolArray
from spacewheat_sim.errors import RunError, os_reason
from spacewheat_sim.jsonio import canonical_json, open_regular
from spacewheat_sim.lab.sweep.rows import Row


class Journal:
    """Rows on disk, and where each of them is: eight bytes of memory a row.

    A line that was cut short, by a kill or a full disk, is taken off, so that its row
    is not finished. The first line of a row that succeeded is the one that counts.

    Attributes:
        done: How many rows have succeeded.
        failed: How many have failed, and have not succeeded since.
    """

    def __init__(self, path: Path, rows: int) -> None:
        """Open the journal at ``path``, which may not exist yet, of so many rows.

        Raises:
            RunError: it cannot be written.
        """
        self._path = path
        self._places = np.full(rows, -1, dtype=np.int64)
        self._failed = np.zeros(rows, dtype=np.bool_)
        self.done = self.failed = 0
        try:
            self._file = path.open("a+b", buffering=0)
            self._size = self._read()
            self._file.truncate(self._size)
        except OSError as error:
            raise RunError(f"Cannot write {path}: {os_reason(error)}") from error

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows that are new here.

        Raises:
            RunError: they do not fit on the disk; none of them is kept.
        """
        lines, places, end = [], [], self._size
        for row in rows:
            if self._counts(row.number):
                continue
            line = (canonical_json(_record(row)) + "\n").encode()
            lines.append(line)
            places.append((row.number, end, row.values is None))
            end += len(line)
        try:
            self._write(b"".join(lines))
        except OSError as error:
            os.ftruncate(self._file.fileno(), self._size)
            raise RunError(f"Cannot write {self._path}: {os_reason(error)}") from error
        self._size = end
        for number, place, is_failed in places:
            self._note(number, place, is_failed=is_failed)

    def todo(self) -> Iterator[range]:
        """Yield the stretches of rows that have not succeeded, in order."""
        open_ = (self._places < 0) | self._failed
        edges = np.flatnonzero(np.diff(open_, prepend=False, append=False)).tolist()
        yield from map(range, edges[::2], edges[1::2])

    def failures(self) -> Iterator[dict[str, Any]]:
        """Yield the records of rows that have failed, in order."""
        yield from self._records(self._failed)

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the records of all rows that have ended, in order."""
        yield from self._records(self._places >= 0)

    def close(self) -> None:
        """Pass everything to the disk."""
        try:
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise RunError(f"Cannot write {self._path}: {os_reason(error)}") from error

    def _counts(self, number: int) -> bool:
        """Return whether a row has succeeded already."""
        return bool(self._places[number] >= 0 and not self._failed[number])

    def _note(self, number: int, place: int, *, is_failed: bool) -> None:
        self.failed += is_failed - int(self._failed[number])
        self.done += not is_failed
        self._places[number], self._failed[number] = place, is_failed

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def _records(self, which: BoolArray) -> Iterator[dict[str, Any]]:
        with self._path.open("rb") as file:
            for number in np.flatnonzero(which):
                file.seek(self._places[number])
                yield json.loads(file.readline())

    def _read(self) -> int:
        """Find the rows of an earlier run; return where the last whole line ends."""
        self._file.seek(0)
        end = 0
        with open_regular(self._path) as file:
            for line in file:
                record = _parsed(line)
                if record is None or not record["row"] < self._places.size:
                    break
                if not self._counts(record["row"]):
                    self._note(record["row"], end, is_failed="error" in record)
                end += len(line)
        return end


def _parsed(line: bytes) -> dict[str, Any] | None:
    """Return the record of a row, or None where the line is none or is cut short."""
    try:
        record = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    number, has_values = record.get("row"), isinstance(record.get("values"), dict)
    is_row = type(number) is int and number >= 0
    return record if is_row and has_values != ("error" in record) else None


def _record(row: Row) -> dict[str, Any]:
    if row.values is None:
        return {"row": row.number, "error": row.error, "traceback": row.traceback}
    return {"row": row.number, "values": row.values}
