"""Reads the file of a biome, and checks it with the icons that it runs with."""

from __future__ import annotations

from pathlib import Path

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.challenge.files import is_challenge
from spacewheat_sim.content.folders import show_path
from spacewheat_sim.content.problems import ContentError, raise_errors
from spacewheat_sim.content.reading import Reader
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import acting_icons, resolve_icons
from spacewheat_sim.content.yaml.loader import load_yaml
from spacewheat_sim.errors import ArgumentError


def read_biome_file(path: Path, registry: IconRegistry | None = None) -> Biome:
    """Return the biome in the file at ``path``.

    Args:
        path: The file.
        registry: The shared icons, with which it is checked: the rhythms that its icons
            name, and what has a meaning in this kind of biome.

    Raises:
        ContentError: The file is missing or invalid; the error lists every problem.
        ArgumentError: It is a challenge.
    """
    names = {} if registry is None else registry.emoji_names()
    document = load_yaml(path, show_path(path))
    if is_challenge(document):
        raise ArgumentError(
            f"{document.path} is a challenge and no biome; `spacewheat challenge run` "
            "lets a policy play it"
        )
    reader = Reader(document, names)
    authored = reader.biome_file()
    raise_errors(reader.problems)
    if authored is None:
        raise ContentError(reader.problems)
    fields = {**dict(authored), "key": path.stem, "source": path}
    biome = Biome.model_validate(fields)
    if registry is not None:
        reader.find_rhythms(biome.icons, registry.rhythms)
        reader.check_icons(biome, acting_icons(resolve_icons(biome, registry)))
        raise_errors(reader.problems)
    return biome
