"""Recordings and ensembles as other packages read them: xarray, Arrow, a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.analysis.table import Cell, html_table
from spacewheat_sim.errors import RunError

if TYPE_CHECKING:
    import xarray

    from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult
    from spacewheat_sim.engine.bath.recordings.recording import AxisTrack, Recording

UNITS = {"norm": "1", "purity": "1", "entropy": "nat", "energy": "rad/s"}
DIRECTIONS = ("x", "y", "z")


def dataset_of_recording(recording: Recording) -> xarray.Dataset:
    """Return a recording over the coordinates ``time``, ``emoji`` and ``axis``.

    Raises:
        RunError: xarray is not installed.
    """
    names = list(recording.emojis)
    variables: dict[str, Any] = {
        "populations": (("time", "emoji"), recording.populations, {"units": "1"})
    }
    for name, values in recording.observables.items():
        variables[name] = ("time", values, {"units": UNITS[name]})
    coordinates: dict[str, Any] = {"emoji": names}
    if recording.axes:
        coordinates["axis"] = [_called(track) for track in recording.axes]
        coordinates["direction"] = list(DIRECTIONS)
        variables |= _of_axes(recording.axes)
    if recording.information:
        pairs = [f"{'/'.join(a)} {'/'.join(b)}" for a, b in recording.information]
        coordinates["pair"] = pairs
        values = np.array(list(recording.information.values()))
        variables["information"] = (("pair", "time"), values, {"units": "nat"})
    return _dataset(recording.time, variables, coordinates)


def dataset_of_ensemble(result: EnsembleResult) -> xarray.Dataset:
    """Return mean populations and standard errors over ``time`` and ``emoji``.

    Raises:
        RunError: xarray is not installed.
    """
    dims = ("time", "emoji")
    variables = {
        "populations": (dims, result.populations, {"units": "1"}),
        "standard_error": (dims, result.standard_error, {"units": "1"}),
    }
    found = _dataset(result.time, variables, {"emoji": list(result.emojis)})
    return found.assign_attrs(trajectories=result.trajectories, seed=result.seed)


def columns_of_recording(recording: Recording) -> dict[str, FloatArray]:
    """Return a recording as columns of a flat table, each (T,)."""
    found = {"time": recording.time}
    pairs = zip(recording.emojis, recording.populations.T, strict=True)
    found |= {f"population {emoji}": values for emoji, values in pairs}
    found |= dict(recording.observables)
    for track in recording.axes:
        name = _called(track)
        found |= {f"radius {name}": track.radius, f"theta {name}": track.theta}
        found |= {f"phi {name}": track.phi}
        for place, direction in enumerate(DIRECTIONS):
            found[f"bloch {name} {direction}"] = track.bloch[:, place]
    for (axis, other), values in recording.information.items():
        found[f"information {'/'.join(axis)} {'/'.join(other)}"] = values
    return found


def columns_of_ensemble(result: EnsembleResult) -> dict[str, FloatArray]:
    """Return mean populations and standard errors as columns, each (T,)."""
    found = {"time": result.time}
    for place, emoji in enumerate(result.emojis):
        found[f"population {emoji}"] = result.populations[:, place]
        found[f"standard_error {emoji}"] = result.standard_error[:, place]
    return found


def arrow_stream(columns: Mapping[str, FloatArray], wanted: object) -> object:
    """Return ``columns`` as an Arrow stream capsule, which other packages read.

    Raises:
        RunError: nanoarrow is not installed.
    """
    nanoarrow = _package("nanoarrow")
    fields = {name: nanoarrow.float64() for name in columns}
    rows = len(next(iter(columns.values())))
    children = [nanoarrow.c_array(np.ascontiguousarray(c)) for c in columns.values()]
    schema = nanoarrow.struct(fields, nullable=False)
    table = nanoarrow.c_array_from_buffers(schema, rows, [None], children=children)
    return nanoarrow.ArrayStream(table).__arrow_c_stream__(wanted)


def populations_as_html(
    title: str, emojis: Sequence[str], populations: FloatArray
) -> str:
    """Return what became of each population, as a table for notebooks."""
    head = ("", "first", "last", "mean", "least", "most")
    rows: list[list[Cell]] = [
        [emoji, *map(float, (own[0], own[-1], own.mean(), own.min(), own.max()))]
        for emoji, own in zip(emojis, populations.T, strict=True)
    ]
    return html_table(title, head, rows)


def _of_axes(tracks: Sequence[AxisTrack]) -> dict[str, Any]:
    dims = ("axis", "time")
    units = {"radius": "1", "theta": "rad", "phi": "rad", "valid": ""}
    found: dict[str, Any] = {
        name: (dims, np.array([getattr(t, name) for t in tracks]), {"units": unit})
        for name, unit in units.items()
    }
    bloch = np.array([track.bloch for track in tracks])
    found["bloch"] = ((*dims, "direction"), bloch, {"units": "1"})
    return found


def _dataset(
    time: FloatArray, variables: Mapping[str, Any], coordinates: Mapping[str, Any]
) -> xarray.Dataset:
    package = _package("xarray")
    seconds = ("time", time, {"units": "s"})
    made: xarray.Dataset = package.Dataset(variables, {"time": seconds, **coordinates})
    return made


def _called(track: AxisTrack) -> str:
    return f"{track.north}/{track.south}"


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise RunError(
            f"This needs {name}; install it with: "
            "pip install 'spacewheat-sim[analysis]'"
        ) from None
