"""How many meals a hunter has: exact counting statistics beside simulation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, model_validator

from spacewheat_sim.lab.experiment import (
    Experiment,
    Grid,
    Memory,
    Outcome,
    Parameters,
    Streams,
    grid_values,
)

if TYPE_CHECKING:
    from spacewheat_sim.engine.bath.operators import BathOperators

LEAST, MOST = 1e-6, 1e6  # 1/s, and seconds
COLUMNS = ("kind", "x", "exact", "sampled", "error")
PREY, HUNTER = "🐇", "🐺"


class CountingParameters(Parameters):
    """Parameters of ``counting_statistics``."""

    coupling: float = Field(
        1.0, ge=LEAST, le=MOST, description="H = coupling/2 (|🐇⟩⟨🐺| + h.c.)"
    )
    rate: float = Field(1.0, ge=LEAST, le=MOST, description="of meals, 🐺 → 🐇, in 1/s")
    dephasing_grid: Grid = Field(
        (0.0, 4.0, 9), description="START STOP COUNT of the dephasing of 🐺, in 1/s"
    )
    duration: float = Field(
        20.0, gt=0, le=MOST, description="seconds in which meals are counted"
    )
    trajectories: int = Field(2000, ge=2, description="that are counted")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (
            not 0.0
            <= min(self.dephasing_grid[:2])
            <= max(self.dephasing_grid[:2])
            <= MOST
        ):
            raise ValueError(f"--dephasing_grid must be from 0 to {MOST:g} per second")
        return self


def run(parameters: CountingParameters, streams: Streams) -> Outcome:
    """Compare P(n, t) with simulation, and follow θ(s) and Fano against dephasing.

    The bath is resonance fluorescence: a coherent drive Ω and a jump at γ. Without
    dephasing F = 1 − 6Ω²γ²/(γ² + 2Ω²)² (Mandel, 1979): meals keep apart.
    """
    import numpy as np

    from spacewheat_sim import analysis

    pair = [(HUNTER, PREY)]
    counted = analysis.counting(_bath(parameters, 0.0), pair)
    chances = counted.distribution(parameters.duration, start=PREY)
    seen = _counts(parameters, streams)
    found = np.bincount(seen, minlength=chances.size)[: chances.size]
    shares = found / parameters.trajectories
    # Rounding may leave a chance a last digit above 1.
    spread = np.clip(chances * (1 - chances), 0.0, None)
    errors = np.sqrt(spread / parameters.trajectories)
    rows: list[tuple[Any, ...]] = [
        ("distribution", n, float(p), float(share), float(error))
        for n, (p, share, error) in enumerate(zip(chances, shares, errors, strict=True))
        if p > 1e-9
    ]
    fields = np.linspace(-3.0, 2.0, 26)
    rows += [("theta", float(s), float(counted.scgf(s)), None, None) for s in fields]
    for dephasing in grid_values(parameters.dephasing_grid):
        fano = analysis.counting(_bath(parameters, dephasing), pair).fano
        rows.append(("fano", dephasing, fano, None, None))
    known = errors > 0.0
    z = (shares - chances)[known] / errors[known]
    often = parameters.trajectories * chances[known] >= 10
    omega, gamma = parameters.coupling, parameters.rate
    numbers = np.arange(chances.size)
    results = {
        "mean": counted.mean,
        "mean_exact": _mean(omega, gamma),
        "fano": counted.fano,
        "fano_exact": _mandel(omega, gamma),
        "meals": float(numbers @ chances),
        "meals_sampled": float(seen.mean()),
        "largest_z": float(np.abs(z[often]).max()) if often.any() else 0.0,
    }
    figures = {"counting": lambda: _figure(rows)}
    return Outcome(results, COLUMNS, rows, figures)


def _bath(parameters: CountingParameters, dephasing: float) -> BathOperators:
    from spacewheat_sim import BathOperators

    half = parameters.coupling / 2
    jumps = [(HUNTER, PREY, parameters.rate), (HUNTER, HUNTER, dephasing)]
    return BathOperators.from_terms([PREY, HUNTER], [[0.0, half], [half, 0.0]], jumps)


def _counts(parameters: CountingParameters, streams: Streams) -> Any:
    """Return the number of meals of each trajectory."""
    import numpy as np

    from spacewheat_sim import QuantumBath

    operators = _bath(parameters, 0.0)
    counts = np.empty(parameters.trajectories, dtype=np.int64)
    for number in range(parameters.trajectories):
        with streams.progress.part(number, parameters.trajectories):
            bath = QuantumBath(operators, stream=streams.get("trajectory", number))
            bath.initialize_emoji(PREY)
            counts[number] = len(bath.evolve_many(parameters.duration, 1).events)
    return counts


def _figure(rows: list[tuple[Any, ...]]) -> Any:
    from spacewheat_sim.lab.figures.counting import counting_figure

    return counting_figure(rows, title="How many meals?")


def _memory(parameters: CountingParameters) -> Memory:
    count = parameters.trajectories
    omega, gamma = parameters.coupling, parameters.rate
    meals = parameters.duration * _mean(omega, gamma)
    # Measured on one core: a jump, and the turns of the drive until it.
    per_jump = 5e-5 + 1e-6 * min(omega / gamma, 5e3)
    seconds = 2.0 + 0.05 * parameters.dephasing_grid[2]
    seconds += count * (1e-4 + per_jump * meals)
    seconds += _distribution_seconds(parameters, meals)
    return Memory("trajectories", count, 1e6 + 100.0 * count + 1e3 * meals, seconds)


def _distribution_seconds(parameters: CountingParameters, meals: float) -> float:
    """Return how long the exact probabilities take: of n near the mean, in steps."""
    omega, gamma = parameters.coupling, parameters.rate
    deviation = math.sqrt(max(meals * _mandel(omega, gamma), 1.0))
    followed = min(meals + 12.0 * deviation, 44.0 * deviation) + 40.0
    steps = 1.0 + parameters.duration * (omega + 2.0 * gamma) / 4.0
    return steps * (3e-4 + 3e-7 * followed)


def _mean(omega: float, gamma: float) -> float:
    """Return the meals per second."""
    return gamma * omega**2 / (gamma**2 + 2 * omega**2)


def _mandel(omega: float, gamma: float) -> float:
    """Return Fano's factor of meals."""
    return 1 - 6 * (omega * gamma) ** 2 / (gamma**2 + 2 * omega**2) ** 2


EXPERIMENT = Experiment(
    name="counting_statistics",
    summary="How many jumps there are in a time: exact beside simulation.",
    parameters=CountingParameters,
    run=run,
    memory=_memory,
)
