"""Looking often keeps a state as it is: survival against how often one looks."""

from __future__ import annotations

import math
from typing import Any

from pydantic import Field

from spacewheat_sim.lab.experiment import (
    Experiment,
    Memory,
    Outcome,
    Parameters,
    Streams,
)

COLUMNS = ("looks", "interval", "survival_exact", "survival", "error")
START, END = "🌱", "🌾"


class ZenoParameters(Parameters):
    """Parameters of ``zeno``."""

    coupling: float = Field(
        1.0, gt=0, le=1e6, description="H = coupling/2 (|🌱⟩⟨🌾| + h.c.)"
    )
    duration: float = Field(
        3.0, gt=0, le=1e6, description="seconds, π/coupling turns 🌱 to 🌾"
    )
    most_looks: int = Field(
        64, ge=1, le=4096, description="looks at equal intervals: 1, 2, 4 … up to this"
    )
    trajectories: int = Field(1000, ge=2, description="for each number of looks")


def run(parameters: ZenoParameters, streams: Streams) -> Outcome:
    """Compare the probability of finding 🌱 at all of n looks with sampled looks.

    A look is a projective measurement. Between two, P = cos²(Ωτ/2), so that all n find
    🌱 with the probability cos²ⁿ(ΩT/2n), which goes to 1: the quantum Zeno effect.
    """
    from spacewheat_sim import BathOperators

    half = parameters.coupling / 2
    operators = BathOperators.from_terms([START, END], [[0.0, half], [half, 0.0]])
    rows: list[tuple[Any, ...]] = []
    looks = [2**k for k in range(parameters.most_looks.bit_length())]
    for number, count in enumerate(looks):
        with streams.progress.part(number, len(looks)):
            exact = _survival(parameters, count)
            share = _survived(operators, parameters, streams, count)
            error = math.sqrt(exact * (1 - exact) / parameters.trajectories)
            rows.append((count, parameters.duration / count, exact, share, error))
    z = [abs(row[3] - row[2]) / row[4] for row in rows if row[4] > 1e-9]
    results = {
        "survival_at_most_looks": rows[-1][3],
        "survival_at_most_looks_exact": rows[-1][2],
        "largest_z": max(z, default=0.0),
    }
    figures = {"zeno": lambda: _figure(parameters, rows)}
    return Outcome(results, COLUMNS, rows, figures)


def _survival(parameters: ZenoParameters, count: int) -> float:
    """Return cos²ⁿ(ΩT/2n), the exact probability that all of n looks find 🌱."""
    import numpy as np

    angle = parameters.coupling / 2 * (parameters.duration / count)
    return float(np.cos(angle) ** (2 * count))


def _survived(
    operators: Any, parameters: ZenoParameters, streams: Streams, count: int
) -> float:
    """Return the share of trajectories that are found unchanged at every look."""
    from spacewheat_sim import QuantumBath

    interval = parameters.duration / count
    survived = 0
    for number in range(parameters.trajectories):
        stream = streams.get("zeno", count, number)
        bath = QuantumBath(operators, stream=stream)
        bath.initialize_emoji(START)
        for _ in range(count):
            bath.evolve(interval)
            if bath.measure_axis(START, END, kind="projective") != START:
                break
        else:
            survived += 1
    return survived / parameters.trajectories


def _figure(parameters: ZenoParameters, rows: list[tuple[Any, ...]]) -> Any:
    from spacewheat_sim.lab.figures.zeno import zeno_figure

    exact = [_survival(parameters, n) for n in range(1, rows[-1][0] + 1)]
    return zeno_figure(rows, exact, title="Does it grow while it is watched?")


def _memory(parameters: ZenoParameters) -> Memory:
    count = parameters.trajectories
    seconds = 1.0 + 6e-5 * count * 2 * parameters.most_looks
    return Memory("trajectories", count, 1e6, seconds)


EXPERIMENT = Experiment(
    name="zeno",
    summary="Survival against how often one looks, exact beside sampled.",
    parameters=ZenoParameters,
    run=run,
    memory=_memory,
)
