"""What a run keeps: times, populations, observables, axes and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from spacewheat_sim.arrays import BoolArray, FloatArray
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.events import BathEvent
from spacewheat_sim.engine.bath.recordings import exchange

if TYPE_CHECKING:
    import xarray

UNITS = {"norm": "1", "purity": "1", "entropy": "nat", "energy": "rad/s"}
DIRECTIONS = ("x", "y", "z")
# Two axes, each as (north, south).
AxisPair = tuple[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True)
class AxisTrack:
    """One axis of two emojis followed through T recorded times.

    Attributes:
        north: Emoji at the north pole.
        south: Emoji at the south pole.
        radius: √(p_n + p_s), shape (T,).
        theta: Polar angle in [0, π], shape (T,).
        phi: Game azimuth arg ρ_ns in [0, 2π), shape (T,).
        bloch: Standard Bloch vector of the normalized block, shape (T, 3).
        valid: False where the axis holds no amplitude, shape (T,).
    """

    north: str
    south: str
    radius: FloatArray
    theta: FloatArray
    phi: FloatArray
    bloch: FloatArray
    valid: BoolArray

    @property
    def purity(self) -> FloatArray:
        """(1 + |bloch|²) / 2, shape (T,)."""
        square: FloatArray = (self.bloch**2).sum(axis=1)
        return (1.0 + square) / 2


@dataclass(frozen=True, repr=False)
class Recording(Tabular):
    """A bath's history at T times; the first row is the state before the first step.

    Attributes:
        emojis: The N emojis of the bath, in basis order; of a register the 2n poles.
        time: Seconds, shape (T,).
        populations: Probability of each emoji, shape (T, N) or (T, 2n).
        events: Jumps, measurements and collapses in order of time.
        observables: ``norm``, ``purity``, ``entropy`` (nats) and ``energy`` (rad/s),
            each of shape (T,), where they were asked for.
        axes: The axes that were followed.
        information: Of a register, S_a + S_b − S_ab in nats of each pair of axes that
            were followed, by (axis, other), each of shape (T,).
        jump_rates: Of a register, γ tr L†Lρ of each channel in 1/s, shape (T, K).
    """

    emojis: tuple[str, ...]
    time: FloatArray
    populations: FloatArray
    events: tuple[BathEvent, ...] = ()
    observables: Mapping[str, FloatArray] = field(default_factory=dict)
    axes: tuple[AxisTrack, ...] = ()
    information: Mapping[AxisPair, FloatArray] = field(default_factory=dict)
    jump_rates: FloatArray | None = None

    def to_xarray(self) -> xarray.Dataset:
        """Return it over the labeled coordinates ``time``, ``emoji`` and ``axis``.

        Raises:
            RunError: xarray is not installed, which the extra ``analysis`` does.
        """
        return _dataset(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        columns = _columns(self)
        return exchange.arrow_stream(columns, requested_schema)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """Return the first, last, mean, least and largest value of each population."""
        count, noun = len(self.events), "event" if len(self.events) == 1 else "events"
        title = (
            f"{self.time.size} rows from {self.time[0]:g} to {self.time[-1]:g} s, "
            f"{count} {noun}"
        )
        return exchange.population_table(title, self.emojis, self.populations)


def _dataset(recording: Recording) -> xarray.Dataset:
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
    return exchange.dataset(recording.time, variables, coordinates)


def _columns(recording: Recording) -> dict[str, FloatArray]:
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


def _called(track: AxisTrack) -> str:
    return f"{track.north}/{track.south}"
