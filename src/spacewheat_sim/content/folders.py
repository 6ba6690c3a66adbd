"""Where the built-in content lies: beside the sources, or inside the package."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parents[1]

SUFFIXES = (".yaml", ".yml")


def content_folder(family: str) -> Path:
    """Return the folder of built-in ``family``: ``icons`` or ``biomes``.

    An installed package carries its own copy; a checkout uses the folder at its root.
    """
    packaged = PACKAGE / "data" / family
    return packaged if packaged.is_dir() else CHECKOUT / family


def yaml_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files among ``paths`` and all YAML files below the folders, sorted.

    A path that does not exist is kept, so that reading it can report it.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.suffix in SUFFIXES)
            found.update(dict.fromkeys(sorted(inside)))
        else:
            found[path] = None
    return tuple(found)


def show_path(path: Path) -> str:
    """Return ``path`` relative to the current folder where it lies inside it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
