"""What environments are given, checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.arrays import BoolArray, IntArray
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge, load_challenge
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.plain_values import shown, whole
from spacewheat_sim.rl.errors import InvalidActionError

# Seeds stand in arrays of 64-bit numbers, and environment i of many adds i to them.
MOST_SEED = 2**62


def opened(challenge: CompiledChallenge | str | Path) -> CompiledChallenge:
    """Return a challenge by its name or file, or as it is.

    Raises:
        UnknownNameError: there is none of this name.
        ContentError: its file is broken.
        ArgumentError: it is none of these.
    """
    if isinstance(challenge, CompiledChallenge):
        return challenge
    if not isinstance(challenge, str | Path):
        raise ArgumentError(
            "Argument `challenge` must be the name or file of a challenge, but is "
            f"{shown(challenge)}"
        )
    return load_challenge(challenge)


def checked_seed(seed: Any) -> int:
    """Return ``seed``, or a fresh one where it is None.

    Raises:
        ArgumentError: it is no whole number from 0 to 2**62.
    """
    found = seeding.resolve_seed(seed)
    if found > MOST_SEED:
        raise ArgumentError(
            f"Argument `seed` of an environment must be at most 2**62, but is {found}"
        )
    return found


def checked_options(options: Any, known: tuple[str, ...]) -> dict[str, Any]:
    """Return the options of a reset as a dictionary of ``known`` keys.

    Raises:
        ArgumentError: it is no mapping.
        UnknownNameError: a key is not known.
    """
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise ArgumentError(
            f"Argument `options` must be a mapping, but is {shown(options)}"
        )
    for key in options:
        if key not in known:
            raise UnknownNameError("option of a reset", str(key), known)
    return dict(options)


def checked_number(number: Any) -> int:
    """Return which attempt under a seed is asked for, at least 0."""
    found = whole(number)
    if found is None or found < 0:
        raise ArgumentError(
            f"Option `number` must be a whole number from 0 on, but is {shown(number)}"
        )
    return found


def checked_action(action: Any, count: int) -> int:
    """Return the number of a move, of ``count``.

    Raises:
        InvalidActionError: it is no whole number, or there is no such move.
    """
    given = action
    if isinstance(action, np.ndarray) and action.shape == ():
        given = action[()]
    found = whole(given)
    if found is None:
        raise InvalidActionError(
            f"An action must be a whole number, but is {shown(action)}"
        )
    if not 0 <= found < count:
        raise InvalidActionError(f"An action must be 0 to {count - 1}, but is {found}")
    return found


def checked_actions(actions: Any, envs: int, count: int) -> IntArray:
    """Return the numbers of the moves of ``envs`` environments, (B,).

    Raises:
        InvalidActionError: they have another shape or type, or there is no such move.
    """
    try:
        found = np.asarray(actions)
    except ValueError:  # rows of different lengths
        found = np.asarray(None)
    if found.shape != (envs,):
        raise InvalidActionError(
            f"Actions must have the shape ({envs},), one for each environment, but "
            f"have {found.shape}"
        )
    if found.dtype.kind not in "iu":
        raise InvalidActionError(
            f"Actions must be whole numbers, but are of the type {found.dtype}"
        )
    if envs and not 0 <= int(found.min()) <= int(found.max()) < count:
        wrong = np.flatnonzero((found < 0) | (found >= count))[0]
        raise InvalidActionError(
            f"Actions must be 0 to {count - 1}, but that of environment {wrong} is "
            f"{found[wrong]}"
        )
    return found.astype(np.int64)


def checked_mask(mask: Any, envs: int) -> BoolArray:
    """Return which environments are to be reset, (B,), at least one.

    Raises:
        ArgumentError: it is no boolean array of this shape, or holds none.
    """
    given = np.asarray(mask)
    if given.dtype != np.bool_ or given.shape != (envs,) or not given.any():
        raise ArgumentError(
            f"Option `reset_mask` must be a boolean array of shape ({envs},) with at "
            f"least one True, but is {shown(mask)}"
        )
    return given
