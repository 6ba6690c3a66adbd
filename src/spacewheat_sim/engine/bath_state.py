"""All that decides how a bath goes on, apart from its operators and options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.engine.evolvers import Method
from spacewheat_sim.engine.step_clock import Reading
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.active_states.series import ActiveKetSeries
from spacewheat_sim.quantum.batch.streams import BatchStream
from spacewheat_sim.quantum.trajectory import JumpClock

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
BathStream = np.random.Generator | BatchStream
StreamState = int | Mapping[str, Any]


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

    def give_to(self, series: object) -> None:
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
        time: What the bath's clock shows.
        stream: State of the random stream: how much it has given or, of a numpy
            generator, what numpy tells.
        active: Memory of an active-subspace evolution, where there is one.
    """

    state: ComplexArray
    clock: JumpClock
    time: Reading
    stream: StreamState
    active: ActiveSet | None = None


def stream_state(stream: BathStream) -> StreamState:
    """Return where ``stream`` is."""
    if isinstance(stream, BatchStream):
        return stream.drawn
    return stream.bit_generator.state


def resume_stream(stream: BathStream, state: StreamState) -> None:
    """Have ``stream`` go on from ``state``, which a stream of its kind was in.

    Raises:
        ArgumentError: the state is of a stream of another kind.
    """
    if isinstance(stream, BatchStream) and isinstance(state, int):
        stream.drawn = state
    elif not isinstance(stream, BatchStream) and isinstance(state, Mapping):
        stream.bit_generator.state = dict(state)
    else:
        raise ArgumentError(
            "The checkpoint is of a bath with a random stream of another kind"
        )


def carried_over(
    state: ComplexArray, method: Method, stream: BathStream
) -> ComplexArray:
    """Return ``state`` as ``method`` holds one.

    A ket becomes its density matrix; a density matrix becomes one of its eigenkets,
    drawn from ``stream`` with the eigenvalue as weight.
    """
    if method == "master":
        return states.density_matrix(state)
    return state if state.ndim == 1 else states.eigenket(state, stream.random())
