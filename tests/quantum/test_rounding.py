"""Products and sums are rounded one by one, so that every processor rounds alike.

Python's own floats are the reference: each of its products and sums is rounded.
"""

from __future__ import annotations

import numpy as np
import pytest

from spacewheat_sim import BathBatch, BathOperators, QuantumBath
from spacewheat_sim.quantum.register.layout import axis_blocks, pole_populations
from spacewheat_sim.quantum.states import density_matrix

KETS = np.random.default_rng(4).normal(size=(40, 8, 2)).view(np.complex128)[..., 0]


def product(x, y):
    """Return x y* of complex numbers, by parts."""
    re = x.real * y.real + x.imag * y.imag
    return complex(re, x.imag * y.real - x.real * y.imag)


def halved(values):
    """Return the sum of a list, halves added to halves."""
    while len(values) > 1:
        half = len(values) // 2
        values = [a + b for a, b in zip(values[:half], values[half:], strict=True)]
    return values[0]


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_the_density_matrix_of_a_ket_is_made_of_rounded_products(size) -> None:
    for ket in KETS[:, :size]:
        wanted = [[product(x, y) for y in ket.tolist()] for x in ket.tolist()]
        assert density_matrix(ket).tolist() == wanted


def test_baths_and_batches_make_the_same_density_matrices() -> None:
    operators = BathOperators.from_terms("ABCDEFGH", np.zeros((8, 8)))
    batch = BathBatch(operators, 1, seed=0)
    for ket in KETS:
        bath = QuantumBath(operators, seed=0)
        for each in (bath, batch):
            each.initialize_ket(ket)
        wanted = density_matrix(bath.amplitudes).tobytes()
        assert bath.density_matrix().tobytes() == wanted
        assert batch.density_matrices()[0].tobytes() == wanted


def test_the_poles_of_an_axis_are_summed_half_by_half() -> None:
    for ket in KETS:
        weights = ket.real**2 + ket.imag**2
        grid = weights.reshape(2, 2, 2)
        wanted = []
        while grid.ndim:
            wanted += [halved(pole.ravel().tolist()) for pole in grid]
            # What the first axis has left is summed before the next.
            grid = grid[0] + grid[1]
        assert pole_populations(weights, 3).tolist() == wanted


def test_the_coherence_of_an_axis_is_made_of_rounded_products_and_halved_sums() -> None:
    north, south, coherence = axis_blocks(KETS, 2, 3, 3)
    for t, ket in enumerate(KETS.tolist()):
        ups, downs = ([ket[k] for k in (0, 1, 4, 5)], [ket[k] for k in (2, 3, 6, 7)])
        products = [product(a, b) for a, b in zip(ups, downs, strict=True)]
        found = complex(
            halved([each.real for each in products]),
            halved([each.imag for each in products]),
        )
        assert coherence[t] == found
        assert north[t] == halved([a.real**2 + a.imag**2 for a in ups])
        assert south[t] == halved([b.real**2 + b.imag**2 for b in downs])
