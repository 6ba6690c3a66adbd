"""A random register of one to four axes, drawn for a generated bath's schedule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from generated_bath import GeneratedBath, drawn_drives
from generated_drivers import Drive
from plain_bath import Schedule
from register_reference import NAMES, RegisterTerms
from scales import Scales
from verdicts import asked

from spacewheat_sim import BathOperators
from spacewheat_sim.arrays import ComplexArray

SHARES = np.array([20, 40, 28, 12]) / 100
DRIVEN = 0.3


@dataclass(frozen=True)
class GeneratedRegister:
    """A register to be checked.

    Attributes:
        terms: Its numbers, and its dense reference.
        drives: Energies that move, of poles by their numbers.
        ket: Where it starts, normalized, (2ⁿ,).
        schedule: How it is stepped.
        tolerance: Error in populations allowed per second.
    """

    terms: RegisterTerms
    drives: tuple[Drive, ...]
    ket: ComplexArray
    schedule: Schedule
    tolerance: float

    @property
    def poles(self) -> list[str]:
        """The 2n poles, as ``populations`` has them."""
        return [pole for pair in self.terms.axes for pole in pair]

    def operators(self) -> BathOperators:
        """Return what the product makes of it."""
        drivers = []
        for drive in self.drives:
            pole, shape = self.poles[drive.state], getattr(drive, "shape", None)
            if shape is None:
                drivers.append((pole, drive))
            else:
                numbers = (drive.frequency, drive.phase)
                drivers.append((pole, drive.amplitude, shape, *numbers))
        terms = self.terms
        return asked(
            lambda: BathOperators.from_register(
                terms.axes,
                energies=terms.energies,
                couplings=terms.couplings,
                pair_couplings=terms.pair_couplings,
                alignments=terms.alignments,
                jumps=terms.jumps,
                drivers=drivers,
            )
        )


def generated_register(case: GeneratedBath) -> GeneratedRegister:
    """Return the register that belongs to ``case``, with its schedule."""
    rng = case.rng("register")
    n = int(rng.choice(np.arange(1, 5), p=SHARES))
    driven = rng.random() < DRIVEN
    schedule = case.schedule
    if driven and schedule.duration > 30.0:
        schedule = Schedule(30.0 / schedule.steps, schedule.steps)
    reach = 10 ** rng.uniform(-1, 1.7 if driven else 3.5)
    scales = Scales(rng, schedule.duration, reach)
    terms = _terms(scales, n)
    drives = drawn_drives(scales, 2 * n, schedule.duration) if driven else ()
    return GeneratedRegister(terms, drives, _ket(rng, n), schedule, case.tolerance)


def _terms(s: Scales, n: int) -> RegisterTerms:
    """Return terms of every kind that fits on ``n`` axes, each or none at random."""
    rng = s.rng
    terms = RegisterTerms(NAMES[:n])
    busy = rng.uniform(0.2, 0.9)

    def size() -> float:
        return s.any() * float(rng.choice((-1, 1)))

    def complex_size() -> complex:
        return s.any() * np.exp(2j * np.pi * rng.random())

    for pair in terms.axes:
        for pole in pair:
            if rng.random() < busy:
                terms.energies.append((pole, size()))
            if rng.random() < busy / 2:
                terms.jumps.append((pole, pole, s.any()))
        if rng.random() < busy:
            terms.couplings.append((*pair, complex_size()))
        for source, target in (pair, pair[::-1]):
            if rng.random() < busy:
                terms.jumps.append((source, target, s.any()))
    for _ in range(int(rng.integers(0, 2 * n)) if n > 1 else 0):
        _join(terms, s, size, complex_size)
    return terms


def _join(terms: RegisterTerms, s: Scales, size, complex_size) -> None:
    """Add a term of two or three axes."""
    rng, n = s.rng, len(terms.axes)
    first, second = rng.choice(n, size=2, replace=False).tolist()
    i, j = (terms.axes[axis][int(rng.integers(2))] for axis in (first, second))
    kind = int(rng.integers(6))
    if kind == 0:
        terms.couplings.append((i, j, complex_size()))
    elif kind == 1:
        terms.pair_couplings.append((i, j, complex_size()))
    elif kind == 2:
        terms.alignments.append((i, j, size()))
    elif kind == 3:
        terms.jumps.append((i, j, s.any()))
    else:
        # A gate on an axis that the jump leaves as it is.
        free = [axis for axis in range(n) if axis not in (first, second)]
        gates = {}
        for name in ("when", "unless"):
            if free and rng.random() < 0.6:
                axis = free.pop(int(rng.integers(len(free))))
                gates[name] = terms.axes[axis][int(rng.integers(2))]
        ends = (i, j) if kind == 4 else terms.axes[first]
        if kind == 5 and not gates:
            gates = {"when": j}
        terms.jumps.append((*ends, s.any(), gates))


def _ket(rng: np.random.Generator, n: int) -> ComplexArray:
    pick = rng.random()
    if pick < 0.4:
        ket = np.zeros(2**n, dtype=complex)
        ket[int(rng.integers(2**n))] = 1.0
    elif pick < 0.55:
        ket = np.full(2**n, 2.0 ** (-n / 2), dtype=complex)
    else:
        ket = rng.normal(size=2**n) + 1j * rng.normal(size=2**n)
    return ket / np.linalg.norm(ket)
