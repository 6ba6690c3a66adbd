"""The states of many baths under one method, side by side."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions, drive_under, make_evolver
from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.quantum.evolution import StateBatch
from spacewheat_sim.quantum.methods.batch_densities import BatchDensities
from spacewheat_sim.quantum.methods.batch_kets import BatchKets
from spacewheat_sim.quantum.methods.sequential import SequentialStates
from spacewheat_sim.quantum.streams import BatchStreams


def make_states(
    operators: BathOperators,
    options: EvolverOptions,
    start: BathState,
    streams: BatchStreams,
) -> StateBatch:
    """Return the states of B baths, ready to be stepped together.

    Args:
        operators: What all evolve under.
        options: The method, and how to integrate it.
        start: Where they are; under ``master`` kets become density matrices.
        streams: What each draws from.
    """
    made = _made(operators, options, start.states, streams)
    everyone = np.arange(len(start.states))
    made.put_clocks(everyone, start.clocks)
    if start.active:
        made.put_active(everyone, start.active)
    return made


def _made(
    operators: BathOperators,
    options: EvolverOptions,
    states: ComplexArray,
    streams: BatchStreams,
) -> StateBatch:
    generator, drive = operators.generator, drive_under(operators, options)
    if options.method == "master":
        if states.ndim == 2:
            states = states[:, :, None] * states[:, None, :].conj()
        return BatchDensities(generator, drive, options.tolerance, states)
    if options.one_by_one:
        return SequentialStates(
            [
                make_evolver(operators, options, state, streams.of(b))
                for b, state in enumerate(states)
            ]
        )
    return BatchKets(generator, drive, options.tolerance, states, streams)
