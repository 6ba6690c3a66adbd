"""``spacewheat rerun`` and ``spacewheat lab rerun``: what a bundle holds, once more."""

from __future__ import annotations

import sys

from spacewheat_sim.cli.arguments import Flag, PathWord
from spacewheat_sim.cli.notices import tell_line
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.exit_codes import DIFFERENT


def rerun(meta: PathWord, *, executor: str = "serial", json: Flag = False) -> int:
    """Run what a bundle holds again and compare the results.

    Args:
        meta: The meta.json of an experiment, a simulation or a sweep, or its folder.
        executor: Where rows of a sweep or trajectories run: serial, processes[:N], dask
            or dask://HOST:PORT.
        json: Print one JSON document.
    """
    from dataclasses import asdict

    from spacewheat_sim.cli.progress_bar import share_bar
    from spacewheat_sim.lab.rerun import How
    from spacewheat_sim.lab.rerun import rerun as run_again

    with share_bar("rerun") as progress:
        verdict = run_again(meta, How(executor, tell_line, progress))
    if json:
        write_json(asdict(verdict))
    else:
        words = {
            "identical": "identical",
            "equal": "equal within the tolerance; worst: ",
            "different": "different; worst: ",
        }
        sys.stdout.write(f"{words[verdict.judgment]}{verdict.worst}\n")
    return DIFFERENT if verdict.judgment == "different" else 0
