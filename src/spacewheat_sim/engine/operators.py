"""A bath's operators: what icons, or a caller, declare, compiled and read-only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal, cast, get_args

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.events import Jumped, JumpKind
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.states import complex_array

ComplexArray = NDArray[np.complex128]
DriverShape = Literal["cosine", "sine", "pulse"]
DriverTerm = (
    tuple[str, float, str, float, float, float] | tuple[str, Callable[[float], float]]
)

# Relative departure from Hermiticity that is taken for rounding.
HERMITIAN_TOLERANCE = 1e-12
# Seconds beyond which no bath is expected to run.
LONG = 1e9


@dataclass(frozen=True, slots=True)
class JumpTerm:
    """One channel L = √rate |target⟩⟨source|, and the icon that declared it."""

    source: int
    target: int
    rate: float
    icon: int
    kind: JumpKind = "transfer"


class BathOperators:
    """Hamiltonian, jump terms and drivers over a basis of N emojis.

    Attributes:
        emojis: The basis, as authored.
        hamiltonian: Static part of H in rad/s, Hermitian, CSR (N, N), read-only.
        jumps: The K channels with a positive rate, in order of declaration.
        drive: Time-dependent energies on the diagonal.
        generator: All of the above but the drive, as arrays for the kernels.
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
        self.jumps = tuple(jump for jump in jumps if jump.rate > 0.0)
        changing, hamiltonian = _without_constants(tuple(drivers), hamiltonian)
        self.drive = Drive(changing)
        self.hamiltonian = hamiltonian
        for part in (hamiltonian.data, hamiltonian.indices, hamiltonian.indptr):
            part.setflags(write=False)
        self.generator = Generator.build(
            hamiltonian,
            np.array([jump.source for jump in self.jumps], dtype=np.int32),
            np.array([jump.target for jump in self.jumps], dtype=np.int32),
            np.array([jump.rate for jump in self.jumps], dtype=np.float64),
        )
        self.sure_step = _sure_step(self.generator, self.drive)

    @classmethod
    def from_terms(
        cls,
        emojis: Sequence[str],
        hamiltonian: Any,
        jumps: Iterable[tuple[str, str, float]] = (),
        drivers: Iterable[DriverTerm] = (),
    ) -> BathOperators:
        """Build operators from plain terms.

        Args:
            emojis: N names of the basis states.
            hamiltonian: Dense or sparse Hermitian matrix in rad/s, (N, N).
            jumps: ``(source, target, rate)`` with rates in 1/s; L = √rate
                |target⟩⟨source|. Equal pairs stay separate channels; a source that
                is its own target is dephasing.
            drivers: ``(emoji, self_energy, shape, frequency, phase, amplitude)``, in
                rad/s, Hz and rad, with shape cosine, sine or pulse; or ``(emoji,
                function)`` of t in seconds to rad/s. Each adds to the diagonal.

        Raises:
            ArgumentError: an emoji twice, a matrix that is not Hermitian or of the
                wrong shape, a rate that is negative, a number that is not finite.
            UnknownNameError: a term names an emoji that is not in ``emojis``.
        """
        names = _checked_emojis(emojis)
        matrix = _checked_hamiltonian(hamiltonian, len(names))
        index = {canonical_emoji(name): i for i, name in enumerate(names)}

        def find(emoji: str, where: str) -> int:
            found = index.get(canonical_emoji(emoji))
            if found is None:
                raise UnknownNameError("emoji", emoji, names, where)
            return found

        terms: list[JumpTerm] = []
        for number, jump in enumerate(jumps):
            where = f"in jumps[{number}]"
            if len(jump) != 3:
                raise ArgumentError(
                    f"jumps[{number}] must be (source, target, rate), but is {jump!r}"
                )
            source, target, rate = jump
            s, t = find(source, where), find(target, where)
            if not (isinstance(rate, Real) and 0.0 <= rate < math.inf):
                raise ArgumentError(
                    f"The rate of {source} → {target} {where} must be finite and not "
                    f"negative, but is {rate!r}"
                )
            kind: JumpKind = "dephasing" if s == t else "transfer"
            terms.append(JumpTerm(s, t, float(rate), s, kind))
        compiled = [
            _driver(find(term[0], f"in drivers[{number}]"), term, number)
            for number, term in enumerate(drivers)
        ]
        return cls(names, matrix, terms, compiled)

    def __len__(self) -> int:
        return len(self.emojis)

    def index(self, emoji: str) -> int:
        """Return the basis index of ``emoji``, with or without U+FE0F.

        Raises:
            UnknownNameError: the bath has no such emoji.
        """
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
        static = states.expect(self.hamiltonian, state)
        if self.drive.is_static:
            return static
        driven = states.populations(state)[self.drive.states]
        return static + float(driven @ self.drive.energies(time))

    def hamiltonian_at(self, time: float) -> sp.csr_array:
        """Return H(t) in rad/s with the drivers at ``time`` seconds, CSR (N, N)."""
        if self.drive.is_static:
            return self.hamiltonian
        diagonal = np.zeros(len(self))
        diagonal[self.drive.states] = self.drive.energies(time)
        return sp.csr_array(self.hamiltonian + sp.diags_array(diagonal))


