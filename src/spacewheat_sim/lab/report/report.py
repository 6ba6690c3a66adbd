"""Writes the page of many runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from spacewheat_sim import __version__
from spacewheat_sim.errors import ArgumentError, RunError, os_reason
from spacewheat_sim.jsonio import write_atomically
from spacewheat_sim.lab.bundle.files import POINTS
from spacewheat_sim.lab.progress import Progress
from spacewheat_sim.lab.report.finding import find_bundles
from spacewheat_sim.lab.report.packing import pack
from spacewheat_sim.lab.report.page import Page, page_text
from spacewheat_sim.lab.report.pictures import Picture, picture
from spacewheat_sim.lab.report.run import Run, read_run
from spacewheat_sim.lab.report.summary import summary


@dataclass(frozen=True)
class Report:
    """What was written.

    Attributes:
        path: The page.
        runs: Number of runs and sweeps in it.
        pictured: Number of runs whose figures are in it.
        bytes: Its size.
        unreadable: What is wrong with each folder that is left out.
    """

    path: Path
    runs: int
    pictured: int
    bytes: int
    unreadable: tuple[str, ...]


def write_report(
    paths: Sequence[Path], out: Path, *, figures: int, progress: Progress | None = None
) -> Report:
    """Write one page with all runs in ``paths``, the newest first.

    Args:
        paths: Bundles, or folders with bundles at any depth.
        out: The page's file; one that is there is replaced.
        figures: Of how many runs, the newest, the page holds the figures.
        progress: Told the share that is done.

    Raises:
        ArgumentError: a path holds no run, or none of the runs can be read.
        RunError: the page cannot be written.
    """
    progress = progress or Progress()
    folders = sorted(find_bundles(paths), key=_stamp, reverse=True)
    page, unreadable = Page(), []
    for number, folder in enumerate(folders):
        with progress.part(number, len(folders)):
            try:
                run = read_run(folder)
            except ArgumentError as error:
                unreadable.append(str(error))
            else:
                _add(page, run, figures)
    if not page.rows:
        raise ArgumentError("\n".join(unreadable))
    about = {
        "version": __version__,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "unreadable": unreadable,
    }
    size = _write(out, page_text(page, about))
    return Report(out, len(page.rows), page.pictured, size, tuple(unreadable))


def _stamp(folder: Path) -> str:
    """Return a name that begins with the time; that of its sweep for a point."""
    return folder.parent.parent.name if folder.parent.name == POINTS else folder.name


def _add(page: Page, run: Run, figures: int) -> None:
    """Add a run to a page that has the figures of at most ``figures`` runs."""
    shown = _pictures(run) if page.pictured < figures else []
    places = [f"figure-{len(page.rows)}-{k}" for k in range(len(shown))]
    placed = dict(zip(places, shown, strict=True))
    page.pictured += bool(shown)
    page.blocks.append(_block(run, placed))
    page.pictures |= {place: each.data for place, each in placed.items()}
    page.rows.append(summary(run))


def _pictures(run: Run) -> list[Picture]:
    """Return the figures of a run that can be read; a note says which cannot."""
    pictures = []
    for file in run.figures:
        try:
            pictures.append(picture(file))
        except ArgumentError as error:
            run.notes.append(str(error))
    return pictures


def _block(run: Run, pictures: Mapping[str, Picture]) -> str:
    """Return the block of a run, whose pictures have these places in the page."""
    header = {
        "meta": {name: value for name, value in run.meta.items() if name != "files"},
        "results": run.results,
        "events": run.events,
        "figures": [
            {"id": place, "name": each.name, "width": each.width, "height": each.height}
            for place, each in pictures.items()
        ],
        "drawn": len(run.figures),
        "notes": run.notes,
    }
    return pack(header, run.table)


def _write(out: Path, text: str) -> int:
    data = text.encode("utf-8")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(out, data)
    except OSError as error:
        raise RunError(
            f"Cannot write {out}: {os_reason(error)}; choose another file with --out"
        ) from error
    return len(data)
