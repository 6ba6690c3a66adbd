"""What one would write by hand with numpy or scipy: no jumps, no recording."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from problems import DT, RandomBath
from scipy.sparse.linalg import expm_multiply


def no_jump_generator(problem: RandomBath) -> sp.csr_array:
    """Return A = −iH − Γ/2 of the static part, CSR (N, N)."""
    decay = np.zeros(problem.states)
    for source, _, rate in problem.indexed_jumps():
        decay[source] += rate
    return sp.csr_array(-1j * problem.hamiltonian - sp.diags_array(decay / 2))


def euler(problem: RandomBath) -> Callable[[], Any]:
    """First order: ψ ← ψ + dt Aψ, normalized."""
    generator = no_jump_generator(problem).toarray()
    psi = problem.uniform_ket()

    def step() -> Any:
        nonlocal psi
        psi = psi + DT * (generator @ psi)
        psi /= np.sqrt(np.vdot(psi, psi).real)
        return psi

    return step


def dense_propagator(problem: RandomBath) -> Callable[[], Any]:
    """One product with e^{A dt}, precomputed: exact, but static."""
    propagator = scipy.linalg.expm(DT * no_jump_generator(problem).toarray())
    old, new = problem.uniform_ket(), problem.uniform_ket()

    def step() -> Any:
        nonlocal old, new
        np.dot(propagator, old, out=new)
        old, new = new, old
        return old

    return step


def sparse_exponential(problem: RandomBath) -> Callable[[], Any]:
    """Apply e^{A dt} by scipy's ``expm_multiply``."""
    generator = DT * no_jump_generator(problem)
    trace = generator.trace()
    psi = problem.uniform_ket()

    def step() -> Any:
        nonlocal psi
        psi = expm_multiply(generator, psi, traceA=trace)
        return psi

    return step
