"""Stops an action at every moment at which Python would heed Ctrl-C, one by one.

CPython looks for signals when a function begins, when a loop goes back, and when a
call has returned; so a Ctrl-C falls there and nowhere else.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

HEEDING = ("CALL", "RESUME", "JUMP_BACKWARD", "SEND", "YIELD_VALUE")


def _interrupt() -> None:
    raise KeyboardInterrupt


class Bell:
    """Rings at the moment number ``moment`` of what it watches."""

    def __init__(
        self,
        moment: int,
        within: tuple[str, ...] = ("spacewheat_sim",),
        ring: Callable[[], object] = _interrupt,
        *,
        insists: bool = False,
    ) -> None:
        """Count moments in the files whose path has one of ``within``.

        Where nothing is raised by ``ring`` at once, one that ``insists`` rings at each
        moment that follows, until something is.
        """
        self.left = moment
        self.rang = False
        self._within, self._ring, self._insists = within, ring, insists
        self._last: dict[FrameType, str] = {}

    def __enter__(self) -> Bell:
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _called(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        if not any(part in frame.f_code.co_filename for part in self._within):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._look

    def _look(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if event in ("return", "exception"):  # none is looked for after an error
            self._last.pop(frame, None)
        if event != "opcode":
            return self._look
        before = self._last.get(frame, "")
        self._last[frame] = dis.opname[frame.f_code.co_code[frame.f_lasti]]
        if before.startswith(HEEDING):
            self.left -= 1
            if self.left == -1 or (self.rang and self._insists):
                self.rang = True
                self._ring()
        return self._look


def stopped_at_every_moment(
    prepare: Callable[[], Any],
    act: Callable[[Any], object],
    within: tuple[str, ...] = ("spacewheat_sim",),
) -> Iterator[tuple[int, Any]]:
    """Yield (moment, what ``prepare`` has made) after ``act`` on it was stopped there.

    Ends with the first moment that ``act`` does not come to; only those in files whose
    path has one of ``within`` are counted.
    """
    moment = 0
    while True:
        made = prepare()
        bell = Bell(moment, within)
        try:
            with bell:
                act(made)
        except KeyboardInterrupt:
            pass
        if not bell.rang:
            return
        yield moment, made
        moment += 1
