"""Steady states of registers."""

from __future__ import annotations

import numpy as np
import pytest
from registers import NAMES, random_register
from scipy import linalg

from spacewheat_sim import BathOperators, QuantumBath
from spacewheat_sim.errors import ArgumentError


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_it_is_the_null_vector_of_the_dense_liouvillian(n):
    """To 1e-9, and evolution leaves it as it is."""
    terms = random_register(np.random.default_rng(100 + n), n, driven=False)
    bath = QuantumBath(terms.operators(), method="master")
    found = bath.steady_state()
    null = linalg.null_space(terms.liouvillian(), rcond=1e-12)
    assert null.shape[1] == 1
    wanted = null[:, 0].reshape(found.shape)
    wanted /= wanted.trace()

    assert np.abs(found - wanted).max() < 1e-10
    bath.initialize_density_matrix(found)
    bath.evolve(5.0)
    assert np.abs(bath.density_matrix() - found).max() < 1e-10


def test_of_six_axes_without_a_matrix_of_all():
    """Free axes: the product of the steady states of each, to 1e-9."""
    rng = np.random.default_rng(7)
    axes = [*NAMES, ("🦋", "🐛")]
    couplings, jumps, single = [], [], []
    for north, south in axes:
        own = [(north, south, complex(*rng.normal(size=2)))]
        falls = [(north, south, rng.uniform(0.1, 1)), (south, north, rng.uniform(0, 1))]
        one = BathOperators.from_register([(north, south)], couplings=own, jumps=falls)
        single.append(QuantumBath(one, method="master").steady_state())
        couplings += own
        jumps += falls
    operators = BathOperators.from_register(axes, couplings=couplings, jumps=jumps)
    found = QuantumBath(operators, method="master").steady_state()
    wanted = np.ones((1, 1))
    for rho in single:
        wanted = np.kron(wanted, rho)

    assert np.abs(found - wanted).max() < 1e-9


def test_several_are_told_by_their_number():
    """An axis that nothing touches keeps all of its four operators."""
    operators = BathOperators.from_register(NAMES[:2], jumps=[("☀", "🌙", 0.3)])
    with pytest.raises(ArgumentError, match="4 independent"):
        QuantumBath(operators, method="master").steady_state()


def test_several_of_six_axes_are_told():
    """Where no matrix is formed, from what two starts end in."""
    axes = [*NAMES, ("🦋", "🐛")]
    jumps = [(north, south, 0.5) for north, south in axes[:5]]
    operators = BathOperators.from_register(axes, jumps=jumps)
    with pytest.raises(ArgumentError, match="several"):
        QuantumBath(operators, method="master").steady_state()


def test_a_driven_register_has_none():
    """The message names the driven poles."""
    operators = BathOperators.from_register(
        NAMES[:2],
        jumps=[("☀", "🌙", 0.3)],
        drivers=[("🌾", 1.0, "cosine", 0.1, 0.0)],
    )
    with pytest.raises(ArgumentError, match="energies or rates of 🌾 depend"):
        QuantumBath(operators, method="master").steady_state()
