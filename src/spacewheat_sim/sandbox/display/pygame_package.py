"""Check which of the two packages that provide ``pygame`` is installed."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution

from spacewheat_sim.errors import SpacewheatError

# The first has wheels only up to Python 3.13.
PACKAGES = ("pygame", "pygame-ce")


class PygameError(SpacewheatError):
    """pygame is missing, or both packages are installed."""


def require_pygame() -> None:
    """Check that pygame can be imported.

    Raises:
        PygameError: it cannot; the message says what to install.
    """
    wanted = PACKAGES[sys.version_info >= (3, 14)]
    installed = [name for name in PACKAGES if _is_installed(name)]
    cure = f"`pip uninstall pygame pygame-ce`, then `pip install {wanted}`"
    if len(installed) > 1:
        raise PygameError(
            "Both pygame and pygame-ce are installed, which conflict: " + cure
        )
    try:
        found = hasattr(import_module("pygame"), "Surface")
    except ImportError as error:
        if not installed:
            raise PygameError(
                f"The sandbox needs pygame: `pip install {wanted}`"
            ) from None
        raise PygameError(f"pygame cannot be imported ({error}): {cure}") from None
    if not found:
        # Uninstalling one of the two packages leaves parts of the other.
        raise PygameError(f"pygame is installed incompletely: {cure}")


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
