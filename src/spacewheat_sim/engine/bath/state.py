"""All that decides how baths go on, apart from their operators and options."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.choices import Method
from spacewheat_sim.engine.bath.step_clock import ClockReading
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.evolution import FRESH_CLOCK, ActiveSet, UniformSource


@dataclass(frozen=True)
class BathState:
    """B baths of one clock at one moment; B is 1 for a single bath.

    Attributes:
        time: What the clock shows.
        states: Kets (B, N) or density matrices (B, N, N).
        clocks: Survival since the last jump, and where the next is due, (B, 2).
        streams: Position of each random stream, (B,): how many numbers it has given
            or, of a numpy generator, what numpy tells.
        active: The active set of each bath; empty where all states are active, or
            where no bath has begun.
    """

    time: ClockReading
    states: ComplexArray
    clocks: FloatArray
    streams: NDArray[Any]
    active: tuple[ActiveSet, ...] = ()

    @classmethod
    def beginning(cls, states: ComplexArray) -> BathState:
        """Return baths that begin in ``states``, (B, N) or (B, N, N)."""
        return cls(
            ClockReading(0.0, 0.0, 0),
            states,
            np.tile(FRESH_CLOCK, (len(states), 1)),
            np.zeros(len(states), dtype=np.int64),
        )

    @classmethod
    def repeated(cls, state: ComplexArray, count: int) -> BathState:
        """Return ``count`` baths that begin in one state, (N,) or (N, N)."""
        return cls.beginning(np.repeat(state[None], count, axis=0))

    def check_replaces(self, here: BathState) -> None:
        """Refuse to take the place of ``here`` unless it is of such baths.

        Raises:
            ArgumentError: another number or size of baths, another kind of state or
                of random stream, or active sets where all states are active.
        """
        for name, given, wanted in (
            ("states", self.states.shape, here.states.shape),
            ("jump clocks", self.clocks.shape, here.clocks.shape),
            ("streams", self.streams.shape, here.streams.shape),
        ):
            if given != wanted:
                raise ArgumentError(
                    f"The {name} of a checkpoint must have shape {wanted} for these "
                    f"baths, but have {given}"
                )
        if self.streams.dtype != here.streams.dtype:
            raise ArgumentError(
                "The checkpoint is of a bath with a random stream of another kind"
            )
        if self.active and len(self.active) != len(here.active):
            raise ArgumentError(
                "The checkpoint is of a bath with an `active_threshold`, but this one "
                "has none"
            )

    def rows(self, which: IndexArray) -> BathState:
        """Return the baths ``which`` by themselves."""
        return BathState(
            self.time,
            self.states[which],
            self.clocks[which],
            self.streams[which],
            tuple(self.active[b] for b in which) if self.active else (),
        )

    def followed_by(self, other: BathState) -> BathState:
        """Return these baths, then those of ``other``, which are at the same time."""
        return BathState(
            self.time,
            np.concatenate((self.states, other.states)),
            np.concatenate((self.clocks, other.clocks)),
            np.concatenate((self.streams, other.streams)),
            self.active + other.active,
        )


def carried_over(
    state: ComplexArray, method: Method, stream: UniformSource
) -> ComplexArray:
    """Return ``state`` as ``method`` holds one.

    A ket becomes its density matrix; a density matrix becomes one of the kets
    that it is a mixture of, drawn from ``stream`` with its weight.
    """
    if method == "master":
        return states.density_matrix(state)
    return state if state.ndim == 1 else states.drawn_ket(state, stream.random())


def bath_state_record(state: BathState) -> dict[str, Any]:
    """Return ``state``, but for its time, as JSON-ready data, exact to the last bit.

    Raises:
        TypeError: a stream is a numpy generator.
    """
    return {
        "states": _array_record(state.states, "<c16"),
        "clocks": _array_record(state.clocks, "<f8"),
        "drawn": _array_record(state.streams, "<i8"),
        "active": [_active_record(active) for active in state.active],
    }


def bath_state_from_record(record: Mapping[str, Any], time: ClockReading) -> BathState:
    """Return the state of :func:`bath_state_record` at ``time``.

    Raises:
        KeyError, TypeError, ValueError: ``record`` is no such record.
    """
    return BathState(
        time,
        _array(record["states"], "<c16"),
        _array(record["clocks"], "<f8"),
        _array(record["drawn"], "<i8"),
        tuple(_active(active) for active in record["active"]),
    )


def _active_record(active: ActiveSet) -> dict[str, Any]:
    return {
        "rows": _array_record(active.rows, "<i4"),
        "fed": _array_record(active.fed, "<f8"),
        "risen": _array_record(active.risen, "|b1"),
        "neglected": active.neglected,
    }


def _active(record: Mapping[str, Any]) -> ActiveSet:
    return ActiveSet(
        _array(record["rows"], "<i4"),
        _array(record["fed"], "<f8"),
        _array(record["risen"], "|b1"),
        float(record["neglected"]),
    )


def _array_record(array: NDArray[Any], dtype: str) -> dict[str, Any]:
    data = base64.b64encode(np.ascontiguousarray(array, dtype).data).decode("ascii")
    return {"shape": list(array.shape), "base64": data}


def _array(record: Mapping[str, Any], dtype: str) -> NDArray[Any]:
    data = base64.b64decode(record["base64"], validate=True)
    native = np.dtype(dtype).newbyteorder("=")
    return np.frombuffer(data, dtype).reshape(record["shape"]).astype(native)
