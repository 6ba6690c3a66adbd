"""The bundles of single rows inside that of their sweep."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spacewheat_sim.errors import RunError, os_reason
from spacewheat_sim.jsonio import pretty_json, write_atomically
from spacewheat_sim.lab.bundle.files import META, POINTS, SCHEMA_VERSION
from spacewheat_sim.lab.sweep.point import point_name
from spacewheat_sim.lab.sweep.rows import Row, Subject
from spacewheat_sim.lab.sweep.spec import SweepSpec


class PointBundles:
    """Writes the bundles of rows that have one, and of those that failed."""

    def __init__(self, folder: Path, spec: SweepSpec, subject: Subject) -> None:
        """Write below ``folder``, that of the sweep."""
        self._folder, self._spec, self._subject = folder / POINTS, spec, subject
        self._grid = spec.grid
        self._has_any = self._folder.is_dir()  # of points that failed before

    def write(self, row: Row) -> None:
        """Write the bundle of a row; one of an earlier try makes room for it.

        Raises:
            RunError: it does not fit on the disk.
        """
        if row.values is not None and not (row.files or self._has_any):
            return
        grid = self._grid
        point, replicate = divmod(row.number, grid.replicates)
        values = grid.point(point)
        folder = self._folder / f"{point_name(values)}-{replicate}"
        shutil.rmtree(folder, ignore_errors=True)
        files = dict(row.files)
        if row.values is None:
            files = {META: self._failure(row, values, replicate)}
        try:
            # The metadata is last: what has it is whole.
            for name in sorted(files, key=lambda name: (name == META, name)):
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, files[name])
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise RunError(f"Cannot write {folder}: {os_reason(error)}") from error

    def _failure(self, row: Row, values: Mapping[str, Any], replicate: int) -> bytes:
        spec = self._spec
        own = {"experiment": spec.experiment} if spec.experiment else {}
        meta = {
            "schema_version": SCHEMA_VERSION,
            "status": "failed",
            "stopped_in": "run",
            "name": spec.name,
            "kind": "experiment" if spec.experiment else "simulation",
            **own,
            "parameters": {**spec.fixed, **values},
            "seed": self._subject.seed(values, replicate),
            "replicate": replicate,
            "error": row.error,
            "traceback": row.traceback,
            "files": {},
        }
        return pretty_json(meta).encode()
