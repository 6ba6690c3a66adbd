"""Numbers of a density matrix, each with its derivative."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import ComplexArray, IndexArray
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.quantities.problem import information_axes

# Population below which an axis holds nothing, and a probability whose logarithm is
# as good as that of 0.
EMPTY = 1e-10
FAINT = 1e-15


@dataclass(frozen=True)
class Level:
    """A number g of ρ at a time.

    Attributes:
        value: g from ρ (D, D) and t in s.
        slope: The Hermitian G with dg = tr G dρ, (D, D).
        is_linear: Whether G does not depend on ρ or t.
        is_energy: Whether it is ⟨H⟩, which depends on H itself.
    """

    value: Callable[[ComplexArray, float], float]
    slope: Callable[[ComplexArray, float], ComplexArray]
    is_linear: bool = False
    is_energy: bool = False


def level_of(asked: Asked, operators: BathOperators) -> Level:
    """Return the number that a quantity of a state asks for.

    Raises:
        UnknownNameError: an emoji that is not there.
        ArgumentError: two emojis that are no axis; ``information`` of a level biome,
            or of one axis.
    """
    if asked.kind in ("coherence", "radius"):
        axis_poles(operators, *asked.names)
    places = [operators.states(operators.index(name)) for name in asked.names]
    if asked.kind == "population":
        return _population(operators.dimension, places[0])
    if asked.kind == "coherence":
        return _coherence(*places)
    if asked.kind == "radius":
        return _radius(*places)
    if asked.kind == "information":
        return _information(operators, asked)
    if asked.kind == "purity":
        return Level(
            lambda rho, _: float(np.sum(rho * rho.conj()).real), lambda rho, _: 2 * rho
        )
    if asked.kind == "entropy":
        return Level(lambda rho, _: _entropy(rho)[0], lambda rho, _: _entropy(rho)[1])
    return _energy(operators)


def _population(size: int, states: IndexArray) -> Level:
    unit = np.zeros((size, size), dtype=np.complex128)
    unit[states, states] = 1.0
    return Level(lambda rho, _: _weight(rho, states), lambda *_: unit, is_linear=True)


def _weight(rho: ComplexArray, states: IndexArray) -> float:
    return float(rho[states, states].real.sum())


def _coherence(n: IndexArray, s: IndexArray) -> Level:
    """2|c|/p with c = Σ_m ρ[n_m, s_m] and p the weight of both poles."""

    def value(rho: ComplexArray, _: float) -> float:
        p = _weight(rho, n) + _weight(rho, s)
        return 2 * float(abs(rho[n, s].sum())) / p if p > EMPTY else 0.0

    def slope(rho: ComplexArray, _: float) -> ComplexArray:
        found = np.zeros_like(rho)
        p, c = _weight(rho, n) + _weight(rho, s), rho[n, s].sum()
        size = float(abs(c))
        if p > EMPTY and size > 0.0:
            found[s, n] = c.conj() / (size * p)
            found[n, s] = c / (size * p)
            found[n, n] = found[s, s] = -2 * size / p**2
        return found

    return Level(value, slope)


def _radius(n: IndexArray, s: IndexArray) -> Level:
    """√(the weight of both poles)."""

    def value(rho: ComplexArray, _: float) -> float:
        return float(np.sqrt(max(_weight(rho, n) + _weight(rho, s), 0.0)))

    def slope(rho: ComplexArray, time: float) -> ComplexArray:
        found = np.zeros_like(rho)
        found[n, n] = found[s, s] = 0.5 / max(value(rho, time), EMPTY)
        return found

    return Level(value, slope)


def _information(operators: BathOperators, asked: Asked) -> Level:
    """S_a + S_b − S_ab of two axes in nats, G = −ln ρ_a − ln ρ_b + ln ρ_ab − 1."""
    axis, other = information_axes(operators, asked)
    first, second = ([operators.states(p) for p in poles] for poles in (axis, other))
    both = [np.intersect1d(a, b) for a in first for b in second]
    parts = ((first, 1.0), (second, 1.0), (both, -1.0))

    def value(rho: ComplexArray, _: float) -> float:
        shared = [sign * _entropy(_reduced(rho, places))[0] for places, sign in parts]
        return max(sum(shared), 0.0)

    def slope(rho: ComplexArray, _: float) -> ComplexArray:
        found = np.zeros_like(rho)
        for places, sign in parts:
            own = sign * _entropy(_reduced(rho, places))[1]
            for i, rows in enumerate(places):
                for j, columns in enumerate(places):
                    found[rows, columns] += own[i, j]
        return found

    return Level(value, slope)


def _reduced(rho: ComplexArray, places: Sequence[IndexArray]) -> ComplexArray:
    """Return Σ_m ρ[places[i][m], places[j][m]], (d, d)."""
    return np.array([[rho[a, b].sum() for b in places] for a in places])


def _entropy(rho: ComplexArray) -> tuple[float, ComplexArray]:
    """Return −tr ρ ln ρ in nats, and −ln ρ − 1."""
    values, vectors = np.linalg.eigh((rho + rho.conj().T) / 2)
    values = np.maximum(values, FAINT)
    logs = np.log(values)
    kept = values > FAINT
    slope = (vectors * (-logs - 1.0)) @ vectors.conj().T
    return max(0.0, -float((values * logs)[kept].sum())), np.asarray(slope)


def _energy(operators: BathOperators) -> Level:
    def hamiltonian(time: float) -> ComplexArray:
        return np.asarray(operators.hamiltonian_at(time).toarray())

    return Level(
        lambda rho, time: float(np.sum(hamiltonian(time).T * rho).real),
        lambda _, time: hamiltonian(time),
        is_energy=True,
    )
