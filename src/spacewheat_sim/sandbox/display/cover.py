"""Whether other windows cover the whole window, where the system says so.

SDL 2 passes on that a window is minimized, and not that it is covered. X servers tell
it whoever asks; with a compositor they keep covered windows too and call none covered,
and other systems do not tell at all: there a covered window is drawn on.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pygame

LIBRARY = "libX11.so.6"
VISIBILITY_CHANGE_MASK = 1 << 16
VISIBILITY_NOTIFY, FULLY_OBSCURED = 15, 2
LONGS_OF_AN_EVENT = 24


class _VisibilityEvent(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("state", ctypes.c_int),
    )


class _Event(ctypes.Union):
    _fields_ = (
        ("visibility", _VisibilityEvent),
        ("pad", ctypes.c_long * LONGS_OF_AN_EVENT),
    )


class Cover:
    """Asks the X server, on a connection of its own, whether the window is covered."""

    def __init__(self) -> None:
        self._library = _library() if pygame.display.get_driver() == "x11" else None
        self._covered = False
        self._display = self._window = None
        if self._library is None:
            return
        self._display = self._library.XOpenDisplay(None)
        # Once only: pygame's own counting of this dictionary's parts is faulty.
        self._window = pygame.display.get_wm_info().get("window")
        if self._display is not None and self._window is not None:
            self._library.XSelectInput(
                self._display, self._window, VISIBILITY_CHANGE_MASK
            )
            self._library.XFlush(self._display)

    @property
    def is_whole(self) -> bool:
        """Whether no part of the window can be seen."""
        if self._library is None or self._display is None:
            return False
        event = _Event()
        while self._library.XPending(self._display):
            self._library.XNextEvent(self._display, ctypes.byref(event))
            told = event.visibility
            if told.type == VISIBILITY_NOTIFY and told.window == self._window:
                self._covered = told.state == FULLY_OBSCURED
        return self._covered

    def lift(self) -> None:
        """Take the window for uncovered: a player acts in it."""
        self._covered = False

    def close(self) -> None:
        """Close the connection."""
        display, self._display = self._display, None
        if self._library is not None and display is not None:
            self._library.XCloseDisplay(display)


def _library() -> Any:
    """Return Xlib with the types of what is used of it, or None if there is none."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    library.XOpenDisplay.restype = ctypes.c_void_p
    library.XOpenDisplay.argtypes = (ctypes.c_char_p,)
    library.XSelectInput.argtypes = (ctypes.c_void_p, ctypes.c_ulong, ctypes.c_long)
    library.XFlush.argtypes = library.XPending.argtypes = (ctypes.c_void_p,)
    library.XCloseDisplay.argtypes = (ctypes.c_void_p,)
    library.XNextEvent.argtypes = (ctypes.c_void_p, ctypes.POINTER(_Event))
    return library
