"""Reads the file of a challenge."""

from __future__ import annotations

from pathlib import Path

from spacewheat_sim.content.challenge.challenge import Challenge, ChallengeFile
from spacewheat_sim.content.entries import as_path
from spacewheat_sim.content.folders import show_path
from spacewheat_sim.content.problems import ContentError, raise_errors
from spacewheat_sim.content.reading import Reader
from spacewheat_sim.content.yaml.document import YamlDocument
from spacewheat_sim.content.yaml.loader import load_yaml
from spacewheat_sim.errors import ArgumentError


def read_challenge(document: YamlDocument, path: Path) -> Challenge:
    """Return the challenge in a parsed file; the names in it are not looked up yet.

    Raises:
        ContentError: It is invalid; the error lists every problem.
        ArgumentError: It is something else.
    """
    if isinstance(document.data, dict) and not is_challenge(document):
        raise ArgumentError(
            f"{document.path} is no challenge: it names neither a biome nor a goal"
        )
    reader = Reader(document)
    authored = reader.challenge_file()
    raise_errors(reader.problems)
    if authored is None:
        raise ContentError(reader.problems)
    return challenge_of(authored, path)


def read_challenge_file(path: Path) -> Challenge:
    """Return the challenge in a file; the names in it are not looked up yet.

    Raises:
        ContentError: The file is missing or invalid; the error lists every problem.
    """
    return read_challenge(load_yaml(path, show_path(path)), path)


def is_challenge(document: YamlDocument) -> bool:
    """Return whether a file has the key ``biome``, or ``goal``, as challenges have."""
    keys = {"biome", "goal"}
    return isinstance(document.data, dict) and not keys.isdisjoint(document.data)


def is_challenge_file(path: Path) -> bool:
    """Return whether the file at ``path`` is a challenge."""
    return is_challenge(load_yaml(path, show_path(path)))


def challenge_of(authored: ChallengeFile, path: Path) -> Challenge:
    """Return what a valid file says, with its key and its place."""
    data = {name: getattr(authored, name) for name in authored.model_fields_set}
    return Challenge.model_validate({**data, "key": path.stem, "source": path})


def biome_of(challenge: Challenge) -> str | Path:
    """Return the name of a challenge's biome, or its path, from the file's folder."""
    path = as_path(challenge.biome)
    if path is None:
        return challenge.biome
    return path if challenge.source is None else challenge.source.parent / path
