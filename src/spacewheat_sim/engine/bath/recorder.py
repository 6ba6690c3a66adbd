"""Follows a bath and keeps what is seen of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.bath import signals
from spacewheat_sim.engine.bath.arguments import checked_instance
from spacewheat_sim.engine.bath.axes import axis_poles, checked_axes
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import BathEvent
from spacewheat_sim.engine.bath.recording import AxisTrack, Recording
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.axis import project_many

KEPT = (
    signals.bath_jumped,
    signals.bath_measured,
    signals.bath_collapsed,
    signals.bath_gated,
)
# Bytes of states that are kept until all of them are read at once.
STATE_BYTES = 2**22


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
        self._poles = [axis_poles(bath.operators, *axis) for axis in self._axes]
        self.events: list[BathEvent] = []
        self._times: list[float] = []
        self._unread: list[ComplexArray] = []
        self._populations: list[FloatArray] = []
        self._observables: list[dict[str, FloatArray]] = []
        self._blocks: list[list[ComplexArray]] = []

    def __enter__(self) -> Recorder:
        for signal in KEPT:
            signal.connect(self._hear, sender=self._bath)
        return self

    def __exit__(self, *_: object) -> None:
        for signal in KEPT:
            signal.disconnect(self._hear, sender=self._bath)

    def sample(self) -> None:
        """Record the bath as it is now."""
        state = self._bath.state
        unread = self._unread
        if unread and unread[0].shape != state.shape:
            self._read()
        self._times.append(self._bath.time)
        unread.append(state)
        if len(unread) * state.nbytes >= STATE_BYTES:
            self._read()

    def recording(self) -> Recording:
        """Return all that was kept."""
        if self._unread:
            self._read()
        samples = self._observables
        emojis = self._bath.emojis
        return Recording(
            emojis=emojis,
            time=np.array(self._times),
            populations=np.concatenate(
                [np.empty((0, len(emojis))), *self._populations]
            ),
            events=tuple(self.events),
            observables={
                name: np.concatenate([sample[name] for sample in samples])
                for name in (samples[0] if samples else ())
            },
            axes=tuple(
                _track(*axis, [rows[i] for rows in self._blocks])
                for i, axis in enumerate(self._axes)
            ),
        )

    def _read(self) -> None:
        """Read rows off the states that are kept, and let them go."""
        many = np.array(self._unread)
        times = self._times[-len(many) :]
        self._populations.append(states.populations_of(many))
        self._observables.append(self._bath.operators.observables(many, times))
        self._blocks.append([states.blocks_of(many, *poles) for poles in self._poles])
        self._unread.clear()

    def _hear(self, _bath: QuantumBath, event: BathEvent) -> None:
        self.events.append(event)


def _track(north: str, south: str, blocks: list[ComplexArray]) -> AxisTrack:
    p_n, p_s, rho_ns = np.concatenate([np.empty((3, 0)), *blocks], axis=1)
    seen = project_many(p_n.real, p_s.real, rho_ns)
    return AxisTrack(
        north, south, seen.radius, seen.theta, seen.phi, seen.bloch, seen.valid
    )
