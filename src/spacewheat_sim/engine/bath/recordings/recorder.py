"""Follows a bath and keeps what is seen of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.bath import signals
from spacewheat_sim.engine.bath.arguments import checked_instance
from spacewheat_sim.engine.bath.axes import axis_poles, checked_axes
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import BathEvent
from spacewheat_sim.engine.bath.recordings.recording import AxisTrack, Recording
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.axis import project_many
from spacewheat_sim.quantum.register.entanglement import mutual_information
from spacewheat_sim.quantum.register.layout import axis_blocks

KEPT = (
    signals.bath_jumped,
    signals.bath_measured,
    signals.bath_collapsed,
    signals.bath_gated,
    signals.bath_harvested,
)
# Bytes of states that are kept until all of them are read at once.
STATE_BYTES = 2**22


class _Rows(NamedTuple):
    """What was seen of states one after another.

    Attributes:
        times: (T,), s.
        populations: (T, N).
        observables: By name, (T,) each.
        blocks: Of each axis, p_n, p_s and ρ_ns, (3, T).
        information: Of each pair of a register's axes, in nats, (T,).
        jump_rates: Of each channel of a register, (T, K), 1/s; None for levels.
    """

    times: FloatArray
    populations: FloatArray
    observables: dict[str, FloatArray]
    blocks: list[ComplexArray]
    information: list[FloatArray]
    jump_rates: FloatArray | None


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
        self._pairs: list[tuple[int, int]] = []
        if bath.operators.qubits:
            self._pairs = list(combinations(range(len(self._axes)), 2))
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
            information={
                (self._axes[a], self._axes[b]): np.concatenate(
                    [np.empty(0), *(rows.information[i] for rows in read)]
                )
                for i, (a, b) in enumerate(self._pairs)
            },
            jump_rates=_joined([rows.jump_rates for rows in read]),
        )

    def _read_all(self) -> None:
        """Read rows off the states that are kept, and let them go."""
        times = [time for time, _ in self._unread]
        many = np.array([state for _, state in self._unread])
        rows = self._rows(times, many)
        self._read, self._unread = (*self._read, rows), []

    def _rows(self, times: list[float], many: ComplexArray) -> _Rows:
        """Return what is seen of states at ``times``, (T, D) or (T, D, D)."""
        operators, populations = self._bath.operators, states.populations_of(many)
        qubits, information, rates = operators.qubits, [], None
        if qubits:
            blocks = [
                np.array(axis_blocks(many, *poles, qubits), dtype=np.complex128)
                for poles in self._poles
            ]
            information = [
                mutual_information(many, self._poles[a], self._poles[b], qubits)
                for a, b in self._pairs
            ]
            rates = operators.jump_rates(populations, times)
        else:
            blocks = [states.blocks_of(many, *poles) for poles in self._poles]
        return _Rows(
            np.array(times),
            operators.seen(populations),
            operators.observables(many, times),
            blocks,
            information,
            rates,
        )

    def _hear(self, _bath: QuantumBath, event: BathEvent) -> None:
        # After an interrupt in the middle of telling, an event is told again.
        if not (self.events and self.events[-1] is event):
            self.events.append(event)


def _joined(parts: list[FloatArray | None]) -> FloatArray | None:
    there = [part for part in parts if part is not None]
    return np.concatenate(there) if there else None


def _track(north: str, south: str, blocks: list[ComplexArray]) -> AxisTrack:
    p_n, p_s, rho_ns = np.concatenate([np.empty((3, 0)), *blocks], axis=1)
    seen = project_many(p_n.real, p_s.real, rho_ns)
    return AxisTrack(
        north, south, seen.radius, seen.theta, seen.phi, seen.bloch, seen.valid
    )
