"""Named random streams, all children of one root seed.

A stream is identified by (root seed, path of names), so what one bath draws depends
neither on how many other streams exist nor on the order in which they are made.
"""

from __future__ import annotations

import hashlib
import secrets

import numpy as np

from spacewheat_sim.errors import ArgumentError


def resolve_seed(seed: int | None) -> int:
    """Return ``seed``, or a fresh one from the operating system where it is None.

    Raises:
        ArgumentError: ``seed`` is negative or not an integer.
    """
    if seed is None:
        return secrets.randbits(32)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ArgumentError(
            f"Argument `seed` must be a non-negative integer, but is {seed!r}"
        )
    return int(seed)


def stream(seed: int, *path: str | int) -> np.random.Generator:
    """Return the generator of the stream named ``path`` under the root ``seed``.

    Args:
        seed: Root seed.
        path: Names from the outermost to the innermost, e.g. ``("bath", "forest")``.

    Example:
        >>> stream(7, "bath", 0).random() == stream(7, "bath", 0).random()
        True
        >>> stream(7, "bath", 0).random() == stream(7, "bath", 1).random()
        False
    """
    words = []
    for name in path:
        digest = hashlib.sha256(f"{type(name).__name__}:{name}".encode()).digest()
        words.append(int.from_bytes(digest[:8], "little"))
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence(seed, spawn_key=words))
    )
