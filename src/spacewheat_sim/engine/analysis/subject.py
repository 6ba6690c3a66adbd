"""What is asked about: operators, a biome or a bath; and the words of questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.analysis.static import static_bath_of
from spacewheat_sim.engine.bath.arguments import checked_items
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.initial import emoji_ket, weighted_ket
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.problem import check_level_biome
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.given_states import (
    normalized_density_matrix,
    normalized_ket,
)

Subject = BathOperators | CompiledBiome | QuantumBath
Pair = tuple[str, str]


def operators_of(subject: object) -> BathOperators:
    """Return the operators of what is asked about.

    Raises:
        ArgumentError: it is neither operators nor a biome nor a bath, or a register.
    """
    operators = subject
    if isinstance(subject, CompiledBiome | QuantumBath):
        operators = subject.operators
    if isinstance(operators, BathOperators):
        check_level_biome(operators)
        return operators
    raise ArgumentError(
        "Questions are asked about BathOperators, about what load_biome returns or "
        f"about a QuantumBath, not about {shown(subject)}"
    )


def static_bath(subject: object, question: str) -> StaticBath:
    """Return the static bath that is asked about, with all that is known of it.

    Args:
        subject: Operators, a biome or a bath.
        question: What is asked, for the message of an error.

    Raises:
        ArgumentError: it is driven, or its jumps do not land on basis states.
    """
    return static_bath_of(operators_of(subject), question)


def checked_pairs(operators: BathOperators, pairs: object) -> list[tuple[int, int]]:
    """Return (source, target) of each pair of emojis.

    Raises:
        ArgumentError: no list of pairs, or none.
        UnknownNameError: an emoji that is not there, or a pair without a jump.
    """
    if isinstance(pairs, tuple) and len(pairs) == 2 and isinstance(pairs[0], str):
        pairs = [pairs]
    found = []
    for pair in checked_items(pairs, "pairs", "pairs of emojis"):
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ArgumentError(
                "Argument `pairs` must hold pairs (source, target) of emojis, but has "
                f"{shown(pair)}"
            )
        operators.channels(*pair)
        found.append((operators.index(pair[0]), operators.index(pair[1])))
    if not found:
        raise ArgumentError("Argument `pairs` must name at least one pair of emojis")
    return found


def pair_feed(bath: StaticBath, pairs: Iterable[tuple[int, int]]) -> FloatArray:
    """Return the feed C_ts of all channels of ``pairs``, (N, N)."""
    counted = np.zeros_like(bath.feed)
    for source, target in pairs:
        counted[target, source] = bath.feed[target, source]
    return counted


def start_state(subject: object, start: Any) -> ComplexArray:
    """Return the density matrix (N, N) that is meant by ``start``.

    It is an emoji, weights of emojis, a ket or a density matrix; None means the present
    state of a bath, or a biome's initial one.

    Raises:
        ArgumentError: it is none of these, or None of operators.
    """
    operators = operators_of(subject)
    n = len(operators)
    if start is None:
        if isinstance(subject, QuantumBath):
            return subject.density_matrix()
        if isinstance(subject, CompiledBiome):
            return subject.bath(seed=0, method="master").density_matrix()
        raise ArgumentError(
            "Operators have no state: say where to begin with `start`, an emoji, "
            "weights of emojis, a ket or a density matrix"
        )
    if isinstance(start, str):
        ket = emoji_ket(operators, start)
    elif isinstance(start, Mapping):
        ket = weighted_ket(operators, start)
    elif np.ndim(start) == 2:
        return normalized_density_matrix(start, n)
    else:
        ket = normalized_ket(start, n)
    return np.outer(ket, ket.conj())
