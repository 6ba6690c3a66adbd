"""What a quantity does if a number is moved: its derivative by each of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.evaluate import (
    FOLLOWED,
    evaluate,
    follow,
    is_driven,
    statistic_of,
)
from spacewheat_sim.engine.quantities.moves import (
    Move,
    Moves,
    bends_others,
    moves_period,
)
from spacewheat_sim.engine.quantities.numbers import (
    Changes,
    Derivatives,
    all_terms,
)
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.engine.quantities.slopes import Slopes
from spacewheat_sim.quantum.analysis.sensitivity import Gradient


class Sensitivities:
    """The derivatives of quantities of a biome by some of its numbers."""

    def __init__(
        self,
        biome: CompiledBiome,
        paths: Sequence[str],
        before: Sensitivities | None = None,
    ) -> None:
        """Take a biome and the paths of numbers.

        Args:
            biome: The biome.
            paths: The numbers.
            before: Those of the same biome with other values of these numbers: where
                no number bends what another does, nothing is compiled again.

        Raises:
            UnknownNameError: there is no such number.
        """
        self.problem = Problem.of(biome)
        self._moves: dict[str, Move]
        if before is not None and not any(map(bends_others, paths)):
            self._moves = before._moves  # noqa: SLF001 - of its own kind
        else:
            moves = Moves(biome, self.problem)
            self._moves = {path: moves.of(path) for path in paths}
        self._terms = all_terms(self.problem.operators, self._moves.values())
        self._changes = Changes(self._moves, self._terms)
        self._slopes = Slopes(self.problem, tuple(self._terms.values()))

    def of(self, asked: Asked) -> tuple[float, dict[str, float]]:
        """Return the value of a quantity, and its derivative by each number.

        NaN where a settled quantity would be asked how it follows the length of a day,
        and of a quantity that has no value, as the period of what has no two peaks.
        """
        value, gradient = self.gradient(asked)
        operators = self.problem.operators
        found = Derivatives(gradient, operators, self._terms).of(self._changes)
        if math.isnan(value):
            return value, dict.fromkeys(found, math.nan)
        if asked.when == "always" and is_driven(self.problem):
            found |= {path: math.nan for path in found if moves_period(path)}
        return value, found

    def gradient(self, asked: Asked) -> tuple[float, Gradient]:
        """Return a value, and its gradient by H, all rates and the energies."""
        if asked.kind in FOLLOWED:
            history = self.problem.history()
            (course,) = follow(self.problem, [asked], history)
            value, _ = statistic_of(course, asked)
            return value, self._slopes.of_course(course, asked, history)
        (value,) = evaluate(self.problem, [asked])
        if asked.kind == "first":
            return value, self._slopes.of_first(asked)
        if asked.when == "over":
            return value, self._slopes.of_jumps(asked)
        return value, self._slopes.of_settled(asked)
