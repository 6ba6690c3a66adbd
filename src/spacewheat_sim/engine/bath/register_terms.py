"""The axes of a register, and terms between their poles, checked one by one."""

from __future__ import annotations

import cmath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import scipy.sparse as sp

from spacewheat_sim.choices import MOST_AXES
from spacewheat_sim.engine.bath.arguments import checked_items
from spacewheat_sim.engine.bath.terms import (
    Find,
    JumpTerm,
    checked_emojis,
    checked_terms,
    jump_term,
)
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.physical_memory import in_words
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.register.layout import axis_of, partner
from spacewheat_sim.quantum.register.terms import HamiltonianTerms

# Bytes that a basis state takes where a ket evolves by its series. Measured.
KET_BYTES = 1100.0


def checked_register(axes: object) -> tuple[tuple[str, str], ...]:
    """Return the axes of a register as pairs (north, south).

    Raises:
        ArgumentError: none, something that is no pair, a pole twice, or more axes than
            a ket can have; it tells the memory that one would take.
    """
    pairs = []
    for axis in checked_items(axes, "axes", "pairs (north, south)"):
        if not isinstance(axis, tuple | list) or len(axis) != 2:
            raise ArgumentError(
                "Argument `axes` must hold pairs (north, south), but has " + shown(axis)
            )
        pairs.append((axis[0], axis[1]))
    if not pairs:
        raise ArgumentError("Argument `axes` must have at least one pair")
    check_most_axes(len(pairs))
    checked_emojis([pole for pair in pairs for pole in pair])
    return tuple(pairs)


def check_most_axes(count: int) -> None:
    """Refuse a register of more axes than a ket can have.

    Raises:
        ArgumentError: there are too many; it tells the memory that one would take.
    """
    if count > MOST_AXES:
        raise ArgumentError(
            f"A register can have at most {MOST_AXES} axes, but has {count}: a ket of "
            f"2^{count} states would take {in_words(KET_BYTES * 2.0**count)} of memory "
            "while it evolves"
        )


def register_hamiltonian(
    count: int, find: Find, given: Mapping[str, Iterable[tuple[Any, ...]]]
) -> sp.csr_array:
    """Return the Hamiltonian of ``count`` axes from terms as icons declare them.

    Args:
        count: Number of axes n.
        find: Finds poles.
        given: ``energies`` [(i, E)], ``couplings`` and ``pair_couplings``
            [(i, j, c)], ``alignments`` [(i, j, a)], in rad/s.

    Raises:
        UnknownNameError: a pole that is not there.
        ArgumentError: not so many entries, a number that is none, or poles that such a
            term cannot join.
    """
    terms = HamiltonianTerms(count)
    for name, listed in given.items():
        size = 2 if name == "energies" else 3
        for number, term in enumerate(checked_terms(listed, name)):
            where = f"{name}[{number}]"
            if len(term) != size:
                wanted = "(pole, energy)" if size == 2 else "(pole, pole, energy)"
                raise ArgumentError(f"{where} must be {wanted}, but is {shown(term)}")
            poles = [find(pole, f"in {where}") for pole in term[:-1]]
            value = _energy(term[-1], where, is_complex="coupling" in name)
            _add(terms, name, poles, value, where)
    return terms.matrix()


def _add(
    terms: HamiltonianTerms, name: str, poles: list[int], value: complex, where: str
) -> None:
    if name == "energies":
        terms.add_energy(poles[0], value.real)
        return
    i, j = poles
    if i == j or (name != "couplings" and partner(i) == j):
        which = "one pole" if i == j else "the two poles of one axis"
        raise ArgumentError(f"{where} must join two axes, but joins {which}")
    if name == "couplings":
        terms.add_coupling(i, j, value)
    elif name == "pair_couplings":
        terms.add_pair_coupling(i, j, value)
    else:
        terms.add_alignment(i, j, value.real)


def _energy(given: object, where: str, *, is_complex: bool) -> complex:
    number = given if is_complex and isinstance(given, complex) else real(given)
    if not cmath.isfinite(number):
        raise ArgumentError(
            f"The energy of {where} must be a finite number, but is {shown(given)}"
        )
    return complex(number)


def register_jump(jump: tuple[Any, ...], number: int, find: Find) -> JumpTerm:
    """Return the channel of ``jump`` = (source, target, rate[, gates]).

    Raises:
        UnknownNameError: a pole that is not there, or a gate of another name.
        ArgumentError: other entries, a rate that is none, or a gate on an axis that
            the jump itself turns.
    """
    where = f"jumps[{number}]"
    if len(jump) not in (3, 4):
        raise ArgumentError(
            f"{where} must be (source, target, rate) or (source, target, rate, "
            f"{{'when': pole, 'unless': pole}}), but is {shown(jump)}"
        )
    plain = jump_term(jump[:3], number, find)
    gates = jump[3] if len(jump) == 4 else {}
    if not isinstance(gates, Mapping):
        raise ArgumentError(
            f"The gates of {where} must be a mapping of 'when' and 'unless' to poles, "
            f"but are {shown(gates)}"
        )
    found = {}
    for name, pole in gates.items():
        if name not in ("when", "unless"):
            raise UnknownNameError("gate", name, ("when", "unless"), f"of {where}")
        found[name] = find(pole, f"in {where}")
    when, unless = found.get("when"), found.get("unless")
    check_gates(plain.source, plain.target, when, unless, where)
    return replace(plain, when=when, unless=unless)


def check_gates(
    source: int, target: int, when: int | None, unless: int | None, where: str
) -> None:
    """Refuse a gate on an axis that a jump is of, and two gates on one axis.

    Raises:
        ArgumentError: there is one.
    """
    moved = {axis_of(source), axis_of(target)}
    for name, pole in (("when", when), ("unless", unless)):
        if pole is not None and axis_of(pole) in moved:
            raise ArgumentError(
                f"The gate `{name}` of {where} must be on an axis that the jump leaves "
                "alone, but is on one that it is of"
            )
    if when is not None and unless is not None and axis_of(when) == axis_of(unless):
        raise ArgumentError(f"The gates of {where} must be on two different axes")


def flat(axes: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the poles of ``axes`` in order, north before south."""
    return tuple(pole for axis in axes for pole in axis)
