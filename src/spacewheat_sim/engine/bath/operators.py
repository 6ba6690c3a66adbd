"""A bath's operators: what icons, or a caller, declare, compiled and read-only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.drivers import (
    DriverTerm,
    driver_term,
    without_constants,
)
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.register_terms import (
    checked_register,
    flat,
    register_hamiltonian,
    register_jump,
)
from spacewheat_sim.engine.bath.terms import (
    JumpTerm,
    checked_emojis,
    checked_hamiltonian,
    checked_terms,
    finder,
    jump_term,
)
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.driving.common_energy import without_common
from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.driving.energies import (
    driven_energies,
    energy,
    hamiltonian_at,
)
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.jumps import Jumps
from spacewheat_sim.quantum.register.layout import (
    axis_of,
    emoji_states,
    pole_populations,
    summed,
)
from spacewheat_sim.quantum.register.terms import jump_entries, landings

# Where what is harvested goes, if nothing else is declared.
GROUND = "🍂"


class BathOperators:
    """Hamiltonian, jump terms and drivers over D basis states.

    Of a level biome its D = N emojis are the basis states. Of a register of n axes each
    axis is a qubit, D = 2^n, and the 2n emojis are the poles of the axes, north before
    south; the first axis is the most significant bit of a basis state, north 0.

    Attributes:
        emojis: The emojis, as authored.
        qubits: Number of axes n of a register, 0 of a level biome.
        hamiltonian: Static part of H in rad/s, Hermitian, CSR (D, D), read-only.
        jumps: The K channels with a positive rate, in order of declaration.
        drive: Energies on the diagonal and rates that change with time, without the
            energies that all states share.
        whole_drive: The same with them.
        generator: What is constant of all of the above, as arrays for the kernels.
        grounds: Numbers of the emojis to which a harvest brings what it takes: of a
            level biome one, or none where it has no ground; of a register a pole of
            each axis.
        sure_step: A step in seconds that, once begun, cannot fail: it calls no function
            of the caller's, and no number in it overflows.
    """

    def __init__(
        self,
        emojis: Sequence[str],
        hamiltonian: sp.csr_array,
        jumps: Iterable[JumpTerm],
        drivers: Iterable[Driver] = (),
        qubits: int = 0,
        grounds: Iterable[str] | None = None,
    ) -> None:
        """Compile checked parts; callers outside use :meth:`from_terms`."""
        self.emojis, self.qubits = tuple(emojis), qubits
        self._index = {emoji: i for i, emoji in enumerate(self.emojis)}
        self._canonical = {canonical_emoji(e): i for i, e in enumerate(self.emojis)}
        self.grounds = self._grounds(grounds)
        self.jumps = tuple(jump for jump in jumps if jump.can_happen)
        given = tuple(drivers)
        changing, hamiltonian = without_constants(given, hamiltonian, qubits)
        entries = Jumps.of((*self.entries(j), j.constant_rate) for j in self.jumps)
        rates = [j.change.of(k) for k, j in enumerate(self.jumps) if j.change]
        different = without_common(changing, len(self.emojis), qubits)
        self.whole_drive = Drive(changing, rates=rates, jumps=entries, qubits=qubits)
        self.drive = Drive(different, rates=rates, jumps=entries, qubits=qubits)
        self.hamiltonian = hamiltonian
        for part in (hamiltonian.data, hamiltonian.indices, hamiltonian.indptr):
            part.setflags(write=False)
        self.generator = Generator.build(hamiltonian, entries, qubits)

    def __repr__(self) -> str:
        size = self.hamiltonian.shape[0]
        return f"BathOperators({size} states of {' '.join(self.emojis)})"

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
        matrix = checked_hamiltonian(hamiltonian, len(names), f"{len(names)} emojis")
        find = finder(names)
        given = enumerate(checked_terms(jumps, "jumps"))
        terms = [jump_term(jump, number, find) for number, jump in given]
        given = enumerate(checked_terms(drivers, "drivers"))
        compiled = [driver_term(driver, number, find) for number, driver in given]
        return cls(names, matrix, terms, compiled)

    @classmethod
    def from_register(
        cls,
        axes: Sequence[tuple[str, str]],
        *,
        hamiltonian: Any = None,
        energies: Iterable[tuple[str, float]] = (),
        couplings: Iterable[tuple[str, str, complex]] = (),
        pair_couplings: Iterable[tuple[str, str, complex]] = (),
        alignments: Iterable[tuple[str, str, float]] = (),
        jumps: Iterable[tuple[Any, ...]] = (),
        drivers: Iterable[DriverTerm] = (),
    ) -> BathOperators:
        """Build the operators of a register from terms as icons declare them.

        Args:
            axes: n pairs (north, south); the first is the most significant bit.
            hamiltonian: Dense or sparse Hermitian matrix in rad/s, (2^n, 2^n), added.
            energies: ``(i, E)``, in rad/s as are the next three; what they and jumps
                do is said in :mod:`spacewheat_sim.quantum.register.terms`.
            couplings: ``(i, j, c)``.
            pair_couplings: ``(i, j, c)``.
            alignments: ``(i, j, a)``.
            jumps: ``(i, j, rate)`` or ``(i, j, rate, {"when": g, "unless": h})``, 1/s.
            drivers: As of :meth:`from_terms`, on poles.

        Raises:
            ArgumentError: as :meth:`from_terms`; too many axes; a term between poles
                that it cannot join; a gate on an axis that the jump turns.
            UnknownNameError: a term names a pole that is not there.

        Example:
            >>> axes = [("🔥", "❄"), ("☀", "🌙")]
            >>> ops = BathOperators.from_register(axes, jumps=[("🔥", "❄", 0.5)])
            >>> ops.dimension, ops.generator.jumps.sources.tolist()
            (4, [0, 1])
        """
        pairs = checked_register(axes)
        names, n = flat(pairs), len(pairs)
        find = finder(names)
        given_terms = {
            "energies": energies,
            "couplings": couplings,
            "pair_couplings": pair_couplings,
            "alignments": alignments,
        }
        matrix = register_hamiltonian(n, find, given_terms)
        if hamiltonian is not None:
            given = checked_hamiltonian(hamiltonian, 1 << n, f"{n} axes")
            matrix = sp.csr_array(matrix + given)
            matrix.sort_indices()
        terms = [
            register_jump(jump, number, find)
            for number, jump in enumerate(checked_terms(jumps, "jumps"))
        ]
        compiled = [
            driver_term(driver, number, find)
            for number, driver in enumerate(checked_terms(drivers, "drivers"))
        ]
        return cls(names, matrix, terms, compiled, n)

    def __len__(self) -> int:
        return len(self.emojis)

    @property
    def dimension(self) -> int:
        """The number of basis states D: N of a level biome, 2^n of a register."""
        return int(self.hamiltonian.shape[0])

    @property
    def axes(self) -> tuple[tuple[str, str], ...]:
        """The axes (north, south) of a register, in order; none of a level biome."""
        if not self.qubits:
            return ()
        return tuple(zip(self.emojis[::2], self.emojis[1::2], strict=True))

    def states(self, emoji: int) -> IndexArray:
        """Return the basis states in which emoji number ``emoji`` is, (M,)."""
        return emoji_states(emoji, self.qubits)

    def seen(self, populations: FloatArray) -> FloatArray:
        """Return the probability of each emoji from those of states (…, D)."""
        return pole_populations(populations, self.qubits)

    def jump_rates(self, populations: FloatArray, times: Sequence[float]) -> FloatArray:
        """Return γ tr L†Lρ of each channel in 1/s, (T, K), from those of states (T, D).

        It is how often the channel brings a jump at each of ``times`` in seconds.
        """
        jumps = self.generator.jumps
        rates = np.array([self.drive.rates(time, jumps.rates) for time in times])
        for k in range(jumps.size):
            sources, _ = jumps.entries(k)
            rates[:, k] *= summed(populations[:, sources])
        return rates

    def lands(self, emoji: int) -> BoolArray:
        """Return which channels bring the bath to emoji number ``emoji``, (K,)."""
        if not self.qubits:
            found = [term.target == emoji for term in self.jumps]
        else:
            found = [emoji in landings(t.source, t.target) for t in self.jumps]
        return np.array(found, dtype=np.bool_)

    def channels(self, source: str, target: str) -> list[int]:
        """Return the numbers of the channels from one emoji to another.

        Raises:
            UnknownNameError: an emoji that is not there, or no jump leads there.
        """
        names, pair = self.emojis, (self.index(source), self.index(target))
        found = [k for k, j in enumerate(self.jumps) if (j.source, j.target) == pair]
        if not found:
            known = sorted({f"{names[j.source]}→{names[j.target]}" for j in self.jumps})
            called = "→".join(names[i] for i in pair)
            raise UnknownNameError("jump", called, known, "in this biome")
        return found

    def entries(self, term: JumpTerm) -> tuple[Sequence[int], Sequence[int]]:
        """Return the basis states from which a jump leads, and to which, (M,) each."""
        if not self.qubits:
            return (term.source,), (term.target,)
        gates = term.when, term.unless
        sources, targets = jump_entries(term.source, term.target, *gates, self.qubits)
        return sources.tolist(), targets.tolist()

    def equals(self, other: BathOperators) -> bool:
        """Return whether ``other`` says the same: emojis, H, channels and drivers.

        Two functions of time are the same only if they are one object.
        """
        if self is other:
            return True
        return (
            list(self._canonical) == list(other._canonical)
            and (self.qubits, self.grounds) == (other.qubits, other.grounds)
            and abs(self.hamiltonian - other.hamiltonian).sum() == 0.0
            and self.jumps == other.jumps
            and [replace(each, name="") for each in self.whole_drive.drivers]
            == [replace(each, name="") for each in other.whole_drive.drivers]
        )

    def ground(self, north: int) -> int:
        """Return where a harvest of the axis with pole ``north`` brings what it takes.

        Raises:
            ArgumentError: the biome has no ground.
        """
        if self.qubits:
            return self.grounds[axis_of(north)]
        if not self.grounds:
            raise ArgumentError(
                "A harvest needs a ground, where what is taken goes: a biome declares "
                f"it as `harvest: {{to: EMOJI}}`; by default it is {GROUND}, which is "
                "not here"
            )
        return self.grounds[0]

    def _grounds(self, declared: Iterable[str] | None) -> tuple[int, ...]:
        if declared is not None:
            return tuple(self.index(emoji) for emoji in declared)
        if self.qubits:
            return tuple(range(1, 2 * self.qubits, 2))
        found = self._canonical.get(GROUND)
        return () if found is None else (found,)

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
        """Return ⟨H(t)⟩ in rad/s of a ket (D,) or a density matrix (D, D)."""
        return energy(self.hamiltonian, self.whole_drive, state, time)

    def observables(
        self, many: ComplexArray, times: Sequence[float]
    ) -> dict[str, FloatArray]:
        """Return norm, purity, entropy and energy of T states, each (T,).

        ``many`` are kets (T, D) or density matrices (T, D, D), one for each of
        ``times`` in seconds; see :func:`spacewheat_sim.quantum.states.observables`.
        """
        driven = driven_energies(self.whole_drive, self.dimension, times)
        return states.observables(many, self.hamiltonian, driven)

    def hamiltonian_at(self, time: float) -> sp.csr_array:
        """Return H(t) in rad/s with the drivers at ``time`` seconds, CSR (D, D)."""
        return hamiltonian_at(self.hamiltonian, self.whole_drive, time)
