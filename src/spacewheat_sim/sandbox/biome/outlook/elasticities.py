"""By how many percent what is watched changes for a percent of a number."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.engine.quantities.sensitivities import Sensitivities
from spacewheat_sim.errors import SpacewheatError
from spacewheat_sim.sandbox.biome.outlook.desk import Desk, Question
from spacewheat_sim.sandbox.biome.session.session import BiomeSession

# Seconds of the biome's time that are averaged over: what a player sees in the river.
SECONDS = 60.0
# Seconds for which the numbers must have been the same, as they are not during a drag.
PATIENCE = 0.4
# Basis states beyond which it takes too long beside a game.
LARGEST = 64


@dataclass(frozen=True)
class Elasticities:
    """What the numbers of an icon do to a population.

    Attributes:
        watched: The emoji whose population is watched.
        value: Its mean population over the first minute, over all histories.
        slopes: Derivative of that by each number of the icon, by its path.
        problem: Why nothing is known, or "".
    """

    watched: str
    value: float = math.nan
    slopes: Mapping[str, float] | None = None
    problem: str = ""

    def of(self, moves: Mapping[str, float]) -> float:
        """Return d ln value / d ln x, or NaN where it is not known.

        Args:
            moves: d(number)/d ln x of each number that x moves, by its path.
        """
        slopes = self.slopes or {}
        if not self.value > 0.0 or not any(moves.values()):
            return math.nan
        total = sum(move * slopes.get(path, math.nan) for path, move in moves.items())
        return total / self.value


def elasticities(
    biome: Biome, registry: IconRegistry, icon: str, watched: str
) -> Elasticities:
    """Return what the numbers of an icon do to the population of an emoji.

    Args:
        biome: The biome.
        registry: The shared icons.
        icon: The emoji of the icon, in canonical form.
        watched: The emoji.
    """
    asked = Asked.model_validate(
        {"population": watched, "over": (0.0, SECONDS), "mean": True}
    )
    try:
        compiled = compile_biome(biome, registry)
        if compiled.operators.dimension > LARGEST:
            return Elasticities(watched, problem="This biome is too large to tell")
        lead = f"{icon}."
        paths = [path for path in compiled.numbers if path.startswith(lead)]
        if not paths:
            return Elasticities(watched, problem="This icon has no numbers")
        value, found = Sensitivities(compiled, paths).of(asked)
    except (SpacewheatError, np.linalg.LinAlgError) as error:
        return Elasticities(watched, problem=f"It is not known: {error}")
    slopes = {path.removeprefix(lead): slope for path, slope in found.items()}
    return Elasticities(watched, value, slopes)


class WatchedElasticities:
    """Keeps what the numbers of one icon do to what is watched.

    Args:
        session: The session of the biome.
        desk: Where it is worked out.
        watched: Returns the emoji that is watched; None is that of the icon.
    """

    def __init__(
        self, session: BiomeSession, desk: Desk, watched: Callable[[], str | None]
    ) -> None:
        self._session = session
        self._watched = watched
        self._question = Question[Elasticities](desk, patience=PATIENCE)
        self._icon = ""

    def of_icon(self, icon: str) -> Elasticities | None:
        """Return those of an icon, of a moment ago while it is edited, or None yet."""
        session = self._session
        watched = self._watched() or icon
        key = icon, watched, session.biome, session.world.icons

        def prepare() -> Callable[[], Elasticities]:
            biome, registry = session.biome, session.world.registry()
            return lambda: elasticities(biome, registry, icon, watched)

        found = self._question.want(key, prepare)
        if icon != self._icon and not self._question.is_fresh:
            return None  # the last answer is about another icon
        self._icon = icon
        return found

    @property
    def is_fresh(self) -> bool:
        """Whether they are those of the numbers as they are now."""
        return self._question.is_fresh
