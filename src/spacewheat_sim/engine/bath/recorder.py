"""Follows a bath and keeps what is seen of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

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
from spacewheat_sim.quantum.register.entanglement import mutual_information
from spacewheat_sim.quantum.register.layout import axis_blocks

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
        self._pairs: list[tuple[int, int]] = []
        if bath.operators.qubits:
            self._pairs = list(combinations(range(len(self._axes)), 2))
        self._information: list[list[FloatArray]] = []
        self._jump_rates: list[FloatArray] = []

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
            information={
                (self._axes[a], self._axes[b]): np.concatenate(
                    [np.empty(0), *(rows[i] for rows in self._information)]
                )
                for i, (a, b) in enumerate(self._pairs)
            },
            jump_rates=np.concatenate(self._jump_rates) if self._jump_rates else None,
        )

    def _read(self) -> None:
        """Read rows off the states that are kept, and let them go."""
        many = np.array(self._unread)
        times = self._times[-len(many) :]
        operators, populations = self._bath.operators, states.populations_of(many)
        qubits = operators.qubits
        self._populations.append(operators.seen(populations))
        self._observables.append(operators.observables(many, times))
        if qubits:
            blocks = [axis_blocks(many, *poles, qubits) for poles in self._poles]
            self._blocks.append([np.array(block) for block in blocks])
            self._information.append(
                [
                    mutual_information(many, self._poles[a], self._poles[b], qubits)
                    for a, b in self._pairs
                ]
            )
            self._jump_rates.append(operators.jump_rates(populations, times))
        else:
            self._blocks.append(
                [states.blocks_of(many, *poles) for poles in self._poles]
            )
        self._unread.clear()

    def _hear(self, _bath: QuantumBath, event: BathEvent) -> None:
        self.events.append(event)


def _track(north: str, south: str, blocks: list[ComplexArray]) -> AxisTrack:
    p_n, p_s, rho_ns = np.concatenate([np.empty((3, 0)), *blocks], axis=1)
    seen = project_many(p_n.real, p_s.real, rho_ns)
    return AxisTrack(
        north, south, seen.radius, seen.theta, seen.phi, seen.bloch, seen.valid
    )
