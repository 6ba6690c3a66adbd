"""``spacewheat report`` and ``spacewheat lab report``: one page with many runs."""

from __future__ import annotations

import sys
from pathlib import Path

from spacewheat_sim.cli.arguments import LARGEST_COUNT, Flag, PathWord, WholeNumber
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.errors import ArgumentError


def report(
    *runs: PathWord,
    out: PathWord = Path("report.html"),
    figures: WholeNumber = 100,
    json: Flag = False,
) -> int:
    """Write one page with all runs: gallery, curves, heat maps and a player.

    The page is a file of its own and fetches nothing.

    Args:
        runs: Bundles, or folders with bundles at any depth; ``runs`` without any.
        out: The page's file.
        figures: Of how many runs, the newest, the page holds the figures.
        json: Print one JSON document.
    """
    from spacewheat_sim.cli.progress_bar import share_bar
    from spacewheat_sim.lab.progress import Progress
    from spacewheat_sim.lab.report.report import write_report

    if not 0 <= figures <= LARGEST_COUNT:
        raise ArgumentError(
            f"Argument `figures` must be 0 to {LARGEST_COUNT:,}, but is {figures}"
        )
    with share_bar("report") as tell:
        done = write_report(
            runs or [Path("runs")], out, figures=figures, progress=Progress(tell)
        )
    for line in done.unreadable:
        print(f"left out: {line}", file=sys.stderr)  # noqa: T201
    if json:
        about = {"page": str(done.path), "runs": done.runs, "bytes": done.bytes}
        write_json({**about, "unreadable": list(done.unreadable)})
    else:
        sys.stdout.write(
            f"{done.path}: {done.runs:,} {'run' if done.runs == 1 else 'runs'}, "
            f"the figures of {done.pictured:,}, {done.bytes / 1e6:.1f} MB\n"
        )
    return 0
