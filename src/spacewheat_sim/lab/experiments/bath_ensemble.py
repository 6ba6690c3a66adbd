"""Many trajectories of a biome, compared with exact predictions."""

from __future__ import annotations

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
    from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult
    from spacewheat_sim.engine.bath.recordings.recording import Recording
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
    trajectories: int = Field(2000, ge=10, description="number of trajectories")
    strength: float = Field(
        DEFAULT_STRENGTH,
        ge=0,
        le=1,
        description="strength of the weak measurement",
    )


def run(parameters: EnsembleParameters, streams: Streams) -> Outcome:
    """Test mean populations, waiting times and measurements of an ensemble."""
    import numpy as np

    from spacewheat_sim.engine.compile import load_biome

    compiled = load_biome(parameters.biome)
    dt = parameters.duration / parameters.n_times
    master = compiled.bath(streams.seed, "master").evolve_many(dt, parameters.n_times)
    ensemble = _average(compiled, parameters, streams, dt)
    mean, error = ensemble.populations, ensemble.standard_error
    # If nothing can have happened yet, the error is 0 and only rounding is left.
    z = (mean - master.populations) / np.maximum(error, 1e-9)
    first_jumps, trajectories = _first_jumps(ensemble), parameters.trajectories
    rows = [
        (time, emoji, mean[t, i], error[t, i], exact, z[t, i])
        for t, time in enumerate(master.time.tolist())
        for i, (emoji, exact) in enumerate(
            zip(compiled.emojis, master.populations[t].tolist(), strict=True)
        )
    ]
    waiting = _waiting_times(compiled, parameters, first_jumps, streams.seed)
    results = {
        "biome": compiled.biome.key,
        "trajectories": trajectories,
        "largest_z": float(np.abs(z).max()),
        "root_mean_square_z": float(np.sqrt(np.mean(z[1:] ** 2))),
        "jumps_per_trajectory": int(ensemble.jump_counts.sum())
        / parameters.trajectories,
        "jumped_share": first_jumps.size / trajectories,
        "waiting_time_p_value": waiting,
        "measurement_p_values": _measurement_p_values(compiled, parameters, streams),
    }
    table = [[_plain(cell) for cell in row] for row in rows]
    figures = {
        "ensemble": lambda: _ensemble_figure(compiled, ensemble, master, streams.seed),
        "waiting_times": lambda: _waiting_figure(
            compiled, parameters, first_jumps, streams.seed
        ),
    }
    return Outcome(results, COLUMNS, table, figures)


def _plain(cell: Any) -> Any:
    return cell if isinstance(cell, str) else float(cell)


def _average(
    compiled: CompiledBiome, parameters: EnsembleParameters, streams: Streams, dt: float
) -> EnsembleResult:
    bath = compiled.bath(streams.seed, "trajectory")
    ensemble = bath.prepare_ensemble(
        parameters.duration, parameters.trajectories, dt, streams.seed
    )
    ensemble.run(streams.progress)
    found = ensemble.result()
    assert found is not None  # noqa: S101 - run() has come to its end
    return found


def _first_jumps(ensemble: EnsembleResult) -> FloatArray:
    """Return the waiting times of those that jumped, in seconds, sorted."""
    import numpy as np

    times = ensemble.first_jumps
    return np.sort(times[np.isfinite(times)])


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
    compiled: CompiledBiome,
    parameters: EnsembleParameters,
    first_jumps: FloatArray,
    seed: int,
) -> float | None:
    """Return the Kolmogorov–Smirnov p-value of the first jumps within the run."""
    from scipy import stats

    if first_jumps.size < 10:
        return None
    import numpy as np

    times = np.append(first_jumps, parameters.duration)
    exact = _jump_distribution(compiled, seed, times)
    uniform = exact[:-1] / exact[-1]
    return float(stats.kstest(uniform, "uniform").pvalue)


def _measurement_p_values(
    compiled: CompiledBiome, parameters: EnsembleParameters, streams: Streams
) -> dict[str, float | None]:
    """Return, per kind of measurement, the chi-square p-value of its outcomes."""
    from scipy import stats

    from spacewheat_sim.quantum.measurement import AxisMeasurement, axis_branches

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
        qubits = bath.operators.qubits
        what = AxisMeasurement(n, s, kind, parameters.strength, 0.0, qubits)
        branches = axis_branches(start.diagonal().real, what)
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
    compiled: CompiledBiome, ensemble: EnsembleResult, master: Recording, seed: int
) -> Any:
    from spacewheat_sim.engine.bath.recordings.recording import Recording
    from spacewheat_sim.lab.figures.biome.populations import (
        fine_steps,
        populations_figure,
    )

    steps = fine_steps(master.time.size)
    fine = compiled.bath(seed, "master").evolve_many(
        float(master.time[-1]) / steps, steps
    )
    return populations_figure(
        Recording(master.emojis, master.time, ensemble.populations),
        title=f"{compiled.biome.name}: mean of the trajectories",
        reference=fine,
        reference_name="master equation",
        standard_error=ensemble.standard_error,
    )


def _waiting_figure(
    compiled: CompiledBiome,
    parameters: EnsembleParameters,
    first_jumps: FloatArray,
    seed: int,
) -> Any:
    import numpy as np

    from spacewheat_sim.lab.figures.waiting_times import waiting_times_figure

    # Early jumps of a long run are in a small part of it.
    even = np.linspace(0.0, parameters.duration, 401)[1:]
    times = np.union1d(even, np.geomspace(1e-4, 1.0, 200) * parameters.duration)
    return waiting_times_figure(
        first_jumps,
        parameters.trajectories,
        times,
        _jump_distribution(compiled, seed, times),
        title=f"{compiled.biome.name}: when does the first jump happen?",
    )


def _memory(parameters: EnsembleParameters) -> Memory:
    count, times = parameters.trajectories, parameters.n_times
    # Measured: the three measurements; a driven trajectory, its seconds and rows.
    each = 6e-4 + 2e-6 * parameters.duration + 5e-7 * times
    size = 100.0 * count + ROW_BYTES * times * emoji_count(parameters.biome)
    return Memory("trajectories", count, size, each * count)


EXPERIMENT = Experiment(
    name="bath_ensemble",
    summary="Trajectories against exact predictions: means, first jumps, measurements.",
    parameters=EnsembleParameters,
    run=run,
    memory=_memory,
)
