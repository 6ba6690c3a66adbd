"""A bath's operators: what icons, or a caller, declare, compiled and read-only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.rate_changes import checked_shape
from spacewheat_sim.engine.bath.terms import (
    Find,
    JumpTerm,
    checked_emojis,
    checked_hamiltonian,
    checked_terms,
    jump_term,
)
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.driving.common import without_common
from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.jumps import Jumps

DriverTerm = tuple[str, float, str, float, float] | tuple[str, Callable[[float], float]]


class BathOperators:
    """Hamiltonian, jump terms and drivers over a basis of N emojis.

    Attributes:
        emojis: The basis, as authored.
        hamiltonian: Static part of H in rad/s, Hermitian, CSR (N, N), read-only.
        jumps: The K channels with a positive rate, in order of declaration.
        drive: Energies on the diagonal and rates that change with time, without the
            energies that all states share.
        whole_drive: The same with them.
        generator: What is constant of all of the above, as arrays for the kernels.
        sure_step: A step in seconds that, once begun, cannot fail: it calls no function
            of the caller's, and no number in it overflows.
    """

    def __init__(
        self,
        emojis: Sequence[str],
        hamiltonian: sp.csr_array,
        jumps: Iterable[JumpTerm],
        drivers: Iterable[Driver] = (),
    ) -> None:
        """Compile checked parts; callers outside use :meth:`from_terms`."""
        self.emojis = tuple(emojis)
        self._index = {emoji: i for i, emoji in enumerate(self.emojis)}
        self._canonical = {canonical_emoji(e): i for i, e in enumerate(self.emojis)}
        self.jumps = tuple(jump for jump in jumps if jump.can_happen)
        changing, hamiltonian = _without_constants(tuple(drivers), hamiltonian)
        entries = Jumps.of((j.sources, j.targets, j.constant_rate) for j in self.jumps)
        rates = [j.change.of(k) for k, j in enumerate(self.jumps) if j.change]
        different = without_common(changing, len(self.emojis))
        self.whole_drive = Drive(changing, rates=rates, jumps=entries)
        self.drive = Drive(different, rates=rates, jumps=entries)
        self.hamiltonian = hamiltonian
        for part in (hamiltonian.data, hamiltonian.indices, hamiltonian.indptr):
            part.setflags(write=False)
        self.generator = Generator.build(hamiltonian, entries)

    @classmethod
    def from_terms(
        cls,
        emojis: Sequence[str],
        hamiltonian: Any,
        jumps: Iterable[tuple[str, str, Any]] = (),
        drivers: Iterable[DriverTerm] = (),
    ) -> BathOperators:
        """Build operators from plain terms.

        Args:
            emojis: N names of the basis states.
            hamiltonian: Dense or sparse Hermitian matrix in rad/s, (N, N).
            jumps: ``(source, target, rate)``; L = √rate |target⟩⟨source|. A rate is a
                number in 1/s; a function of t in seconds; ``(rate, depth, shape,
                frequency, phase)`` for rate · (1 − depth + depth · f₊(t)), or the same
                as in icons, ``{"rate", "rhythm", "depth"}``. Equal pairs stay separate
                channels; a source that is its own target is dephasing.
            drivers: ``(emoji, amplitude, shape, frequency, phase)``, in rad/s, Hz and
                rad, with shape cosine, sine or pulse, or ramp or fade, which take
                1/frequency; or ``(emoji, function)`` of t in seconds to rad/s. Each
                adds to the diagonal.

        Raises:
            ArgumentError: an emoji twice, a matrix that is not Hermitian or of the
                wrong shape, a rate that is negative, a number that is not finite.
            UnknownNameError: a term names an emoji that is not in ``emojis``.
        """
        names = checked_emojis(emojis)
        matrix = checked_hamiltonian(hamiltonian, len(names))
        index = {canonical_emoji(name): i for i, name in enumerate(names)}

        def find(emoji: object, where: str) -> int:
            known = None
            if isinstance(emoji, str):
                known = index.get(canonical_emoji(emoji))
            if known is None:
                raise UnknownNameError("emoji", emoji, names, where)
            return known

        given = enumerate(checked_terms(jumps, "jumps"))
        terms = [jump_term(jump, number, find) for number, jump in given]
        given = enumerate(checked_terms(drivers, "drivers"))
        compiled = [_driver(driver, number, find) for number, driver in given]
        return cls(names, matrix, terms, compiled)

    def __len__(self) -> int:
        return len(self.emojis)

    def equals(self, other: BathOperators) -> bool:
        """Return whether ``other`` says the same: emojis, H, channels and drivers.

        Two functions of time are the same only if they are one object.
        """
        if self is other:
            return True
        return (
            list(self._canonical) == list(other._canonical)
            and abs(self.hamiltonian - other.hamiltonian).sum() == 0.0
            and self.jumps == other.jumps
            and [replace(each, name="") for each in self.whole_drive.drivers]
            == [replace(each, name="") for each in other.whole_drive.drivers]
        )

    def index(self, emoji: str) -> int:
        """Return the basis index of ``emoji``, with or without U+FE0F.

        Raises:
            UnknownNameError: the bath has no such emoji.
        """
        found = None
        if isinstance(emoji, str):
            found = self._index.get(emoji)
            if found is None:
                found = self._canonical.get(canonical_emoji(emoji))
        if found is None:
            raise UnknownNameError("emoji", emoji, self.emojis, "in this bath")
        return found

    def jump_event(self, time: float, channel: int) -> Jumped:
        """Return the event of a jump through ``channel`` at ``time``."""
        term = self.jumps[channel]
        source, target = self.emojis[term.source], self.emojis[term.target]
        return Jumped(time, source, target, self.emojis[term.icon], term.kind)

    def energy(self, state: ComplexArray, time: float) -> float:
        """Return ⟨H(t)⟩ in rad/s of a ket (N,) or a density matrix (N, N)."""
        _check_time(time)
        n = len(self)
        if not isinstance(state, np.ndarray) or state.shape not in ((n,), (n, n)):
            raise ArgumentError(
                f"Argument `state` must be an array of shape ({n},) or ({n}, {n}), but "
                f"is {shown(state)}"
            )
        static = states.expect(self.hamiltonian, state)
        if self.whole_drive.is_static:
            return static
        driven = states.populations(state)[self.whole_drive.states]
        return static + float(driven @ self.whole_drive.energies(time))

    def observables(
        self, many: ComplexArray, times: Sequence[float]
    ) -> dict[str, FloatArray]:
        """Return norm, purity, entropy and energy of T states, each (T,).

        ``many`` are kets (T, N) or density matrices (T, N, N), one for each of
        ``times`` in seconds; see :func:`spacewheat_sim.quantum.states.observables`.
        """
        driven = np.zeros((len(many), len(self)))
        if not self.whole_drive.is_static:
            energies = [self.whole_drive.energies(time) for time in times]
            driven[:, self.whole_drive.states] = energies
        return states.observables(many, self.hamiltonian, driven)

    def hamiltonian_at(self, time: float) -> sp.csr_array:
        """Return H(t) in rad/s with the drivers at ``time`` seconds, CSR (N, N)."""
        _check_time(time)
        if self.whole_drive.is_static:
            return self.hamiltonian
        diagonal = np.zeros(len(self))
        diagonal[self.whole_drive.states] = self.whole_drive.energies(time)
        return sp.csr_array(self.hamiltonian + sp.diags_array(diagonal))


def _without_constants(
    drivers: tuple[Driver, ...], hamiltonian: sp.csr_array
) -> tuple[tuple[Driver, ...], sp.csr_array]:
    """Return the drivers that change with time, and H with the others' energies."""
    constant = [driver for driver in drivers if driver.is_constant]
    if not any(driver(0.0) for driver in constant):
        return tuple(d for d in drivers if not d.is_constant), hamiltonian
    diagonal = np.zeros(hamiltonian.shape[0])
    for driver in constant:
        diagonal[driver.state] += driver(0.0)
    whole = sp.csr_array(hamiltonian + sp.diags_array(diagonal))
    whole.sort_indices()
    return tuple(d for d in drivers if not d.is_constant), whole


def _check_time(time: object) -> None:
    if not math.isfinite(real(time)):
        raise ArgumentError(
            "Argument `time` must be a finite number of seconds, but is " + shown(time)
        )


def _driver(term: tuple[Any, ...], number: int, find: Find) -> Driver:
    where = f"drivers[{number}]"
    forms = "(emoji, function) or (emoji, amplitude, shape, frequency, phase)"
    if len(term) not in (2, 5):
        raise ArgumentError(f"{where} must be {forms}, but has {len(term)} entries")
    state = find(term[0], f"in {where}")
    if len(term) == 2:
        function = term[1]
        if not callable(function):
            raise ArgumentError(
                f"{where} must be {forms}, but its function is {shown(function)}"
            )
        return Driver(state, function=function, name=term[0])
    shape = checked_shape(term[2], f"in {where}")
    amplitude, frequency, phase = (real(term[i]) for i in (1, 3, 4))
    if not all(map(math.isfinite, (amplitude, frequency, phase))):
        raise ArgumentError(f"{where} must hold finite numbers, but is {shown(term)}")
    if frequency < 0.0:
        raise ArgumentError(f"The frequency of {where} must not be negative")
    return Driver(state, amplitude, shape, frequency, phase, name=term[0])
