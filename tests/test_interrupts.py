"""Requests to stop, as the processes that heed them see them."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress

import pytest

from spacewheat_sim.interrupts import (
    STOPPING,
    Stopped,
    exit_code,
    held,
    raising,
    unheld,
)


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", STOPPING)
def test_every_request_is_an_interrupt_with_the_code_of_its_signal(number: int) -> None:
    with pytest.raises(KeyboardInterrupt) as caught, raising():
        send(number)
    assert exit_code(caught.value) == 128 + number


def test_an_interrupt_of_python_itself_counts_as_ctrl_c() -> None:
    assert exit_code(KeyboardInterrupt()) == 130


def test_a_signal_that_is_ignored_or_handled_stays_so() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with raising():
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
            send(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_handlers_are_as_before_afterwards() -> None:
    before = [signal.getsignal(number) for number in STOPPING]
    with raising(), held():
        pass
    assert [signal.getsignal(number) for number in STOPPING] == before


def test_a_request_waits_for_what_must_be_whole() -> None:
    done = []

    def work() -> None:
        with raising(), held() as requests:
            done.append(bool(requests))
            send(signal.SIGTERM)
            done.append(bool(requests))

    with pytest.raises(Stopped):
        work()
    assert done == [False, True]


def test_whoever_asks_twice_is_heeded_at_once() -> None:
    done = []

    def work() -> None:
        with raising(), held():
            send(signal.SIGINT)
            done.append("first")
            send(signal.SIGINT)
            done.append("second")

    with pytest.raises(Stopped):
        work()
    assert done == ["first"]


def test_an_error_inside_does_not_swallow_the_request() -> None:
    def work() -> None:
        with raising(), held():
            send(signal.SIGINT)
            raise ValueError("in the midst of it")

    with pytest.raises(Stopped) as caught:
        work()
    assert isinstance(caught.value.__context__, ValueError)


def test_a_request_lost_in_a_callback_is_heeded_by_the_next_who_looks() -> None:
    def work() -> None:
        with raising():
            with suppress(Stopped):  # as a compiler's callback does
                send(signal.SIGTERM)
            with held() as requests:
                assert requests
            raise AssertionError("it was lost for good")

    with pytest.raises(Stopped):
        work()


def test_a_request_lost_in_a_destructor_is_no_noise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Last:
        def __del__(self) -> None:
            send(signal.SIGINT)

    def work() -> None:
        with raising():
            last = Last()
            del last
            with held() as requests:
                assert requests

    with pytest.raises(Stopped):
        work()
    assert capsys.readouterr().err == ""


def test_other_threads_hold_nothing_and_break_nothing() -> None:
    seen = []

    def work() -> None:
        with raising(), held() as requests:
            seen.append(bool(requests))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]


def turned_by_a_library() -> None:
    """Do as compiled code does that finds an exception after it has called back."""
    try:
        send(signal.SIGTERM)
    except KeyboardInterrupt:
        message = "Invalid bounding box"
        raise ValueError(message) from None


def test_a_request_that_a_library_turned_into_an_error_is_heeded() -> None:
    with pytest.raises(Stopped) as caught, raising():
        turned_by_a_library()
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_request_may_be_heeded_at_once_in_what_takes_long() -> None:
    done = []

    def work() -> None:
        with raising(), held() as requests:
            with requests.heeded_at_once():
                send(signal.SIGTERM)
                done.append("not stopped")
            done.append("not reached")

    with pytest.raises(Stopped):
        work()
    assert done == []


@pytest.mark.parametrize("in_all", [True, False])
def test_a_request_is_heeded_in_what_need_not_be_waited_for(in_all: bool) -> None:
    done = []

    def work() -> None:
        with raising(), held(in_all=in_all):
            with unheld():
                send(signal.SIGTERM)
                done.append("unheld")
            done.append("to its end")

    with pytest.raises(Stopped):
        work()
    assert done == (["unheld", "to its end"] if in_all else [])
