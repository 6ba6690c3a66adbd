"""Which folders are bundles."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.bundle.files import META


def find_bundles(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the folders of all bundles in ``paths``, each once, sorted.

    A path is a bundle, its ``meta.json``, or a folder with bundles at any depth. The
    bundles of a sweep's points are found inside the bundle of the sweep. Hidden
    folders, which are those of unfinished runs, are passed over.

    Raises:
        ArgumentError: there is no such path, or it holds no bundle.
    """
    found: dict[Path, None] = {}
    for path in paths:
        root = path.parent if path.name == META else path
        inside = _inside(root)
        if not inside:
            reason = "holds no run" if os.path.isdir(root) else "is no folder"  # noqa: PTH112 -- a Path raises at names too long
            raise ArgumentError(
                f"{path} {reason}; give bundles, or a folder that has some, such as "
                "runs"
            )
        found.update(dict.fromkeys(inside))
    return tuple(found)


def _inside(root: Path) -> list[Path]:
    bundles = []
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        if META in files:
            bundles.append(Path(folder))
    return bundles
