"""Entropies of an even state vector of the chain."""

from __future__ import annotations

import numpy as np
from scipy.special import xlogy

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.long_call import interruptible

# Entries from which a block takes some tens of milliseconds.
LONG_CALL = 2**20


def state_entropies(amplitudes: FloatArray) -> FloatArray:
    """Return the entropy of the first ℓ sites for every cut, ℓ = 1 … L − 1.

    The parity y_{ℓ−1} of the first ℓ sites is shared by both sides of a cut, so ρ has
    two blocks; within each, y_0 … y_{ℓ−2} label the first ℓ sites and the later bits
    the rest. Each block's spectrum is that of its Gram matrix on the smaller side.

    The ground state has the chain's reflection symmetry, so S(ℓ) = S(L − ℓ), and the
    cuts beyond the middle are copied.

    Args:
        amplitudes: Normalized and symmetric under reflection, by the labels y of
            ``kernels``, (2^(L−1),).

    Returns:
        Entropies, (L − 1,).
    """
    L = amplitudes.size.bit_length()
    half = L // 2
    entropies = np.empty(L - 1)
    for cut in range(1, half + 1):
        blocks = amplitudes.reshape(-1, 2, 2 ** (cut - 1))
        spectra = [_block_spectrum(blocks[:, parity]) for parity in (0, 1)]
        spectrum = np.clip(np.concatenate(spectra), 0.0, None)
        entropies[cut - 1] = -np.sum(xlogy(spectrum, spectrum))
    entropies[half:] = entropies[: L - 1 - half][::-1]
    return entropies


def _block_spectrum(block: FloatArray) -> FloatArray:
    """Return the squared singular values of ``block``, whose columns are the fewer."""
    block = np.ascontiguousarray(block)

    def spectrum() -> FloatArray:
        # scipy's would keep all other threads waiting.
        return np.asarray(np.linalg.eigvalsh(block.T @ block))

    return interruptible(spectrum) if block.size >= LONG_CALL else spectrum()
