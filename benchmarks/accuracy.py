"""Deviations from dense references: python benchmarks/accuracy.py [--quick].

The largest deviation in populations from references that share no code with the engine:
the exponential of the dense superoperator, and DOP853 at rtol = 1e-12 where energies
are driven. QuTiP's are those at the tolerances that its steps are timed at.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import scipy.linalg
from case import Case
from measurement import Measurement
from numpy_peers import no_jump_generator
from peer_environment import ask
from problems import DT, RandomBath, random_bath
from scipy.integrate import solve_ivp
from timing import Effort

from spacewheat_sim import QuantumBath
from spacewheat_sim.arrays import ComplexArray, FloatArray

BAR = 1e-9
DURATION = 10.0
STEPS = round(DURATION / DT)


def master(driven: int, effort: Effort) -> Iterator[Measurement]:
    """Compare a density matrix, stepped both ways, with a dense reference."""
    del effort  # a deviation needs no repeats
    problem = random_bath(22, driven=driven)
    exact = _ordinary(problem) if driven else _exponential(problem)
    name = f"populations at 10 s, master, {_drive(driven)}"
    for by, found in (
        ("evolve_many", _many(problem)),
        ("evolve", _stepped(problem)),
    ):
        yield _row(name, by, _difference(found, exact), bar=BAR)
    for style in ("each step", "functions") if driven else ("each step",):
        by = "QuTiP MESolver, tsit5" + (f", {style}" if driven else "")
        options = {"by": by, "package": "qutip", "style": style, "steps": STEPS}
        for answer in ask("qutip_populations", options, problem.arrays()):
            if answer.seconds is None:
                yield Measurement.missing(name, by, "", symbol="N", size=22)
            else:
                error = _difference(np.array(answer.result), exact)
                yield _row(name, by, error, is_peer=True)


def no_jump(effort: Effort) -> Iterator[Measurement]:
    """Compare the last recorded ket before the first jump."""
    del effort
    found = _no_jump(random_bath(22))
    name = "populations up to the first jump, trajectory, static"
    yield _row(name, "evolve_many", found, bar=BAR)


def _row(
    name: str,
    by: str,
    error: float,
    bar: float | None = None,
    is_peer: bool = False,
) -> Measurement:
    return Measurement.of(
        name, by, "", [error], symbol="N", size=22, bar=bar, is_peer=is_peer
    )


def _drive(driven: int) -> str:
    return f"{driven} driven" if driven else "static"


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


def _start(problem: RandomBath) -> ComplexArray:
    ket = problem.uniform_ket()
    return np.outer(ket, ket.conj()).ravel()


def _populations(rho: ComplexArray, n: int) -> FloatArray:
    return np.asarray(rho.reshape(n, n).diagonal().real)


def _difference(ours: FloatArray, exact: FloatArray) -> float:
    return float(np.max(np.abs(ours - exact)))


CASES = (
    Case("master, static", partial(master, 0)),
    Case("master, driven", partial(master, 3), is_quick=False),
    Case("trajectory up to its first jump", no_jump),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("accuracy",)))
