"""Decoherence of a central spin over time, by either method, with a check."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from spacewheat_sim.lab.memory import duration
from spacewheat_sim.lab.progress import Progress
from spacewheat_sim.physical_memory import GIB

if TYPE_CHECKING:
    import numpy as np

    from spacewheat_sim.arrays import ComplexArray, FloatArray
    from spacewheat_sim.quantum.spin_bath.crossing import Crossing
    from spacewheat_sim.quantum.spin_bath.darwinism import PartialInformation
    from spacewheat_sim.quantum.spin_bath.model import SpinBath


Method = Literal["product", "state_vector"]

# Size up to which the product method is checked against the state vector.
SMALL_STATE_VECTOR = 10
# Random orders of the spins over which the information of fragments is averaged.
PRODUCT_ORDERS = 32
# Seconds for a check, or for a search between the rows, beyond the run itself.
CHECK_SECONDS = 3.0
# Seconds for the overlaps of a search or of a curve.
MOST_OVERLAPS = 4 * 10**7
# Largest angle between the branches for two rows that are joined, and for two points of
# a curve that is computed for its figure.
RESOLVED = 0.2
SMOOTH = 0.05
MOST_CURVE_POINTS = 50_000
# Gaussian times shown of a decay that is drawn separately, and the largest share of the
# total time for which it is.
SHOWN_TIMES = 4.0
QUICK = 0.02
EARLY_POINTS = 81


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

    def told(t: float) -> PartialInformation:
        overlaps = product.log_overlaps(bath, [t])[:, 0]
        return partial_information_of_overlaps(overlaps, orders, t)

    half, asked = early
    partial = [told(m * half) for m in asked if m * half < times[-1]]
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
        partial.append(told(float(times[-1])))
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


def product_seconds(spins: int, rows: int) -> float:
    """Estimate the time of the product method."""
    return 1.8e-7 * spins * rows


def state_seconds(bath: SpinBath, end: float, steps: int) -> float:
    """Estimate the time of the state vectors."""
    from spacewheat_sim.quantum.spin_bath.state_vector import spectral_radius

    reach = 0.0 if bath.field == 0 else spectral_radius(bath) * end
    branches = 1 if bath.starts_in_plus else 2
    # Each series serves up to 16 rows, and has some 30 terms more than its reach.
    terms = reach + 30.0 * max(steps / 16.0, reach / 24.0)
    states = 2.0**bath.size
    return branches * (1.3e-9 * states * (bath.size + 8) + 3e-6) * (terms + steps)


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


class Curve(NamedTuple):
    """The points of a figure.

    Attributes:
        times: In seconds, (P,).
        factor: r, (P,).
        log_magnitude: log |r|, (P,).
        joined: Whether the points are close enough for a line.
    """

    times: FloatArray
    factor: ComplexArray
    log_magnitude: FloatArray
    joined: bool


def drawn_curve(bath: SpinBath, course: Course) -> Curve:
    """Return the rows if they are close enough, else more points, or separate rows."""
    import numpy as np

    from spacewheat_sim.quantum.spin_bath import product
    from spacewheat_sim.quantum.spin_bath.model import norm

    times, rows = course.times, (course.factor, course.log_magnitude)
    turn = 2.0 * norm(bath.couplings) * float(times[-1])
    if turn <= RESOLVED * (times.size - 1):
        return Curve(times, *rows, joined=True)
    points = math.ceil(min(turn / SMOOTH, 1e9)) + 1
    alone = bath.field == 0 or bath.chain == 0
    if not alone or points > MOST_CURVE_POINTS or points * bath.size > MOST_OVERLAPS:
        return Curve(times, *rows, joined=False)
    more = np.linspace(0.0, float(times[-1]), points)
    found = product.decoherence_factor(replace(bath, chain=0.0), more)
    return Curve(more, found.value, found.log_magnitude, joined=True)


def early_curve(bath: SpinBath, course: Course) -> Curve | None:
    """Return the initial decay if it is too fast to be visible over all rows.

    None if it is slow enough, if nothing decays, or if it takes too long to compute.
    """
    import numpy as np

    from spacewheat_sim.quantum.spin_bath import product, state_vector
    from spacewheat_sim.quantum.spin_bath.model import gaussian_time

    tau, end = gaussian_time(bath), float(course.times[-1])
    if not tau < QUICK * end:
        return None
    times = np.linspace(0.0, SHOWN_TIMES * tau, EARLY_POINTS)
    if bath.field == 0 or bath.chain == 0:
        found = product.decoherence_factor(replace(bath, chain=0.0), times)
        return Curve(times, found.value, found.log_magnitude, joined=True)
    step, count = float(times[1]), EARLY_POINTS - 1
    if state_seconds(bath, float(times[-1]), count) > CHECK_SECONDS:
        return None
    factor = state_vector.decoherence_factor(bath, step, count)
    with np.errstate(divide="ignore"):
        logs = np.log(np.abs(factor))
    return Curve(times, factor, logs, joined=True)


def rounding_error(bath: SpinBath, method: Method, end: float) -> float:
    """Estimate the rounding error of ρ01 at ``end``."""
    from spacewheat_sim.quantum.spin_bath.state_vector import spectral_radius

    if method == "product":
        # A spin's overlap is right to some units in the last place, at any time.
        return 2e-16 * math.sqrt(bath.size)
    return 2e-16 * (1.0 + spectral_radius(bath) * end)
