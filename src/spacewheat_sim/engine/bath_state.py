"""All that decides how a bath goes on, apart from its operators and options."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.active_states.series import ActiveKetSeries
from spacewheat_sim.quantum.trajectory import JumpClock, KetSeries

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]


@dataclass(frozen=True)
class ActiveSet:
    """The memory of an active-subspace evolution.

    Attributes:
        rows: Indices of the active states, (S,).
        fed: Amplitude that has flowed toward each inactive state, (N,).
        risen: Whether each active state has held anything yet, (N,).
        neglected: Bound on the amplitude left out so far.
    """

    rows: NDArray[np.int32]
    fed: FloatArray
    risen: NDArray[np.bool_]
    neglected: float

    # A series has no public way into its memory: nothing but its own steps, and a
    # checkpoint, has any business with it.
    # ruff: noqa: SLF001
    @classmethod
    def of(cls, series: ActiveKetSeries) -> ActiveSet:
        """Return a copy of the memory of ``series``."""
        return cls(
            series.active, series._fed.copy(), series._risen.copy(), series.neglected
        )

    def give_to(self, series: KetSeries) -> None:
        """Have ``series``, which must be of an active subspace, go on from here."""
        if not isinstance(series, ActiveKetSeries):
            raise ArgumentError(
                "The checkpoint is of a bath with an `active_threshold`, but this one "
                "has none"
            )
        series._activate(self.rows)
        series._fed[:] = self.fed
        series._risen[:] = self.risen
        series.neglected = self.neglected


@dataclass(frozen=True)
class BathState:
    """A bath at one moment.

    Attributes:
        state: The ket (N,) or density matrix (N, N).
        clock: Survival since the last jump, and where the next one is due.
        origin: Seconds at which the present dt came into use.
        dt: Length of the last step in seconds, 0 before the first.
        steps: Steps of ``dt`` since ``origin``.
        stream: State of the random stream, as numpy gives it.
        active: Memory of an active-subspace evolution, where there is one.
    """

    state: ComplexArray
    clock: JumpClock
    origin: float
    dt: float
    steps: int
    stream: Mapping[str, Any]
    active: ActiveSet | None = None


def bath_state_record(saved: BathState) -> dict[str, Any]:
    """Return ``saved`` as JSON-ready data, exact to the last bit."""
    record: dict[str, Any] = {
        "state": _array_record(saved.state, "<c16"),
        "clock": list(saved.clock),
        "time": [saved.origin, saved.dt, saved.steps],
        "stream": saved.stream,
    }
    if saved.active is not None:
        record["active"] = {
            "rows": _array_record(saved.active.rows, "<i4"),
            "fed": _array_record(saved.active.fed, "<f8"),
            "risen": _array_record(saved.active.risen, "|b1"),
            "neglected": saved.active.neglected,
        }
    return record


def bath_state_from_record(record: Mapping[str, Any]) -> BathState:
    """Return the state of :func:`bath_state_record`.

    Raises:
        KeyError, TypeError, ValueError: ``record`` is no such record.
    """
    active = None
    if "active" in record:
        active = ActiveSet(
            _array(record["active"]["rows"], "<i4", np.int32),
            _array(record["active"]["fed"], "<f8", np.float64),
            _array(record["active"]["risen"], "|b1", np.bool_),
            float(record["active"]["neglected"]),
        )
    origin, dt, steps = record["time"]
    survival, threshold = record["clock"]
    return BathState(
        _array(record["state"], "<c16", np.complex128),
        JumpClock(float(survival), float(threshold)),
        float(origin),
        float(dt),
        int(steps),
        record["stream"],
        active,
    )


def _array_record(array: NDArray[Any], dtype: str) -> dict[str, Any]:
    data = base64.b64encode(array.astype(dtype).tobytes()).decode("ascii")
    return {"shape": list(array.shape), "base64": data}


def _array(record: Mapping[str, Any], dtype: str, native: type) -> NDArray[Any]:
    data = base64.b64decode(record["base64"], validate=True)
    return np.frombuffer(data, dtype).reshape(record["shape"]).astype(native)
