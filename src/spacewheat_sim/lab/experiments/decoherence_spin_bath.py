"""A central spin loses its coherence to an environment of spins."""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, Self

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

    from matplotlib.figure import Figure

    from spacewheat_sim.arrays import FloatArray
    from spacewheat_sim.lab.decoherence_course import Check, Course
    from spacewheat_sim.quantum.spin_bath.crossing import Crossing
    from spacewheat_sim.quantum.spin_bath.darwinism import PartialInformation
    from spacewheat_sim.quantum.spin_bath.model import SpinBath


LARGEST_STATE_VECTOR = 20
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
    """The environment, its couplings, and the duration."""

    n_env: int = Field(10, ge=1, le=100_000, description="environment spins")
    coupling: float = Field(
        0.4, ge=-1000, le=1000, description="coupling g of the central spin, rad/s"
    )
    coupling_spread: float = Field(
        0.0,
        ge=0,
        le=1,
        description="s: g_k = g (1 + s u_k), u_k drawn from [-1, 1]; 0 is all equal",
    )
    h_env: float = Field(
        0.0, ge=-1000, le=1000, description="field h on the environment, rad/s"
    )
    J_env: float = Field(
        0.0, ge=-1000, le=1000, description="coupling of environment neighbors, rad/s"
    )
    env_state: Literal["plus", "random"] = Field(
        "plus",
        description="initial environment: all spins in |+>, or a random product state",
    )
    t_max: float = Field(10.0, gt=0, le=1_000_000, description="last time, s")
    n_steps: int = Field(
        200,
        ge=1,
        le=100_000,
        description="intervals from 0 to t_max; the table has one row more",
    )
    method: Literal["auto", "product", "state_vector"] = Field(
        "auto", description="auto takes product unless J_env is set"
    )

    @property
    def resolved_method(self) -> Literal["product", "state_vector"]:
        """The method, with ``auto`` resolved."""
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


