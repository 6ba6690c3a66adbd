"""Sends the rows of a sweep to a pool, and takes what comes back, in any order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from queue import Empty, SimpleQueue

from spacewheat_sim.errors import RunError
from spacewheat_sim.lab.executors.pool import Pool
from spacewheat_sim.lab.sweep.rows import Batch, Job, Row, run_rows
from spacewheat_sim.lab.sweep.schedule import Call, Schedule
from spacewheat_sim.version import __version__

# Calls in flight for each worker; seconds between looks at whether the pool is there;
# how often a row is sent that kills its worker; how often a pool is opened in vain.
IN_FLIGHT, LOOK, TRIES, OPENINGS = 2, 1.0, 3, 5


class Runner:
    """A pool that runs the rows of one sweep.

    Where a worker dies, what it may have died of is sent again, one call at a time: a
    row fails that kills three workers by itself, and nothing else does. Where a
    scheduler is gone, everything that was in flight is sent again.
    """

    def __init__(
        self,
        pool: Pool,
        job: Job,
        schedule: Schedule,
        tell: Callable[[str], object] = lambda _line: None,
    ) -> None:
        self._pool, self._job, self._schedule = pool, job, schedule
        self._tell = tell
        self._flying: dict[Future[Batch], Call] = {}
        # One queue for all: to look at each of thousands of calls would take longer.
        self._ended: SimpleQueue[Future[Batch]] = SimpleQueue()
        self._alone: Future[Batch] | None = None
        self._again: deque[Call] = deque()
        self._suspects: deque[Call] = deque()
        self._openings = 0

    def run(self) -> Iterator[list[Row]]:
        """Yield the rows of all calls, as they come back.

        Raises:
            RunError: the pool is gone and cannot be opened again; a worker runs another
                version.
        """
        try:
            while self._send():
                future = self._next_ended()
                is_gone = future is None and self._pool.is_gone(None)
                if future in self._flying:
                    error = _error(future)
                    if not self._pool.is_lost(error):
                        self._openings = 0
                        yield self._rows(_result(future), self._flying.pop(future))
                    elif self._pool.is_gone(error):
                        is_gone = True
                    elif failed := self._lose(self._flying.pop(future)):
                        yield [failed]
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

    def _next_ended(self) -> Future[Batch] | None:
        """Return a call that has ended, or None if none has for a while."""
        try:
            return self._ended.get(timeout=LOOK)
        except Empty:
            return None

    def _submit(self, call: Call) -> Future[Batch]:
        try:
            future = self._pool.executor.submit(
                run_rows, self._job, call.start, call.stop
            )
        except Exception as error:
            if not (self._pool.is_lost(error) or self._pool.is_gone(error)):
                raise
            # That it is gone is told by the future, as by those in flight.
            future = Future()
            future.set_exception(error)
        self._flying[future] = call
        future.add_done_callback(self._ended.put)
        return future

    def _rows(self, batch: Batch, call: Call) -> list[Row]:
        if batch.version != __version__:
            raise RunError(
                f"A worker runs version {batch.version} of this program, but this is "
                f"{__version__}; install the same one everywhere"
            )
        self._schedule.learn(call.stop - call.start, batch.seconds)
        return batch.rows

    def _lose(self, call: Call) -> Row | None:
        """Send a call again of which a worker may have died, or give it up."""
        if call.stop - call.start > 1:
            self._suspects.extend(call.halves() if call.tries else [call.again()])
        elif call.tries + 1 < TRIES:
            self._suspects.append(call.again())
        else:
            said = f"its worker died, {TRIES} times"
            return Row(call.start, None, said, said)
        return None

    def _reopen(self) -> Iterator[list[Row]]:
        """Open the pool again, and send everything again that was in flight."""
        self._openings += 1
        if self._openings > OPENINGS:
            raise RunError(f"The workers were lost {OPENINGS} times without a result")
        calls = list(self._flying.values())
        self._flying.clear()
        self._tell("note: the workers were lost; what they had not finished goes again")
        if self._pool.is_deadly:
            yield from ([row] for row in map(self._lose, calls) if row)
        else:
            self._again.extend(calls)
        self._pool.reopen()


def _result(future: Future[Batch]) -> Batch:
    """Return what a call came to.

    Raises:
        RunError: its worker lacks a module of this program.
    """
    try:
        return future.result()
    except (ImportError, AttributeError) as error:
        raise RunError(
            f"A worker cannot run this sweep: {error}; install the same version of "
            "this program everywhere"
        ) from error


def _error(future: Future[Batch]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:
        return error
