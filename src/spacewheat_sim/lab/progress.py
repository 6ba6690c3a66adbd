"""Reports how far a run is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Progress:
    """The share of a run that is done, from 0 to 1, in nested parts.

    Example:
        >>> told = []
        >>> progress = Progress(told.append)
        >>> for number in range(2):
        ...     with progress.part(number, 2):
        ...         progress(0.5)
        >>> told
        [0.25, 0.5, 0.75, 1.0]
    """

    def __init__(self, tell: Callable[[float], object] = lambda _share: None) -> None:
        """``tell`` is called with the share of the whole."""
        self._tell = tell
        self._first, self._width = 0.0, 1.0

    def __call__(self, share: float) -> None:
        """Report that this share of the present part is done."""
        self._tell(self._first + self._width * share)

    @contextmanager
    def part(self, number: int, count: int) -> Iterator[None]:
        """Reports inside refer to part ``number``, from 0, of ``count``.

        At its end, the part is reported as done.
        """
        first, width = self._first, self._width
        self._first, self._width = first + width * number / count, width / count
        try:
            yield
            self(1.0)
        finally:
            self._first, self._width = first, width
