"""What icons declare of a biome's operators: H, channels and drivers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.resolved_icons import ResolvedIcon
from spacewheat_sim.content.terms import BiomeTerms, TermKind
from spacewheat_sim.engine.bath.events import JumpKind
from spacewheat_sim.engine.bath.terms import JumpTerm
from spacewheat_sim.engine.rhythms import Rhythms
from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.register.terms import HamiltonianTerms

# The order in which the source document applies transfers, sweep by sweep over the
# emojis; dephasing, which it lacks, comes last.
SWEEPS: tuple[tuple[TermKind, ...], ...] = (
    ("transfers_to", "decay"),
    ("transfers_from",),
    ("dephasing",),
)
JUMP_KINDS: dict[TermKind, JumpKind] = {
    "transfers_to": "transfer",
    "transfers_from": "transfer",
    "decay": "decay",
    "dephasing": "dephasing",
}


class Declared(NamedTuple):
    """What some icons add to a biome's operators.

    Attributes:
        hamiltonian: In rad/s, CSR (D, D).
        jumps: The channels.
        drivers: Energies on the diagonal that change with time.
    """

    hamiltonian: sp.csr_array
    jumps: list[JumpTerm]
    drivers: list[Driver]


def declared_by(
    biome: Biome,
    icons: Mapping[str, ResolvedIcon],
    terms: BiomeTerms,
    rhythms: Rhythms,
) -> Declared:
    """Return what ``icons`` of a biome, all of them or some, declare.

    Args:
        biome: The biome.
        icons: By canonical emoji.
        terms: Their terms.
        rhythms: Those that they may name.

    Raises:
        UnknownNameError: an icon names a rhythm that is not there.
    """
    index = {key: i for i, key in enumerate(biome.emoji_keys)}
    hamiltonian = _register_hamiltonian if biome.register_axes else _level_hamiltonian
    return Declared(
        hamiltonian(icons, terms, index),
        _jumps(terms, index, rhythms),
        [
            rhythms.driver(driver, index[key], icon.emoji)
            for key, icon in icons.items()
            for driver in icon.drivers
        ],
    )


def _level_hamiltonian(
    icons: Mapping[str, ResolvedIcon], terms: BiomeTerms, index: dict[str, int]
) -> sp.csr_array:
    rows: list[int] = []
    columns: list[int] = []
    values: list[complex] = []
    for key, icon in icons.items():
        rows.append(index[key])
        columns.append(index[key])
        values.append(icon.self_energy)
    for term in terms.present:
        if not term.is_jump:
            i, j = index[term.icon], index[term.target]
            rows += [i, j]
            columns += [j, i]
            values += [term.value / 2, complex(term.value).conjugate() / 2]
    n = len(index)
    entries = np.array(values, dtype=np.complex128)
    matrix = sp.csr_array((entries, (rows, columns)), shape=(n, n))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def _register_hamiltonian(
    icons: Mapping[str, ResolvedIcon], terms: BiomeTerms, index: dict[str, int]
) -> sp.csr_array:
    found = HamiltonianTerms(len(index) // 2)
    for key, icon in icons.items():
        found.add_energy(index[key], icon.self_energy)
    for term in terms.present:
        i, j = index[term.icon], index[term.target]
        if term.kind == "coupling":
            found.add_coupling(i, j, term.value)
        elif term.kind == "pair_coupling":
            found.add_pair_coupling(i, j, term.value)
        elif term.kind == "alignment":
            found.add_alignment(i, j, term.value.real)
    return found.matrix()


def _jumps(
    terms: BiomeTerms, index: dict[str, int], rhythms: Rhythms
) -> list[JumpTerm]:
    return [
        JumpTerm(
            index[term.source],
            index[term.target],
            term.rate,
            index[term.icon],
            JUMP_KINDS[term.kind],
            None if term.when is None else index[term.when],
            None if term.unless is None else index[term.unless],
            rhythms.change(term),
        )
        for sweep in SWEEPS
        for term in terms.present
        if term.kind in sweep
    ]