def run(parameters: DecoherenceParameters, streams: Streams) -> Outcome:
    """Evolve, compare with an independent method if there is one, and tabulate."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    from spacewheat_sim.lab.decoherence_course import (
        Check,
        decoherence_time,
        follow,
        independent_check,
    )

    bath = _bath(parameters, streams)
    times = np.linspace(0.0, parameters.t_max, parameters.n_steps + 1)
    rng, method = streams.get("fragments"), parameters.resolved_method
    # With more threads, BLAS would sum in another order.
    with threadpool_limits(1, user_api="blas"):
        start = perf_counter()
        course = follow(bath, times, method, rng, streams.progress)
        seconds = perf_counter() - start
        check, crossing, interrupt = Check(), None, course.interrupt
        try:
            if interrupt is None:
                crossing = decoherence_time(bath, parameters.t_max)
                check = independent_check(bath, times, method)
        except KeyboardInterrupt as stop:
            interrupt = stop
    return Outcome(
        results=_results(parameters, bath, course, check, crossing),
        columns=COLUMNS,
        rows=_rows(course, check),
        figures=_figures(parameters, bath, course, check, crossing),
        timings={method: seconds},
        interrupt=interrupt,
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


def _results(
    parameters: DecoherenceParameters,
    bath: SpinBath,
    course: Course,
    check: Check,
    crossing: Crossing | None,
) -> dict[str, Any]:
    import numpy as np

    from spacewheat_sim.lab.decoherence_course import rounding_error
    from spacewheat_sim.quantum.spin_bath.model import gaussian_time

    method = parameters.resolved_method
    found = _measures(course.factor[-1], course.log_magnitude[-1])
    results: dict[str, Any] = {
        "method": method,
        "exact_method": check.method,
        **({"exact_left_out": check.left_out} if check.left_out else {}),
        "final_time": float(course.times[-1]),
    }
    known, worst = None, None
    if check.factor is not None:
        with np.errstate(divide="ignore"):
            log = np.log(np.abs(check.factor[-1]))
        known = _measures(check.factor[-1], log)
        worst = float(np.max(np.abs(course.factor - check.factor)) / 2)
    for name, value in found.items():
        results[f"final_{name}"] = value
        results[f"final_{name}_exact"] = known[name] if known else None
        results[f"final_{name}_error"] = abs(value - known[name]) if known else None
    return results | {
        "largest_rho01_error": worst,
        "rho01_rounding": rounding_error(bath, method, parameters.t_max),
        "final_log10_coherence": _log10_coherence(course.log_magnitude[-1:])[0],
        "decoherence_time": crossing.time if crossing else None,
        "decoherence_time_searched_to": crossing.searched_to if crossing else None,
        "gaussian_time": gaussian_time(bath),
        "couplings": bath.couplings.tolist(),
        "partial_information": [_partial_record(each) for each in course.partial],
    }


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


def _rows(course: Course, check: Check) -> list[list[Any]]:
    import numpy as np

    from spacewheat_sim.quantum.spin_bath import information

    size, count = np.abs(course.factor), course.times.size
    half = np.full(count, 0.5)  # Z_S is conserved
    exact = np.full(count, np.nan + 0j) if check.factor is None else check.factor
    columns = (
        course.times,
        size / 2,
        course.factor.real / 2,
        course.factor.imag / 2,
        information.purity(size),
        information.entropy_vn(course.log_magnitude),
        information.mutual_information(course.log_magnitude),
        half,
        half,
        _log10_coherence(course.log_magnitude),
        exact.real / 2,
        np.full(count, np.nan) if check.factor is None else exact.imag / 2,
    )
    return [list(row) for row in np.stack(columns, axis=1).tolist()]


def _figures(
    parameters: DecoherenceParameters,
    bath: SpinBath,
    course: Course,
    check: Check,
    crossing: Crossing | None,
) -> dict[str, Callable[[], Figure]]:
    subtitle = _subtitle(parameters)
    time = crossing.time if crossing else None

    def coherence() -> Figure:
        from spacewheat_sim.lab.decoherence_course import drawn_curve, early_curve
        from spacewheat_sim.lab.figures.coherence import Decay, coherence_figure
        from spacewheat_sim.quantum.spin_bath.model import gaussian_time

        curve, early = drawn_curve(bath, course), early_curve(bath, course)
        dots = None
        if check.method is not None and check.factor is not None:
            dots = check.method, course.times, check.factor / 2
        return coherence_figure(
            curve.times,
            curve.factor / 2,
            _log10_coherence(curve.log_magnitude),
            joined=curve.joined,
            decay=Decay(time, gaussian_time(bath)),
            early=(early.times, early.factor / 2) if early else None,
            exact=dots,
            subtitle=subtitle,
        )

    def purity() -> Figure:
        from spacewheat_sim.lab.decoherence_course import drawn_curve
        from spacewheat_sim.lab.figures import decoherence

        curve = drawn_curve(bath, course)
        return decoherence.purity_figure(
            curve.times, curve.log_magnitude, joined=curve.joined, subtitle=subtitle
        )

    def partial() -> Figure:
        from spacewheat_sim.lab.figures import decoherence

        return decoherence.partial_information_figure(course.partial, subtitle=subtitle)

    return {
        "coherence_vs_time": coherence,
        "purity_vs_time": purity,
        "partial_information": partial,
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
    from spacewheat_sim.lab.decoherence_course import product_seconds, state_seconds
    from spacewheat_sim.quantum.spin_bath.state_vector import needed_bytes

    n, rows = parameters.n_env, parameters.n_steps + 1
    if parameters.resolved_method == "product":
        needed = 1000.0 * rows + 2000.0 * n
        return Memory(
            "overlaps of the spins", n * rows, needed, product_seconds(n, rows)
        )
    branches = 1 if parameters.env_state == "plus" else 2
    traced = 2.0**n * 2 * 16 * 6  # partial traces copy both kets
    needed = needed_bytes(n, branches) + traced
    seconds = state_seconds(
        _bath(parameters, Streams(0)), parameters.t_max, parameters.n_steps
    )
    return Memory("state vector of the environment", 2**n, needed, seconds)


EXPERIMENT = Experiment(
    name="decoherence_spin_bath",
    summary="A central spin loses its coherence to an environment of spins.",
    parameters=DecoherenceParameters,
    run=run,
    tolerance=Tolerance(relative=1e-9, absolute=1e-10),
    memory=_memory,
)
