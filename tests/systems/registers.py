"""Registers and their dense Liouvillians, from the definitions by Kronecker products.

Nothing here uses the package's own layout: a pole is (axis, bit), an operator on it a
2 × 2 matrix between identities.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
from scipy import integrate, linalg

from spacewheat_sim import BathOperators
from spacewheat_sim.arrays import ComplexArray, FloatArray

NAMES = (("☀", "🌙"), ("🌾", "🍄"), ("🔥", "❄"), ("🐇", "🐺"), ("🌧", "🌵"))
ONE = np.eye(2)


@dataclass
class RegisterTerms:
    """Terms of a register as icons declare them; a driver is (pole, A, f, φ)."""

    axes: tuple[tuple[str, str], ...]
    energies: list[tuple[str, float]] = field(default_factory=list)
    couplings: list[tuple[str, str, complex]] = field(default_factory=list)
    pair_couplings: list[tuple[str, str, complex]] = field(default_factory=list)
    alignments: list[tuple[str, str, float]] = field(default_factory=list)
    jumps: list[tuple[Any, ...]] = field(default_factory=list)
    cosines: list[tuple[str, float, float, float]] = field(default_factory=list)

    def operators(self) -> BathOperators:
        """Return what the package makes of them."""
        return BathOperators.from_register(
            self.axes,
            energies=self.energies,
            couplings=self.couplings,
            pair_couplings=self.pair_couplings,
            alignments=self.alignments,
            jumps=self.jumps,
            drivers=[(e, a, "cosine", f, p) for e, a, f, p in self.cosines],
        )

    # --- the definitions ----------------------------------------------------------

    def place(self, pole: str) -> tuple[int, int]:
        """Return the axis and the bit of a pole."""
        for axis, pair in enumerate(self.axes):
            if pole in pair:
                return axis, pair.index(pole)
        raise LookupError(pole)

    def on(self, factors: dict[int, ComplexArray]) -> ComplexArray:
        """Return the product of 2 × 2 matrices on axes, 1 on all others."""
        parts = [factors.get(axis, ONE) for axis in range(len(self.axes))]
        return reduce(np.kron, parts)

    def projector(self, pole: str) -> ComplexArray:
        """Return P_e."""
        axis, bit = self.place(pole)
        return self.on({axis: np.diag([1.0 - bit, float(bit)])})

    def raising(self, pole: str) -> tuple[int, ComplexArray]:
        """Return the axis of a pole, and |e⟩⟨ē| on it."""
        axis, bit = self.place(pole)
        matrix = np.zeros((2, 2))
        matrix[bit, 1 - bit] = 1.0
        return axis, matrix

    def hamiltonian(self, time: float = 0.0) -> ComplexArray:
        """Return H(t), dense."""
        size = 2 ** len(self.axes)
        h = np.zeros((size, size), dtype=complex)
        for pole, energy in self.energies:
            h += energy * self.projector(pole)
        for pole, amplitude, frequency, phase in self.cosines:
            value = amplitude * np.cos(2 * np.pi * frequency * time + phase)
            h += value * self.projector(pole)
        for i, j, a in self.alignments:
            h += a * self.projector(i) @ self.projector(j)
        for i, j, c in self.couplings:
            (a, up_i), (b, up_j) = self.raising(i), self.raising(j)
            # |i⟩⟨j| on one axis is |i⟩⟨ī|; across two |i⟩⟨ī| ⊗ |j̄⟩⟨j|.
            step = self.on({a: up_i} if a == b else {a: up_i, b: up_j.T})
            h += c / 2 * step + np.conj(c) / 2 * step.conj().T
        for i, j, c in self.pair_couplings:
            (a, up_i), (b, up_j) = self.raising(i), self.raising(j)
            step = self.on({a: up_i, b: up_j})
            h += c / 2 * step + np.conj(c) / 2 * step.conj().T
        return h

    def lindblad(self) -> list[ComplexArray]:
        """Return the L of each jump, √rate included."""
        found = []
        for jump in self.jumps:
            source, target, rate = jump[:3]
            gates = jump[3] if len(jump) == 4 else {}
            (a, up_i), (b, up_j) = self.raising(source), self.raising(target)
            if source == target:
                step = self.projector(source)
            elif a == b:
                step = self.on({b: up_j})
            else:
                step = self.on({a: up_i.T, b: up_j})
            if "when" in gates:
                step = step @ self.projector(gates["when"])
            if "unless" in gates:
                step = step @ (np.eye(len(step)) - self.projector(gates["unless"]))
            found.append(np.sqrt(rate) * step)
        return found

    def liouvillian(self, time: float = 0.0) -> ComplexArray:
        """Return L on ρ as a vector by rows, (4^n, 4^n)."""
        h = self.hamiltonian(time)
        one = np.eye(len(h))
        out = -1j * (np.kron(h, one) - np.kron(one, h.T))
        for each in self.lindblad():
            square = each.conj().T @ each
            out += np.kron(each, each.conj())
            out -= 0.5 * (np.kron(square, one) + np.kron(one, square.T))
        return out

    def evolved(self, rho: ComplexArray, duration: float) -> ComplexArray:
        """Return ρ after ``duration`` seconds from t = 0."""
        if not self.cosines:
            moved = linalg.expm(duration * self.liouvillian()) @ rho.ravel()
            return moved.reshape(rho.shape)
        static = self.liouvillian()
        parts = [
            RegisterTerms(self.axes, energies=[(pole, 1.0)]).liouvillian()
            for pole, *_ in self.cosines
        ]
        waves = [wave[1:] for wave in self.cosines]
        static = static - sum(
            a * np.cos(p) * part for (a, _, p), part in zip(waves, parts, strict=True)
        )

        def rate(time: float, vector: ComplexArray) -> ComplexArray:
            value = static @ vector
            for (a, f, p), part in zip(waves, parts, strict=True):
                value += a * np.cos(2 * np.pi * f * time + p) * (part @ vector)
            return value

        solution = integrate.solve_ivp(
            rate,
            (0.0, duration),
            rho.ravel().astype(complex),
            method="DOP853",
            rtol=1e-13,
            atol=1e-14,
        )
        return solution.y[:, -1].reshape(rho.shape)

    def pole_populations(self, rho: ComplexArray) -> FloatArray:
        """Return tr ρP_e of all poles."""
        poles = [pole for pair in self.axes for pole in pair]
        return np.array([np.trace(rho @ self.projector(p)).real for p in poles])

    def reduced(self, rho: ComplexArray, *axes: int) -> ComplexArray:
        """Return the reduced density matrix of one or two axes, in this order."""
        n = len(self.axes)
        folded = rho.reshape((2,) * (2 * n))
        rest = [axis for axis in range(n) if axis not in axes]
        order = [*axes, *rest, *(n + a for a in axes), *(n + a for a in rest)]
        size, left = 2 ** len(axes), 2 ** len(rest)
        blocks = folded.transpose(order).reshape(size, left, size, left)
        return np.einsum("aibi->ab", blocks)


def random_register(rng: np.random.Generator, n: int, *, driven: bool) -> RegisterTerms:
    """Return a register of ``n`` axes with every kind of term that fits on it."""
    axes = NAMES[:n]
    terms = RegisterTerms(axes)
    poles = [pole for pair in axes for pole in pair]
    for pole in poles:
        terms.energies.append((pole, rng.normal()))
        if rng.random() < 0.5:
            terms.jumps.append((pole, pole, rng.uniform(0.0, 0.5)))
    for north, south in axes:
        terms.couplings.append((north, south, complex(*rng.normal(size=2))))
        terms.jumps.append((south, north, rng.uniform(0.0, 0.6)))
        if driven:
            waves = rng.uniform(0.2, 1.0), rng.uniform(0.05, 0.4), rng.uniform(0, 6)
            terms.cosines.append((north, *waves))
    for _ in range(2 * n if n > 1 else 0):
        first, second = rng.choice(n, size=2, replace=False).tolist()
        i, j = axes[first][rng.integers(2)], axes[second][rng.integers(2)]
        terms.couplings.append((i, j, complex(*rng.normal(size=2))))
        terms.pair_couplings.append((j, i, complex(*rng.normal(size=2))))
        terms.alignments.append((i, j, rng.normal()))
        terms.jumps.append((i, j, rng.uniform(0.0, 0.6)))
        free = [a for a in range(n) if a not in (first, second)]
        if free:
            gate = axes[rng.choice(free)][rng.integers(2)]
            name = "when" if rng.random() < 0.5 else "unless"
            terms.jumps.append((i, j, rng.uniform(0.2, 0.8), {name: gate}))
            terms.jumps.append((*axes[first], rng.uniform(0.2, 0.8), {name: gate}))
    return terms


def random_ket(rng: np.random.Generator, n: int) -> ComplexArray:
    """Return a random normalized ket of ``n`` axes."""
    psi = rng.normal(size=2**n) + 1j * rng.normal(size=2**n)
    return psi / np.linalg.norm(psi)
