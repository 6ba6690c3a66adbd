"""Where many baths of one method are, apart from their operators, side by side."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray, IntArray
from spacewheat_sim.quantum.evolution import FRESH_CLOCK, ActiveSet


@dataclass(frozen=True)
class GroupState:
    """B baths at one moment.

    Attributes:
        states: Kets (B, N) or density matrices (B, N, N).
        clocks: Survival since the last jump, and where the next is due, (B, 2).
        drawn: How much each random stream has given, (B,).
        active: The active set of each bath; empty where all states are active, or
            where no bath has begun.
    """

    states: ComplexArray
    clocks: FloatArray
    drawn: IntArray
    active: tuple[ActiveSet, ...] = ()

    @classmethod
    def beginning(cls, state: ComplexArray, count: int) -> GroupState:
        """Return ``count`` baths that begin in ``state``, (N,) or (N, N)."""
        return cls(
            np.repeat(state[None], count, axis=0),
            np.tile(FRESH_CLOCK, (count, 1)),
            np.zeros(count, dtype=np.int64),
        )

    def rows(self, which: IndexArray) -> GroupState:
        """Return the baths ``which`` by themselves."""
        active = tuple(self.active[b] for b in which) if self.active else ()
        return GroupState(
            self.states[which], self.clocks[which], self.drawn[which], active
        )

    def followed_by(self, other: GroupState) -> GroupState:
        """Return these baths, then those of ``other``."""
        return GroupState(
            np.concatenate((self.states, other.states)),
            np.concatenate((self.clocks, other.clocks)),
            np.concatenate((self.drawn, other.drawn)),
            self.active + other.active,
        )


def group_state_record(state: GroupState) -> dict[str, Any]:
    """Return ``state`` as JSON-ready data, exact to the last bit."""
    return {
        "states": _array_record(state.states, "<c16"),
        "clocks": _array_record(state.clocks, "<f8"),
        "drawn": _array_record(state.drawn, "<i8"),
        "active": [_active_record(active) for active in state.active],
    }


def group_state_from_record(record: Mapping[str, Any]) -> GroupState:
    """Return the state of :func:`group_state_record`.

    Raises:
        KeyError, TypeError, ValueError: ``record`` is no such record.
    """
    return GroupState(
        _array(record["states"], "<c16", np.complex128),
        _array(record["clocks"], "<f8", np.float64),
        _array(record["drawn"], "<i8", np.int64),
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
        _array(record["rows"], "<i4", np.int32),
        _array(record["fed"], "<f8", np.float64),
        _array(record["risen"], "|b1", np.bool_),
        float(record["neglected"]),
    )


def _array_record(array: NDArray[Any], dtype: str) -> dict[str, Any]:
    data = base64.b64encode(np.ascontiguousarray(array, dtype).data).decode("ascii")
    return {"shape": list(array.shape), "base64": data}


def _array(record: Mapping[str, Any], dtype: str, native: type) -> NDArray[Any]:
    data = base64.b64decode(record["base64"], validate=True)
    return np.frombuffer(data, dtype).reshape(record["shape"]).astype(native)
