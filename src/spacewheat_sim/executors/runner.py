"""Sends calls to a pool, and takes what comes back, in any order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

from spacewheat_sim.errors import RunError
from spacewheat_sim.executors.pool import Pool
from spacewheat_sim.executors.schedule import Call, Schedule
from spacewheat_sim.version import __version__

# Calls in flight for each worker; seconds between looks at whether the pool is there;
# how often a call is sent that kills its worker; how often a pool is opened in vain.
IN_FLIGHT, LOOK, TRIES, OPENINGS = 2, 1.0, 3, 5


class Answer(Protocol):
    """What a call comes to, with the seconds it took, and by which version."""

    @property
    def seconds(self) -> float:
        """How long it took, from 0."""

    @property
    def version(self) -> str:
        """The version of this package that ran it."""


A = TypeVar("A", bound=Answer)


class Runner(Generic[A]):
    """A pool that does work which is divided into units, by number.

    Where a worker dies, what it may have died of is sent again, one call at a time: a
    unit is given up that kills three workers by itself, and nothing else is. Where a
    scheduler is gone, everything that was in flight is sent again.
    """

    def __init__(
        self,
        pool: Pool,
        work: Callable[[int, int], A],
        schedule: Schedule,
        give_up: Callable[[int], A],
        tell: Callable[[str], object] = lambda _line: None,
    ) -> None:
        """Get ready.

        Args:
            pool: Who does it.
            work: Does units ``start`` … ``stop − 1``; sent to workers.
            schedule: How they are cut into calls.
            give_up: Answers for a unit that kills its workers, or raises.
            tell: Called with notices.
        """
        self._pool, self._work, self._schedule = pool, work, schedule
        self._give_up, self._tell = give_up, tell
        self._flying: dict[Future[A], Call] = {}
        # One queue for all: to look at each of thousands of calls would take longer.
        self._ended: SimpleQueue[Future[A]] = SimpleQueue()
        self._alone: Future[A] | None = None
        self._again: deque[Call] = deque()
        self._suspects: deque[Call] = deque()
        self._openings = 0
        self._told = ""

    def run(self) -> Iterator[A]:
        """Yield what all calls come to, as they come back.

        Raises:
            RunError: the pool is gone and cannot be opened again; a worker runs another
                version.
        """
        try:
            while self._send():
                future = self._next_ended()
                is_gone = future is None and self._pool.is_gone(None)
                if future is None:
                    self._tell_of_absence()
                if future in self._flying:
                    error = _error(future)
                    if not self._pool.is_lost(error):
                        self._openings = 0
                        yield self._learn(_result(future), self._flying.pop(future))
                    elif self._pool.is_gone(error):
                        is_gone = True
                    else:
                        yield from self._lose(self._flying.pop(future))
                if is_gone:
                    yield from self._reopen()
        finally:
            for future in self._flying:
                future.cancel()

    def _send(self) -> bool:
        """Fill the pool with calls; return whether any are in flight."""
        if self._suspects:
            if not self._flying:
                self._alone = self._submit(self._suspects.popleft())
            return True
        if self._alone in self._flying:
            return True
        workers = self._pool.workers
        while len(self._flying) < IN_FLIGHT * workers:
            call = self._again.popleft() if self._again else None
            call = call or self._schedule.next(workers)
            if call is None:
                break
            if self._submit(call).done():
                break  # what is finished is taken before anything else is begun
        return bool(self._flying)

    def _next_ended(self) -> Future[A] | None:
        """Return a call that has ended, or None if none has for a while."""
        try:
            return self._ended.get(timeout=LOOK)
        except Empty:
            return None

    def _submit(self, call: Call) -> Future[A]:
        try:
            future = self._pool.executor.submit(self._work, call.start, call.stop)
        except Exception as error:
            if not (self._pool.is_lost(error) or self._pool.is_gone(error)):
                raise
            # That it is gone is told by the future, as by those in flight.
            future = Future()
            future.set_exception(error)
        self._flying[future] = call
        future.add_done_callback(self._ended.put)
        return future

    def _tell_of_absence(self) -> None:
        """Say once that nobody works, each time that it comes to that."""
        absence = self._pool.absence
        if absence and absence != self._told:
            self._tell(f"note: {absence}")
        self._told = absence

    def _learn(self, answer: A, call: Call) -> A:
        if answer.version != __version__:
            raise RunError(
                f"A worker runs version {answer.version} of this program, but this is "
                f"{__version__}; install the same one everywhere"
            )
        self._schedule.learn(call.stop - call.start, answer.seconds)
        return answer

    def _lose(self, call: Call) -> Iterator[A]:
        """Send a call again of which a worker may have died, or give it up."""
        if call.stop - call.start > 1:
            self._suspects.extend(call.halves() if call.tries else [call.again()])
        elif call.tries + 1 < TRIES:
            self._suspects.append(call.again())
        else:
            yield self._give_up(call.start)

    def _reopen(self) -> Iterator[A]:
        """Open the pool again, and send everything again that was in flight."""
        self._openings += 1
        if self._openings > OPENINGS:
            raise RunError(f"The workers were lost {OPENINGS} times without a result")
        calls = list(self._flying.values())
        self._flying.clear()
        self._tell("note: the workers were lost; what they had not finished goes again")
        if self._pool.is_deadly:
            for call in calls:
                yield from self._lose(call)
        else:
            self._again.extend(calls)
        self._pool.reopen()


def _result(future: Future[A]) -> A:
    """Return what a call came to.

    Raises:
        RunError: its worker lacks a module of this program.
    """
    try:
        return future.result()
    except (ImportError, AttributeError) as error:
        raise RunError(
            f"A worker cannot do this: {error}; install the same version of this "
            "program everywhere"
        ) from error


def _error(future: Future[A]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:
        return error
