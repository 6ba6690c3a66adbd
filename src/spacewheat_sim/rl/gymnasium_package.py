"""Check that gymnasium is there."""

from __future__ import annotations

from importlib import import_module

from spacewheat_sim.errors import SpacewheatError


class GymnasiumError(SpacewheatError, ImportError):
    """gymnasium is missing."""


def require_gymnasium() -> None:
    """Check that gymnasium can be imported.

    Raises:
        GymnasiumError: it cannot; the message says what to install.
    """
    try:
        import_module("gymnasium")
    except ImportError as error:
        raise GymnasiumError(
            "Environments need gymnasium, which the extra `rl` brings: "
            f"`pip install 'spacewheat-sim[rl]'` ({error})"
        ) from error
