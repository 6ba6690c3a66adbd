"""Numbers of a density matrix, each with its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import ComplexArray, IndexArray
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.register.layout import emoji_states, partner

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
        ArgumentError: poles of a register that are not of one axis.
    """
    indices = [operators.index(name) for name in asked.names]
    states = [emoji_states(index, operators.qubits) for index in indices]
    if asked.kind == "population":
        return _population(operators.dimension, states[0])
    if asked.kind in ("coherence", "radius"):
        _check_axis(asked, indices, operators)
        kind = _coherence if asked.kind == "coherence" else _radius
        return kind(states[0], states[1])
    if asked.kind == "purity":
        return Level(
            lambda rho, _: float(np.sum(rho * rho.conj()).real), lambda rho, _: 2 * rho
        )
    if asked.kind == "entropy":
        return Level(lambda rho, _: _entropy(rho)[0], lambda rho, _: _entropy(rho)[1])
    return _energy(operators)


def _check_axis(asked: Asked, indices: list[int], operators: BathOperators) -> None:
    if operators.qubits and partner(indices[0]) != indices[1]:
        known = ", ".join(f"{north}/{south}" for north, south in operators.axes)
        raise ArgumentError(
            f"The {asked.kind} of {'/'.join(asked.names)} is asked for, but in a "
            f"register it is of one of the axes: {known}"
        )


def _population(n: int, states: IndexArray) -> Level:
    """Σ_s ρ_ss over the basis states of an emoji."""
    unit = np.zeros((n, n), dtype=np.complex128)
    unit[states, states] = 1.0
    return Level(
        lambda rho, _: float(rho[states, states].real.sum()),
        lambda *_: unit,
        is_linear=True,
    )


def _coherence(n: IndexArray, s: IndexArray) -> Level:
    """2|ρ_ns|/p with p = ρ_nn + ρ_ss, each summed over the other axes."""

    def parts(rho: ComplexArray) -> tuple[float, complex]:
        p = float((rho[n, n] + rho[s, s]).real.sum())
        return p, complex(rho[n, s].sum())

    def value(rho: ComplexArray, _: float) -> float:
        p, between = parts(rho)
        return 2 * abs(between) / p if p > EMPTY else 0.0

    def slope(rho: ComplexArray, _: float) -> ComplexArray:
        found = np.zeros_like(rho)
        p, between = parts(rho)
        size = abs(between)
        if p > EMPTY and size > 0.0:
            found[s, n] = between.conjugate() / (size * p)
            found[n, s] = between / (size * p)
            found[n, n] = found[s, s] = -2 * size / p**2
        return found

    return Level(value, slope)


def _radius(n: IndexArray, s: IndexArray) -> Level:
    """√(ρ_nn + ρ_ss)."""

    def value(rho: ComplexArray, _: float) -> float:
        return float(np.sqrt(max((rho[n, n] + rho[s, s]).real.sum(), 0.0)))

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
