"""Results and rows of a course of decoherence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spacewheat_sim.lab.decoherence.course import rounding_error

if TYPE_CHECKING:
    from spacewheat_sim.arrays import FloatArray
    from spacewheat_sim.lab.decoherence.check import Check
    from spacewheat_sim.lab.decoherence.course import Course
    from spacewheat_sim.lab.decoherence.parameters import DecoherenceParameters
    from spacewheat_sim.quantum.spin_bath.crossing import Crossing
    from spacewheat_sim.quantum.spin_bath.darwinism import PartialInformation
    from spacewheat_sim.quantum.spin_bath.model import SpinBath

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


def results_of(
    parameters: DecoherenceParameters,
    bath: SpinBath,
    course: Course,
    check: Check,
    crossing: Crossing | None,
) -> dict[str, Any]:
    """Return what goes to ``results.json``."""
    import numpy as np

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
        "final_log10_coherence": log10_coherence(course.log_magnitude[-1:])[0],
        "decoherence_time": crossing.time if crossing else None,
        "decoherence_time_searched_to": crossing.searched_to if crossing else None,
        "gaussian_time": gaussian_time(bath),
        "couplings": bath.couplings.tolist(),
        "partial_information": [_partial_record(each) for each in course.partial],
    }


def rows_of(course: Course, check: Check) -> list[list[Any]]:
    """Return the rows of the table; an exact number that was left out is NaN."""
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
        log10_coherence(course.log_magnitude),
        exact.real / 2,
        np.full(count, np.nan) if check.factor is None else exact.imag / 2,
    )
    return [list(row) for row in np.stack(columns, axis=1).tolist()]


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


def log10_coherence(log_magnitude: FloatArray) -> FloatArray:
    """Return log₁₀ |ρ01| = log₁₀ |r|/2 from log |r|, (T,)."""
    import numpy as np

    return np.asarray((log_magnitude - np.log(2.0)) / np.log(10.0))
