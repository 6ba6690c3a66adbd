"""A random stream whose last draws can be taken back."""

from __future__ import annotations

from typing import Any

import numpy as np

from spacewheat_sim.quantum.streams import BatchStream

BathStream = np.random.Generator | BatchStream


class RevocableStream:
    """Draws from ``source``; a step that fails takes back what it has drawn.

    Where the source was is asked at the first draw of a step only: most draw nothing.
    """

    __slots__ = ("_before", "source")

    def __init__(self, source: BathStream) -> None:
        self.source = source
        self._before: Any = None

    @property
    def position(self) -> Any:
        """How much the source has given or, of a numpy generator, what numpy tells.

        It goes on from there if set.
        """
        if isinstance(self.source, BatchStream):
            return self.source.drawn
        return self.source.bit_generator.state

    @position.setter
    def position(self, position: Any) -> None:
        if isinstance(self.source, BatchStream):
            self.source.drawn = position
        else:
            self.source.bit_generator.state = position

    def random(self) -> float:
        """Return the next uniform number in [0, 1)."""
        if self._before is None:
            self._before = self.position
        return self.source.random()

    def keep(self) -> None:
        """Keep all that was drawn so far, for good."""
        self._before = None

    def revoke(self) -> None:
        """Be where one was at the last :meth:`keep`."""
        if self._before is not None:
            self.position, self._before = self._before, None
