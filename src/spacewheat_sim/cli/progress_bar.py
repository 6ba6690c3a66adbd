"""A progress bar on standard error if it is a terminal, else a line of a long run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# A run is measured for so long before a line tells how long the rest takes, in s; less
# than the second is not worth a line.
MEASURED, WORTH_SAYING = 5.0, 60.0


class Estimate:
    """Says once on standard error how long the rest of a run takes, if it is long.

    Args:
        what: What runs.
        clock: Seconds that pass.
    """

    def __init__(
        self, what: str, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._what, self._clock = what, clock
        self._first: tuple[float, float] | None = None
        self._is_known = False

    def __call__(self, share: float) -> None:
        """Take in that ``share`` of the run is done."""
        if self._is_known:
            return
        now = self._clock()
        if self._first is None:  # until now it may have compiled its loops
            self._first = now, share
        since, before = self._first
        if now - since < MEASURED or share <= before:
            return
        self._is_known = True
        rest = (now - since) * (1.0 - share) / (share - before)
        if rest >= WORTH_SAYING:
            from spacewheat_sim.lab.memory import duration

            sys.stderr.write(f"{self._what}: {duration(rest)} to go\n")


@contextmanager
def share_bar(what: str) -> Iterator[Callable[[float], object]]:
    """Yield a function that shows the share of ``what`` that is done, from 0 to 1."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Estimate(what)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description} {task.percentage:>3.0f} %"),
        BarColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)
