"""All that decides how a bath goes on, apart from its operators and options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.engine.bath.options import Method
from spacewheat_sim.engine.bath.step_clock import ClockReading
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.evolution import ActiveSet, JumpClock, UniformSource
from spacewheat_sim.quantum.streams import BatchStream

BathStream = np.random.Generator | BatchStream
StreamState = int | Mapping[str, Any]


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
    time: ClockReading
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
    state: ComplexArray, method: Method, stream: UniformSource
) -> ComplexArray:
    """Return ``state`` as ``method`` holds one.

    A ket becomes its density matrix; a density matrix becomes one of its eigenkets,
    drawn from ``stream`` with the eigenvalue as weight.
    """
    if method == "master":
        return states.density_matrix(state)
    return state if state.ndim == 1 else states.eigenket(state, stream.random())
