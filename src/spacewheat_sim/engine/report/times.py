"""The slowest and the fastest that happens in a biome."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.engine.analysis.modes import Modes, modes
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.evaluate import cycle_of, is_driven
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.engine.report.section import Section, first_sentence
from spacewheat_sim.errors import ArgumentError, RunError

COUNT = 8
# Share of a mode's population below which an emoji takes no part in it.
SEEN = 0.05
# Decay rates in 1/s, and frequencies in rad/s, that are as good as 0.
NOTHING = 1e-9


def how_fast(compiled: CompiledBiome, problem: Problem) -> Section:
    """Return the slowest and fastest times, and the swings of the averages."""
    lines = [*_slowest(compiled, problem), *_fastest(problem)]
    return Section("How fast", tuple(lines) or ("Nothing ever happens.",))


def _slowest(compiled: CompiledBiome, problem: Problem) -> Iterator[str]:
    try:
        if is_driven(problem):
            yield from _of_cycle(problem)
        elif problem.operators.qubits:
            yield "Modes are known for level biomes only; this is a register."
        else:
            yield from _of_modes(modes(compiled, COUNT), compiled.emojis)
    except (ArgumentError, RunError) as error:
        yield f"How it settles is not known: {first_sentence(error)}."


def _of_cycle(problem: Problem) -> Iterator[str]:
    _, period = cycle_of(problem)
    left = float(np.abs(problem.cycle.multipliers[1:]).max(initial=0.0))
    if 0.0 < left < 1.0:
        yield (
            "Slowest: a deviation from the cycle falls to 1/e in "
            f"{-period / math.log(left):.3g} s ({left:.2g} is left after a period)."
        )


def _of_modes(found: Modes, emojis: tuple[str, ...]) -> Iterator[str]:
    fading = [
        (-1 / value.real, _moved(state, emojis))
        for value, state in zip(found.eigenvalues, found.states, strict=True)
        if value.real < -NOTHING
    ]
    # Coherences that no population feels are no news to an author.
    slow = next((each for each in fading if each[1]), None)
    if slow:
        yield f"Slowest: a deviation falls to 1/e in {slow[0]:.3g} s, of {slow[1]}."
    said = set()
    for value, state in zip(found.eigenvalues, found.states, strict=True):
        moved = _moved(state, emojis)
        if value.imag <= NOTHING or not moved:
            continue
        period = f"{2 * math.pi / value.imag:.3g}"
        if period in said:
            continue
        said.add(period)
        if -value.real > NOTHING:
            fades = f"falls to 1/e in {-1 / value.real:.3g} s"
            yield f"A swing takes {period} s and {fades}, of {moved}."
        else:
            yield f"A swing of {period} s never fades, of {moved}."


def _moved(state: ComplexArray, emojis: tuple[str, ...]) -> str:
    """Return the emojis whose populations a mode moves, the most moved first."""
    sizes = np.abs(state.diagonal())
    order = np.argsort(-sizes, kind="stable")[:4]
    return " ".join(emojis[i] for i in order if sizes[i] > SEEN)


def _fastest(problem: Problem) -> Iterator[str]:
    """Yield the fastest swing of energies and couplings, and the shortest wait."""
    energies = np.linalg.eigvalsh(problem.operators.hamiltonian_at(0.0).toarray())
    widest = float(energies[-1] - energies[0])
    leaving = float(problem.operators.generator.decay.max(initial=0.0))
    said = []
    if widest > NOTHING:
        said.append(f"a swing of {2 * math.pi / widest:.3g} s")
    if leaving > NOTHING:
        said.append(f"a wait of {1 / leaving:.3g} s for a jump")
    if said:
        yield f"Fastest: {' and '.join(said)}."
