"""The three methods of a bath, compared for smaller and smaller steps."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from spacewheat_sim.lab.biome_size import emoji_count
from spacewheat_sim.lab.experiment import (
    LARGEST_INTEGER,
    MOST_POINTS,
    Experiment,
    Memory,
    Outcome,
    Parameters,
    Streams,
)

if TYPE_CHECKING:
    from spacewheat_sim.choices import Method
    from spacewheat_sim.engine.bath.bath import QuantumBath as Bath
    from spacewheat_sim.engine.compile import CompiledBiome

COLUMNS = ("dt", "method", "distance", "distance_error", "largest_deviation")


class UnravellingParameters(Parameters):
    """Parameters of ``bath_unravelling``."""

    biome: str = Field("biotic_flux", description="name or file of a biome")
    duration: float = Field(20.0, gt=0, description="seconds of game time")
    dt_grid: tuple[float, float, int] = Field(
        (0.002, 1.0, 7),
        description="START STOP COUNT in seconds, logarithmic spacing; each is rounded "
        "to a divisor of the duration",
    )
    trajectories: int = Field(400, ge=2, description="trajectories per step length")


@dataclass(frozen=True)
class StepLength:
    """One point of the grid.

    Attributes:
        asked: The step of the grid, s.
        dt: The nearest one that divides the duration, s.
        steps: The number of these steps in the duration.
    """

    asked: float
    dt: float
    steps: int


def step_lengths(parameters: UnravellingParameters) -> list[StepLength]:
    """Return the points of the grid; of equal steps, only the first.

    Raises:
        ArgumentError: the grid is empty, decreasing, not positive, or has steps longer
            than the duration.
    """
    _check(parameters)
    start, stop, count = parameters.dt_grid
    ratio = (stop / start) ** (1 / max(count - 1, 1))
    found: dict[int, StepLength] = {}
    for i in range(count):
        asked = start * ratio**i
        steps = max(1, round(parameters.duration / asked))
        found.setdefault(steps, StepLength(asked, parameters.duration / steps, steps))
    return list(found.values())


def run(parameters: UnravellingParameters, streams: Streams) -> Outcome:
    """Compare final populations with those of the master equation.

    The distance of two distributions is ½ Σ |p_i − q_i|, from 0 to 1. The reference is
    the master equation in a single step. A request to stop keeps the step lengths that
    are done.
    """
    from spacewheat_sim.engine.compile import load_biome

    points = step_lengths(parameters)
    compiled = load_biome(parameters.biome)
    exact = compiled.bath(streams.seed, "master")
    exact.evolve_many(parameters.duration, 1)
    reference = exact.populations()
    rows: list[tuple[Any, ...]] = []
    refused: dict[str, str] = {}
    done, interrupt = 0, None
    try:
        for number, point in enumerate(points):
            with streams.progress.part(number, len(points)):
                found = _populations(compiled, parameters, streams, point, refused)
                rows += _compared(point, found, reference)
            done = number + 1
    except KeyboardInterrupt as stop:
        if not rows:
            raise
        interrupt = stop
    smallest = {row[1]: row[2] for row in reversed(rows)}
    results: dict[str, Any] = {
        "biome": compiled.biome.key,
        "steps": [asdict(point) for point in points[:done]],
        "distance_at_smallest_dt": smallest,
        "master_largest_deviation": max(r[4] for r in rows if r[1] == "master"),
        "expected_trajectory_distance": max(r[3] for r in rows if r[1] == "trajectory"),
        "reference": dict(zip(compiled.emojis, reference.tolist(), strict=True)),
    }
    if refused:
        results["left_out"] = refused
    figures = {"unravelling": lambda: _figure(compiled, rows)}
    return Outcome(results, COLUMNS, rows, figures, interrupt=interrupt)


def _compared(
    point: StepLength, found: dict[str, tuple[Any, Any]], reference: Any
) -> list[tuple[Any, ...]]:
    """Return a row for each method."""
    import numpy as np

    rows: list[tuple[Any, ...]] = []
    for method, (mean, error) in found.items():
        distance = 0.5 * float(np.abs(mean - reference).sum())
        # The mean of |x| for a normal x of deviation s is s √(2/π).
        noise = 0.5 * float(error.sum()) * (2 / np.pi) ** 0.5
        worst = float(np.abs(mean - reference).max())
        rows.append((point.dt, method, distance, noise, worst))
    return rows


def _check(parameters: UnravellingParameters) -> None:
    from spacewheat_sim.errors import ArgumentError

    start, stop, count = parameters.dt_grid
    if not (0.0 < start <= stop and 1 <= count <= MOST_POINTS):
        raise ArgumentError(
            "--dt_grid must be START STOP COUNT with 0 < START ≤ STOP and "
            f"1 ≤ COUNT ≤ {MOST_POINTS:,}, but is {start:g} {stop:g} {count}"
        )
    if stop > parameters.duration:
        raise ArgumentError(
            f"--dt_grid has steps of up to {stop:g} s, longer than the --duration of "
            f"{parameters.duration:g} s; allowed: STOP ≤ {parameters.duration:g}"
        )
    least = parameters.duration / LARGEST_INTEGER
    if start < least:
        raise ArgumentError(
            f"--dt_grid has steps of {start:g} s, more than can be counted in the "
            f"--duration of {parameters.duration:g} s; allowed: START ≥ {least:.3g}"
        )


def _populations(
    compiled: CompiledBiome,
    parameters: UnravellingParameters,
    streams: Streams,
    point: StepLength,
    refused: dict[str, str],
) -> dict[str, tuple[Any, Any]]:
    """Return the final populations by method, each with its standard error.

    ``spec`` is left out if dt is too long for it (γ·dt > 1); ``refused`` gets the
    reason.
    """
    import numpy as np

    from spacewheat_sim.errors import ArgumentError

    zero = np.zeros(len(compiled.emojis))
    found: dict[str, tuple[Any, Any]] = {}
    methods: tuple[Method, ...] = ("spec", "master")
    for method in methods:
        bath = compiled.bath(streams.seed, method)
        try:
            for _ in range(point.steps):
                bath.evolve(point.dt)
        except ArgumentError as refusal:
            refused.setdefault(method, f"from dt = {point.dt:g} s on: {refusal}")
            continue
        found[method] = (bath.populations(), zero)
    finals = np.empty((parameters.trajectories, zero.size))
    for i in range(parameters.trajectories):
        bath = compiled.bath(
            streams.seed, "trajectory", stream=streams.get("trajectory", i)
        )
        finals[i] = _last(bath, point)
    error = finals.std(axis=0, ddof=1) / parameters.trajectories**0.5
    found["trajectory"] = (finals.mean(axis=0), error)
    return found


def _last(bath: Bath, point: StepLength) -> Any:
    """Return the populations after all steps."""
    recording = bath.evolve_many(point.dt, point.steps, record_every=point.steps)
    return recording.populations[-1]


def _figure(compiled: CompiledBiome, rows: list[tuple[Any, ...]]) -> Any:
    from spacewheat_sim.lab.figures.unravelling import unravelling_figure

    return unravelling_figure(rows, title=f"{compiled.biome.name}: does dt matter?")


def _memory(parameters: UnravellingParameters) -> Memory:
    points = step_lengths(parameters)
    count = parameters.trajectories
    # Measured: a step of the single baths, a trajectory, a step of one of these.
    seconds = sum(
        4e-5 * p.steps + count * (2e-5 * parameters.duration + 6e-7 * p.steps)
        for p in points
    )
    # The final states, and the memory for their spread.
    size = (100.0 + 24.0 * emoji_count(parameters.biome)) * count
    return Memory("trajectories", count, size + 1e6, seconds + 1.0)


EXPERIMENT = Experiment(
    name="bath_unravelling",
    summary="The three methods of a bath, compared for smaller and smaller steps.",
    parameters=UnravellingParameters,
    run=run,
    memory=_memory,
)
