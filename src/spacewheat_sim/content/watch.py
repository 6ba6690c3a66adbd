"""Detects changed files by polling."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

# Seconds between checks; less than it takes to switch from editor to window.
INTERVAL = 0.5


class Watch:
    """Checks a set of files for changes.

    Args:
        files: Lists the files at each check, so that new ones are found.
    """

    def __init__(self, files: Callable[[], Iterable[Path]]) -> None:
        self._files = files
        self._seen = self._look()
        self._waited = 0.0

    def changed(self, real_seconds: float) -> bool:
        """Return whether any file is new, deleted or changed since the last check.

        Args:
            real_seconds: Seconds since the last call; it checks every half second.
        """
        self._waited += real_seconds
        if self._waited < INTERVAL:
            return False
        self._waited = 0.0
        now = self._look()
        before, self._seen = self._seen, now
        return now != before

    def _look(self) -> dict[Path, tuple[int, int]]:
        found = {}
        for path in self._files():
            try:
                state = path.stat()
            except OSError:
                continue  # it is being replaced, or deleted: see the next check
            found[path] = (state.st_mtime_ns, state.st_size)
        return found
