"""Many trajectories of a biome against what the theory says of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import Field

from spacewheat_sim.choices import DEFAULT_STRENGTH
from spacewheat_sim.lab.biome_size import emoji_count
from spacewheat_sim.lab.experiment import (
    Experiment,
    Memory,
    Outcome,
    Parameters,
    Streams,
)

if TYPE_CHECKING:
    from spacewheat_sim.arrays import FloatArray
    from spacewheat_sim.engine.bath.recording import Recording
    from spacewheat_sim.engine.compile import CompiledBiome


# A row of the table for each emoji and time has six cells: numbers of arrays, floats of
# Python and words, 250 bytes each.
ROW_BYTES = 6 * 250.0
COLUMNS = ("time", "emoji", "mean", "standard_error", "master", "z")


class EnsembleParameters(Parameters):
    """Parameters of ``bath_ensemble``."""

    biome: str = Field("biotic_flux", description="name or file of a biome")
    duration: float = Field(20.0, gt=0, description="seconds of game time")
    n_times: int = Field(20, ge=1, description="output times after the start")
    trajectories: int = Field(2000, ge=10, description="how many to average")
    strength: float = Field(
        DEFAULT_STRENGTH, ge=0, le=1, description="of the weak measurement"
    )


@dataclass(frozen=True)
class Sample:
    """What was seen of all trajectories.

    Attributes:
        mean: Mean populations, (T, N).
        error: Their standard errors, (T, N).
        first_jumps: Waiting times of those that jumped, seconds, sorted.
        jumps: Jumps per trajectory.
    """

    mean: FloatArray
    error: FloatArray
    first_jumps: FloatArray
    jumps: float


def run(parameters: EnsembleParameters, streams: Streams) -> Outcome:
    """Test mean populations, waiting times and measurements of an ensemble."""
    import numpy as np

    from spacewheat_sim.engine.compile import load_biome

    compiled = load_biome(parameters.biome)
    dt = parameters.duration / parameters.n_times
    master = compiled.bath(streams.seed, "master").evolve_many(dt, parameters.n_times)
    sample = _sample(compiled, parameters, streams, dt)
    # Where none can have deviated yet, the error is 0 and rounding is all there is.
    z = (sample.mean - master.populations) / np.maximum(sample.error, 1e-9)
    rows = [
        (time, emoji, sample.mean[t, i], sample.error[t, i], exact, z[t, i])
        for t, time in enumerate(master.time.tolist())
        for i, (emoji, exact) in enumerate(
            zip(compiled.emojis, master.populations[t].tolist(), strict=True)
        )
    ]
    waiting = _waiting_times(compiled, parameters, sample, streams.seed)
    results = {
        "biome": compiled.biome.key,
        "trajectories": parameters.trajectories,
        "largest_z": float(np.abs(z).max()),
        "root_mean_square_z": float(np.sqrt(np.mean(z[1:] ** 2))),
        "jumps_per_trajectory": sample.jumps,
        "jumped_share": sample.first_jumps.size / parameters.trajectories,
        "waiting_time_p_value": waiting,
        "measurement_p_values": _measurement_p_values(compiled, parameters, streams),
    }
    table = [[_plain(cell) for cell in row] for row in rows]
    figures = {
        "ensemble": lambda: _ensemble_figure(compiled, sample, master, streams.seed),
        "waiting_times": lambda: _waiting_figure(
            compiled, parameters, sample, streams.seed
        ),
    }
    return Outcome(results, COLUMNS, table, figures)


def _plain(cell: Any) -> Any:
    return cell if isinstance(cell, str) else float(cell)


def _sample(
    compiled: CompiledBiome,
    parameters: EnsembleParameters,
    streams: Streams,
    dt: float,
) -> Sample:
    import numpy as np

    from spacewheat_sim.engine.bath.ensemble.errors import standard_error, unseen_chance
    from spacewheat_sim.engine.bath.ensemble.start import Start
    from spacewheat_sim.engine.bath.events import Jumped
    from spacewheat_sim.quantum.ensembles.moments import Moments

    count, tolerance = parameters.trajectories, compiled.bath(0).options.tolerance
    ket = compiled.bath(streams.seed, "trajectory").amplitudes[None]
    start = Start(
        compiled.operators,
        np.ones(1),
        ket,
        0.0,
        parameters.duration,
        streams.seed,
        tolerance,
    )
    first_jumps = np.full(count, np.inf)
    known = range(len(compiled.operators.jumps))
    channel_of = {compiled.operators.jump_event(0.0, k): k for k in known}
    channels: list[int] = []
    for i in range(count):
        bath = compiled.bath(
            streams.seed, "trajectory", stream=streams.get("trajectory", i)
        )
        recording = bath.evolve_many(dt, parameters.n_times)
        each = recording.populations
        if i == 0:
            reference, time = each, recording.time
            sums, squares = np.zeros((2, *each.shape))
        sums += each - reference
        squares += (each - reference) ** 2
        channels += [
            channel_of[replace(event, time=0.0)]
            for event in recording.events
            if isinstance(event, Jumped)
        ]
        for event in recording.events[:1]:
            first_jumps[i] = event.time
    moments = Moments.about(reference, count, sums, squares)
    jump_counts = np.bincount(channels, minlength=len(known))
    unseen = unseen_chance(
        start, time, first_jumps, jump_counts, np.empty((0, 3), dtype=np.int64)
    )
    return Sample(
        moments.mean,
        standard_error(moments, unseen),
        np.sort(first_jumps[np.isfinite(first_jumps)]),
        len(channels) / count,
    )


def _jump_distribution(
    compiled: CompiledBiome, seed: int, times: FloatArray
) -> FloatArray:
    """Return the exact distribution function 1 − S of the first jump, (T,)."""
    from spacewheat_sim.engine.bath.options import EvolverOptions, ket_series
    from spacewheat_sim.quantum.ensembles.survival import survival

    series = ket_series(compiled.operators, EvolverOptions())
    bath = compiled.bath(seed, "trajectory")
    return 1.0 - survival(series, bath.amplitudes, 0.0, times)


def _waiting_times(
    compiled: CompiledBiome, parameters: EnsembleParameters, sample: Sample, seed: int
) -> float | None:
    """Return the Kolmogorov–Smirnov p-value of the first jumps within the run."""
    from scipy import stats

    if sample.first_jumps.size < 10:
        return None
    import numpy as np

    times = np.append(sample.first_jumps, parameters.duration)
    exact = _jump_distribution(compiled, seed, times)
    uniform = exact[:-1] / exact[-1]
    return float(stats.kstest(uniform, "uniform").pvalue)


def _measurement_p_values(
    compiled: CompiledBiome, parameters: EnsembleParameters, streams: Streams
) -> dict[str, float | None]:
    """Return, per kind of measurement, the chi-square p-value of its outcomes."""
    from scipy import stats

    from spacewheat_sim.quantum.measurement import axis_branches

    north, south = (compiled.axes or (compiled.emojis[:2],))[0]
    found: dict[str, float | None] = {}
    for kind in ("game", "projective", "weak"):
        bath = compiled.bath(streams.seed, "master", stream=streams.get(kind))
        start = bath.density_matrix()
        strength = parameters.strength if kind != "projective" else None
        seen: dict[str | None, int] = {}
        for _ in range(parameters.trajectories):
            bath.initialize_density_matrix(start)
            outcome = bath.measure_axis(north, south, kind=kind, strength=strength)
            seen[outcome] = seen.get(outcome, 0) + 1
        n, s = bath.operators.index(north), bath.operators.index(south)
        branches = axis_branches(start.diagonal().real, n, s, kind, parameters.strength)
        names = {n: bath.emojis[n], s: bath.emojis[s], None: None}
        likely = [b for b in branches if b.probability * parameters.trajectories >= 5]
        counts = [seen.get(names[b.outcome], 0) for b in likely]
        expected = [b.probability for b in likely]
        if len(likely) < 2:
            found[kind] = None
            continue
        scale = sum(counts) / sum(expected)
        found[kind] = float(
            stats.chisquare(counts, [scale * p for p in expected]).pvalue
        )
    return found


def _ensemble_figure(
    compiled: CompiledBiome, sample: Sample, master: Recording, seed: int
) -> Any:
    from spacewheat_sim.engine.bath.recording import Recording
    from spacewheat_sim.lab.figures.biome.populations import (
        fine_steps,
        populations_figure,
    )

    steps = fine_steps(master.time.size)
    fine = compiled.bath(seed, "master").evolve_many(
        float(master.time[-1]) / steps, steps
    )
    return populations_figure(
        Recording(master.emojis, master.time, sample.mean),
        title=f"{compiled.biome.name}: mean of the trajectories",
        reference=fine,
        reference_name="master equation",
        standard_error=sample.error,
    )


def _waiting_figure(
    compiled: CompiledBiome, parameters: EnsembleParameters, sample: Sample, seed: int
) -> Any:
    import numpy as np

    from spacewheat_sim.lab.figures.waiting_times import waiting_times_figure

    # Early jumps of a long run take place in a small part of it.
    even = np.linspace(0.0, parameters.duration, 401)[1:]
    times = np.union1d(even, np.geomspace(1e-4, 1.0, 200) * parameters.duration)
    return waiting_times_figure(
        sample.first_jumps,
        parameters.trajectories,
        times,
        _jump_distribution(compiled, seed, times),
        title=f"{compiled.biome.name}: when does the first jump come?",
    )


def _memory(parameters: EnsembleParameters) -> Memory:
    count, times = parameters.trajectories, parameters.n_times
    # Measured: a trajectory, its seconds and rows; and the measurements.
    each = 8e-4 + 2e-5 * parameters.duration + 3e-6 * times
    size = 100.0 * count + ROW_BYTES * times * emoji_count(parameters.biome)
    return Memory("trajectories", count, size, each * count)


EXPERIMENT = Experiment(
    name="bath_ensemble",
    summary="Trajectories against the master equation: means, waits, measurements.",
    parameters=EnsembleParameters,
    run=run,
    memory=_memory,
)
