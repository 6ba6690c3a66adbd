"""The baths of one biome in a world, which share its operators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from spacewheat_sim import seeding
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.terms import biome_terms
from spacewheat_sim.engine.bath import QuantumBath
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome
from spacewheat_sim.engine.events import Jumped
from spacewheat_sim.errors import ArgumentError


class BiomeGroup:
    """Baths of one biome that run in step under the same operators.

    Args:
        biome: What was authored.
        registry: Shared icons, which may be edited.
        baths: The baths by name, made of this biome.

    Attributes:
        baths: The baths by name.
    """

    def __init__(
        self,
        biome: Biome,
        registry: IconRegistry,
        baths: Mapping[str, QuantumBath],
    ) -> None:
        self.baths = dict(baths)
        self._biome = biome
        self._registry = registry
        self._dirty = False
        self._own = {icon.key for icon in biome.icons}

    def uses(self, emoji: str) -> bool:
        """Return whether the shared icon of ``emoji`` acts in this biome.

        It does not where the biome lacks the emoji, or has an icon of its own for it.
        """
        return emoji in self._biome.emoji_keys and emoji not in self._own

    def check_icon(self, icon: Icon, dt: float) -> None:
        """Refuse an icon under which the next step could not be taken.

        Raises:
            ArgumentError: γ·dt > 1 of a jump, under ``spec``.
        """
        if self._biome.evolution.method != "spec":
            return
        for term in biome_terms(self._biome, [icon]).present:
            if term.is_jump and term.rate * dt > 1.0:
                raise ArgumentError(
                    f"The rate {term.rate:g} /s of {term.source} → {term.target} is "
                    f"too high for method 'spec' of {', '.join(self.baths)} at a step "
                    f"of {dt:g} s: γ·dt = {term.rate * dt:.4g} > 1"
                )

    def mark_dirty(self) -> None:
        """Have the operators rebuilt before the next step; the states stay."""
        self._dirty = True

    def rebuild(self) -> None:
        """Rebuild the operators if an icon was edited since the last time."""
        if self._dirty:
            operators = compile_biome(self._biome, self._registry).operators
            for bath in self.baths.values():
                bath.replace_operators(operators)
            self._dirty = False

    def evolve(self, dt: float) -> Iterator[tuple[str, Jumped]]:
        """Step every bath; yield the jumps, each with the name of its bath."""
        self.rebuild()
        for name, bath in self.baths.items():
            for jump in bath.evolve(dt):
                yield name, jump


def new_baths(
    compiled: CompiledBiome, names: Iterable[str], seed: int, dt: float
) -> dict[str, QuantumBath]:
    """Return a bath of ``compiled`` for each name, at its beginning.

    The bath of name n draws from the stream ("bath", n) of ``seed``.

    Raises:
        ArgumentError: ``dt`` is too long for the biome's method.
    """
    baths = {}
    for name in names:
        baths[name] = compiled.bath(seed, stream=seeding.stream(seed, "bath", name))
        baths[name].check_step(dt)
    return baths
