"""The same physics by another method: authored icons, dense matrices, scipy.

Shares no code with the package below the authored icons: couplings and rates are added
up by hand, the Liouvillian is a superoperator of N² × N² on column-stacked density
matrices, and it is exponentiated or integrated by scipy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.content.files import list_biomes, read_biome
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.content.rhythms.rhythm import Rhythm

Jumps = Sequence[tuple[int, int, float]]
# Seconds in which edges of pulses are known.
LAST = 60.0

# Level biomes: registers have their own reference, in register_reference.py.
BIOMES = tuple(
    entry.key for entry in list_biomes() if not read_biome(entry.path).register_axes
)


@dataclass(frozen=True)
class DenseBiome:
    """H₀ (N, N), jumps (source, target, rate) in the document's order, drivers.

    ``changes`` are factors of the rates as functions of time, None where one is
    constant; ``edges`` the times in the first ``LAST`` seconds when pulses turn.
    """

    hamiltonian: ComplexArray
    jumps: tuple[tuple[int, int, float], ...]
    drivers: tuple[tuple[int, Callable[[float], float]], ...]
    changes: tuple[Callable[[float], float] | None, ...] = ()
    edges: tuple[float, ...] = ()

    @property
    def is_static(self) -> bool:
        return not self.drivers and not any(self.changes)

    def jumps_at(self, time: float) -> Jumps:
        pairs = zip(self.jumps, self.changes, strict=True)
        return [
            (s, t, rate if change is None else rate * change(time))
            for (s, t, rate), change in pairs
        ]

    def hamiltonian_at(self, time: float) -> ComplexArray:
        matrix = self.hamiltonian.copy()
        for i, energy in self.drivers:
            matrix[i, i] += energy(time)
        return matrix


def wave(amplitude: float, rhythm: Rhythm) -> Callable[[float], float]:
    def at(time: float) -> float:
        angle = 2 * math.pi * time / rhythm.period + rhythm.phase
        if rhythm.shape == "cosine":
            return amplitude * math.cos(angle)
        assert rhythm.shape == "sine"
        return amplitude * math.sin(angle)

    return at


def share(rhythm: Rhythm, depth: float) -> Callable[[float], float]:
    """Return 1 − d + d f₊(t) of a rate's rhythm."""
    if rhythm.shape == "pulse":

        def f(time: float) -> float:
            turns = time / rhythm.period + rhythm.phase / (2 * math.pi)
            return 1.0 if turns - math.floor(turns) < rhythm.duty else 0.0

    else:
        unit = wave(1.0, rhythm)

        def f(time: float) -> float:
            return (1 + unit(time)) / 2

    return lambda time: 1 - depth + depth * f(time)


def pulse_edges(rhythm: Rhythm) -> list[float]:
    """Return when a pulse goes on and off between 0 and ``LAST`` s."""
    begin = -rhythm.phase / (2 * math.pi) * rhythm.period
    turns = range(-2, math.ceil(LAST / rhythm.period) + 2)
    edges = [begin + (k + d) * rhythm.period for k in turns for d in (0, rhythm.duty)]
    return [edge for edge in edges if 0.0 < edge < LAST]


@cache
def dense_biome(name: str) -> DenseBiome:
    """Compose the biome ``name`` by hand from its authored icons."""
    registry = IconRegistry.builtin()
    biome = read_biome(name, registry)
    icons = resolve_icons(biome, registry)
    index = {key: i for i, key in enumerate(biome.emoji_keys)}
    n = len(index)
    h = np.zeros((n, n), dtype=complex)
    first, second, third, drivers = [], [], [], []
    edges: set[float] = set()

    def jump(s: int, t: int, given: Any) -> tuple[int, int, float, Any]:
        """Return a jump with its rate and how this changes, of a rate as authored."""
        name = getattr(given, "rhythm", None)
        if name is None:
            return s, t, getattr(given, "rate", given), None
        rhythm = name if isinstance(name, Rhythm) else registry.rhythms[name]
        if rhythm.shape == "pulse":
            edges.update(pulse_edges(rhythm))
        return s, t, given.rate, share(rhythm, given.depth)

    for key, i in index.items():
        icon = icons.get(key)
        if icon is None:
            continue
        ((icon, weight),) = icon.parts
        assert weight == 1.0
        h[i, i] += icon.self_energy
        for driver in icon.drivers:
            rhythm = registry.rhythms[driver.rhythm]
            drivers.append((i, wave(driver.amplitude, rhythm)))
        for other, coupling in icon.couplings.items():
            if other in index:
                h[i, index[other]] += complex(coupling) / 2
                h[index[other], i] += complex(coupling).conjugate() / 2
        for other, rate in icon.transfers_to.items():
            if other in index:
                first.append(jump(i, index[other], rate))
        if icon.decay is not None and icon.decay.target in index:
            first.append(jump(i, index[icon.decay.target], icon.decay))
        for other, rate in icon.transfers_from.items():
            if other in index:
                second.append(jump(index[other], i, rate))
        if icon.dephasing:
            third.append(jump(i, i, icon.dephasing))
    jumps = [own for own in first + second + third if own[2] > 0]
    return DenseBiome(
        h,
        tuple((s, t, rate) for s, t, rate, _ in jumps),
        tuple(drivers),
        tuple(change for *_, change in jumps),
        tuple(sorted(edges)),
    )


