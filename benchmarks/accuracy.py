"""Deviation in populations from references that share no code with the engine."""

from __future__ import annotations

import numpy as np
import qutip_peer
import scipy.linalg
from numpy.typing import NDArray
from numpy_peers import no_jump_generator
from problems import DT, RandomBath, random_bath
from scipy.integrate import solve_ivp

from spacewheat_sim import QuantumBath

DURATION = 10.0
STEPS = round(DURATION / DT)

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]


def deviations() -> dict[str, float]:
    """Return the largest deviation in populations at t = 10 s (N = 22) by case."""
    static, driven = random_bath(22), random_bath(22, driven=3)
    found = {}
    for name, problem, exact in (
        ("master, static, against expm", static, _exponential(static)),
        ("master, driven, against DOP853", driven, _ordinary(driven)),
    ):
        found[f"{name}: evolve_many"] = _difference(_many(problem), exact)
        found[f"{name}: evolve"] = _difference(_stepped(problem), exact)
    found["ket up to its first jump, against expm: evolve_many"] = _no_jump(static)
    return found


def peer_deviations() -> dict[str, float]:
    """Return the same for QuTiP's steps, at the tolerances that they are timed at."""
    static, driven = random_bath(22), random_bath(22, driven=3)
    styles: tuple[qutip_peer.DriveStyle, ...] = ("each step", "functions")
    found = {"static": _difference(_qutip(static, styles[0]), _exponential(static))}
    exact = _ordinary(driven)
    for style in styles:
        found[f"driven ({style})"] = _difference(_qutip(driven, style), exact)
    return {f"QuTiP MESolver, tsit5, {name}": value for name, value in found.items()}


def superoperator(problem: RandomBath) -> ComplexArray:
    """Return the dense Liouvillian of the static part on row-major ρ, (N², N²)."""
    n = problem.states
    identity = np.eye(n)
    generator = no_jump_generator(problem).toarray()
    liouvillian = np.kron(generator, identity) + np.kron(identity, generator.conj())
    for source, target, rate in problem.indexed_jumps():
        liouvillian[target * n + target, source * n + source] += rate
    return np.asarray(liouvillian)


def _exponential(problem: RandomBath) -> FloatArray:
    rho = _start(problem)
    end = scipy.linalg.expm(DURATION * superoperator(problem)) @ rho
    return _populations(end, problem.states)


def _ordinary(problem: RandomBath) -> FloatArray:
    """Integrate the dense equation with the drivers to nearly full precision."""
    n = problem.states
    static = superoperator(problem)
    emojis = list(problem.emojis)

    def slope(t: float, rho: ComplexArray) -> ComplexArray:
        energies = np.zeros(n)
        for emoji, energy, _, frequency, phase, amplitude in problem.drivers:
            wave = np.cos(2 * np.pi * frequency * t + phase)
            energies[emojis.index(emoji)] += energy * amplitude * wave
        gaps = np.subtract.outer(energies, energies).ravel()
        return np.asarray(static @ rho - 1j * gaps * rho)

    end = solve_ivp(
        slope, (0, DURATION), _start(problem), "DOP853", rtol=1e-12, atol=1e-14
    )
    return _populations(end.y[:, -1], n)


def _no_jump(problem: RandomBath) -> float:
    """Compare the last recorded ket before the first jump."""
    bath = QuantumBath(problem.operators(), seed=1)
    recording = bath.evolve_many(DT, STEPS)
    first = recording.events[0].time if recording.events else np.inf
    row = int(np.searchsorted(recording.time, first)) - 1
    generator = no_jump_generator(problem).toarray()
    psi = scipy.linalg.expm(recording.time[row] * generator) @ problem.uniform_ket()
    exact = abs(psi) ** 2 / np.vdot(psi, psi).real
    return _difference(recording.populations[row], exact)


def _many(problem: RandomBath) -> FloatArray:
    bath = QuantumBath(problem.operators(), "master")
    return bath.evolve_many(DT, STEPS).populations[-1]


def _stepped(problem: RandomBath) -> FloatArray:
    bath = QuantumBath(problem.operators(), "master")
    for _ in range(STEPS):
        bath.evolve(DT)
    return bath.populations()


def _qutip(problem: RandomBath, style: qutip_peer.DriveStyle) -> FloatArray:
    step = qutip_peer.stepper(problem, True, style, "tsit5", restart=STEPS)
    for _ in range(STEPS):
        rho = step()
    return np.asarray(rho.diag().real)


def _start(problem: RandomBath) -> ComplexArray:
    ket = problem.uniform_ket()
    return np.outer(ket, ket.conj()).ravel()


def _populations(rho: ComplexArray, n: int) -> FloatArray:
    return np.asarray(rho.reshape(n, n).diagonal().real)


def _difference(ours: FloatArray, exact: FloatArray) -> float:
    return float(np.max(np.abs(ours - exact)))
