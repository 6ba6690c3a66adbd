"""Numbers of a density matrix, each with its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError

# Population below which an axis holds nothing, and a probability whose logarithm is
# as good as that of 0.
EMPTY = 1e-10
FAINT = 1e-15


@dataclass(frozen=True)
class Level:
    """A number g of ρ at a time.

    Attributes:
        value: g from ρ (N, N) and t in s.
        slope: The Hermitian G with dg = tr G dρ, (N, N).
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
        ArgumentError: a quantity of registers.
    """
    if asked.kind == "information":
        raise ArgumentError(
            "Information is what two axes of a register share; a level biome is one "
            "system, whose axes are no parts"
        )
    indices = [operators.index(name) for name in asked.names]
    if asked.kind == "population":
        return _population(len(operators), indices[0])
    if asked.kind == "coherence":
        return _coherence(indices[0], indices[1])
    if asked.kind == "radius":
        return _radius(indices[0], indices[1])
    if asked.kind == "purity":
        return Level(
            lambda rho, _: float(np.sum(rho * rho.conj()).real), lambda rho, _: 2 * rho
        )
    if asked.kind == "entropy":
        return Level(lambda rho, _: _entropy(rho)[0], lambda rho, _: _entropy(rho)[1])
    return _energy(operators)


def _population(n: int, i: int) -> Level:
    unit = np.zeros((n, n), dtype=np.complex128)
    unit[i, i] = 1.0
    return Level(lambda rho, _: float(rho[i, i].real), lambda *_: unit, is_linear=True)


def _coherence(n: int, s: int) -> Level:
    """2|ρ_ns|/p with p = ρ_nn + ρ_ss."""

    def value(rho: ComplexArray, _: float) -> float:
        p = float((rho[n, n] + rho[s, s]).real)
        return 2 * abs(rho[n, s]) / p if p > EMPTY else 0.0

    def slope(rho: ComplexArray, _: float) -> ComplexArray:
        found = np.zeros_like(rho)
        p, size = float((rho[n, n] + rho[s, s]).real), abs(rho[n, s])
        if p > EMPTY and size > 0.0:
            found[s, n] = rho[n, s].conj() / (size * p)
            found[n, s] = found[s, n].conj()
            found[n, n] = found[s, s] = -2 * size / p**2
        return found

    return Level(value, slope)


def _radius(n: int, s: int) -> Level:
    """√(ρ_nn + ρ_ss)."""

    def value(rho: ComplexArray, _: float) -> float:
        return float(np.sqrt(max((rho[n, n] + rho[s, s]).real, 0.0)))

    def slope(rho: ComplexArray, time: float) -> ComplexArray:
        found = np.zeros_like(rho)
        found[n, n] = found[s, s] = 0.5 / max(value(rho, time), EMPTY)
        return found

    return Level(value, slope)


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
