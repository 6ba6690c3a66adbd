"""Screenshots and recordings of a window, saved while it runs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pygame

from spacewheat_sim.content.folders import show_path
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.files import png, write_numbered
from spacewheat_sim.sandbox.display.saved.gif import Recording
from spacewheat_sim.sandbox.display.saved.picture import Frame

# Pixels of a photo per logical pixel.
PHOTO = 4.0


class Saving:
    """Saves pictures in a folder and reports it.

    Args:
        folder: The folder.
        notice: Shows what was saved, or the error.
    """

    def __init__(self, folder: Path, notice: Callable[[str], None]) -> None:
        self._folder = folder
        self._notice = notice
        self._recording: Recording | None = None
        self._writer: threading.Thread | None = None
        self._messages: list[str] = []

    @property
    def is_recording(self) -> bool:
        """Whether frames are being recorded."""
        return self._recording is not None

    def screenshot(self, surface: pygame.Surface) -> None:
        """Save a screenshot of ``surface``."""
        self._notice(self._write(".png", lambda: png(surface)))

    def photo(self, draw: Callable[[Canvas], None], size: tuple[float, float]) -> None:
        """Save what ``draw`` adds to a frame of ``size``, some times as large."""
        width, height = (max(1, round(PHOTO * side)) for side in size)
        frame = Frame(width, height, PHOTO)
        frame.paint(draw)
        self.screenshot(frame.surface)

    def toggle_recording(self) -> None:
        """Start recording, or stop and save in the background."""
        if self._recording is not None:
            self._end_recording()
        elif self._writer is not None:
            self._notice("The last recording is still being saved")
        else:
            self._recording = Recording()

    def note(self, surface: pygame.Surface) -> None:
        """Add a frame if recording; report what was saved."""
        if self._recording is not None:
            self._recording.note(surface, time.perf_counter())
            if self._recording.full:
                self._end_recording()
        self.report()

    def report(self) -> None:
        """Report what was saved meanwhile."""
        if self._writer is not None and not self._writer.is_alive():
            self._writer = None
        while self._messages:
            self._notice(self._messages.pop(0))

    def finish(self) -> None:
        """Save an unfinished recording, and wait until everything is saved."""
        if self._recording is not None:
            self._end_recording()
        if self._writer is not None:
            self._writer.join()
        # The window is closed.
        for message in self._messages:
            sys.stderr.write(f"{message}\n")

    def _end_recording(self) -> None:
        recording, self._recording = self._recording, None
        if recording is None or not recording.seconds:
            return
        self._notice(f"Saving {recording.seconds:.1f} s …")
        self._writer = threading.Thread(
            target=lambda: self._messages.append(self._write(".gif", recording.content))
        )
        self._writer.start()

    def _write(self, suffix: str, content: Callable[[], bytes]) -> str:
        try:
            data = content()
            path = write_numbered(self._folder, suffix, data)
        except OSError as error:
            return f"Cannot save in {self._folder}: {error.strerror or error}"
        return f"Saved {show_path(path)} ({_size(len(data))})"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
