"""How a sweep is to be run and told of, which changes nothing of what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from spacewheat_sim.cli.arguments import Flag, PathWord


@dataclass(frozen=True)
class How:
    """Where rows are run, where the bundle goes, and what is told.

    Args:
        out: Folder that the bundle goes into.
        resume: Bundle of a sweep to go on with.
        executor: serial, processes, processes:N, dask or dask://HOST:PORT.
        force: Go on although the program or the biome has changed.
        fail_fast: End at the first point that fails.
        json: Print one JSON document.
    """

    out: PathWord = Path("runs")
    resume: Annotated[PathWord | None, Parameter(show_default=False)] = None
    executor: str = "serial"
    force: Flag = False
    fail_fast: Flag = False
    json: Flag = False


USUAL = How()
