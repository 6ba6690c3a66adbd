"""Requests to stop: signals become one exception, and wait for what must be whole."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

from spacewheat_sim.exit_codes import SIGNALED

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

P = ParamSpec("P")
R = TypeVar("R")

# What a terminal, a supervisor and a lost connection send; Windows knows no SIGHUP.
STOPPING = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)
)


class Stopped(KeyboardInterrupt):
    """The process was asked to stop by ``signal``; whatever heeds Ctrl-C heeds it.

    Attributes:
        exit_code: 128 + the signal's number, as shells count it.
    """

    def __init__(self, number: int) -> None:
        """Keep which signal it was."""
        super().__init__(signal.Signals(number).name)
        self.exit_code = SIGNALED + number


def exit_code(interrupt: BaseException | None) -> int:
    """Return the exit code of a process that ``interrupt`` ends, 130 for Ctrl-C."""
    return (
        interrupt.exit_code
        if isinstance(interrupt, Stopped)
        else SIGNALED + signal.SIGINT
    )


# An exception that is raised while a compiler or a destructor calls back is lost there,
# or comes out as another one. What was raised stays here until somebody has heeded it.
_raised: list[int] = []
# What came while something was done that must be whole.
_waiting: list[int] = []
_whole: set[CodeType] = set()


def stop(number: int, frame: FrameType | None) -> None:
    """Handle a signal by raising :class:`Stopped`, or let it wait.

    See :func:`uninterrupted`.
    """
    if _is_in_whole(frame):
        _waiting.append(number)
    else:
        _raise(number)


def heed() -> None:
    """Note that the requests to stop that were made so far are being answered."""
    _raised.clear()
    _waiting.clear()


def unheeded() -> Stopped | None:
    """Return the request to stop that waits, or that was raised and got lost."""
    for number in (*_raised, *_waiting):
        return Stopped(number)
    return None


def uninterrupted(act: Callable[P, R]) -> Callable[P, R]:
    """Let requests to stop wait until ``act`` has ended, however many come.

    For what is short and must be whole, under :func:`raising`. A signal asks which
    calls it came into, so that the first instruction of ``act`` belongs to it as the
    last one does; whatever begins by changing handlers or masks can be stopped before
    it has. An error of ``act`` goes before a request, which waits on for the next end
    of such a call.
    """

    @wraps(act)
    def whole(*given: P.args, **named: P.kwargs) -> R:
        result = act(*given, **named)
        # From this look to the return there is no call, and so no signal is handled.
        if _waiting and _may_raise():
            _raise(_waiting.pop(0))
        return result

    _whole.add(whole.__code__)  # type: ignore[attr-defined] # of a function
    return whole


def _is_in_whole(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code in _whole:
            return True
        frame = frame.f_back
    return False


def _may_raise() -> bool:
    """Return whether what is whole ends in its caller, and in the main thread."""
    is_main = threading.current_thread() is threading.main_thread()
    outside = sys._getframe(2)  # noqa: SLF001 -- inspect, which has it too, is slow
    return is_main and not _is_in_whole(outside)


def _raise(number: int) -> NoReturn:
    _raised.append(number)
    raise Stopped(number)


def raise_lost(error: Exception) -> None:
    """Raise the request to stop that a library turned into ``error``, if one did.

    Compiled code that calls back and finds an exception may raise one of its own.
    """
    if _raised:
        raise Stopped(_raised[0]) from error


@contextmanager
def raising() -> Iterator[None]:
    """Let SIGTERM and SIGHUP do what Ctrl-C does.

    A signal that is ignored stays so, as `nohup` wants it, and so does one that
    somebody else handles. Signals are the main thread's; elsewhere nothing is done.
    """
    ours = (signal.SIG_DFL, signal.default_int_handler)
    before: dict[int, Any] = {}
    hook = sys.unraisablehook

    def lost(what: UnraisableHookArgs) -> None:
        # A request that got lost, or what a library made of it, waits for whoever looks
        # next: nothing to tell.
        if not isinstance(what.exc_value, Stopped) and not _raised:
            hook(what)

    try:
        if threading.current_thread() is threading.main_thread():
            before |= {
                number: handler
                for number in STOPPING
                if (handler := signal.getsignal(number)) in ours
            }
            for number in before:
                signal.signal(number, stop)
            if before:
                sys.unraisablehook = lost
        yield
    except Exception as error:
        raise_lost(error)
        raise
    finally:
        if before:
            sys.unraisablehook = hook
            heed()
        _restore(before)


# How many calls go on in which no request waits.
_unheld = [0]


@contextmanager
def unheld() -> Iterator[None]:
    """Let no request to stop wait, where a :func:`held` further out allows that.

    It is for what takes long and changes nothing. Threads but the main one, which heeds
    no signals, do as they would without it.
    """
    is_main = threading.current_thread() is threading.main_thread()
    before = _unheld[0]
    try:
        if is_main:
            _unheld[0] = before + 1
        yield
    finally:
        if is_main:
            _unheld[0] = before


class Requests:
    """Requests to stop that wait to be heeded.

    Attributes:
        signals: Those that wait, in order.
        must_wait: Whether they are to.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.signals: list[int] = []
        self.must_wait = True

    def __bool__(self) -> bool:
        return bool(self.signals)

    @contextmanager
    def heeded_at_once(self) -> Iterator[None]:
        """Let them wait no longer, in what is long and whole wherever it stops."""
        self.must_wait = False
        try:
            yield
        finally:
            self.must_wait = True


@contextmanager
def held(*, in_all: bool = True) -> Iterator[Requests]:
    """Keep a request to stop waiting until what is inside is done, and heed it then.

    What is inside may look whether one waits, and end early. Whoever asks twice is
    heeded at once. A request that was raised before and got lost waits, too.

    Args:
        in_all: Whether it waits in all that is inside, what is :func:`unheld` included.
    """
    requests = Requests()
    handlers: dict[int, Callable[[int, FrameType | None], object]] = {}

    def wait(number: int, frame: FrameType | None) -> None:
        is_free = not requests.must_wait or (_unheld[0] and not in_all)
        if requests or is_free:
            handlers[number](number, frame)
        requests.signals.append(number)

    if threading.current_thread() is threading.main_thread():
        handlers |= {
            number: handler
            for number in STOPPING
            if callable(handler := signal.getsignal(number))
        }
    try:
        for number in handlers:
            signal.signal(number, wait)
        requests.signals += (number for number in _raised if number in handlers)
        yield requests
    finally:
        # Asked twice, this may have been left as it was, and be ended by the collector
        # when the handlers are others' again.
        is_ours = any(signal.getsignal(number) is wait for number in handlers)
        _restore(handlers if is_ours else {})
        is_over = isinstance(sys.exception(), KeyboardInterrupt | GeneratorExit)
        if requests and not is_over:
            first = requests.signals[0]
            # Whoever handles it looks which calls go on.
            handlers[first](first, sys._getframe())  # noqa: SLF001 -- as above


@uninterrupted
def _restore(handlers: Mapping[int, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)
