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
from spacewheat_sim.engine.quantities.numbers import (
    Neighbor,
    all_channels,
    bends_others,
    channel_order,
    derivatives,
    moves_period,
    neighbors,
)
from spacewheat_sim.engine.quantities.problem import Problem, check_level_biome
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
            ArgumentError: the biome is a register.
        """
        check_level_biome(biome.operators)
        self.problem = Problem.of(biome)
        self._neighbors: dict[str, list[Neighbor]]
        if before is not None and not any(map(bends_others, paths)):
            self._neighbors = before._neighbors  # noqa: SLF001 - of its own kind
        else:
            self._neighbors = {
                path: neighbors(biome, self.problem, path) for path in paths
            }
        others = [
            own.problem.operators for each in self._neighbors.values() for own in each
        ]
        operators = self.problem.operators
        self._order = channel_order(operators, others)
        self._slopes = Slopes(self.problem, all_channels(operators, others))

    def of(self, asked: Asked) -> tuple[float, dict[str, float]]:
        """Return the value of a quantity, and its derivative by each number.

        NaN where a settled quantity would be asked how it follows the length of a day.
        """
        value, gradient = self._gradient(asked)
        found = derivatives(gradient, self.problem, self._neighbors, self._order)
        if asked.when == "always" and is_driven(self.problem):
            found |= {path: math.nan for path in found if moves_period(path)}
        return value, found

    def _gradient(self, asked: Asked) -> tuple[float, Gradient]:
        if asked.kind in FOLLOWED:
            (course,) = follow(self.problem, [asked])
            value, _ = statistic_of(course, asked)
            return value, self._slopes.of_course(course, asked)
        (value,) = evaluate(self.problem, [asked])
        if asked.kind == "first":
            return value, self._slopes.of_first(asked)
        if asked.when == "over":
            return value, self._slopes.of_jumps(asked)
        return value, self._slopes.of_settled(asked)
