"""The moves of a challenge as operators on the states of its biome."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.content.challenge.act import Act as AuthoredAct
from spacewheat_sim.content.challenge.challenge import Move
from spacewheat_sim.engine.bath.acts.gate import compiled_gate
from spacewheat_sim.engine.challenges.attempt import ROUNDING
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.many.tables import instruments_of, yields
from spacewheat_sim.quantum.analysis.acting.acts import Act, Outcome


def act_operators(move: Move, compiled: CompiledChallenge, spent: FloatArray) -> Act:
    """Return a move as the operators of its outcomes."""
    act = move.act
    assert act is not None  # noqa: S101 - only the first move is to wait
    budget = compiled.challenge.budget
    allowed = np.ones(spent.size, dtype=np.bool_)
    after = np.zeros(spent.size, dtype=np.intp)
    if budget is not None:
        allowed = act.cost <= budget - spent + ROUNDING
        after = np.abs(spent[:, None] + act.cost - spent).argmin(axis=1)
    rows = _kraus(act, compiled)
    outcomes = tuple(
        Outcome(kraus, np.full(spent.size, gain - act.cost), after)
        for kraus, gain in rows
    )
    return Act(outcomes, allowed)


def gains_of(act: AuthoredAct, compiled: CompiledChallenge) -> FloatArray:
    """Return what a harvest yields on average of each state found there, (N,)."""
    found = np.zeros(compiled.biome.operators.dimension)
    for kraus, gain in _kraus(act, compiled):
        found += gain * (np.abs(kraus) ** 2).sum(axis=0)
    return found


def _kraus(
    act: AuthoredAct, compiled: CompiledChallenge
) -> list[tuple[ComplexArray, float]]:
    """Return the Kraus operators (N, N) of an act, and what each outcome yields."""
    operators = compiled.biome.operators
    n = operators.dimension
    if act.gate is not None:
        gate = compiled_gate(
            operators, 0.0, act.gate, act.subject, act.other, act.angle
        )
        return [(_on_all(gate.unitary, gate.places, n), 0.0)]
    instruments = instruments_of((act,), operators)
    table = instruments.table
    gains = yields(compiled.challenge, compiled.biome, instruments).sum(axis=1)
    found = []
    for o, gain in enumerate(gains.tolist()):
        kraus = np.zeros((n, n), dtype=np.complex128)
        entries = slice(table.first_entry[o], table.first_entry[o + 1])
        places = table.targets[entries], table.sources[entries]
        kraus[places] = table.factors[entries]
        found.append((kraus, gain))
    return found


def _on_all(unitary: ComplexArray, places: IndexArray, n: int) -> ComplexArray:
    """Return a gate on two of ``n`` levels as a matrix, (n, n)."""
    found = np.eye(n, dtype=np.complex128)
    found[np.ix_(places[:, 0], places[:, 0])] = unitary
    return found
