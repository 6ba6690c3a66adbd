"""Compiled kernels are kept in the user's cache folder, not beside the sources.

The sources may be read-only, and a cache is no part of them. numba reads
``NUMBA_CACHE_DIR`` when it is first imported, so the package sets it before anything
of it can import numba. Whoever sets the variable keeps their folder. Within the folder
numba tells apart source files, their contents, Python and numba versions and
processors; each version of this package has a folder of its own.
"""
# pathlib would take longer to import than all the rest here.
# ruff: noqa: PTH103, PTH111, PTH117, PTH118

from __future__ import annotations

import os
import sys

VARIABLE = "NUMBA_CACHE_DIR"
NAME = "spacewheat_sim"


def user_cache_folder() -> str:
    """Return what ``platformdirs.user_cache_dir`` would, without its 20 ms import."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
        return os.path.join(base, NAME, "Cache")
    usual = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, *usual)
    return os.path.join(base, NAME)


def use_user_cache(version: str) -> None:
    """Point numba to the user's folder for ``version``, if one can write there.

    Otherwise numba falls back by itself: beside the sources, then to its own folder.
    """
    if os.environ.get(VARIABLE):
        return
    folder = os.path.join(user_cache_folder(), version)
    # Without a home folder "~" stays as it is, and would be made where one stands.
    if os.path.isabs(folder) and _is_writable(folder):
        os.environ[VARIABLE] = folder


def _is_writable(folder: str) -> bool:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)
