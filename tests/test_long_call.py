"""Long calls answer a request to stop, and loops in parts do all of their work once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from spacewheat_sim.long_call import interruptible, parts


def test_a_call_returns_what_its_work_returns() -> None:
    assert interruptible(lambda: 7) == 7


def test_an_error_of_the_work_is_that_of_the_call() -> None:
    def fail() -> int:
        raise ZeroDivisionError("by work")

    with pytest.raises(ZeroDivisionError, match="by work"):
        interruptible(fail)


def test_ctrl_c_is_heeded_while_the_work_goes_on() -> None:
    begun, end = threading.Event(), threading.Event()

    def work() -> bool:
        begun.set()
        return end.wait(60.0)

    def ask() -> None:
        begun.wait(60.0)
        os.kill(os.getpid(), signal.SIGINT)

    asker = threading.Thread(target=ask)
    asker.start()
    with pytest.raises(KeyboardInterrupt):
        interruptible(work)
    assert not end.is_set()
    end.set()
    asker.join()


def test_outside_of_the_main_thread_the_work_is_done_at_once() -> None:
    seen: list[bool] = []
    thread = threading.Thread(
        target=lambda: seen.append(
            interruptible(lambda: threading.current_thread() is thread)
        )
    )
    thread.start()
    thread.join()
    assert seen == [True]


@pytest.mark.parametrize(("total", "size"), [(0, 4), (1, 4), (1000, 1), (7, 100)])
def test_parts_cover_everything_once(total: int, size: int) -> None:
    done: list[int] = []
    for first, last in parts(total, size):
        done += range(first, last)
    assert done == list(range(total))


@pytest.mark.parametrize(("told", "wanted"), [(True, 130), (False, 3)])
def test_a_process_ends_well_over_a_call_that_was_left(told: bool, wanted: int) -> None:
    """It exits at once if it was told to, and else when the call has ended."""
    program = f"""
import signal, sys, threading, time
from spacewheat_sim.long_call import interruptible, leave_behind
def work():
    threading.Timer(0.1, signal.raise_signal, [signal.SIGINT]).start()
    time.sleep({60 if told else 1})
try:
    interruptible(work)
except KeyboardInterrupt:
    if {told}:
        leave_behind(130)
        sys.exit(130)
    sys.exit(3)
"""
    done = subprocess.run([sys.executable, "-c", program], timeout=50, check=False)
    assert done.returncode == wanted
