"""Plain terms that a caller gives for a bath's operators, checked one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.arguments import checked_items
from spacewheat_sim.engine.bath.events import JumpKind
from spacewheat_sim.engine.bath.rate_changes import RateChange, read_rate
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.plain_values import shown
from spacewheat_sim.quantum.given_states import complex_array

# Finds the index of an emoji that a term names, or raises with the term's place.
Find = Callable[[object, str], int]

# Departure from Hermiticity that is taken for rounding, as a share of the entry itself:
# a coupling of 1e-4 beside an energy of 1e12 acts as it would alone.
HERMITIAN_TOLERANCE = 1e-12
# Beyond any rate that a run could follow, in 1/s.
UNKNOWN_RATE = 1e200


@dataclass(frozen=True, slots=True)
class JumpTerm:
    """One channel from an emoji to another, and the icon that declared it.

    Of levels L = √γ(t) |target⟩⟨source|; of a register what
    :func:`spacewheat_sim.quantum.register.terms.jump_entries` says.

    Attributes:
        source: Index of the emoji that it empties.
        target: Index of the emoji that it fills.
        rate: γ in 1/s; where it changes, its largest value, or of a function the value
            at time 0.
        icon: Index of the emoji whose icon declared it.
        kind: What kind of jump it is.
        when: In a register, the pole that must be on for it to act.
        unless: In a register, the pole that must be off.
        change: How the rate changes, or None.
    """

    source: int
    target: int
    rate: float
    icon: int
    kind: JumpKind = "transfer"
    when: int | None = None
    unless: int | None = None
    change: RateChange | None = None

    @property
    def constant_rate(self) -> float:
        """The part of the rate that does not change, in 1/s."""
        return self.rate if self.change is None else self.change.constant

    @property
    def largest_rate(self) -> float:
        """A bound on γ in 1/s; of a function nothing is known."""
        is_function = self.change is not None and self.change.driver.function
        return UNKNOWN_RATE if is_function else self.rate

    @property
    def can_happen(self) -> bool:
        """Whether the rate is not always 0."""
        return self.rate > 0.0 or self.change is not None

    @property
    def effect(self) -> tuple[int, int, int | None, int | None]:
        """What decides what it does to a ket: source, target and gates."""
        return self.source, self.target, self.when, self.unless

    def rate_at(self, time: float) -> float:
        """Return γ at ``time`` seconds, in 1/s."""
        if self.change is None:
            return self.rate
        return max(0.0, self.change.constant + self.change.driver(time))

    def rates_over(self, times: FloatArray) -> FloatArray:
        """Return γ at each of ``times`` in seconds, in 1/s, (T,)."""
        if self.change is None:
            return np.full(times.size, self.rate)
        swing = self.change.driver.over(times)
        return np.maximum(self.change.constant + swing, 0.0)


def checked_emojis(emojis: object) -> tuple[str, ...]:
    """Return the N names of a basis.

    Raises:
        ArgumentError: none, an emoji twice, or something that is no name.
    """
    if isinstance(emojis, str):
        emojis = tuple(emojis)
    names = checked_items(emojis, "emojis", "names")
    if not names:
        raise ArgumentError("Argument `emojis` must name at least one emoji")
    seen: dict[str, int] = {}
    for i, name in enumerate(names):
        if not isinstance(name, str) or not name:
            raise ArgumentError(
                f"Argument `emojis` must hold non-empty strings, but emojis[{i}] is "
                f"{shown(name)}"
            )
        first = seen.setdefault(canonical_emoji(name), i)
        if first != i:
            raise ArgumentError(
                f"Argument `emojis` must not repeat an emoji, but {name} is both "
                f"emojis[{first}] and emojis[{i}]"
            )
    return names


def finder(names: Sequence[str]) -> Find:
    """Return what finds the index of an emoji of ``names``."""
    index = {canonical_emoji(name): i for i, name in enumerate(names)}

    def find(emoji: object, where: str) -> int:
        known = None
        if isinstance(emoji, str):
            known = index.get(canonical_emoji(emoji))
        if known is None:
            raise UnknownNameError("emoji", emoji, names, where)
        return known

    return find


def checked_hamiltonian(hamiltonian: Any, n: int, of: str) -> sp.csr_array:
    """Return a dense or sparse matrix (n, n) as exactly Hermitian CSR, a copy.

    Raises:
        ArgumentError: not numbers, wrong shape, not finite, or not Hermitian.
    """
    given = hamiltonian
    if not sp.issparse(hamiltonian):
        given = complex_array(hamiltonian, "hamiltonian")
    elif given.dtype.kind not in "iufc":
        raise ArgumentError(
            f"Argument `hamiltonian` must hold numbers, but is of {given.dtype}"
        )
    if given.shape != (n, n):
        raise ArgumentError(
            f"Argument `hamiltonian` must have shape ({n}, {n}) for {of}, but has "
            f"{given.shape}"
        )
    matrix = sp.csr_array(given, dtype=np.complex128, copy=True)
    if not np.isfinite(matrix.data).all():
        raise ArgumentError("Argument `hamiltonian` must be finite")
    adjoint = sp.csr_array(matrix.conj().T)
    _check_hermitian(matrix, adjoint)
    hermitian = sp.csr_array(matrix * 0.5 + adjoint * 0.5)  # their sum may overflow
    hermitian.sort_indices()
    return hermitian


def _check_hermitian(matrix: sp.csr_array, adjoint: sp.csr_array) -> None:
    """Refuse H where H − H† is more than rounding of the entry itself."""
    with np.errstate(over="ignore"):
        gap = sp.csr_array(abs(matrix - adjoint))
    size = abs(matrix).maximum(abs(adjoint))
    excess = sp.coo_array(gap - HERMITIAN_TOLERANCE * size)
    rows, columns = (part[excess.data > 0.0] for part in excess.coords)
    if rows.size == 0:
        return
    # Of all, the one that is the most of its entry.
    worst = int(np.argmax(gap[rows, columns] / size[rows, columns]))
    i, j = int(rows[worst]), int(columns[worst])
    raise ArgumentError(
        "Argument `hamiltonian` must be Hermitian, but H[i, j] and conj(H[j, i]) "
        f"differ by {gap[i, j]:.3g} at i = {i}, j = {j}; if that is rounding, give "
        "(H + H†) / 2"
    )


def checked_terms(terms: object, name: str) -> list[tuple[Any, ...]]:
    """Return the terms of argument ``name``, each as a tuple.

    Raises:
        ArgumentError: it is no list of tuples.
    """
    found = []
    for number, term in enumerate(checked_items(terms, name, "tuples")):
        if not isinstance(term, tuple | list):
            raise ArgumentError(
                f"{name}[{number}] must be a tuple, but is {shown(term)}"
            )
        found.append(tuple(term))
    return found


def jump_term(jump: tuple[Any, ...], number: int, find: Find) -> JumpTerm:
    """Return the channel of ``jump`` = (source, target, rate), at place ``number``.

    The rate is a number, or what :func:`.rate_changes.read_rate` takes.

    Raises:
        UnknownNameError: an emoji that is not there.
        ArgumentError: not three entries, or a rate that is none.
    """
    where = f"in jumps[{number}]"
    if len(jump) != 3:
        raise ArgumentError(
            f"jumps[{number}] must be (source, target, rate), but is {shown(jump)}"
        )
    source, target, given = jump
    s, t = find(source, where), find(target, where)
    rate, change = read_rate(given, f"{source} → {target}", where)
    kind: JumpKind = "dephasing" if s == t else "transfer"
    return JumpTerm(s, t, rate, s, kind, change=change)
