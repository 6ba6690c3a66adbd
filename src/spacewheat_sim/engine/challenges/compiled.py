"""A challenge with its biome, ready to be played."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from spacewheat_sim import seeding
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.challenge.files import biome_of, read_challenge
from spacewheat_sim.content.folders import show_path
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.content.packs.pack import pack_around
from spacewheat_sim.content.problems import ContentError, Problem, raise_errors
from spacewheat_sim.content.yaml.document import YamlDocument
from spacewheat_sim.content.yaml.loader import load_yaml
from spacewheat_sim.engine.challenges.attempt import hidden_number
from spacewheat_sim.engine.challenges.problems import challenge_problems, unplayable
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError, UnknownNameError


@dataclass(frozen=True)
class CompiledChallenge:
    """A challenge, every name of which is known to be in its biome.

    Attributes:
        challenge: What was authored.
        biome: Its biome; a hidden number is there as its file says.
    """

    challenge: Challenge
    biome: CompiledBiome
    _begun: dict[float | None, World] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def world(self, seed: int | None = None, number: int = 0) -> World:
        """Return a world in which an attempt begins.

        Args:
            seed: Root of its streams; None draws one.
            number: Which of many attempts under one seed it is. As in a world with many
                baths of one biome, the bath of attempt 0 is called ``forest`` and that
                of attempt n ``forest-(n + 1)``, and each draws from its own stream.
        """
        root = seeding.resolve_seed(seed)
        name = self.bath_name(number)
        hidden = hidden_number(self.challenge, name, root)
        if hidden not in self._begun:
            self._begun[hidden] = self._compiled_world(hidden)
        return self._begun[hidden].anew(root, name)

    def _compiled_world(self, hidden: float | None) -> World:
        """Return a world that begins with ``hidden`` in its place."""
        biome = self.biome
        if hidden is not None and self.challenge.hidden is not None:
            biome = biome.with_(self.challenge.hidden.number, hidden)
        step, challenge = self.challenge.step, self.challenge
        return World([biome.biome], 0, step, biome.registry, challenge)

    def bath_name(self, number: int = 0) -> str:
        """Return what the bath of an attempt is called."""
        key = self.biome.biome.key or self.biome.biome.name
        return key if number == 0 else f"{key}-{number + 1}"


def load_challenge(name_or_path: str | Path) -> CompiledChallenge:
    """Return the challenge of that name, or in that file, with its biome.

    Raises:
        UnknownNameError: no challenge has this name.
        ContentError: its file is broken or means nothing in its biome, or its biome is
            broken; it lists every problem.

    Example:
        >>> load_challenge("first_harvest").challenge.step
        0.5
    """
    library = Library()
    path = library.find_challenge(name_or_path)
    document = load_yaml(path, show_path(path))
    challenge = read_challenge(document, path)
    biome, problems = compile_for(document, challenge)
    raise_errors(problems)
    assert biome is not None  # noqa: S101 - without one there is an error
    return CompiledChallenge(challenge, biome)


def compile_for(
    document: YamlDocument, challenge: Challenge
) -> tuple[CompiledBiome | None, list[Problem]]:
    """Return the biome of a challenge, and what keeps the one from the other.

    The biome, and its icons, are those of the challenge's own pack, then those of the
    built-in content: other packs change no score.

    Raises:
        ContentError: a file of the biome or of its icons is broken.
    """
    packs = () if challenge.source is None else (pack_around(challenge.source),)
    library = Library(pack for pack in packs if pack is not None)
    try:
        biome = compile_biome(*library.open(biome_of(challenge)))
    except UnknownNameError as error:
        return None, [unplayable(document, ("biome",), error)]
    return biome, challenge_problems(document, challenge, biome)


def playing_problems(document: YamlDocument, challenge: Challenge) -> list[Problem]:
    """Return what keeps a well-formed challenge from being played."""
    try:
        return compile_for(document, challenge)[1]
    except ContentError as error:
        first, *more = str(error).splitlines()
        rest = f" (and {len(more)} more)" if more else ""
        broken = ArgumentError(f"its biome cannot be used: {first}{rest}")
        return [unplayable(document, ("biome",), broken)]
