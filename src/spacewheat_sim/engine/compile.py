"""Icons compose into the operators of a biome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.choices import Method
from spacewheat_sim.content.altered import check_altered
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.folders import content_folder, show_path
from spacewheat_sim.content.numbers.biome import BiomeNumbers
from spacewheat_sim.content.numbers.paths import checked_path
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.content.problems import show_key_path
from spacewheat_sim.content.register.icons import icon_violations
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import acting_icons, resolve_icons
from spacewheat_sim.content.terms import Term, biome_terms
from spacewheat_sim.engine.bath.arguments import checked_instance
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions
from spacewheat_sim.engine.bath.register_terms import check_most_axes
from spacewheat_sim.engine.declared import declared_by
from spacewheat_sim.engine.rhythms import Rhythms
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import shown


@dataclass(frozen=True, repr=False)
class CompiledBiome:
    """A biome with its operators, ready to make baths.

    Attributes:
        biome: What was authored.
        registry: The shared icons that it was compiled with.
        operators: Compiled from the icons as they were then.
        dropped: Terms left out because their partner is not in the biome, or because
            they have a meaning in registers only.
        inert: Emojis, as authored, without any icon that acts.
    """

    biome: Biome
    registry: IconRegistry
    operators: BathOperators
    dropped: tuple[Term, ...]
    inert: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"CompiledBiome({self.biome.name}: {' '.join(self.emojis)})"

    @property
    def notice(self) -> str:
        """What does not act here, in a line; empty where everything does."""
        said = []
        if self.inert:
            verb = "is" if len(self.inert) == 1 else "are"
            said.append(f"{len(self.inert)} of {len(self.emojis)} emojis {verb} inert")
        if self.dropped:
            few = len(self.dropped) == 1
            noun, whose = ("term was", "its") if few else ("terms were", "their")
            said.append(
                f"{len(self.dropped)} {noun} dropped because {whose} partner is absent"
            )
        name = shown = self.biome.key or self.biome.name
        source = self.biome.source
        if source is not None and source.parent != content_folder("biomes"):
            shown = show_path(source)
        return (
            f"{name}: {' and '.join(said)} (`spacewheat content show {shown}` lists "
            "them)"
            if said
            else ""
        )

    @property
    def emojis(self) -> tuple[str, ...]:
        """The N emojis in basis order, as authored; of a register the 2n poles."""
        return self.operators.emojis

    @property
    def axes(self) -> tuple[tuple[str, str], ...]:
        """The (north, south) pairs that the biome's file names; a register's own."""
        watched = tuple((axis.north, axis.south) for axis in self.biome.axes)
        return watched or self.operators.axes

    @property
    def numbers(self) -> dict[str, float]:
        """All numbers of the biome, its icons and its rhythms, by path."""
        return BiomeNumbers(self.biome, self.registry).all()

    def number(self, path: str) -> float:
        """Return the number at a path, such as ``🐺.transfers_from.🐇``.

        Raises:
            UnknownNameError: There is none; the message suggests the nearest.
        """
        return BiomeNumbers(self.biome, self.registry).get(path)

    def with_(self, path: str, value: float | complex) -> CompiledBiome:
        """Return a checked copy with another number at a path, compiled.

        Shared icons are copied: no other biome notices.

        Raises:
            UnknownNameError: There is no such number; the message suggests the nearest.
            ArgumentError: ``value`` is no number that may stand there.

        Example:
            >>> forest = load_biome("forest").with_("🐺.transfers_from.🐇", 0.2)
            >>> forest.number("🐺.transfers_from.🐇")
            0.2
        """
        return self.with_all({checked_path(path): value})

    def with_all(self, numbers: Mapping[str, float | complex]) -> CompiledBiome:
        """Return a checked copy with other numbers at some paths, compiled once.

        Raises:
            UnknownNameError: There is no such number; the message suggests the nearest.
            ArgumentError: A value is no number that may stand there.
        """
        changed = BiomeNumbers(self.biome, self.registry)
        for path, value in numbers.items():
            changed = BiomeNumbers(*changed.put(path, value))
        if all(path.startswith("initial.") for path in numbers):
            return replace(self, biome=changed.biome)  # the same operators
        return compile_biome(changed.biome, changed.registry)

    def bath(
        self,
        seed: int | None = None,
        method: Method | None = None,
        *,
        stream: np.random.Generator | None = None,
    ) -> QuantumBath:
        """Return a bath in the biome's initial state.

        Args:
            seed: Root of its random stream; None draws one.
            method: Instead of the file's; options of another method are left out.
            stream: The random stream to draw from, instead of the one that ``seed``
                has for a biome of this key.
        """
        options = self.options(method)
        root = seeding.resolve_seed(seed)
        bath = QuantumBath(
            self.operators,
            seed=root,
            stream=(
                seeding.stream(root, "bath", self.biome.key)
                if stream is None
                else stream
            ),
            **vars(options),
        )
        self.initialize(bath)
        return bath

    def options(self, method: Method | None = None) -> EvolverOptions:
        """Return how the biome's file says to evolve it, or under another method."""
        evolution = self.biome.evolution
        chosen = evolution.method if method is None else method
        options = EvolverOptions(chosen, evolution.tolerance)  # refuses what is none
        if chosen == "spec":
            return replace(options, hamiltonian_step=evolution.hamiltonian_step)
        if chosen == "trajectory":
            return replace(options, active_threshold=evolution.active_threshold)
        return options

    def initialize(self, bath: QuantumBath) -> None:
        """Put ``bath`` in the biome's initial state, at time 0."""
        initial = self.biome.initial
        if initial.weights is not None:
            bath.initialize_weighted(initial.weights)
        elif initial.emoji is not None:
            bath.initialize_emoji(initial.emoji)
        elif initial.poles is not None:
            bath.initialize_poles(initial.poles)
        elif initial.markov is not None and self.biome.markov is not None:
            bath.initialize_from_markov(self.biome.markov.chain)
        else:
            bath.initialize_uniform()


