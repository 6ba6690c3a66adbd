"""Structures of baths, each of a kind that something once went wrong with, or could.

A family draws H (N, N) and jumps (source, target, rate) of N states; N is given, the
numbers are of :class:`Scales`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scales import Scales

from spacewheat_sim.arrays import ComplexArray

Jumps = list[tuple[int, int, float]]
Family = Callable[[Scales, int], tuple[ComplexArray, Jumps]]


def _nothing(n: int) -> ComplexArray:
    return np.zeros((n, n), dtype=np.complex128)


def _couple(h: ComplexArray, i: int, j: int, value: complex) -> None:
    h[i, j] += value
    h[j, i] += np.conj(value)


def _other(s: Scales, n: int, i: int) -> int:
    return int((i + 1 + s.rng.integers(n - 1)) % n)


def classical(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """Jumps at random, energies that only turn phases: a Markov chain."""
    h = np.diag([s.any() * s.rng.choice((-1, 1)) for _ in range(n)]).astype(complex)
    jumps = []
    for _ in range(int(s.rng.integers(1, 2 * n + 1))):
        i = int(s.rng.integers(n))
        jumps.append((i, _other(s, n, i) if n > 1 else i, s.any()))
    return h, jumps


def fast_exchange(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """Places traded very fast within one set, which slowly feeds another."""
    inner = max(1, n - int(s.rng.integers(1, 3)))
    jumps = []
    for i in range(inner - 1):
        jumps += [(i, i + 1, s.fast()), (i + 1, i, s.fast())]
    for j in range(inner, n):
        jumps.append((int(s.rng.integers(inner)), j, s.feelable()))
        if s.rng.random() < 0.4:
            jumps.append((j, int(s.rng.integers(inner)), s.feelable()))
    return _nothing(n), jumps


def cascade(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """One decay after another, with rates of any scale."""
    return _nothing(n), [(i, i + 1, s.any()) for i in range(n - 1)]


def absorbing(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """Several states that nothing leaves."""
    sinks = max(1, min(n - 1, int(s.rng.integers(1, 4))))
    h, jumps = _nothing(n), []
    for i in range(n - sinks):
        jumps.append((i, n - 1 - int(s.rng.integers(sinks)), s.any()))
        if n - sinks > 1:
            jumps.append((i, _other(s, n - sinks, i), s.any()))
    for i in range(n - sinks - 1):
        if s.rng.random() < 0.5:
            _couple(h, i, i + 1, s.feelable())
    return h, jumps


def coherent(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """No jumps at all."""
    h = np.diag([s.any() for _ in range(n)]).astype(complex)
    for i in range(n):
        for j in range(i + 1, n):
            if s.rng.random() < 1.5 / n:
                _couple(h, i, j, s.any() * np.exp(2j * np.pi * s.rng.random()))
    return h, []


def mixed(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """Couplings and jumps at random."""
    h, _ = coherent(s, n)
    _, jumps = classical(s, n)
    return h, jumps


def moderate(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """The same with all numbers of about one size, as of a biome that is played."""
    h = _nothing(n)
    for i in range(n):
        h[i, i] = s.feelable() * s.rng.choice((-1, 1))
        for j in range(i + 1, n):
            if s.rng.random() < 0.6:
                _couple(h, i, j, s.feelable() * np.exp(2j * np.pi * s.rng.random()))
    jumps: Jumps = []
    for _ in range(int(s.rng.integers(1, 2 * n + 1))):
        jumps.append((int(s.rng.integers(n)), int(s.rng.integers(n)), s.feelable()))
    return h, jumps


def watched(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """Weak couplings of states that are looked at very often (Zeno)."""
    h, jumps = _nothing(n), []
    for i in range(n - 1):
        watch = s.fast()
        _couple(h, i, i + 1, np.sqrt(watch * s.feelable()) * s.rng.uniform(0.1, 1))
        where = i + 1 if s.rng.random() < 0.5 else int(s.rng.integers(n))
        jumps.append((i + 1, where, watch))
    return h, jumps


def detuned(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """Couplings across gaps that dwarf them."""
    h, jumps = _nothing(n), []
    for i in range(n):
        h[i, i] = s.fast() * (i % 2)
    for i in range(n - 1):
        _couple(h, i, i + 1, s.feelable() * s.rng.uniform(0.01, 3))
    for _ in range(int(s.rng.integers(0, n + 1))):
        i = int(s.rng.integers(n))
        jumps.append((i, _other(s, n, i) if n > 1 else i, s.any()))
    return h, jumps


def dark(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """Lower states coupled to one that decays: superpositions that never do."""
    h, jumps, top = _nothing(n), [], n - 1
    g = s.feelable()
    for i in range(top):
        _couple(h, i, top, g * s.rng.choice((1.0, 1.0, 0.5, s.rng.random() + 0.1)))
        if s.rng.random() < 0.3:
            h[i, i] += s.slow()
        jumps.append((top, i, s.feelable() * s.rng.choice((1.0, 10.0))))
    return h, jumps


def exceptional(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """Couplings of a quarter of the decay: modes that coincide."""
    h, jumps = _nothing(n), []
    rate = s.feelable()
    for i in range(0, n - 1, 2):
        _couple(h, i, i + 1, rate / 4)
        jumps.append((i + 1, int(s.rng.integers(n)), rate))
    return h, jumps


def parts(s: Scales, n: int) -> tuple[ComplexArray, Jumps]:
    """Two structures side by side that nothing joins."""
    if n < 2:
        return moderate(s, n)
    cut = int(s.rng.integers(1, n))
    names = [f for f in FAMILIES if f != "parts"]
    h, jumps = _nothing(n), []
    for first, size in ((0, cut), (cut, n - cut)):
        sub, more = FAMILIES[str(s.rng.choice(names))](s, size)
        h[first : first + size, first : first + size] = sub
        jumps += [(a + first, b + first, rate) for a, b, rate in more]
    return h, jumps


FAMILIES: dict[str, Family] = {
    "classical": classical,
    "fast exchange": fast_exchange,
    "cascade": cascade,
    "absorbing": absorbing,
    "coherent": coherent,
    "mixed": mixed,
    "moderate": moderate,
    "watched": watched,
    "detuned": detuned,
    "dark": dark,
    "exceptional": exceptional,
    "parts": parts,
}
