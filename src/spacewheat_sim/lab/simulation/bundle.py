"""What the bundle of a simulation holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

import numpy as np

from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult
from spacewheat_sim.engine.bath.events import Jumped, event_record
from spacewheat_sim.engine.bath.recordings.recording import AxisPair, Recording
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.lab.bundle.bundle import Bundle
from spacewheat_sim.lab.run_experiment import known
from spacewheat_sim.lab.simulation.content import composed_text
from spacewheat_sim.lab.simulation.simulation import SimulationRun, mean_fluxes

AXIS_COLUMNS = ("radius", "theta", "phi", "x", "y", "z")


def write_run(bundle: Bundle, run: SimulationRun) -> dict[str, Any]:
    """Write results, table, events and biome of one history; return the results.

    The results are those of the bath as it is now, which may be past the last row.
    """
    with bundle.writing():
        recording = run.recording()
        results = _run_results(run, recording)
        bundle.write_results(results)
        bundle.write_table(*_table(recording))
        bundle.write_events(event_record(event) for event in recording.events)
        bundle.write_biome(composed_text(run.compiled))
    return results


def _run_results(run: SimulationRun, recording: Recording) -> dict[str, Any]:
    bath = run.bath
    jumps = [event for event in recording.events if isinstance(event, Jumped)]
    return {
        "time": bath.time,
        "populations": bath.probabilities(),
        **bath.observables(),
        "axes": {
            f"{track.north}/{track.south}": asdict(
                bath.project_onto_axis(track.north, track.south)
            )
            for track in recording.axes
        },
        **_information(bath, recording),
        "jumps": len(jumps),
        "jumps_by_kind": dict(Counter(map(str, jumps)).most_common()),
        "events": [
            event_record(event)
            for event in recording.events
            if not isinstance(event, Jumped)
        ],
        "mean_fluxes": _named_fluxes(run.compiled, recording),
    }


def _information(bath: QuantumBath, recording: Recording) -> dict[str, Any]:
    """Return what axes of a register share now, in nats; nothing of a level biome."""
    if not bath.operators.qubits:
        return {}
    shared = {
        _pair_name(pair): bath.mutual_information(*pair)
        for pair in recording.information
    }
    return {"mutual_information": shared}


def _pair_name(pair: AxisPair) -> str:
    return " ".join("/".join(axis) for axis in pair)


def write_ensemble(
    bundle: Bundle, compiled: CompiledBiome, ensemble: EnsembleResult
) -> dict[str, Any]:
    """Write results, table and biome of an ensemble; return the results."""
    with bundle.writing():
        results = _ensemble_results(compiled, ensemble)
        bundle.write_results(results)
        bundle.write_table(*_ensemble_table(ensemble))
        bundle.write_biome(composed_text(compiled))
    return results


def _ensemble_results(
    compiled: CompiledBiome, ensemble: EnsembleResult
) -> dict[str, Any]:
    emojis = ensemble.emojis
    errors = known(ensemble.standard_error[-1])
    return {
        "time": float(ensemble.time[-1]),
        "trajectories": ensemble.trajectories,
        "populations": dict(
            zip(emojis, ensemble.populations[-1].tolist(), strict=True)
        ),
        "standard_errors": dict(zip(emojis, errors, strict=True)),
        "jumps_per_trajectory": {
            _term_name(compiled, k): count / ensemble.trajectories
            for k, count in enumerate(ensemble.jump_counts.tolist())
        },
        "measurements": [
            {
                "time": each.time,
                "axis": f"{each.north}/{each.south}",
                each.north: counts[0],
                each.south: counts[1],
                "neither": counts[2],
            }
            for each, counts in zip(
                ensemble.measurements, ensemble.outcome_counts.tolist(), strict=True
            )
        ],
    }


def _ensemble_table(ensemble: EnsembleResult) -> tuple[list[str], list[list[Any]]]:
    emojis = ensemble.emojis
    columns = ["time", *emojis, *(f"{emoji} standard_error" for emoji in emojis)]
    parts = (ensemble.time[:, None], ensemble.populations, ensemble.standard_error)
    rows: list[list[Any]] = known(np.hstack(parts))
    return columns, rows


def _table(recording: Recording) -> tuple[list[str], list[list[float]]]:
    columns = ["time", *recording.emojis, *recording.observables]
    parts = [recording.time[:, None], recording.populations]
    parts += [values[:, None] for values in recording.observables.values()]
    for track in recording.axes:
        columns += [f"{track.north}/{track.south} {name}" for name in AXIS_COLUMNS]
        parts += [track.radius[:, None], track.theta[:, None], track.phi[:, None]]
        parts.append(track.bloch)
    for pair, values in recording.information.items():
        columns.append(f"{_pair_name(pair)} mutual_information")
        parts.append(values[:, None])
    return columns, np.hstack(parts).tolist()


def _term_name(compiled: CompiledBiome, k: int) -> str:
    term = compiled.operators.jumps[k]
    emojis = compiled.emojis
    jump = Jumped(
        0.0, emojis[term.source], emojis[term.target], emojis[term.icon], term.kind
    )
    return str(jump)


def _named_fluxes(compiled: CompiledBiome, recording: Recording) -> dict[str, float]:
    fluxes: dict[str, float] = {}
    for k, flux in enumerate(mean_fluxes(compiled, recording).tolist()):
        name = _term_name(compiled, k)
        fluxes[name] = fluxes.get(name, 0.0) + flux
    return fluxes
