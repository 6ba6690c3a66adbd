"""Brings an input to what it is meant for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from spacewheat_sim.sandbox.inputs import Input, Moved, Released


class Handler(Protocol):
    """Something that takes inputs."""

    def handle(self, event: Input) -> bool:
        """Take an input; return whether it was for this."""


def dispatch(event: Input, handlers: Iterable[Handler]) -> bool:
    """Offer ``event`` to ``handlers`` in order; return whether one took it.

    The first that takes a press, a key or the wheel keeps it. All see the pointer move
    and buttons come up: what it left must know that it is left.
    """
    if isinstance(event, Moved | Released):
        taken = [handler.handle(event) for handler in handlers]
        return True in taken
    return any(handler.handle(event) for handler in handlers)
