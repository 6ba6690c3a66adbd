"""Reads the bundle of a sweep that did not finish, so that it can go on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from spacewheat_sim.errors import ArgumentError, SpacewheatError
from spacewheat_sim.lab.bundle.files import JOURNAL
from spacewheat_sim.lab.bundle.provenance import git_revision
from spacewheat_sim.lab.bundle.reading import check_files, open_meta
from spacewheat_sim.lab.bundle.unfinished import settle_unfinished, unfinished_name
from spacewheat_sim.lab.sweep.source import Source, bundled_source, open_source
from spacewheat_sim.lab.sweep.spec import SweepSpec
from spacewheat_sim.version import __version__

FORCE = "; --force goes on nevertheless, with what the sweep began with"


def open_unfinished(
    folder: Path, given: Source | None = None, *, force: bool = False
) -> Source:
    """Return the sweep in ``folder``, to be gone on with.

    Args:
        folder: Its bundle.
        given: What the caller takes it for; None takes whatever it is.
        force: Go on although this program or the biome is not what it was.

    Raises:
        ArgumentError: there is no sweep, it is finished, it is another one, it was
            edited, it has links; or, without ``force``, program or biome have changed.
    """
    for _ in settle_unfinished(folder.parent):
        pass  # one that was killed gets its final name
    if not folder.is_dir():
        is_held = (folder.parent / unfinished_name(folder.name)).is_dir()
        raise ArgumentError(
            f"The sweep in {folder} is still running"
            if is_held
            else f"There is no sweep in {folder}"
        )
    meta = open_meta(folder)
    kind = meta.data.get("kind")
    if kind != "sweep":
        raise ArgumentError(f"{meta.file} is from a {kind!r}, not from a sweep")
    check_files(meta, ())
    _check_no_links(folder)
    found = bundled_source(folder, meta.data)
    if given is not None:
        _check_same(folder, found.spec, given.spec)
    if not (folder / JOURNAL).exists() and meta.data.get("status") == "complete":
        raise ArgumentError(f"The sweep in {folder} is complete")
    if not force:
        _check_program(meta.data)
        _check_biome(meta.data, given or _as_it_is(found.spec))
    return found


def _check_no_links(folder: Path) -> None:
    """Refuse a folder that leads elsewhere: what goes on writes into all of it."""
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise ArgumentError(
                f"The sweep in {folder} cannot be gone on with: {path} is a link"
            )


def _check_same(folder: Path, spec: SweepSpec, given: SweepSpec) -> None:
    for key, old in spec.parameters.items():
        new = given.parameters.get(key)
        if new != old:
            raise ArgumentError(
                f"{folder} is of another sweep: it has {_told(key, old)}, and what is "
                f"given has {_told(key, new)}"
            )


def _told(key: str, value: object) -> str:
    """Return what a sweep says under a key, as a person would: no `seeds`, `dt` 0.1."""
    if value is None or value in ({}, []):
        return f"no `{key}`"
    return f"`{key}` {json.dumps(value, ensure_ascii=False):.120}"


def _check_program(meta: dict[str, Any]) -> None:
    old = meta.get("versions", {}).get("spacewheat_sim", __version__)
    if old != __version__:
        raise ArgumentError(
            f"The sweep was begun with version {old} of this program, which is "
            f"{__version__} now{FORCE}"
        )
    before, now = meta.get("git_revision"), git_revision()
    if before and now and before != now:
        raise ArgumentError(
            f"The sweep was begun at revision {before[:12]} of this program, which is "
            f"at {now[:12]} now{FORCE}"
        )


def _check_biome(meta: dict[str, Any], source: Source | None) -> None:
    """Raise if the biome is another now; one that is gone is no matter."""
    old = meta.get("content_digest")
    if source is not None and source.meta.get("content_digest") != old:
        raise ArgumentError(
            f"The biome {source.spec.biome} or one of its icons has changed since the "
            f"sweep began{FORCE}"
        )


def _as_it_is(spec: SweepSpec) -> Source | None:
    """Return the sweep with its biome as it is now, if there still is one."""
    try:
        return open_source(spec)
    except SpacewheatError:
        return None
