"""Reads the file of a challenge."""

from __future__ import annotations

from pathlib import Path

from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.entries import as_path
from spacewheat_sim.content.problems import ContentError, raise_errors
from spacewheat_sim.content.reading import Reader
from spacewheat_sim.content.yaml.document import YamlDocument


def read_challenge(document: YamlDocument, path: Path) -> Challenge:
    """Return the challenge in a parsed file; the names in it are not looked up yet.

    Raises:
        ContentError: It is invalid; the error lists every problem.
    """
    reader = Reader(document)
    authored = reader.challenge_file()
    raise_errors(reader.problems)
    if authored is None:
        raise ContentError(reader.problems)
    data = {name: getattr(authored, name) for name in authored.model_fields_set}
    return Challenge.model_validate({**data, "key": path.stem, "source": path})


def biome_of(challenge: Challenge) -> str | Path:
    """Return the name of a challenge's biome, or its path, from the file's folder."""
    path = as_path(challenge.biome)
    if path is None:
        return challenge.biome
    return path if challenge.source is None else challenge.source.parent / path
