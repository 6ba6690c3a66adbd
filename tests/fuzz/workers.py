"""Checks run in a process of their own: one that never ends is killed and counted."""

from __future__ import annotations

import resource
import signal
import time
import warnings
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import NamedTuple

from checks import chosen_checks, run_check
from generated_bath import generated_bath
from verdicts import Verdict

# Bytes that a check may take: more is a fault of its own.
MOST_BYTES = 8 * 2**30
# Seconds that a process may take to start, and a check whose kernels are compiled.
START_SECONDS, COMPILE_SECONDS = 300.0, 20.0
# Seconds on the clock for each of a process, when it waits or others are busy.
SLOWEST_CLOCK = 10.0


class Outcome(NamedTuple):
    """What one check found on one bath, and the CPU time that it took."""

    index: int
    check: str
    family: str
    verdicts: list[Verdict]
    seconds: float


def serve(connection: Connection) -> None:
    """Run the checks that come through ``connection`` until None comes."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    warnings.simplefilter("error")  # a warning is an error that goes on
    connection.send(None)
    while (task := _next_task(connection)) is not None:
        seed, index, check, alarm = task
        case = generated_bath(seed, index)
        # Seconds of this process, not of a clock: other processes do not matter. The
        # signal ends the process, in whatever compiled loop it is.
        signal.setitimer(signal.ITIMER_PROF, alarm)
        begun = time.process_time()
        verdicts = run_check(check, case, connection.send)
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        connection.send((verdicts, time.process_time() - begun))


def _next_task(connection: Connection) -> tuple[int, int, str, float] | None:
    try:
        task: tuple[int, int, str, float] | None = connection.recv()
    except EOFError:  # nobody is left to ask for anything
        return None
    return task


class Worker:
    """A process that runs checks, started again after one that did not end."""

    def __init__(self, alarm: float) -> None:
        """Kill checks after ``alarm`` seconds."""
        self._alarm = alarm
        self._start()

    def run(self, seed: int, index: int, check: str) -> tuple[list[Verdict], float]:
        """Return the verdicts of a check, and its CPU seconds.

        One that hangs, or the process that dies of it, is a verdict too.
        """
        verdicts, seconds = self._ask(seed, index, check, self._alarm)
        if any(verdict.kind.startswith("hang") for verdict in verdicts):
            # A kernel may have been compiled on the way: only the second time counts.
            return self._ask(seed, index, check, self._alarm)
        return verdicts, seconds

    def warm_up(self) -> None:
        """Have the kernels compiled, by checks that have longer."""
        for index in range(30):
            case = generated_bath(1, index)
            for check in chosen_checks(case):
                self._ask(1, index, check, COMPILE_SECONDS)

    def close(self) -> None:
        """End the process."""
        self._connection.send(None)
        self._process.join(10)

    def _ask(
        self, seed: int, index: int, check: str, alarm: float
    ) -> tuple[list[Verdict], float]:
        self._connection.send((seed, index, check, alarm))
        doing, deadline = "", time.monotonic() + SLOWEST_CLOCK * alarm
        try:
            while self._connection.poll(max(0.0, deadline - time.monotonic())):
                answer = self._connection.recv()
                if not isinstance(answer, str):
                    verdicts, seconds = answer
                    return verdicts, seconds
                doing = answer
            self._process.kill()
        except EOFError:
            pass
        self._process.join()
        died = self._process.exitcode not in (-signal.SIGPROF, -signal.SIGKILL)
        kind = f"{'death' if died else 'hang'} {doing}".strip()
        detail = f"exit code {self._process.exitcode} after at most {alarm:g} s"
        self._start()
        return [Verdict(check, "WRONG", kind, detail=detail)], alarm

    def _start(self) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        if not self._connection.poll(START_SECONDS):
            raise RuntimeError("The process that runs the checks does not start")
        self._connection.recv()


def run_baths(
    seed: int, indices: list[int], alarm: float, only: list[str]
) -> Iterator[Outcome]:
    """Yield the outcome of each check on each bath: of ``only``, or of those drawn."""
    worker = Worker(alarm)
    if len(indices) > 1:
        worker.warm_up()
    for index in indices:
        case = generated_bath(seed, index)
        for check in only or chosen_checks(case):
            verdicts, seconds = worker.run(seed, index, check)
            yield Outcome(index, check, case.family, verdicts, seconds)
    worker.close()