def _sure_step(generator: Generator, drive: Drive) -> float:
    if drive.looks_per_second or drive.latest < LONG:
        return 0.0
    bound = generator.ket_bound + drive.bound
    return 1.0 / bound if bound else math.inf


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


def _checked_emojis(emojis: Sequence[str]) -> tuple[str, ...]:
    names = tuple(emojis)
    if not names:
        raise ArgumentError("Argument `emojis` must name at least one emoji")
    seen: dict[str, int] = {}
    for i, name in enumerate(names):
        if not isinstance(name, str) or not name:
            raise ArgumentError(
                f"Argument `emojis` must hold non-empty strings, but emojis[{i}] is "
                f"{name!r}"
            )
        first = seen.setdefault(canonical_emoji(name), i)
        if first != i:
            raise ArgumentError(
                f"Argument `emojis` must not repeat an emoji, but {name} is both "
                f"emojis[{first}] and emojis[{i}]"
            )
    return names


def _checked_hamiltonian(hamiltonian: Any, n: int) -> sp.csr_array:
    given = hamiltonian
    if not sp.issparse(given):
        given = complex_array(hamiltonian, "hamiltonian")
    if given.shape != (n, n):
        raise ArgumentError(
            f"Argument `hamiltonian` must have shape ({n}, {n}) for {n} emojis, but "
            f"has {given.shape}"
        )
    matrix = sp.csr_array(given, dtype=np.complex128, copy=True)
    if not np.isfinite(matrix.data).all():
        raise ArgumentError("Argument `hamiltonian` must be finite")
    adjoint = sp.csr_array(matrix.conj().T)
    gap = abs(sp.csr_array(matrix - adjoint))
    largest = float(np.abs(matrix.data).max(initial=0.0))
    if gap.nnz and gap.max() > HERMITIAN_TOLERANCE * largest:
        row, column = np.unravel_index(int(gap.argmax()), (n, n))
        raise ArgumentError(
            "Argument `hamiltonian` must be Hermitian, but H[i, j] and conj(H[j, i]) "
            f"differ by {gap.max():.3g} at i = {row}, j = {column}"
        )
    hermitian = sp.csr_array((matrix + adjoint) / 2)
    hermitian.sort_indices()
    return hermitian


def _driver(state: int, term: DriverTerm, number: int) -> Driver:
    where = f"drivers[{number}]"
    if len(term) == 2:
        function = term[1]
        if not callable(function):
            raise ArgumentError(
                f"{where} must be (emoji, function) or (emoji, self_energy, shape, "
                f"frequency, phase, amplitude), but its function is {function!r}"
            )
        return Driver(state, function=function, name=term[0])
    if len(term) != 6:
        raise ArgumentError(
            f"{where} must be (emoji, self_energy, shape, frequency, phase, "
            f"amplitude), but has {len(term)} entries"
        )
    _, self_energy, shape, frequency, phase, amplitude = term
    if shape not in get_args(DriverShape):
        raise UnknownNameError(
            "driver shape", str(shape), get_args(DriverShape), f"in {where}"
        )
    numbers = (self_energy, frequency, phase, amplitude)
    if not all(isinstance(x, Real) and math.isfinite(x) for x in numbers):
        raise ArgumentError(f"{where} must hold finite numbers, but is {term!r}")
    if frequency < 0.0:
        raise ArgumentError(f"The frequency of {where} must not be negative")
    return Driver(
        state,
        float(self_energy) * float(amplitude),
        cast("DriverShape", shape),
        float(frequency),
        float(phase),
        name=term[0],
    )
