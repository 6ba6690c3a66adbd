"""The states of many baths under one method, side by side."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions, drive_under, make_evolver
from spacewheat_sim.quantum.evolution import StateBatch
from spacewheat_sim.quantum.methods.batch_densities import BatchDensities
from spacewheat_sim.quantum.methods.batch_kets import BatchKets
from spacewheat_sim.quantum.methods.sequential import SequentialStates
from spacewheat_sim.quantum.streams import BatchStreams


def make_states(
    operators: BathOperators,
    options: EvolverOptions,
    states: ComplexArray,
    streams: BatchStreams,
) -> StateBatch:
    """Return the states of B baths, ready to be stepped together.

    Args:
        operators: What all evolve under.
        options: The method, and how to integrate it.
        states: Kets (B, N); under ``master`` density matrices (B, N, N) too.
        streams: What each draws from.
    """
    generator, drive = operators.generator, drive_under(operators, options)
    if options.method == "master":
        if states.ndim == 2:
            states = states[:, :, None] * states[:, None, :].conj()
        return BatchDensities(generator, drive, options.tolerance, states)
    if options.method == "spec" or options.active_threshold is not None:
        return SequentialStates(
            [
                make_evolver(operators, options, state, streams.of(b))
                for b, state in enumerate(states)
            ]
        )
    return BatchKets(generator, drive, options.tolerance, states, streams)


def undo(states: StateBatch, streams: BatchStreams) -> Callable[[], None]:
    """Return what brings ``states`` and ``streams`` back to where they are now."""
    before, drawn = states.memory(), streams.memory()

    def take_back() -> None:
        states.recall(before)
        streams.recall(drawn)

    return take_back
