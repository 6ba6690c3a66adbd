"""Notices that files have changed, by looking at them now and then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

# Seconds between looks; faster than a person turns from editor to window.
INTERVAL = 0.5


class Watch:
    """Looks at a set of files for changes.

    Args:
        files: Lists the files anew at each look, so that new ones are found.
    """

    def __init__(self, files: Callable[[], Iterable[Path]]) -> None:
        self._files = files
        self._seen = self._look()
        self._waited = 0.0

    def changed(self, real_seconds: float) -> bool:
        """Return whether any file is new, gone or other than at the last look.

        Args:
            real_seconds: Seconds since the last call; it looks every half second.
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
                continue  # it is being replaced, or gone: the next look will tell
            found[path] = (state.st_mtime_ns, state.st_size)
        return found