def load_biome(
    name_or_path: str | Path, registry: IconRegistry | None = None
) -> CompiledBiome:
    """Return the biome of that name, or in that file, compiled.

    Args:
        name_or_path: A name such as ``"biotic_flux"``, or a path.
        registry: Shared icons; by default those of the biome's pack, of the packs that
            ``SPACEWHEAT_PACKS`` names, and the built-in ones, in this order.

    Raises:
        ArgumentError: Neither a name nor a path.
        UnknownNameError: No biome has this name.
        ContentError: Its file, or an icon file, is broken; it lists every problem.

    Example:
        >>> round(load_biome("biotic_flux").bath(seed=0).probability("🌾"), 12)
        0.2
    """
    if not isinstance(name_or_path, str | Path) or name_or_path == "":
        raise ArgumentError(
            "Argument `name_or_path` must be a biome's name or a path, but is "
            f"{shown(name_or_path)}"
        )
    if registry is not None:
        checked_instance(registry, IconRegistry, "registry")
    return compile_biome(*Library().open(name_or_path, registry))


def compile_biome(biome: Biome, registry: IconRegistry) -> CompiledBiome:
    """Compose the icons of ``biome`` into operators.

    For each icon i: H_ii += E_i + Σ A f(t), and for each coupling c to an emoji j of
    the biome H_ij += c/2, H_ji += conj(c)/2, which is Hermitian by construction. Of a
    register see :meth:`BathOperators.from_register`.

    Raises:
        UnknownNameError: an icon names a rhythm that ``registry`` does not have.
        ArgumentError: an icon was altered without a check, and is not valid; or it says
            what has no meaning in this kind of biome.
    """
    icons = resolve_icons(biome, registry)
    for icon in icons.values():
        for part, _ in icon.parts:
            check_altered(part, called=f"The icon of {part.emoji}")
    terms = biome_terms(biome, icons.values())
    rhythms = Rhythms(registry.rhythms)
    count = len(biome.register_axes)
    for violation in icon_violations(biome, acting_icons(icons)):
        raise ArgumentError(
            f"{biome.name} has no meaning at {show_key_path(violation.key_path)}: "
            f"{violation.message}; wanted {violation.wanted}"
        )
    check_most_axes(count)
    declared = declared_by(biome, icons, terms, rhythms)
    operators = BathOperators(
        biome.members,
        declared.hamiltonian,
        declared.jumps,
        declared.drivers,
        count,
        biome.grounds,
    )
    pairs = zip(biome.members, biome.emoji_keys, strict=True)
    inert = tuple(emoji for emoji, key in pairs if key not in icons)
    dropped = terms.dropped + terms.of_registers
    return CompiledBiome(biome, registry, operators, dropped, inert)
