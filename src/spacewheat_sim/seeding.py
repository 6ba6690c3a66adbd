"""Named random streams, all children of one root seed.

A stream is identified by (root seed, path of names), so what one bath draws depends
neither on how many other streams exist nor on the order in which they are made.
"""

from __future__ import annotations

import hashlib
import secrets

import numpy as np

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown, whole

# As many as the random streams keep apart.
SEED_BITS = 128


def resolve_seed(seed: int | None) -> int:
    """Return ``seed``, or a fresh one from the operating system where it is None.

    Raises:
        ArgumentError: ``seed`` is negative, of more than 128 bits, or not an integer.
    """
    if seed is None:
        return secrets.randbits(32)
    number = whole(seed)
    if number is None or number < 0:
        raise ArgumentError(
            f"Argument `seed` must be a non-negative integer, but is {shown(seed)}"
        )
    if number.bit_length() > SEED_BITS:
        raise ArgumentError(
            f"Argument `seed` must be below 2**{SEED_BITS}, but is {shown(seed)}"
        )
    return number


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


def child_seed(seed: int, *path: str | int) -> int:
    """Return a seed of 53 bits that belongs to the name ``path`` under ``seed``.

    So many bits are a whole number in JSON, tables and other languages, too.
    """
    words = ":".join(f"{type(name).__name__}:{name}" for name in path)
    found = hashlib.sha256(f"{seed}:{words}".encode()).digest()
    return int.from_bytes(found[:8], "little") >> 11


def trajectory_key(seed: int) -> tuple[int, int]:
    """Return the 128-bit random key, as two halves, of an ensemble's trajectories."""
    return _key("trajectories", seed)


def trajectory_stream(seed: int, number: int) -> np.random.Generator:
    """Return the random stream of trajectory ``number`` of an ensemble.

    It is counter-based (Philox), so that a compiled loop can draw the same numbers.
    """
    return _counter_stream(trajectory_key(seed), number)


def bath_key(seed: int) -> tuple[int, int]:
    """Return the 128-bit random key, as two halves, of the baths of a world."""
    return _key("baths", seed)


def bath_number(name: str) -> int:
    """Return the 63-bit number of the stream of a world's bath called ``name``."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


def bath_stream(seed: int, name: str) -> np.random.Generator:
    """Return the random stream of the bath ``name`` of a world, at its beginning."""
    return _counter_stream(bath_key(seed), bath_number(name))


def _key(purpose: str, seed: int) -> tuple[int, int]:
    digest = hashlib.sha256(f"{purpose}:{seed}".encode()).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:16], "little")


def _counter_stream(key: tuple[int, int], number: int) -> np.random.Generator:
    words = np.array(key, dtype=np.uint64)
    counter = np.array([0, number, 0, 0], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=words, counter=counter))