def liouvillian(hamiltonian: ComplexArray, jumps: Jumps) -> ComplexArray:
    """Superoperator (N², N²) on column-stacked ρ, from each L = √γ |t⟩⟨s|."""
    n = hamiltonian.shape[0]
    one = np.eye(n)
    total = -1j * (np.kron(one, hamiltonian) - np.kron(hamiltonian.T, one))
    for s, t, rate in jumps:
        jump = np.zeros((n, n))
        jump[t, s] = math.sqrt(rate)
        square = jump.T @ jump
        total = total + np.kron(jump, jump)
        total = total - (np.kron(one, square) + np.kron(square.T, one)) / 2
    return total


def evolved(
    hamiltonian: ComplexArray, jumps: Jumps, rho: ComplexArray, time: float
) -> ComplexArray:
    """Return ρ(time) of a static system by the exponential of its Liouvillian."""
    n = hamiltonian.shape[0]
    propagator = expm(liouvillian(hamiltonian, jumps) * time)
    return (propagator @ rho.reshape(-1, order="F")).reshape(n, n, order="F")


def integrated(
    hamiltonian_at: Callable[[float], ComplexArray],
    jumps: Jumps | Callable[[float], Jumps],
    rho: ComplexArray,
    time: float,
    *,
    start: float = 0.0,
    longest: float = math.inf,
) -> ComplexArray:
    """Return ρ(time) of a driven system by scipy's DOP853 at its tightest."""
    n = rho.shape[0]

    def slope(t: float, flat: ComplexArray) -> ComplexArray:
        state = flat.reshape(n, n)
        h = hamiltonian_at(t)
        change = -1j * (h @ state - state @ h)
        for s, target, rate in jumps(t) if callable(jumps) else jumps:
            change[target, target] += rate * state[s, s]
            change[s, :] -= rate / 2 * state[s, :]
            change[:, s] -= rate / 2 * state[:, s]
        return change.reshape(-1)

    solution = solve_ivp(
        slope,
        (start, time),
        rho.astype(complex).reshape(-1),
        method="DOP853",
        rtol=3e-13,
        atol=1e-13,
        max_step=longest,
    )
    return solution.y[:, -1].reshape(n, n)


def integrated_biome(dense: DenseBiome, rho: ComplexArray, time: float) -> ComplexArray:
    """Return ρ(time) of a driven biome, from one edge of a pulse to the next."""
    times = [0.0, *(edge for edge in dense.edges if edge < time), time]
    for begin, end in pairwise(times):
        inside = begin + 1e-9, end - 1e-9

        def jumps_at(t: float, inside: tuple[float, float] = inside) -> Jumps:
            # At an edge, the rates of this side of it.
            low, high = inside
            return dense.jumps_at(min(max(t, low), high) if dense.edges else t)

        rho = integrated(dense.hamiltonian_at, jumps_at, rho, end, start=begin)
    return rho


def random_hamiltonian(rng: np.random.Generator, n: int) -> ComplexArray:
    matrix = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    return (matrix + matrix.conj().T) / 2


def random_ket(rng: np.random.Generator, n: int) -> ComplexArray:
    psi = rng.normal(size=n) + 1j * rng.normal(size=n)
    return psi / np.linalg.norm(psi)


def random_density_matrix(rng: np.random.Generator, n: int) -> ComplexArray:
    matrix = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    rho = matrix @ matrix.conj().T
    return rho / rho.trace().real


def random_jumps(
    rng: np.random.Generator, n: int, count: int
) -> list[tuple[int, int, float]]:
    return [
        (int(rng.integers(n)), int(rng.integers(n)), float(rng.exponential(0.4)))
        for _ in range(count)
    ]
