"""Questions that are worked out beside the frames, so that no frame waits for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
Work = Callable[[], None]


def in_a_thread(work: Work) -> Work:
    """Begin ``work`` in a thread; return what waits for its end."""
    # No daemon: libraries must not be unloaded under it when the process ends.
    thread = threading.Thread(target=work, name="outlook")
    thread.start()
    return thread.join


class Desk:
    """Works out one question at a time.

    Args:
        begin: Begins a work, and returns what waits for its end.
        now: Returns the real time in seconds.
    """

    def __init__(
        self,
        begin: Callable[[Work], Work] = in_a_thread,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._begin = begin
        self.now = now
        self._questions: list[Question[object]] = []
        self._answered = 0
        self._is_busy = False
        self._failure: Exception | None = None
        self._wait: Work = lambda: None

    @property
    def moment(self) -> object:
        """What changes when something new is to be shown, or to be asked."""
        due = any(question.is_due for question in self._questions)
        return self._answered, due and not self._is_busy

    def finish(self) -> None:
        """Wait for the answer that is being worked out."""
        self._wait()

    def register(self, question: Question[T]) -> None:
        """Know of a question that will be asked."""
        self._questions.append(question)  # type: ignore[arg-type]  # only is_due is read

    def take(self, work: Work) -> bool:
        """Begin ``work``, unless something else is being worked out.

        Raises:
            Exception: what an earlier work has raised.
        """
        if self._failure is not None:
            raise self._failure
        if self._is_busy:
            return False
        self._is_busy = True
        self._wait = self._begin(lambda: self._run(work))
        return True

    def _run(self, work: Work) -> None:
        try:
            work()
        except Exception as error:  # raised again where it is seen
            self._failure = error
        finally:
            self._is_busy = False
            self._answered += 1


class Question(Generic[T]):
    """A question whose answer depends on a key, asked again when that changes.

    Args:
        desk: Where it is worked out.
        patience: Seconds for which the key must have been the same.
        interval: Least seconds between two answers.

    Attributes:
        answer: The last answer, or None before the first.
    """

    def __init__(
        self, desk: Desk, *, patience: float = 0.0, interval: float = 0.0
    ) -> None:
        self._desk = desk
        self._patience = patience
        self._interval = interval
        self._wanted: tuple[object, float] | None = None
        self._known: tuple[object, T] | None = None
        self._asked = -interval
        desk.register(self)

    @property
    def answer(self) -> T | None:
        """The last answer."""
        return None if self._known is None else self._known[1]

    @property
    def is_fresh(self) -> bool:
        """Whether the answer is the one to the question as it is now."""
        known, wanted = self._known, self._wanted
        return known is not None and wanted is not None and known[0] == wanted[0]

    @property
    def is_due(self) -> bool:
        """Whether it is to be worked out now."""
        if self._wanted is None or self.is_fresh:
            return False
        now = self._desk.now()
        return (
            now - self._wanted[1] >= self._patience
            and now - self._asked >= self._interval
        )

    def want(self, key: object, prepare: Callable[[], Callable[[], T]]) -> T | None:
        """Return the last answer, and have it worked out anew if that is due.

        Args:
            key: What the answer depends on.
            prepare: Takes what is needed from the world, which goes on; returns what
                works out the answer.
        """
        if self._wanted is None or self._wanted[0] != key:
            self._wanted = key, self._desk.now()
        if self.is_due:
            self._ask(key, prepare)
        return self.answer

    def _ask(self, key: object, prepare: Callable[[], Callable[[], T]]) -> None:
        work = prepare()

        def run() -> None:
            self._known = key, work()

        if self._desk.take(run):
            self._asked = self._desk.now()
