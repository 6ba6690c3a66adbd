"""Checks files of icons, biomes and scenarios, and joins them in one report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from spacewheat_sim.content.biome import Biome, BiomeFile
from spacewheat_sim.content.folders import (
    content_folder,
    is_folder,
    show_path,
    yaml_files,
)
from spacewheat_sim.content.icon import IconFile
from spacewheat_sim.content.problems import ContentError, Problem
from spacewheat_sim.content.reading import Reader
from spacewheat_sim.content.registry import IconRegistry, IconShelf
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.content.terms import biome_terms
from spacewheat_sim.content.yaml.document import YamlDocument
from spacewheat_sim.content.yaml.loader import load_yaml


@dataclass(frozen=True)
class CheckReport:
    """The result of a check.

    Attributes:
        files: Number of files read.
        problems: All problems, sorted by file and place.
    """

    files: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """Number of problems that prevent content from loading."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """Number of problems that do not prevent loading."""
        return len(self.problems) - self.errors


def check_content(paths: Iterable[Path] = ()) -> CheckReport:
    """Check files, and all YAML files in folders; by default the built-in ones.

    An emoji is inert if neither these files nor the built-in icons have an icon for
    it. Two icons for one emoji are an error only among these files, so that a set of
    files may replace built-in icons.
    """
    given = tuple(paths) or (content_folder("icons"), content_folder("biomes"))
    files = yaml_files(given)
    documents = [load_yaml(path, show_path(path)) for path in files]
    problems = _empty_folders(given)
    shelf = IconShelf()
    for document in documents:
        if _holds_icons(document):
            shelf.add(Reader(document))
    registry = _all_icons(shelf)
    names = registry.emoji_names()
    for document in documents:
        if not _holds_icons(document):
            problems += _check_file(document, registry, names)
    problems += shelf.problems
    problems.sort(key=lambda problem: (problem.path, problem.line, problem.column))
    return CheckReport(len(files), tuple(problems))


def biome_files(paths: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return which of some files, and of the YAML files in folders, are biomes."""
    given = tuple(paths) or (content_folder("biomes"),)
    found = []
    for path in yaml_files(given):
        document = load_yaml(path, show_path(path))
        is_scenario = isinstance(document.data, dict) and "experiment" in document.data
        if not is_scenario and not _holds_icons(document):
            found.append(path)
    return tuple(found)


def _check_file(
    document: YamlDocument, registry: IconRegistry, names: Mapping[str, str]
) -> list[Problem]:
    """Return the problems of a file of one biome or scenario."""
    reader = Reader(document, names)
    if isinstance(document.data, dict) and "experiment" in document.data:
        reader.scenario_file()
        return reader.problems
    biome = reader.biome_file()
    if biome is not None and not reader.failed:
        reader.problems.extend(_inert(document, biome, registry))
        reader.problems.extend(_absent_jumps(document, biome, registry))
    return reader.problems


def _empty_folders(paths: Iterable[Path]) -> list[Problem]:
    return [
        Problem(
            show_path(path),
            1,
            1,
            (),
            "the folder contains no content",
            "files that end in .yaml",
            kind="malformed",
            rule="file",
        )
        for path in paths
        if is_folder(path) and not yaml_files([path])
    ]


def _holds_icons(document: YamlDocument) -> bool:
    """Return whether a file is one of icons: it has no key that only biomes have."""
    if not isinstance(document.data, dict):
        return False
    icon_keys = {"schema", *IconFile.model_fields}
    biome_keys = set(BiomeFile.model_fields) - icon_keys
    return "icons" in document.data and biome_keys.isdisjoint(document.data)


def _all_icons(shelf: IconShelf) -> IconRegistry:
    """Return the built-in icons, if they are valid, and those of ``shelf``."""
    try:
        builtin = tuple(IconRegistry.builtin())
    except ContentError:
        builtin = ()
    return IconRegistry((*builtin, *shelf.icons))


def _inert(
    document: YamlDocument, authored: BiomeFile, registry: IconRegistry
) -> Iterator[Problem]:
    """Yield a warning for each emoji without an icon."""
    icons = resolve_icons(Biome.model_validate(dict(authored)), registry)
    for position, key in enumerate(authored.emoji_keys):
        if key not in icons:
            yield document.problem(
                ("emojis", position),
                f"{authored.emojis[position]} has no icon and is inert",
                "a shared icon, or one of the biome's own",
                kind="meaningless",
                rule="inert",
                severity="warning",
            )


def _absent_jumps(
    document: YamlDocument, authored: BiomeFile, registry: IconRegistry
) -> Iterator[Problem]:
    """Yield an error for each claim about jumps that no icon makes."""
    biome = Biome.model_validate(dict(authored))
    terms = biome_terms(biome, resolve_icons(biome, registry).values()).present
    known = sorted({(term.source, term.target) for term in terms if term.is_jump})
    for position, claim in enumerate(authored.claims):
        if claim.kind in ("jumps", "first") and claim.names not in known:
            pairs = ", ".join(f"{source}→{target}" for source, target in known)
            yield document.problem(
                ("claims", position, claim.kind),
                f"no icon has a jump {'→'.join(claim.names)}",
                f"one of {pairs}" if pairs else "a jump that some icon makes",
                kind="meaningless",
                rule="absent-jump",
            )
