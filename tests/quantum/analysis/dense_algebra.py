"""Small random baths, and everything about them from matrices of N² × N²."""

from __future__ import annotations

from typing import Any

import numpy as np

from spacewheat_sim import BathOperators

EMOJIS = "🌾🍄💀🍂🐇🐺🦌🐭"


def random_bath(n: int, seed: int, *, scale: float = 1.0) -> BathOperators:
    """Return a bath whose jumps connect all states, with complex couplings."""
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    h = scale * (h + h.conj().T) / 2
    h[rng.random((n, n)) < 0.3] = 0.0
    h = np.triu(h) + np.triu(h, 1).conj().T
    np.fill_diagonal(h, np.diag(h).real)
    ring = [(i, (i + 1) % n) for i in range(n)]
    more = [tuple(rng.integers(0, n, 2)) for _ in range(n)]
    jumps = [
        (EMOJIS[s], EMOJIS[t], float(rng.uniform(0.1, 1.0))) for s, t in ring + more
    ]
    return BathOperators.from_terms(EMOJIS[:n], h, jumps)


def liouvillian(
    ops: BathOperators, field: dict[tuple[int, int], float] | None = None
) -> Any:
    """Return L on rows of ρ by its definition; ``field``: jumps (s, t) times e^s."""
    n, eye = len(ops), np.eye(len(ops))
    h = ops.hamiltonian.toarray()
    found = -1j * (np.kron(h, eye) - np.kron(eye, h.T))
    for jump in ops.jumps:
        s, t = jump.source, jump.target
        lowering = np.zeros((n, n))
        lowering[t, s] = np.sqrt(jump.rate)
        product = lowering.T @ lowering
        factor = np.exp((field or {}).get((s, t), 0.0))
        found = found + factor * np.kron(lowering, lowering)
        found = found - (np.kron(product, eye) + np.kron(eye, product.T)) / 2
    return found


def pair_of(ops: BathOperators, number: int) -> tuple[tuple[int, int], tuple[str, str]]:
    """Return a jump's states and emojis."""
    jump = ops.jumps[number]
    s, t = jump.source, jump.target
    return (s, t), (ops.emojis[s], ops.emojis[t])
