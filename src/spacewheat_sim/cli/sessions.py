"""``spacewheat sessions``: what was played and saved, and can be continued."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from spacewheat_sim.cli.arguments import Flag, PathWord
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import in_one_line

if TYPE_CHECKING:
    from spacewheat_sim.engine.session.listing import Listed

USUAL = (Path("runs") / "sessions", Path("runs") / "saves")


def sessions(
    folder: Annotated[PathWord | None, Parameter(show_default=False)] = None,
    /,
    *,
    json: Flag = False,
) -> None:
    """List recorded sessions and saves, the newest first.

    `spacewheat play --continue FILE` goes on from any of them.

    Args:
        folder: Where to look; by default in runs/sessions/ and runs/saves/.
        json: Print one JSON document.
    """
    from spacewheat_sim.engine.session.listing import list_sessions

    if folder is not None and not folder.is_dir():
        raise ArgumentError(f"{folder} is no folder")
    found = list_sessions(*(USUAL if folder is None else (folder,)))
    if json:
        write_json([_record(each) for each in found])
        return
    for each in found:
        sys.stdout.write(
            f"{each.changed:%Y-%m-%d %H:%M}  {each.kind:<8}  {each.state:<10}  "
            f"{in_one_line(each.biome) or '?'}, tick {each.ticks:,}  "
            f"{in_one_line(str(each.path))}\n"
        )
    if not found:
        sys.stdout.write("No sessions\n")


def _record(listed: Listed) -> dict[str, object]:
    return {
        "path": str(listed.path),
        "kind": listed.kind,
        "changed": listed.changed.isoformat(timespec="seconds"),
        "biome": listed.biome,
        "ticks": listed.ticks,
        "state": listed.state,
    }
