"""Runs a bundle's experiment again and judges whether it came out the same."""

from __future__ import annotations

import csv
import json
import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import digest
from spacewheat_sim.lab.bundle import SCHEMA_VERSION
from spacewheat_sim.lab.experiment import Tolerance
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.run_experiment import checked_parameters, run_experiment

Judgement = Literal["identical", "equal", "different"]


@dataclass(frozen=True)
class Verdict:
    """What a comparison of two bundles found.

    Attributes:
        judgement: ``identical`` to the byte, ``equal`` within the tolerance, or
            ``different``.
        worst: Where they differ most, as text; empty if identical.
    """

    judgement: Judgement
    worst: str = ""


def read_meta(path: Path) -> dict[str, Any]:
    """Return the metadata of a bundle that is untouched.

    Args:
        path: A bundle's ``meta.json``, or its folder.

    Raises:
        ArgumentError: no such file, not metadata, a newer schema, or a file of the
            bundle that is missing or does not match its hash.
    """
    file = path / "meta.json" if path.is_dir() else path
    try:
        meta = json.loads(file.read_text(encoding="utf-8"))
        version, files = meta["schema_version"], dict(meta["files"])
    except OSError as error:
        raise ArgumentError(f"Cannot read {file}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise ArgumentError(f"{file} is not the metadata of a run bundle") from None
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        raise ArgumentError(
            f"{file} has schema version {version}, but this program knows versions up "
            f"to {SCHEMA_VERSION}; it was written by a newer one"
        )
    for name, expected in files.items():
        part = file.parent / name
        if not part.is_file():
            raise ArgumentError(f"The bundle is incomplete: {part} is missing")
        if digest(part.read_bytes()) != expected:
            raise ArgumentError(
                f"The bundle was changed after it was written: {part} does not match "
                "its hash in meta.json"
            )
    return dict(meta)


def rerun(path: Path) -> Verdict:
    """Run a bundle's experiment again, from its metadata, and compare.

    Raises:
        ArgumentError: the bundle is damaged, did not finish, or is not of the lab.
    """
    meta = read_meta(path)
    if meta.get("kind") != "experiment":
        raise ArgumentError(f"{path} is not a run of an experiment")
    if meta.get("status") != "complete":
        raise ArgumentError(
            f"{path} is of a run that ended {meta.get('status')}; only a complete one "
            "can be compared"
        )
    experiment = get_experiment(str(meta["experiment"]))
    parameters = checked_parameters(experiment, meta["parameters"])
    folder = path if path.is_dir() else path.parent
    with tempfile.TemporaryDirectory() as name:
        again = run_experiment(
            experiment, parameters, int(meta["seed"]), Path(name), figures=False
        )
        return compare(again.path, folder, experiment.tolerance)


def compare(found: Path, expected: Path, tolerance: Tolerance) -> Verdict:
    """Judge the results and tables of two bundles, figures and timings apart."""
    names = ("results.json", "table.csv")
    if all((found / n).read_bytes() == (expected / n).read_bytes() for n in names):
        return Verdict("identical")
    worst, excess = "", -1.0
    for place, a, b in _pairs(found, expected):
        over = _excess(a, b, tolerance)
        if over > excess:
            worst, excess = f"{place}: {a} instead of {b}", over
    return Verdict("different" if excess > 1.0 else "equal", worst)


def _excess(a: Any, b: Any, tolerance: Tolerance) -> float:
    """Return |a − b| as a multiple of what is allowed; infinite for other kinds."""
    if a == b:
        return 0.0
    try:
        x, y = float(a), float(b)
    except (TypeError, ValueError):
        return math.inf
    return abs(x - y) / (tolerance.absolute + tolerance.relative * abs(y))


def _pairs(found: Path, expected: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield each place of results and table with its two values."""
    left = json.loads((found / "results.json").read_text(encoding="utf-8"))
    right = json.loads((expected / "results.json").read_text(encoding="utf-8"))
    yield from _leaves("results.json", left, right)
    rows, old_rows = _rows(found), _rows(expected)
    if len(rows) != len(old_rows):
        yield "table.csv", f"{len(rows) - 1} rows", f"{len(old_rows) - 1} rows"
        return
    header = old_rows[0] if old_rows else []
    for number, (row, old) in enumerate(zip(rows, old_rows, strict=True)):
        if len(row) != len(old):
            yield f"table.csv row {number}", f"{len(row)} cells", f"{len(old)} cells"
            continue
        for column, a, b in zip(header, row, old, strict=False):
            yield f"table.csv row {number}, column {column}", a, b


def _leaves(place: str, a: Any, b: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        for key in a:
            yield from _leaves(f"{place} {key}", a[key], b[key])
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (left, right) in enumerate(zip(a, b, strict=True)):
            yield from _leaves(f"{place}[{i}]", left, right)
    else:
        yield place, a, b


def _rows(folder: Path) -> list[list[str]]:
    text = (folder / "table.csv").read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))
