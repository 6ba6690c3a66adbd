"""The three methods of a bath against each other as the step shrinks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from spacewheat_sim.lab.experiment import Experiment, Outcome, Parameters, Streams

if TYPE_CHECKING:
    from spacewheat_sim.engine.compile import CompiledBiome
    from spacewheat_sim.engine.evolvers import Method

COLUMNS = ("dt", "method", "distance", "distance_error", "largest_deviation")


class UnravellingParameters(Parameters):
    """Parameters of ``bath_unravelling``."""

    biome: str = Field("biotic_flux", description="name or file of a biome")
    duration: float = Field(20.0, gt=0, description="seconds of game time")
    dt_grid: tuple[float, float, int] = Field(
        (0.002, 1.0, 7),
        description="START STOP COUNT, seconds, evenly in the logarithm",
    )
    trajectories: int = Field(400, ge=2, description="trajectories per step length")


def steps_of(parameters: UnravellingParameters) -> list[tuple[float, int]]:
    """Return (dt, steps) for each point, dt adjusted to divide the duration."""
    start, stop, count = parameters.dt_grid
    ratio = (stop / start) ** (1 / max(count - 1, 1))
    wanted = [start * ratio**i for i in range(count)]
    counts = [max(1, round(parameters.duration / dt)) for dt in wanted]
    return [(parameters.duration / n, n) for n in counts]


def run(parameters: UnravellingParameters, streams: Streams) -> Outcome:
    """Compare final populations with the master equation's, in total variation.

    The distance of two distributions is ½ Σ |p_i − q_i|, from 0 to 1. The reference is
    the master equation over the whole time at once.
    """
    import numpy as np

    from spacewheat_sim.engine.compile import load_biome

    _check(parameters)
    compiled = load_biome(parameters.biome)
    exact = compiled.bath(streams.seed, "master")
    exact.evolve_many(parameters.duration, 1)
    reference = exact.populations()

    rows: list[tuple[Any, ...]] = []
    for dt, steps in steps_of(parameters):
        for method, (mean, error) in _populations(
            compiled, parameters, streams, dt, steps
        ).items():
            distance = 0.5 * float(np.abs(mean - reference).sum())
            # The mean of |x| for a normal x of deviation s is s √(2/π).
            noise = 0.5 * float(error.sum()) * (2 / np.pi) ** 0.5
            worst = float(np.abs(mean - reference).max())
            rows.append((dt, method, distance, noise, worst))
    smallest = {row[1]: row[2] for row in reversed(rows)}
    results = {
        "biome": compiled.biome.key,
        "distance_at_smallest_dt": smallest,
        "master_largest_deviation": max(r[4] for r in rows if r[1] == "master"),
        "expected_trajectory_distance": max(r[3] for r in rows if r[1] == "trajectory"),
        "reference": dict(zip(compiled.emojis, reference.tolist(), strict=True)),
    }
    return Outcome(
        results, COLUMNS, rows, {"unravelling": lambda: _figure(compiled, rows)}
    )


def _check(parameters: UnravellingParameters) -> None:
    from spacewheat_sim.errors import ArgumentError

    start, stop, count = parameters.dt_grid
    if not (0.0 < start <= stop and count >= 1):
        raise ArgumentError(
            "--dt_grid must be START STOP COUNT with 0 < START ≤ STOP and COUNT ≥ 1, "
            f"but is {start:g} {stop:g} {count}"
        )


def _populations(
    compiled: CompiledBiome,
    parameters: UnravellingParameters,
    streams: Streams,
    dt: float,
    steps: int,
) -> dict[str, tuple[Any, Any]]:
    """Return the final populations by method, each with its standard error.

    ``spec`` is left out where dt is too long for it (γ·dt > 1).
    """
    import numpy as np

    from spacewheat_sim.errors import ArgumentError

    zero = np.zeros(len(compiled.emojis))
    found: dict[str, tuple[Any, Any]] = {}
    methods: tuple[Method, ...] = ("spec", "master")
    for method in methods:
        bath = compiled.bath(streams.seed, method)
        try:
            for _ in range(steps):
                bath.evolve(dt)
        except ArgumentError:
            continue
        found[method] = (bath.populations(), zero)
    finals = np.empty((parameters.trajectories, zero.size))
    for i in range(parameters.trajectories):
        bath = compiled.bath(
            streams.seed, "trajectory", stream=streams.get("trajectory", i)
        )
        finals[i] = bath.evolve_many(dt, steps, record_every=steps).populations[-1]
    error = finals.std(axis=0, ddof=1) / parameters.trajectories**0.5
    found["trajectory"] = (finals.mean(axis=0), error)
    return found


def _figure(compiled: CompiledBiome, rows: list[tuple[Any, ...]]) -> Any:
    from spacewheat_sim.lab.figures.unravelling import unravelling_figure

    return unravelling_figure(rows, title=f"{compiled.biome.name}: does dt matter?")


EXPERIMENT = Experiment(
    name="bath_unravelling",
    summary="The three methods of a bath against each other as the step shrinks.",
    parameters=UnravellingParameters,
    run=run,
)
