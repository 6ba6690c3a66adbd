"""``spacewheat play``: the sandbox."""

from __future__ import annotations

import re
from typing import Annotated

from cyclopts import Parameter

from spacewheat_sim.cli.arguments import PathWord, WholeNumber
from spacewheat_sim.errors import ArgumentError

Absent = Parameter(show_default=False)


def play(
    biome: Annotated[str | None, Absent] = None,
    /,
    *,
    seed: Annotated[WholeNumber | None, Absent] = None,
    frames: Annotated[WholeNumber | None, Absent] = None,
    screenshot: Annotated[PathWord | None, Absent] = None,
    scale: Annotated[float | None, Absent] = None,
    size: Annotated[str | None, Absent] = None,
    log: Annotated[PathWord | None, Absent] = None,
    continued: Annotated[
        PathWord | None, Parameter(name="--continue", show_default=False)
    ] = None,
) -> None:
    """Open a biome, a challenge or a scene of the lab in a window. F1 lists the keys.

    Args:
        biome: Name or file of a biome, a challenge or a lab scene; by default
            biotic_flux.
        seed: Root seed; by default a fresh one.
        frames: Draw this many frames without a window, one tick each, and exit.
        screenshot: PNG file for the last frame; without --frames, for the first.
        scale: Scale factor of everything in the window, 1 to 3; by default it follows
            the size of the window.
        size: WIDTHxHEIGHT of the window in pixels; by default 1280x720 times --scale,
            or two thirds of a large screen.
        log: File for the session log; by default in runs/sessions/, and none with
            --frames.
        continued: A save or a session log to go on from; `sessions` lists them.
    """
    from spacewheat_sim.sandbox.launch import play as show

    show(
        biome,
        seed=seed,
        frames=frames,
        screenshot=screenshot,
        scale=scale,
        size=None if size is None else _parse_size(size),
        log=log,
        continued=continued,
    )


def _parse_size(text: str) -> tuple[int, int]:
    sides = re.fullmatch(r"(\d+)[x×](\d+)", text)
    if sides is None:
        raise ArgumentError(
            f"{text!r} is not a size; write WIDTHxHEIGHT, such as 1280x720"
        )
    return int(sides[1]), int(sides[2])
