"""A policy that harvests when the forecast of the next jump says it is worth most."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.analysis.static import static_bath_of
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.challenges.act_operators import gains_of
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.analysis.forecast import populations_at

# Harvests are looked ahead for until the next jump has come with this probability, or
# so many steps have passed.
UNLIKELY, FURTHEST = 0.05, 400
# What a harvest must be short of by waiting, in the last places.
ROUNDING = 1e-12


class Greedy:
    """Harvests now if no later harvest before the next jump promises more.

    A harvest after k steps of waiting promises

        G_k = Σ_e v_e P(no jump until then, and e is found) − c P(no jump until then),

    with v_e the value of what is taken and c the cost. Of all acts of harvest, the one
    with the largest G_0 is done if that is above 0 and no less than any G_k. It knows
    the state, as who sees all jumps does, and does not think beyond the next jump.

    Args:
        compiled: The challenge.

    Raises:
        ArgumentError: it has no act of harvest, or its biome is a register.
    """

    name = "greedy"

    def __init__(self, compiled: CompiledChallenge) -> None:
        challenge, operators = compiled.challenge, compiled.biome.operators
        self._harvests = [
            (number, move.cost, gains_of(move.act, compiled))
            for number, move in enumerate(challenge.moves)
            if move.act is not None and move.act.harvest is not None
        ]
        if not self._harvests or operators.qubits:
            missing = "a level biome" if self._harvests else "an act of harvest"
            raise ArgumentError(
                f"The policy greedy needs {missing}, which {challenge.name} has not"
            )
        self._step = challenge.step
        self._way: ComplexArray | None = None
        is_edited = any(act.kind in ("edit", "weight") for act in challenge.acts)
        if operators.drive.is_static and not is_edited and challenge.hidden is None:
            b = static_bath_of(operators, "forecast").b
            self._way = np.asarray(linalg.expm(b * self._step))

    def choose(self, episode: Episode) -> int:
        """Return the number of the harvest to do now, or 0 to wait."""
        mask = episode.mask()
        possible = [each for each in self._harvests if mask[each[0]]]
        if not possible:
            return 0
        (bath,) = episode.world.baths.values()
        left = episode.challenge.steps - episode.steps_done
        ahead = self._ahead(bath, min(left, FURTHEST))
        promised = np.array(
            [ahead @ gains - cost * ahead.sum(axis=1) for _, cost, gains in possible]
        )
        now = promised[:, 0]
        best = int(now.argmax())
        if now[best] <= 0.0 or now[best] < promised.max() - ROUNDING:
            return 0
        return possible[best][0]

    def _ahead(self, bath: QuantumBath, steps: int) -> FloatArray:
        """Return the populations with no jump yet, 0, 1, … steps from now, (T, N)."""
        if self._way is not None and bath.state.ndim == 1:
            kets = [bath.state]
            while len(kets) < steps and np.vdot(kets[-1], kets[-1]).real > UNLIKELY:
                kets.append(self._way @ kets[-1])
            return states.populations_of(np.array(kets))
        operators, rho = bath.operators, states.density_matrix(bath.state)
        delays: FloatArray = np.arange(float(steps)) * self._step
        looked, count = np.zeros((0, operators.dimension)), 8
        while len(looked) < steps:
            count = min(2 * count, steps)
            looked = populations_at(
                operators.generator, operators.drive, rho, bath.time, delays[:count]
            )
            if looked[-1].sum() < UNLIKELY:
                break
        return looked
