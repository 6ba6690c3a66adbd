"""A central spin loses its coherence to an environment of spins."""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from spacewheat_sim.lab.experiment import (
    Experiment,
    Memory,
    Outcome,
    Parameters,
    Streams,
    Tolerance,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from spacewheat_sim.quantum.spin_bath.darwinism import PartialInformation
    from spacewheat_sim.quantum.spin_bath.model import SpinBath

    FloatArray = NDArray[np.float64]
    ComplexArray = NDArray[np.complex128]

LARGEST_STATE_VECTOR = 20
# Size up to which the product route is checked against the state vector.
SMALL_STATE_VECTOR = 10
# Random orders of the spins over which the information of fragments is averaged.
PRODUCT_ORDERS = 32
COLUMNS = (
    "t",
    "coherence",
    "rho01_re",
    "rho01_im",
    "purity",
    "entropy",
    "mutual_information",
    "rho00",
    "rho11",
    "log10_coherence",
    "rho01_re_exact",
    "rho01_im_exact",
)


class DecoherenceParameters(Parameters):
    """The environment, its couplings, and the time to watch."""

    n_env: int = Field(10, ge=1, le=100_000, description="environment spins")
    coupling: float = Field(
        0.4, ge=-1000, le=1000, description="coupling g of the central spin, rad/s"
    )
    coupling_spread: float = Field(
        0.0,
        ge=0,
        le=1,
        description="s: g_k = g (1 + s u_k), u_k drawn from [-1, 1]; 0: all equal",
    )
    h_env: float = Field(
        0.0, ge=-1000, le=1000, description="field h on the environment, rad/s"
    )
    J_env: float = Field(
        0.0, ge=-1000, le=1000, description="coupling of environment neighbors, rad/s"
    )
    env_state: Literal["plus", "random"] = Field(
        "plus", description="start of the environment: all |+>, or a random product"
    )
    t_max: float = Field(10.0, gt=0, le=1_000_000, description="last time, s")
    n_steps: int = Field(
        200, ge=1, le=100_000, description="intervals from 0 to t_max: one more row"
    )
    method: Literal["auto", "product", "state_vector"] = Field(
        "auto", description="auto takes product unless J_env is set"
    )

    @property
    def resolved_method(self) -> Literal["product", "state_vector"]:
        """The method that ``auto`` stands for."""
        if self.method == "auto":
            return "state_vector" if self.J_env else "product"
        return self.method

    @model_validator(mode="after")
    def _method_fits(self) -> Self:
        if self.resolved_method == "product":
            if self.J_env:
                raise ValueError(
                    "--method product cannot be used with --J_env "
                    f"{self.J_env:g}: the environment spins must not interact; "
                    "allowed: --method state_vector, or --J_env 0"
                )
        elif self.n_env > LARGEST_STATE_VECTOR:
            dimension = 2.0**self.n_env if self.n_env < 1000 else math.inf
            raise ValueError(
                f"--n_env cannot be {self.n_env} with the state vector: dimension "
                f"2^{self.n_env}, {2 * 16 * dimension / 2**30:.3g} GiB for the two "
                f"branches alone; allowed: ≤ {LARGEST_STATE_VECTOR}, or --J_env 0 with "
                "--method product"
            )
        return self


class _Course(NamedTuple):
    """r(t) in time (T,), log |r(t)| (T,), and what fragments know at some times."""

    factor: ComplexArray
    log_magnitude: FloatArray
    partial: tuple[PartialInformation, ...]


class _Exact(NamedTuple):
    """The answer of an independent route, r(t) (T,), and the route's name."""

    method: str
    factor: ComplexArray


def run(parameters: DecoherenceParameters, streams: Streams) -> Outcome:
    """Evolve, compare with an independent route where there is one, and tabulate."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    bath = _bath(parameters, streams)
    times = np.linspace(0.0, parameters.t_max, parameters.n_steps + 1)
    rng = streams.get("fragments")
    route = _by_product if parameters.resolved_method == "product" else _by_state_vector
    # With more threads, BLAS would add in another order.
    with threadpool_limits(1, user_api="blas"):
        start = perf_counter()
        course = route(bath, times, rng)
        seconds = perf_counter() - start
        exact = _exact(bath, times, parameters.resolved_method)
    return Outcome(
        results=_results(parameters, bath, times, course, exact),
        columns=COLUMNS,
        rows=_rows(times, course, exact),
        figures=_figures(parameters, times, course, exact),
        timings={parameters.resolved_method: seconds},
    )


def _bath(parameters: DecoherenceParameters, streams: Streams) -> SpinBath:
    from spacewheat_sim.quantum.spin_bath.model import random_spinors, spin_bath

    n = parameters.n_env
    u = streams.get("couplings").uniform(-1.0, 1.0, n)
    random = parameters.env_state == "random"
    return spin_bath(
        parameters.coupling * (1.0 + parameters.coupling_spread * u),
        field=parameters.h_env,
        chain=parameters.J_env,
        spinors=random_spinors(n, streams.get("environment")) if random else None,
    )


def _by_product(bath: SpinBath, times: FloatArray, rng: np.random.Generator) -> _Course:
    from spacewheat_sim.quantum.spin_bath.darwinism import (
        fragment_orders,
        partial_information_of_overlaps,
    )
    from spacewheat_sim.quantum.spin_bath.product import (
        decoherence_factor,
        log_overlaps,
    )

    factor = decoherence_factor(bath, times)
    orders = fragment_orders(bath.size, PRODUCT_ORDERS, rng)
    told = times[_told_rows(bath, times)]
    logs = log_overlaps(bath, told)
    partial = tuple(
        partial_information_of_overlaps(logs[:, i], orders, float(t))
        for i, t in enumerate(told)
    )
    return _Course(factor.value, factor.log_magnitude, partial)


def _by_state_vector(
    bath: SpinBath, times: FloatArray, rng: np.random.Generator
) -> _Course:
    import numpy as np

    from spacewheat_sim.quantum.spin_bath.darwinism import (
        fragment_orders,
        partial_information_of_kets,
    )
    from spacewheat_sim.quantum.spin_bath.state_vector import evolve_branches

    told = set(_told_rows(bath, times))
    # Partial traces cost 2^(3n/2) each: few orders where the environment is large.
    orders = fragment_orders(bath.size, 2 ** min(5, max(0, 16 - bath.size)), rng)
    factor, partial = np.empty(times.size, dtype=np.complex128), []
    branches = evolve_branches(bath, float(times[1]), times.size - 1)
    for row, each in enumerate(branches):
        factor[row] = each.decoherence_factor()
        if row in told:
            kets, t = each.kets(), float(times[row])
            partial.append(partial_information_of_kets(kets, orders, t))
    with np.errstate(divide="ignore"):
        logs = np.log(np.abs(factor))
    return _Course(factor, np.minimum(logs, 0.0), tuple(partial))


def _told_rows(bath: SpinBath, times: FloatArray) -> list[int]:
    """Return the rows at which fragments are asked: early in the decay, and the last.

    The early ones are nearest to a half, one and two times the Gaussian time.
    """
    from spacewheat_sim.quantum.spin_bath.model import gaussian_time

    last = times.size - 1
    tau = gaussian_time(bath)
    asked = [round(m * tau / times[1]) for m in (0.5, 1, 2) if m * tau <= times[-1]]
    return sorted({max(1, row) for row in asked} | {last})


def _exact(bath: SpinBath, times: FloatArray, method: str) -> _Exact | None:
    """Return r(t) by a route that shares nothing with ``method``, if one is cheap."""
    from spacewheat_sim.quantum.spin_bath import dense, product, state_vector

    if bath.field == 0 and bath.starts_in_plus:
        cosines = product.cosine_product(bath.couplings, times)
        return _Exact("product of cosines", cosines.astype(complex))
    if method == "state_vector":
        if bath.field == 0 or bath.chain == 0:
            overlaps = product.decoherence_factor(bath, times)
            return _Exact("product of overlaps", overlaps.value)
        if bath.size <= dense.LARGEST_SIZE:
            name = "exact diagonalization"
            return _Exact(name, dense.decoherence_factor(bath, times))
        return None
    if bath.size <= SMALL_STATE_VECTOR:
        dt, count = float(times[1]), times.size - 1
        factor = state_vector.decoherence_factor(bath, dt, count)
        return _Exact("state vector", factor)
    return None


def _results(
    parameters: DecoherenceParameters,
    bath: SpinBath,
    times: FloatArray,
    course: _Course,
    exact: _Exact | None,
) -> dict[str, Any]:
    import numpy as np

    from spacewheat_sim.quantum.spin_bath.model import gaussian_time

    found = _measures(course.factor[-1], course.log_magnitude[-1])
    results: dict[str, Any] = {"method": parameters.resolved_method}
    results["exact_method"] = None if exact is None else exact.method
    known = None
    if exact is not None:
        with np.errstate(divide="ignore"):
            log = np.log(np.abs(exact.factor[-1]))
        known = _measures(exact.factor[-1], log)
    for name, value in found.items():
        results[f"final_{name}"] = value
        results[f"final_{name}_exact"] = known[name] if known else None
        results[f"final_{name}_error"] = abs(value - known[name]) if known else None
    worst = None
    if exact is not None:
        worst = float(np.max(np.abs(course.factor - exact.factor)) / 2)
    results |= {
        "largest_rho01_error": worst,
        "final_log10_coherence": _log10_coherence(course.log_magnitude[-1:])[0],
        "decoherence_time": _decoherence_time(times, course.log_magnitude),
        "gaussian_time": gaussian_time(bath),
        "couplings": bath.couplings.tolist(),
        "partial_information": [_partial_record(each) for each in course.partial],
    }
    return results


def _measures(factor: complex, log_magnitude: float) -> dict[str, float]:
    from spacewheat_sim.quantum.spin_bath import information

    return {
        "coherence": abs(factor) / 2,
        "purity": float(information.purity(abs(factor))),
        "entropy": float(information.entropy_vn(log_magnitude)),
        "mutual_information": float(information.mutual_information(log_magnitude)),
    }


def _partial_record(partial: PartialInformation) -> dict[str, Any]:
    return {
        "t": partial.time,
        "system_entropy": partial.system_entropy,
        "redundancy": partial.redundancy(),
        "fragment_sizes": partial.sizes.tolist(),
        "information": partial.information.tolist(),
    }


def _log10_coherence(log_magnitude: FloatArray) -> FloatArray:
    import numpy as np

    return np.asarray((log_magnitude - np.log(2.0)) / np.log(10.0))


def _decoherence_time(times: FloatArray, log_magnitude: FloatArray) -> float | None:
    """Return when |r| first falls to 1/e, its logarithm linear between rows, or None.

    The row before the crossing is above 1/e, so its logarithm is finite.
    """
    import numpy as np

    below = np.flatnonzero(log_magnitude <= -1.0)
    if below.size == 0:
        return None
    after = int(below[0])
    high, low = log_magnitude[after - 1], log_magnitude[after]
    share = (high + 1.0) / (high - low)
    return float(times[after - 1] + share * (times[after] - times[after - 1]))


def _rows(times: FloatArray, course: _Course, exact: _Exact | None) -> list[list[Any]]:
    import numpy as np

    from spacewheat_sim.quantum.spin_bath import information

    size = np.abs(course.factor)
    half = np.full(times.size, 0.5)  # Z_S is conserved
    unknown = np.full(times.size, np.nan)
    columns = (
        times,
        size / 2,
        course.factor.real / 2,
        course.factor.imag / 2,
        information.purity(size),
        information.entropy_vn(course.log_magnitude),
        information.mutual_information(course.log_magnitude),
        half,
        half,
        _log10_coherence(course.log_magnitude),
        unknown if exact is None else exact.factor.real / 2,
        unknown if exact is None else exact.factor.imag / 2,
    )
    return [list(row) for row in np.stack(columns, axis=1).tolist()]


def _figures(
    parameters: DecoherenceParameters,
    times: FloatArray,
    course: _Course,
    exact: _Exact | None,
) -> dict[str, Callable[[], Figure]]:
    from spacewheat_sim.lab.figures import decoherence

    subtitle = _subtitle(parameters)
    return {
        "coherence_vs_time": lambda: decoherence.coherence_figure(
            times,
            course.factor / 2,
            _log10_coherence(course.log_magnitude),
            decoherence_time=_decoherence_time(times, course.log_magnitude),
            exact=None if exact is None else (exact.method, exact.factor / 2),
            subtitle=subtitle,
        ),
        "purity_vs_time": lambda: decoherence.purity_figure(
            times, course.log_magnitude, subtitle=subtitle
        ),
        "partial_information": lambda: decoherence.partial_information_figure(
            course.partial, subtitle=subtitle
        ),
    }


def _subtitle(parameters: DecoherenceParameters) -> str:
    spread = parameters.coupling_spread
    start = "random product state" if parameters.env_state == "random" else "all |+⟩"
    words = [
        f"{parameters.n_env} environment spin" + "s" * (parameters.n_env > 1),
        f"g = {parameters.coupling:g}" + (f" (1 ± {spread:g})" if spread else ""),
        f"h = {parameters.h_env:g}",
        f"J = {parameters.J_env:g} rad/s",
        f"start: {start}",
    ]
    return "   ·   ".join(words)


def _memory(parameters: DecoherenceParameters) -> Memory:
    n, rows = parameters.n_env, parameters.n_steps + 1
    if parameters.resolved_method == "product":
        return Memory("table of the decoherence factor", rows, 1000.0 * rows)
    from spacewheat_sim.quantum.spin_bath.state_vector import needed_bytes

    branches = 1 if parameters.env_state == "plus" else 2
    traced = 2.0**n * 2 * 16 * 6  # the copies of both kets that partial traces make
    needed = needed_bytes(n, branches) + traced
    return Memory("state vector of the environment", 2**n, needed)


EXPERIMENT = Experiment(
    name="decoherence_spin_bath",
    summary="A central spin loses its coherence to an environment of spins.",
    parameters=DecoherenceParameters,
    run=run,
    tolerance=Tolerance(relative=1e-9, absolute=1e-10),
    memory=_memory,
)
