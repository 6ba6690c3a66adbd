"""Follows a bath and keeps what is seen of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from spacewheat_sim.engine.bath import signals
from spacewheat_sim.engine.bath.arguments import checked_instance
from spacewheat_sim.engine.bath.axes import checked_axes
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import BathEvent
from spacewheat_sim.engine.bath.recording import AxisTrack, Recording
from spacewheat_sim.quantum.axis import project_many

KEPT = (signals.bath_jumped, signals.bath_measured, signals.bath_collapsed)


class Recorder:
    """Keeps a bath's events as they happen, and its state whenever it is sampled.

    Use as a context manager: events are heard inside it only.

    Attributes:
        events: Jumps, measurements and collapses so far.
    """

    def __init__(self, bath: QuantumBath, axes: Sequence[tuple[str, str]] = ()) -> None:
        """Follow ``bath`` and the (north, south) pairs in ``axes``.

        Raises:
            ArgumentError: an axis that is no pair of two emojis of the bath.
        """
        self._bath = checked_instance(bath, QuantumBath, "bath")
        self._axes = checked_axes(bath.operators, axes)
        self.events: list[BathEvent] = []
        self._times: list[float] = []
        self._populations: list[Any] = []
        self._observables: list[dict[str, float]] = []
        self._blocks: list[list[tuple[float, float, complex]]] = []

    def __enter__(self) -> Recorder:
        for signal in KEPT:
            signal.connect(self._hear, sender=self._bath)
        return self

    def __exit__(self, *_: object) -> None:
        for signal in KEPT:
            signal.disconnect(self._hear, sender=self._bath)

    def sample(self) -> None:
        """Record the bath as it is now."""
        bath = self._bath
        self._times.append(bath.time)
        self._populations.append(bath.populations())
        self._observables.append(bath.observables())
        self._blocks.append([bath.axis_block(*axis) for axis in self._axes])

    def recording(self) -> Recording:
        """Return all that was kept."""
        samples = self._observables
        return Recording(
            emojis=self._bath.emojis,
            time=np.array(self._times),
            populations=np.array(self._populations).reshape(-1, len(self._bath.emojis)),
            events=tuple(self.events),
            observables={
                name: np.array([sample[name] for sample in samples])
                for name in (samples[0] if samples else ())
            },
            axes=tuple(
                _track(north, south, [row[i] for row in self._blocks])
                for i, (north, south) in enumerate(self._axes)
            ),
        )

    def _hear(self, _bath: QuantumBath, event: BathEvent) -> None:
        self.events.append(event)


def _track(
    north: str, south: str, blocks: list[tuple[float, float, complex]]
) -> AxisTrack:
    p_n, p_s, rho_ns = np.array(blocks, dtype=np.complex128).reshape(-1, 3).T
    seen = project_many(p_n.real, p_s.real, rho_ns)
    return AxisTrack(
        north, south, seen.radius, seen.theta, seen.phi, seen.bloch, seen.valid
    )
