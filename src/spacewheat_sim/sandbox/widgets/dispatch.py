"""Passes an input to the widget that handles it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from spacewheat_sim.sandbox.inputs import Input, Moved, Released


class Handler(Protocol):
    """Something that handles inputs."""

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for this object."""


def dispatch(event: Input, handlers: Iterable[Handler]) -> bool:
    """Offer ``event`` to ``handlers`` in order; return whether one handled it.

    The first that handles a press, a key or the wheel gets it alone. Moves and releases
    go to all, since a widget must know when the pointer leaves it.
    """
    if isinstance(event, Moved | Released):
        taken = [handler.handle(event) for handler in handlers]
        return True in taken
    return any(handler.handle(event) for handler in handlers)
