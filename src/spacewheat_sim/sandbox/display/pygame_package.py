"""Which of the two packages that are imported as ``pygame`` is installed, if one is."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution

from spacewheat_sim.errors import SpacewheatError

# The first has wheels up to Python 3.13 only.
PACKAGES = ("pygame", "pygame-ce")


class PygameError(SpacewheatError):
    """pygame is missing, or two packages have been installed over each other."""


def require_pygame() -> None:
    """Make sure that pygame can be imported.

    Raises:
        PygameError: it cannot; the message tells what to install.
    """
    wanted = PACKAGES[sys.version_info >= (3, 14)]
    installed = [name for name in PACKAGES if _is_installed(name)]
    cure = f"`pip uninstall pygame pygame-ce`, then `pip install {wanted}`"
    if len(installed) > 1:
        raise PygameError(
            "Both pygame and pygame-ce are installed, each over the other: " + cure
        )
    try:
        found = hasattr(import_module("pygame"), "Surface")
    except ImportError as error:
        if not installed:
            raise PygameError(
                f"The sandbox needs pygame: `pip install {wanted}`"
            ) from None
        raise PygameError(f"pygame does not load ({error}): {cure}") from None
    if not found:
        # What is left of two packages when one of them is uninstalled.
        raise PygameError(f"pygame is there in part only: {cure}")


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
