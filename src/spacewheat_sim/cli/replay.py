"""``spacewheat replay``: replay a session log, and verify it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from spacewheat_sim.cli.arguments import Flag, PathWord
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.exit_codes import DIFFERENT

if TYPE_CHECKING:
    from spacewheat_sim.engine.session.replay import Difference, Replayed


def replay(
    file: PathWord,
    /,
    *,
    json: Flag = False,
    play: Flag = False,
) -> int:
    """Replay a recorded session without a window and verify its digests.

    Args:
        file: The session log, a .jsonl file.
        json: Print one JSON document.
        play: Show the session in the sandbox instead.
    """
    if play and json:
        raise ArgumentError("--play opens a window and cannot be combined with --json")
    if play:
        from spacewheat_sim.sandbox.launch import play_session

        play_session(file)
        return 0
    from dataclasses import asdict

    from spacewheat_sim.engine.session.reading import read_session
    from spacewheat_sim.engine.session.replay import replay_session
    from spacewheat_sim.sandbox.lab.recorded import open_recorded

    session = read_session(file, scenes=True)
    with _progress(session.ticks) as advance:
        replayed = replay_session(session, advance, open_recorded)
    if json:
        write_json({"file": str(file), **asdict(replayed)})
    else:
        sys.stdout.write(_summary(file, replayed))
    return DIFFERENT if replayed.difference else 0


def _summary(file: Path, replayed: Replayed) -> str:
    counts = (
        _count(replayed.chapters, "chapter"),
        _count(replayed.ticks, "tick"),
        _count(replayed.commands, "command"),
    )
    lines = [f"{file}: replayed {', '.join(counts)}"]
    if replayed.cut_short:
        lines.append(
            "cut short: the log has no end; all complete records were replayed"
        )
    if replayed.difference is not None:
        lines += _difference_lines(replayed.difference)
    elif replayed.digests:
        lines.append(f"identical: {_count(replayed.digests, 'digest')} compared")
    else:
        lines.append("nothing to compare: the log has no digest")
    return "\n".join(lines) + "\n"


def _difference_lines(difference: Difference) -> list[str]:
    from spacewheat_sim import __version__

    place = f"chapter {difference.chapter}, tick {difference.tick:,}"
    lines = [
        f"different: {place} (identical up to tick {difference.equal_until:,})",
        f"  recorded  {difference.expected}",
        f"  replayed  {difference.found}",
    ]
    if difference.version != __version__:
        lines.append(
            f"  recorded by version {difference.version}, replayed by {__version__}"
        )
    return lines


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None] | None]:
    """Show a progress bar on stderr if it is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("ticks", total=total)
        yield lambda done: progress.update(task, completed=done)
