"""``spec`` against the source document's own update, step by step, to the letter."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from generated_bath import GeneratedBath
from numpy.typing import NDArray
from plain_bath import PlainBath, Schedule
from product_calls import started_bath, stepped
from static_reference import Propagation
from verdicts import Ledger, RefusalError, asked

LongComplex = NDArray[np.clongdouble]

MOST_STEPS = 60
# Norms below which a normalized state is nobody's: what is left is rounding.
VANISHED = 1e-14


class VanishedError(Exception):
    """The update has annihilated the state: an error is right."""


def check_spec(case: GeneratedBath, ledger: Ledger) -> None:
    """``evolve_many`` under ``spec``, by any of its Hamiltonian steps."""
    rng = case.rng("spec")
    how = str(rng.choice(("euler", "euler", "cayley", "split", "exact")))
    steps = min(case.schedule.steps, MOST_STEPS)
    rates = [rate for _, _, rate in case.bath.jumps]
    dt = case.schedule.dt
    if max(rates, default=0.0) * dt > 1 and rng.random() < 0.9:
        dt = float(rng.random()) / max(rates)
    schedule = Schedule(dt, steps, int(rng.integers(1, steps + 1)))
    refused = max(rates, default=0.0) * dt > 1
    bath = started_bath(case, "spec", 0, hamiltonian_step=how)
    try:
        right, spread = ([], 0.0) if refused else _both(case, schedule, how)
    except VanishedError:
        _expect_refusal(ledger, bath, schedule)
        return
    try:
        recording = stepped(
            ledger,
            bath,
            lambda: asked(lambda: bath.evolve_many(dt, steps, schedule.record_every)),
        )
    except RefusalError:
        if refused:
            ledger.add("right", "spec: γ·dt > 1 refused")
            return
        raise
    if refused:
        ledger.add("WRONG", "spec: γ·dt > 1 taken", error=max(rates) * dt, allowed=1.0)
        return
    ledger.populations(recording.populations)
    rows = np.array(right)[:: schedule.record_every][: schedule.rows + 1]
    # Turns of the exponentials' phases, which both precisions take from one reference.
    turned = float(np.abs(case.bath.hamiltonian).sum(axis=1).max()) * dt * steps
    rounding = 1e-12 + 1e3 * spread + (4e-15 * turned if how != "euler" else 0.0)
    ledger.compare(
        f"spec {how}", recording.populations, rows.astype(float), 0.0, rounding, 1.0
    )
    ledger.compare(
        f"spec {how}", bath.populations(), right[-1].astype(float), 0.0, rounding, 1.0
    )


def _expect_refusal(ledger: Ledger, bath, schedule: Schedule) -> None:
    try:
        asked(lambda: bath.evolve_many(schedule.dt, schedule.steps))
    except RefusalError:
        ledger.add("right", "spec: annihilation refused")
        return
    ledger.add("WRONG", "spec: annihilation passed", detail=f"{bath.populations()}")


def _both(case, schedule, how):
    """Return populations after each step, and how much double precision moves them."""
    long = _update(case, schedule, how, np.clongdouble)
    short = _update(case, schedule, how, np.complex128)
    return long, float(np.abs(np.array(long) - np.array(short)).max())


def _update(case, schedule, how, precision):
    bath, dt = case.bath, schedule.dt
    psi = case.ket.astype(precision)
    psi /= np.sqrt((np.abs(psi) ** 2).sum())
    real = np.longdouble if precision is np.clongdouble else np.float64
    hamiltonian_step = _HamiltonianStep(bath, how, dt, precision)
    rows = [np.abs(psi) ** 2]
    for step in range(1, schedule.steps + 1):
        moved = _normalized(hamiltonian_step(step * dt, psi))
        for source, target, rate in bath.jumps:
            if rate > 0:
                share = real(rate) * real(dt)
                moved[target] += np.sqrt(share) * moved[source]
                moved[source] *= np.sqrt(1 - share)
        psi = _normalized(moved)
        rows.append(np.abs(psi) ** 2)
    return rows


def _normalized(psi):
    norm = np.sqrt((np.abs(psi) ** 2).sum())
    if not norm > VANISHED:
        raise VanishedError
    return psi / norm


class _HamiltonianStep:
    """ψ → its Hamiltonian step, with the energies at the step's end."""

    def __init__(self, bath: PlainBath, how: str, dt: float, precision: type) -> None:
        self._bath, self._how, self._dt, self._precision = bath, how, dt, precision
        self._unitaries: dict[bytes, np.ndarray] = {}

    def __call__(self, time: float, psi):
        h = self._bath.hamiltonian.astype(self._precision)
        for drive in self._bath.drives:
            value = drive.values(np.array([time], dtype=np.longdouble))[0]
            h[drive.state, drive.state] += value
        dt = self._dt
        if self._how == "euler":
            return psi - 1j * dt * (h @ psi)
        if self._how == "cayley":
            one = np.eye(psi.size, dtype=self._precision)
            return _solved(one + 0.5j * dt * h, psi - 0.5j * dt * (h @ psi))
        if self._how == "exact":
            return self._exponential(h.astype(complex)) @ psi
        phase = np.exp(-0.5j * dt * h.diagonal())
        off = h.astype(complex) - np.diag(h.diagonal().astype(complex))
        return phase * (self._exponential(off) @ (phase * psi))

    def _exponential(self, h):
        """Return e^{−iH dt} but for a phase."""
        key = h.tobytes()
        if key not in self._unitaries:
            n = h.shape[0]
            everything = np.ones(2 * n, dtype=bool)
            whole = Propagation(PlainBath(h, ()), "ket", everything, everything)
            real = whole.over(Fraction(self._dt))
            self._unitaries[key] = real[:n, :n] + 1j * real[n:, :n]
        return self._unitaries[key]


def _solved(matrix, vector):
    """Return matrix⁻¹ vector, refined to the precision of its arguments."""
    plain = matrix.astype(complex)
    x = np.linalg.solve(plain, vector.astype(complex)).astype(vector.dtype)
    for _ in range(4):
        rest = (vector - matrix @ x).astype(complex)
        x = x + np.linalg.solve(plain, rest)
    return x
