"""Problems whose exact answers are known in closed form.

Each gives the populations at any time; tests hold any method, at any step, to them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spacewheat_sim import BathOperators, QuantumBath
from spacewheat_sim.arrays import ComplexArray


@dataclass(frozen=True)
class KnownSystem:
    """A bath and its exact density matrix, ``rho(t)`` (N, N)."""

    name: str
    emojis: str
    hamiltonian: Any
    ket: ComplexArray
    rho: Callable[[float], ComplexArray]
    jumps: tuple[tuple[str, str, float], ...] = ()
    drivers: tuple[tuple[Any, ...], ...] = field(default=())

    @property
    def operators(self) -> BathOperators:
        return BathOperators.from_terms(
            self.emojis, self.hamiltonian, self.jumps, self.drivers
        )

    def bath(self, method: str, seed: int = 0) -> QuantumBath:
        bath = QuantumBath(self.operators, method, seed=seed)
        bath.initialize_ket(self.ket)
        return bath


def _pure(amplitudes: list[complex]) -> ComplexArray:
    psi = np.array(amplitudes, dtype=complex)
    return np.outer(psi, psi.conj())


def rabi(coupling: complex = 0.7, detuning: float = 0.0) -> KnownSystem:
    """H = δ/2 σz + (g|0⟩⟨1| + h.c.): P₁ = |g|²/Ω² sin² Ωt, Ω² = |g|² + δ²/4."""
    frequency = np.sqrt(abs(coupling) ** 2 + detuning**2 / 4)

    def rho(t: float) -> ComplexArray:
        c, s = np.cos(frequency * t), np.sin(frequency * t) / frequency
        return _pure([c - 0.5j * detuning * s, -1j * np.conj(coupling) * s])

    return KnownSystem(
        f"rabi g={coupling} δ={detuning}",
        "🌕🌑",
        np.array([[detuning / 2, coupling], [np.conj(coupling), -detuning / 2]]),
        np.array([1.0, 0.0], dtype=complex),
        rho,
    )


def decay_chain(rates: tuple[float, ...] = (0.5, 0.25, 0.125)) -> KnownSystem:
    """|0⟩ → |1⟩ → … with distinct rates: the populations of Bateman (1910)."""
    emojis = "🥚🐣🐥🐔"[: len(rates) + 1]

    def rho(t: float) -> ComplexArray:
        p = [
            np.prod(rates[:k])
            * sum(
                np.exp(-rates[i] * t)
                / np.prod([rates[j] - rates[i] for j in range(k + 1) if j != i])
                for i in range(k + 1)
            )
            for k in range(len(rates))
        ]
        return np.diag([*p, 1 - sum(p)]).astype(complex)

    return KnownSystem(
        "Bateman chain",
        emojis,
        np.zeros((len(emojis),) * 2),
        np.eye(len(emojis), dtype=complex)[0],
        rho,
        jumps=tuple((emojis[i], emojis[i + 1], rate) for i, rate in enumerate(rates)),
    )


def resonance_fluorescence(drive: float = 1.1, rate: float = 0.6) -> KnownSystem:
    """H = Ω/2 σx from |0⟩ with decay |1⟩ → |0⟩ at γ, on resonance (Torrey, 1949).

    ρ₁₁ = Ω²/(2Ω² + γ²) [1 − e^{−3γt/4} (cos Ω't + 3γ/(4Ω') sin Ω't)],
    Ω'² = Ω² − γ²/16; ρ₀₁ follows from dρ₁₁/dt = Ω Im ρ₀₁ − γρ₁₁.
    """
    w = np.sqrt(drive**2 - rate**2 / 16)
    level = drive**2 / (2 * drive**2 + rate**2)
    b = 3 * rate / (4 * w)
    a = 3 * rate / 4

    def rho(t: float) -> ComplexArray:
        e, c, s = np.exp(-a * t), np.cos(w * t), np.sin(w * t)
        p = level * (1 - e * (c + b * s))
        slope = level * e * ((a - b * w) * c + (a * b + w) * s)
        # dρ₁₁/dt = −i(H₁₀ρ₀₁ − ρ₁₀H₀₁) − γρ₁₁ = Ω Im ρ₀₁ − γρ₁₁
        coherence = 1j * (slope + rate * p) / drive
        return np.array([[1 - p, coherence], [np.conj(coherence), p]])

    return KnownSystem(
        "resonance fluorescence",
        "🌑🌕",
        np.array([[0.0, drive / 2], [drive / 2, 0.0]]),
        np.array([1.0, 0.0], dtype=complex),
        rho,
        jumps=(("🌕", "🌑", rate),),
    )


def dephasing(rate: float = 0.4, detuning: float = 1.3) -> KnownSystem:
    """Jump √γ|0⟩⟨0| on (|0⟩ + |1⟩)/√2: ρ₀₁ = ½ e^{−iδt − γt/2}."""

    def rho(t: float) -> ComplexArray:
        c = 0.5 * np.exp(-1j * detuning * t - rate * t / 2)
        return np.array([[0.5, c], [np.conj(c), 0.5]])

    return KnownSystem(
        "dephasing",
        "🌕🌑",
        np.diag([detuning, 0.0]),
        np.full(2, 0.5**0.5, dtype=complex),
        rho,
        jumps=(("🌕", "🌕", rate),),
    )


def driven_phase(
    name: str, driver: tuple[Any, ...], integral: Callable[[float], float]
) -> KnownSystem:
    """An energy E(t) on |0⟩ alone: ρ₀₁ = ½ exp(−i ∫ E dt), whatever the coupling."""

    def rho(t: float) -> ComplexArray:
        c = 0.5 * np.exp(-1j * integral(t))
        return np.array([[0.5, c], [np.conj(c), 0.5]])

    return KnownSystem(
        name,
        "☀🌙",
        np.zeros((2, 2)),
        np.full(2, 0.5**0.5, dtype=complex),
        rho,
        drivers=(("☀", *driver),),
    )


def pulse_integral(t: float, amplitude: float, frequency: float, phase: float) -> float:
    """∫₀ᵗ of a pulse that is ``amplitude`` in the first half of each turn."""

    def upto(turns: float) -> float:
        whole = np.floor(turns)
        return 0.5 * whole + min(turns - whole, 0.5)

    start = phase / (2 * np.pi)
    return amplitude * (upto(frequency * t + start) - upto(start)) / frequency


def _waves() -> list[KnownSystem]:
    systems = []
    for amplitude, frequency in (
        (1.5, 0.05),
        (1e-4, 0.2),
        (1e-2, 3.0),
        (0.3, 0.5),
        (6.0, 0.16),
        (40.0, 2.0),
    ):
        w, phase = 2 * np.pi * frequency, 0.9
        systems += [
            driven_phase(
                f"cosine a={amplitude} f={frequency}",
                (amplitude, "cosine", frequency, phase),
                lambda t, a=amplitude, w=w: a * (np.sin(w * t + 0.9) - np.sin(0.9)) / w,
            ),
            driven_phase(
                f"sine a={amplitude} f={frequency}",
                (amplitude, "sine", frequency, phase),
                lambda t, a=amplitude, w=w: a * (np.cos(0.9) - np.cos(w * t + 0.9)) / w,
            ),
        ]
    for frequency, phase in ((0.05, 0.0), (0.37, 2.0), (7.0, -1.0)):
        systems.append(
            driven_phase(
                f"pulse f={frequency}",
                (0.8, "pulse", frequency, phase),
                lambda t, f=frequency, p=phase: pulse_integral(t, 0.8, f, p),
            )
        )
    systems.append(
        driven_phase("energy t⁴", (lambda t: 0.9 * t**4,), lambda t: 0.9 * t**5 / 5)
    )
    systems.append(
        driven_phase(
            "energy sin⁶ t",
            (lambda t: np.sin(t) ** 6,),
            lambda t: (
                5 * t / 16
                - 15 * np.sin(2 * t) / 64
                + 3 * np.sin(4 * t) / 64
                - np.sin(6 * t) / 192
            ),
        )
    )
    systems.append(
        driven_phase(
            "energy that jumps at t = 1.2345",
            (lambda t: 0.7 if t < 1.2345 else -0.4,),
            lambda t: 0.7 * min(t, 1.2345) - 0.4 * max(t - 1.2345, 0.0),
        )
    )
    return systems


CLOSED = (
    rabi(),
    rabi(0.7, 1.9),
    rabi(0.3 - 0.4j, 0.8),
    rabi(0.002, 0.001),
    *_waves(),
)
OPEN = (decay_chain(), resonance_fluorescence(), dephasing())
ALL = (*CLOSED, *OPEN)
