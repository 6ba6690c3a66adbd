"""Changes that are made whole or not at all, and the signals that wait for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import get_ident
from typing import Any, TypeVar

from blinker import Signal

from spacewheat_sim.errors import BusyError

T = TypeVar("T")


class Changes:
    """Changes to what shares a clock: one at a time, each whole or not at all.

    A change begins with one assignment, to ``thread``, and is made by another, which
    forgets what it was before. Python heeds Ctrl-C between two calls only, so it falls
    before that or after it. Whatever is raised in between is answered by taking the
    change back; where a second Ctrl-C stops that, whoever looks next takes it back.
    Signals wait until the change is made.

    Attributes:
        thread: The thread whose change is not ended yet, 0 if there is none.
        is_stepping: Whether the change has come to where no other may come in.
    """

    __slots__ = (
        "_before",
        "_is_broken",
        "_is_delivering",
        "_recall",
        "_waiting",
        "is_stepping",
        "thread",
    )

    def __init__(self) -> None:
        self.thread = 0
        self.is_stepping = False
        self._is_broken = self._is_delivering = False
        self._before: Any = None
        self._recall: Callable[[Any], None] | None = None
        self._waiting: deque[tuple[Signal, Any, Any]] = deque()

    def make(
        self,
        memory: Callable[[], Any],
        recall: Callable[[Any], None],
        change: Callable[..., T],
        *arguments: Any,
    ) -> T:
        """Return ``change(*arguments)``, or leave everything as it was and raise.

        A change inside another one is made with it. After the outermost one, the
        signals that were sent inside reach all their receivers.

        Args:
            memory: Returns a copy of all that the change touches.
            recall: Puts it back; it may be called twice for one memory.
            change: What to do.
            arguments: What to call it with.

        Raises:
            BusyError: another thread's change is under way, or a driver's function
                asks for a change of the bath that is looking at it.
            BaseException: what ``change`` raised; or the first that a receiver did,
                with the change made.
        """
        here = get_ident()
        while self.thread:
            if self.thread == here and not self._is_broken:
                return self._make_inside(memory, recall, change, arguments)
            self.settle()
        self.thread = here
        try:
            self._before = memory()
            self._recall = recall
            made = change(*arguments)
            self._recall = self._before = None
            self.thread = 0
        except BaseException:
            self._is_broken = True
            self.settle()
            raise
        if self._waiting:
            self.deliver()
        return made

    def settle(self) -> None:
        """Take back a change that was left unfinished, before anybody looks.

        Raises:
            BusyError: another thread's change is under way.
        """
        if not self._is_broken:
            if self.thread in (0, get_ident()):
                return
            raise BusyError(
                "This bath or world is in the middle of a step that another thread "
                "takes: use it from one thread at a time"
            )
        if self._recall is not None:
            self._recall(self._before)
        self._waiting.clear()
        self.is_stepping = False
        self._recall = self._before = None
        self._is_broken = False
        self.thread = 0

    def send(self, signal: Signal, sender: Any, event: Any) -> None:
        """Send ``signal`` with ``event`` as soon as the change under way is made."""
        if signal.receivers:
            self._waiting.append((signal, sender, event))

    def deliver(self) -> None:
        """Call all receivers of what waits, then raise the first of their errors."""
        if self._is_delivering:
            return  # a receiver has changed a bath: what that sends comes in its turn
        first: BaseException | None = None
        self._is_delivering = True
        try:
            while self._waiting:
                signal, sender, event = self._waiting[0]
                for receiver in () if signal.is_muted else signal.receivers_for(sender):
                    try:
                        receiver(sender, event=event)
                    except BaseException as error:
                        first = first or error
                self._waiting.popleft()
        finally:
            self._is_delivering = False
        if first is not None:
            raise first

    def _make_inside(
        self,
        memory: Callable[[], Any],
        recall: Callable[[Any], None],
        change: Callable[..., T],
        arguments: tuple[Any, ...],
    ) -> T:
        """Make a change that is a part of the one under way."""
        if self.is_stepping:
            raise BusyError(
                "This bath or world is in the middle of a step: what is called in the "
                "step, such as a driver's function, cannot change it"
            )
        before, waiting = memory(), len(self._waiting)
        try:
            return change(*arguments)
        except BaseException:
            self.is_stepping = False
            recall(before)
            while len(self._waiting) > waiting:
                self._waiting.pop()
            raise
