"""The generator of a ket between jumps, as one sparse matrix."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import FloatArray, UInt32Array
from spacewheat_sim.quantum.generator import Generator


class EffectiveHamiltonian(NamedTuple):
    """H − iΓ/2 with its diagonal, as CSR.

    Attributes:
        indptr: Row pointers, (N + 1,).
        indices: Column indices, (nnz,).
        re: Real parts of the entries in rad/s, (nnz,).
        im: Imaginary parts, (nnz,).
    """

    indptr: UInt32Array
    indices: UInt32Array
    re: FloatArray
    im: FloatArray

    @classmethod
    def of(cls, generator: Generator) -> EffectiveHamiltonian:
        """Return that of the static terms."""
        indptr, indices, re, im, energy, half_decay = generator.static
        parts = (re + 1j * im, indices.astype(np.int32), indptr.astype(np.int32))
        coupling = sp.csr_array(parts, shape=(energy.size, energy.size))
        matrix = sp.csr_array(coupling + sp.diags_array(energy - 1j * half_decay))
        matrix.sort_indices()
        return cls(
            matrix.indptr.astype(np.uint32),
            matrix.indices.astype(np.uint32),
            np.ascontiguousarray(matrix.data.real),
            np.ascontiguousarray(matrix.data.imag),
        )
