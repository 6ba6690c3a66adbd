"""Figures of a course of decoherence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacewheat_sim.lab.decoherence.table import log10_coherence

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from spacewheat_sim.lab.decoherence.check import Check
    from spacewheat_sim.lab.decoherence.course import Course
    from spacewheat_sim.lab.decoherence.parameters import DecoherenceParameters
    from spacewheat_sim.quantum.spin_bath.crossing import Crossing
    from spacewheat_sim.quantum.spin_bath.model import SpinBath


def figures_of(
    parameters: DecoherenceParameters,
    bath: SpinBath,
    course: Course,
    check: Check,
    crossing: Crossing | None,
) -> dict[str, Callable[[], Figure]]:
    """Return the figures by name, each yet to be drawn."""
    subtitle = _subtitle(parameters)
    time = crossing.time if crossing else None

    def coherence() -> Figure:
        from spacewheat_sim.lab.decoherence.curves import drawn_curve, early_curve
        from spacewheat_sim.lab.figures.coherence import Decay, coherence_figure
        from spacewheat_sim.quantum.spin_bath.model import gaussian_time

        curve, early = drawn_curve(bath, course), early_curve(bath, course)
        dots = None
        if check.method is not None and check.factor is not None:
            dots = check.method, course.times, check.factor / 2
        return coherence_figure(
            curve.times,
            curve.factor / 2,
            log10_coherence(curve.log_magnitude),
            joined=curve.joined,
            decay=Decay(time, gaussian_time(bath)),
            early=(early.times, early.factor / 2) if early else None,
            exact=dots,
            subtitle=subtitle,
        )

    def purity() -> Figure:
        from spacewheat_sim.lab.decoherence.curves import drawn_curve
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
