"""Decoherence of a central spin over time, by either method."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spacewheat_sim.lab.decoherence.costs import (
    CHECK_SECONDS,
    MOST_OVERLAPS,
    state_seconds,
)
from spacewheat_sim.lab.progress import Progress

if TYPE_CHECKING:
    import numpy as np

    from spacewheat_sim.arrays import ComplexArray, FloatArray
    from spacewheat_sim.lab.decoherence.parameters import Method
    from spacewheat_sim.quantum.spin_bath.crossing import Crossing
    from spacewheat_sim.quantum.spin_bath.darwinism import PartialInformation
    from spacewheat_sim.quantum.spin_bath.model import SpinBath

PRODUCT_ORDERS = 32
"""Random orders of the spins over which the information of fragments is averaged."""


@dataclass(frozen=True)
class Course:
    """r(t) at the rows of the table, and the information of fragments at some times.

    Attributes:
        times: In seconds, (T,).
        factor: r, (T,).
        log_magnitude: log |r|, (T,).
        partial: Early in the decay, and, unless it was interrupted, at the end.
        interrupt: The request to stop that ended it early, if any.
    """

    times: FloatArray
    factor: ComplexArray
    log_magnitude: FloatArray
    partial: tuple[PartialInformation, ...]
    interrupt: KeyboardInterrupt | None = None


def follow(
    bath: SpinBath,
    times: FloatArray,
    method: Method,
    rng: np.random.Generator,
    progress: Progress,
) -> Course:
    """Return the course by ``method``; a request to stop keeps the rows so far.

    Fragments are computed at a half, one and two Gaussian times, independent of the
    rows, and at the last row.
    """
    from spacewheat_sim.quantum.spin_bath.model import gaussian_time

    tau = gaussian_time(bath)
    early = [m for m in (1, 2, 4) if 0.5 * m * tau <= times[-1]]
    if method == "product":
        return _by_product(bath, times, (0.5 * tau, early), rng, progress)
    return _by_state_vector(bath, times, (0.5 * tau, early), rng, progress)


def _by_product(
    bath: SpinBath,
    times: FloatArray,
    early: tuple[float, list[int]],
    rng: np.random.Generator,
    progress: Progress,
) -> Course:
    import numpy as np

    from spacewheat_sim.quantum.spin_bath import product
    from spacewheat_sim.quantum.spin_bath.darwinism import (
        fragment_orders,
        partial_information_of_overlaps,
    )

    orders = fragment_orders(bath.size, PRODUCT_ORDERS, rng)

    def information(t: float) -> PartialInformation:
        overlaps = product.log_overlaps(bath, [t])[:, 0]
        return partial_information_of_overlaps(overlaps, orders, t)

    half, asked = early
    partial = [information(m * half) for m in asked if m * half < times[-1]]
    factor, logs = np.empty(times.size, dtype=np.complex128), np.empty(times.size)
    step = max(1, 4 * product.BLOCK // bath.size)
    interrupt, done = None, 0
    try:
        while done < times.size:
            part = product.decoherence_factor(bath, times[done : done + step])
            stop = done + part.mantissa.size
            factor[done:stop], logs[done:stop] = part.value, part.log_magnitude
            done = stop
            progress(done / times.size)
        partial.append(information(float(times[-1])))
    except KeyboardInterrupt as stopped:
        if done == 0:
            raise
        interrupt = stopped
    return Course(times[:done], factor[:done], logs[:done], tuple(partial), interrupt)


def _by_state_vector(
    bath: SpinBath,
    times: FloatArray,
    early: tuple[float, list[int]],
    rng: np.random.Generator,
    progress: Progress,
) -> Course:
    import numpy as np

    from spacewheat_sim.quantum.spin_bath.darwinism import (
        fragment_orders,
        partial_information_of_kets,
    )
    from spacewheat_sim.quantum.spin_bath.state_vector import evolve_branches

    # Partial traces cost 2^(3n/2) each: few orders where the environment is large.
    orders = fragment_orders(bath.size, 2 ** min(5, max(0, 16 - bath.size)), rng)
    partial = []
    half, asked = early
    if asked:
        for row, branches in enumerate(evolve_branches(bath, half, asked[-1])):
            if row in asked and row * half < times[-1]:
                kets = branches.kets()
                partial.append(partial_information_of_kets(kets, orders, row * half))
    factor = np.empty(times.size, dtype=np.complex128)
    interrupt, done = None, 0
    try:
        rows = evolve_branches(bath, float(times[1]), times.size - 1)
        for done, branches in enumerate(rows, start=1):
            factor[done - 1] = branches.decoherence_factor()
            progress(done / times.size)
            if done == times.size:
                kets, t = branches.kets(), float(times[-1])
                partial.append(partial_information_of_kets(kets, orders, t))
    except KeyboardInterrupt as stopped:
        if done == 0:
            raise
        interrupt = stopped
        done = min(done, times.size)
    with np.errstate(divide="ignore"):
        logs = np.minimum(np.log(np.abs(factor[:done])), 0.0)
    return Course(times[:done], factor[:done], logs, tuple(partial), interrupt)


def decoherence_time(bath: SpinBath, end: float) -> Crossing:
    """Return the time before ``end`` when |r| first falls to 1/e, to rounding.

    Uses the product of overlaps if the spins do not interact, else state vectors; a
    search that would take too long ends earlier.
    """
    from spacewheat_sim.quantum.spin_bath.courses import ProductCourse, StateCourse
    from spacewheat_sim.quantum.spin_bath.crossing import Crossing, first_crossing

    if not bath.couplings.any():
        return Crossing(None, end)
    if bath.field == 0 or bath.chain == 0:
        # Without a field the chain has the same effect on both branches.
        course = ProductCourse(replace(bath, chain=0.0))
        return first_crossing(
            course, math.exp(-1.0), end, MOST_OVERLAPS // course.kinds
        )
    state = StateCourse(bath)
    step = 0.25 / state.speed
    one = state_seconds(bath, 8 * step, 8) / 8
    most = int(max(200.0, 2.0 * CHECK_SECONDS / one))
    return first_crossing(state, math.exp(-1.0), end, most)


def rounding_error(bath: SpinBath, method: Method, end: float) -> float:
    """Estimate the rounding error of ρ01 at ``end``."""
    from spacewheat_sim.quantum.spin_bath.state_vector import spectral_radius

    if method == "product":
        # A spin's overlap is right to some units in the last place, at any time.
        return 2e-16 * math.sqrt(bath.size)
    return 2e-16 * (1.0 + spectral_radius(bath) * end)
