"""The baths of one biome in a world, which share its operators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacewheat_sim import seeding
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.terms import biome_terms
from spacewheat_sim.engine.bath import QuantumBath
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.engine.events import Jumped
from spacewheat_sim.errors import ArgumentError


class BiomeGroup:
    """Baths of one biome that run in step under the same operators.

    Args:
        biome: What was authored.
        registry: Shared icons, which may be edited.
        names: Name of each bath; the bath of name n draws from the stream ("bath", n).
        seed: Root of the streams.
        dt: Length of a step in seconds.

    Attributes:
        baths: The baths by name.

    Raises:
        ArgumentError: ``dt`` is too long for the biome's method.
    """

    def __init__(
        self,
        biome: Biome,
        registry: IconRegistry,
        names: Iterable[str],
        seed: int,
        dt: float,
    ) -> None:
        self._biome = biome
        self._registry = registry
        self._dt = dt
        self._dirty = False
        self._own = {icon.key for icon in biome.icons}
        compiled = compile_biome(biome, registry)
        self.baths: dict[str, QuantumBath] = {}
        for name in names:
            bath = compiled.bath(seed, stream=seeding.stream(seed, "bath", name))
            bath.check_step(dt)
            self.baths[name] = bath

    def uses(self, emoji: str) -> bool:
        """Return whether the shared icon of ``emoji`` acts in this biome.

        It does not where the biome lacks the emoji, or has an icon of its own for it.
        """
        return emoji in self._biome.emoji_keys and emoji not in self._own

    def check_icon(self, icon: Icon) -> None:
        """Refuse an icon under which the next step could not be taken.

        Raises:
            ArgumentError: γ·dt > 1 of a jump, under ``spec``.
        """
        if self._biome.evolution.method != "spec":
            return
        for term in biome_terms(self._biome, [icon]).present:
            if term.is_jump and term.rate * self._dt > 1.0:
                raise ArgumentError(
                    f"The rate {term.rate:g} /s of {term.source} → {term.target} is "
                    f"too high for method 'spec' of {', '.join(self.baths)} at a step "
                    f"of {self._dt:g} s: γ·dt = {term.rate * self._dt:.4g} > 1"
                )

    def mark_dirty(self) -> None:
        """Have the operators rebuilt at the next step; the baths keep their states."""
        self._dirty = True

    def evolve(self) -> Iterator[tuple[str, Jumped]]:
        """Step every bath; yield the jumps, each with the name of its bath."""
        if self._dirty:
            self._rebuild()
        for name, bath in self.baths.items():
            for jump in bath.evolve(self._dt):
                yield name, jump

    def _rebuild(self) -> None:
        operators = compile_biome(self._biome, self._registry).operators
        for bath in self.baths.values():
            bath.replace_operators(operators)
        self._dirty = False
