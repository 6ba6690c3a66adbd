"""Follows a bath and keeps what is seen of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

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

KEPT = (signals.bath_jumped, signals.bath_measured, signals.bath_collapsed)
# Bytes of states that are kept until all of them are read at once.
STATE_BYTES = 2**22


class _Rows(NamedTuple):
    """What was seen of states one after another.

    Attributes:
        times: (T,), s.
        populations: (T, N).
        observables: By name, (T,) each.
        blocks: Of each axis, p_n, p_s and ρ_ns, (3, T).
    """

    times: FloatArray
    populations: FloatArray
    observables: dict[str, FloatArray]
    blocks: list[ComplexArray]


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
        # One assignment each: whatever interrupts, rows are whole.
        self._unread: list[tuple[float, ComplexArray]] = []
        self._read: tuple[_Rows, ...] = ()

    def __enter__(self) -> Recorder:
        for signal in KEPT:
            signal.connect(self._hear, sender=self._bath)
        return self

    def __exit__(self, *_: object) -> None:
        for signal in KEPT:
            signal.disconnect(self._hear, sender=self._bath)

    def sample(self) -> None:
        """Record the bath as it is now."""
        bath, unread = self._bath, self._unread
        state = bath.state
        if unread and unread[0][1].shape != state.shape:
            self._read_all()
        self._unread.append((bath.time, state))
        if len(self._unread) * state.nbytes >= STATE_BYTES:
            self._read_all()

    def recording(self) -> Recording:
        """Return all that was kept."""
        if self._unread:
            self._read_all()
        read, emojis = self._read, self._bath.emojis
        return Recording(
            emojis=emojis,
            time=np.concatenate([np.empty(0), *(rows.times for rows in read)]),
            populations=np.concatenate(
                [np.empty((0, len(emojis))), *(rows.populations for rows in read)]
            ),
            events=tuple(self.events),
            observables={
                name: np.concatenate([rows.observables[name] for rows in read])
                for name in (read[0].observables if read else ())
            },
            axes=tuple(
                _track(*axis, [rows.blocks[i] for rows in read])
                for i, axis in enumerate(self._axes)
            ),
        )

    def _read_all(self) -> None:
        """Read rows off the states that are kept, and let them go."""
        times = [time for time, _ in self._unread]
        many = np.array([state for _, state in self._unread])
        rows = _Rows(
            np.array(times),
            states.populations_of(many),
            self._bath.operators.observables(many, times),
            [states.blocks_of(many, *poles) for poles in self._poles],
        )
        self._read, self._unread = (*self._read, rows), []

    def _hear(self, _bath: QuantumBath, event: BathEvent) -> None:
        # After an interrupt in the middle of telling, an event is told again.
        if not (self.events and self.events[-1] is event):
            self.events.append(event)


def _track(north: str, south: str, blocks: list[ComplexArray]) -> AxisTrack:
    p_n, p_s, rho_ns = np.concatenate([np.empty((3, 0)), *blocks], axis=1)
    seen = project_many(p_n.real, p_s.real, rho_ns)
    return AxisTrack(
        north, south, seen.radius, seen.theta, seen.phi, seen.bloch, seen.valid
    )
