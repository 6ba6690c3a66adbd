"""A course of decoherence once more, by a method that is independent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from spacewheat_sim.lab.decoherence.costs import (
    CHECK_SECONDS,
    product_seconds,
    state_seconds,
)
from spacewheat_sim.lab.memory import duration
from spacewheat_sim.physical_memory import GIB

if TYPE_CHECKING:
    from spacewheat_sim.arrays import ComplexArray, FloatArray
    from spacewheat_sim.lab.decoherence.parameters import Method
    from spacewheat_sim.quantum.spin_bath.model import SpinBath

SMALL_STATE_VECTOR = 10
"""Spins up to which the product method is checked against the state vector."""


class Check(NamedTuple):
    """The result of an independent method.

    Attributes:
        method: Its name, or None if there is none.
        factor: r, (T,), or None if it was left out.
        left_out: The reason.
    """

    method: str | None = None
    factor: ComplexArray | None = None
    left_out: str | None = None


def independent_check(bath: SpinBath, times: FloatArray, method: Method) -> Check:
    """Return r(t) by a method that is independent of ``method``.

    A method that would take more than :data:`CHECK_SECONDS` is left out.
    """
    for name, seconds, needed in _other_methods(bath, times, method):
        if seconds > CHECK_SECONDS:
            return Check(None, None, f"{name}: {duration(seconds)}")
        if needed > GIB:
            return Check(None, None, f"{name}: {needed / GIB:.2g} GiB of memory")
        return Check(name, _gone(name, bath, times))
    return Check()


def _other_methods(
    bath: SpinBath, times: FloatArray, method: Method
) -> Iterator[tuple[str, float, float]]:
    """Yield the other method, if there is one, its seconds and its bytes."""
    import numpy as np

    from spacewheat_sim.quantum.spin_bath import dense

    rows = times.size
    if bath.field == 0 and bath.starts_in_plus:
        kinds = np.unique(bath.couplings).size
        yield "product of cosines", 1e-7 * kinds * rows, 100.0 * rows
    elif method == "state_vector" and (bath.field == 0 or bath.chain == 0):
        yield "product of overlaps", product_seconds(bath.size, rows), 100.0 * rows
    elif method == "state_vector" and bath.size <= dense.LARGEST_SIZE:
        states = 2.0**bath.size
        seconds = 2e-8 * states**2 * (states + rows)
        yield "exact diagonalization", seconds, 64.0 * states * rows
    elif method == "product" and bath.size <= SMALL_STATE_VECTOR:
        yield "state vector", state_seconds(bath, float(times[-1]), rows - 1), 0.0


def _gone(name: str, bath: SpinBath, times: FloatArray) -> ComplexArray:
    """Return r(t) by the named method."""
    from spacewheat_sim.quantum.spin_bath import dense, product, state_vector

    if name == "product of cosines":
        return product.cosine_product(bath.couplings, times).astype(complex)
    if name == "product of overlaps":
        return product.decoherence_factor(bath, times).value
    if name == "exact diagonalization":
        return dense.decoherence_factor(bath, times)
    return state_vector.decoherence_factor(bath, float(times[1]), times.size - 1)
