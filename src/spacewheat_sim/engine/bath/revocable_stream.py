"""A random stream whose last draws can be taken back."""

from __future__ import annotations

from spacewheat_sim.engine.bath.state import (
    BathStream,
    StreamState,
    resume_stream,
    stream_state,
)


class RevocableStream:
    """Draws from ``source``; a step that fails takes back what it has drawn.

    Where the source was is asked at the first draw of a step only: most draw nothing.
    """

    __slots__ = ("_before", "source")

    def __init__(self, source: BathStream) -> None:
        self.source = source
        self._before: StreamState | None = None

    def random(self) -> float:
        """Return the next uniform number in [0, 1)."""
        if self._before is None:
            self._before = stream_state(self.source)
        return self.source.random()

    def keep(self) -> None:
        """Keep all that was drawn so far, for good."""
        self._before = None

    def revoke(self) -> None:
        """Be where one was at the last :meth:`keep`."""
        if self._before is not None:
            resume_stream(self.source, self._before)
            self._before = None
