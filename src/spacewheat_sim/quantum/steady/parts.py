"""Parts of a bath that nothing leaves."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from spacewheat_sim.quantum.generator import Generator

IndexArray = NDArray[np.intp]


def closed_parts(generator: Generator) -> list[IndexArray]:
    """Return the states that couplings and jumps connect, where none leads out.

    They follow from which terms there are, not from how large they are. Parts in which
    nothing jumps are left out.
    """
    n = generator.dimension
    jumps = (generator.jump_rates, (generator.jump_sources, generator.jump_targets))
    coupling = abs(_coupling(generator)) > 0.0
    graph = sp.csr_array(coupling + (sp.csr_array(jumps, shape=(n, n)) > 0.0))
    count, label = connected_components(graph, directed=True, connection="strong")
    is_closed = np.zeros(count, dtype=bool)
    is_closed[label[generator.jump_sources]] = True
    sources = np.repeat(np.arange(n), np.diff(graph.indptr))
    leaving = label[sources] != label[graph.indices]
    is_closed[label[sources[leaving]]] = False
    return [np.flatnonzero(label == c) for c in np.flatnonzero(is_closed)]


def part_of(generator: Generator, states: IndexArray) -> Generator:
    """Return the generator of a closed part, without its frame."""
    place = np.full(generator.dimension, -1)
    place[states] = np.arange(states.size)
    inside = np.isin(generator.jump_sources, states)
    whole = sp.csr_array(_coupling(generator) + sp.diags_array(generator.static.energy))
    return Generator.build(
        sp.csr_array(whole[states][:, states]),
        place[generator.jump_sources[inside]].astype(np.int32),
        place[generator.jump_targets[inside]].astype(np.int32),
        generator.jump_rates[inside],
    )


def _coupling(generator: Generator) -> sp.csr_array:
    """Return H off the diagonal, (N, N)."""
    static, n = generator.static, generator.dimension
    indices, indptr = static.indices.astype(np.intp), static.indptr.astype(np.intp)
    return sp.csr_array((static.re + 1j * static.im, indices, indptr), shape=(n, n))
