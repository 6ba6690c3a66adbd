"""ln Tr A^n of symmetric matrices with derivatives, by repeated squaring.

Every square is divided by its trace, as a jet: what remains has entries and derivatives
of order 1 at any n, and the logarithms of the traces add up. So neither ln Z nor its
second derivatives, which grow as n, come as differences of numbers that grow as n².
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from spacewheat_sim.statmech.exact.jets import Jet
from spacewheat_sim.statmech.ising.thermodynamics import MethodLimitError

SMALLEST_SHARE = 1e-3
"""Of its terms without signs that a trace may be: less would cost over three digits."""


class CancellationError(MethodLimitError):
    """The terms of the trace cancel, so that their sum has lost its digits."""


@dataclass(frozen=True)
class Sector:
    """A symmetric block (d, d) of a matrix, which holds it ``copies`` times."""

    block: Jet
    copies: int = 1


def log_power_trace(sectors: Sequence[Sector], power: int) -> Jet:
    """Return ln Σ copies · tr A^power, a scalar jet, for ``power`` ≥ 1.

    Raises:
        CancellationError: the trace is below :data:`SMALLEST_SHARE` of what its terms
            add up to without signs, as happens to frustrated lattices at low T.
    """
    copies = [float(sector.copies) for sector in sectors]
    largest = max(float(np.abs(sector.block.value).max()) for sector in sectors)
    base = [sector.block * (1.0 / largest) for sector in sectors]
    base_log, done_log = Jet.constant(math.log(largest)), Jet.constant(0.0)
    done: list[Jet] | None = None
    while power > 1:
        if power & 1:
            done = base if done is None else _products(done, base)
            done_log = done_log + base_log
        elif power == 2 and done is None:
            # tr A² needs no A².
            done, done_log = base, base_log
            break
        scale = _total(copies, [block.trace_with(block) for block in base])
        inverse = Jet.constant(1.0) / scale
        base = [block.squared_symmetric() * inverse for block in base]
        base_log = base_log * 2.0 + scale.log()
        power >>= 1
    return _log_trace(copies, done, base) + base_log + done_log


def _products(left: Sequence[Jet], right: Sequence[Jet]) -> list[Jet]:
    return [a @ b for a, b in zip(left, right, strict=True)]


def _log_trace(
    copies: Sequence[float], done: Sequence[Jet] | None, base: Sequence[Jet]
) -> Jet:
    """Return ln Σ copies · tr AB, or tr B where there is no A."""
    if done is None:
        terms = [block.trace() for block in base]
        sizes = [float(np.abs(np.diagonal(block.value)).sum()) for block in base]
    else:
        pairs = list(zip(done, base, strict=True))
        terms = [a.trace_with(b) for a, b in pairs]
        sizes = [float(np.abs(a.value * b.value).sum()) for a, b in pairs]
    total = _total(copies, terms)
    size = math.fsum(n * each for n, each in zip(copies, sizes, strict=True))
    if not float(total.value) > SMALLEST_SHARE * size:
        raise CancellationError(
            "The terms of the transfer matrix's trace cancel: the coupling is "
            "frustrated and T is low; use method 'enumeration' or 'monte_carlo'"
        )
    return total.log()


def _total(copies: Sequence[float], traces: Sequence[Jet]) -> Jet:
    terms = [trace * n for trace, n in zip(traces, copies, strict=True)]
    return reduce(lambda a, b: a + b, terms)
