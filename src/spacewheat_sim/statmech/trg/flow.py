"""The sequence of tensors, each of twice as many spins as the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from spacewheat_sim.long_call import interruptible
from spacewheat_sim.statmech.ising.thermodynamics import Conditions
from spacewheat_sim.statmech.trg.coarse_graining import (
    Scheme,
    coarse_grain,
    normalized,
)
from spacewheat_sim.statmech.trg.duals import ScalarJet
from spacewheat_sim.statmech.trg.initial_tensor import initial_tensor
from spacewheat_sim.statmech.trg.tensor import Tensor
from spacewheat_sim.statmech.trg.truncation import Cut

LONG_STEP = 20
"""Dimension of a leg from which a step takes some tens of milliseconds."""

T = TypeVar("T")


def stoppable(work: Callable[[], T], tensor: Tensor) -> T:
    """Return ``work()``, so that Ctrl-C is heeded on the way if ``tensor`` is large."""
    return interruptible(work) if tensor.legs.dimension >= LONG_STEP else work()


def _step(
    tensor: Tensor, chi_max: int, scheme: Scheme
) -> tuple[Tensor, Cut, ScalarJet]:
    """Return the next tensor, of norm 1, how it was cut, and ln of its norm."""
    tensor, cut = coarse_grain(tensor, chi_max, scheme)
    tensor, log_norm = normalized(tensor)
    return tensor, cut, log_norm


@dataclass(frozen=True)
class Renormalized:
    """A tensor on the way, of norm 1.

    Attributes:
        tensor: The tensor after ``steps`` steps, of 2^(steps + 1) spins.
        log_scale: ln of all that was divided out of one such tensor.
        steps: Steps taken since the squares of four spins.
        cuts: How each step cut the spectrum.
    """

    tensor: Tensor
    log_scale: ScalarJet
    steps: int
    cuts: tuple[Cut, ...]


def flow(
    conditions: Conditions, chi_max: int, scheme: Scheme, *, derivatives: bool
) -> Iterator[Renormalized]:
    """Yield the tensors of 2, 4, 8, … spins, each normalized, without end.

    Those of 4, 16, 64, … spins stand on lattices along the axes, the others on
    lattices turned by 45°.

    Args:
        conditions: T, J and h.
        chi_max: Largest dimension of a leg.
        scheme: ``"levin_nave"`` or ``"bond_weighted"``.
        derivatives: Whether to propagate derivatives in β and h.

    Raises:
        MethodLimitError: every cut at or below ``chi_max`` would split a multiplet.
    """
    tensor, log_scale = initial_tensor(conditions, derivatives=derivatives)
    tensor, log_norm = normalized(tensor)
    at = Renormalized(tensor, log_scale + log_norm, 0, ())
    while True:
        yield at
        tensor, cut, log_norm = stoppable(
            partial(_step, at.tensor, chi_max, scheme), at.tensor
        )
        log_scale = at.log_scale.times(2.0) + log_norm
        at = Renormalized(tensor, log_scale, at.steps + 1, (*at.cuts, cut))
