"""The folders of the built-in content: in the checkout, or inside the package."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parents[1]

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 1 << 20  # of a file that is read


def content_folder(family: str) -> Path:
    """Return the folder of built-in ``family``: ``icons`` or ``biomes``.

    An installed package has its own copy; a checkout uses the folder at its root.
    """
    packaged = PACKAGE / "data" / family
    return packaged if packaged.is_dir() else CHECKOUT / family


def is_folder(path: Path) -> bool:
    """Return whether there is such a folder; False for impossible names."""
    return os.path.isdir(path)  # noqa: PTH112 -- a Path raises at names too long


def is_yaml(path: Path) -> bool:
    """Return whether a file's name has a suffix of YAML, in any case."""
    return path.suffix.lower() in SUFFIXES


def yaml_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files in ``paths`` and all YAML files in its folders, sorted.

    A path that does not exist is kept, so that reading it reports the problem.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if is_folder(path):
            inside = (p for p in path.rglob("*") if is_yaml(p))
            found.update(dict.fromkeys(sorted(inside)))
        else:
            found[path] = None
    return tuple(found)


def show_path(path: Path) -> str:
    """Return ``path``, relative to the current folder if it is inside it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):  # RuntimeError: links in a circle
        return str(path)
