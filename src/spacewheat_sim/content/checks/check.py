"""Checks files of icons, biomes, scenarios and challenges, and joins their reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from spacewheat_sim.content.biome import Biome, BiomeFile
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.challenge.files import challenge_of
from spacewheat_sim.content.checks.dead import dead_content
from spacewheat_sim.content.folders import (
    content_folder,
    is_folder,
    show_path,
    yaml_files,
)
from spacewheat_sim.content.kinds import kind_of
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.content.packs.pack import Pack, pack_around, pack_with_icons
from spacewheat_sim.content.problems import ContentError, Problem, suggestion
from spacewheat_sim.content.reading import Reader
from spacewheat_sim.content.registry import IconRegistry, IconShelf
from spacewheat_sim.content.resolved_icons import (
    ResolvedIcon,
    acting_icons,
    resolve_icons,
)
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.content.terms import biome_terms
from spacewheat_sim.content.yaml.document import YamlDocument
from spacewheat_sim.content.yaml.loader import load_yaml

ScenarioCheck = Callable[[YamlDocument, Scenario], Iterable[Problem]]
ChallengeCheck = Callable[[YamlDocument, Challenge], Iterable[Problem]]


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


def _nothing(_document: YamlDocument, _content: object) -> Iterable[Problem]:
    return ()


def check_content(
    paths: Iterable[Path] = (),
    examine: ScenarioCheck = _nothing,
    play: ChallengeCheck = _nothing,
) -> CheckReport:
    """Check files, and all YAML files in folders; by default the built-in ones.

    A biome is checked with the icons that it runs with: those of its pack, of the packs
    that ``SPACEWHEAT_PACKS`` names, and the built-in ones. Two icons for one emoji in
    a layer are an error among the icons of a pack, and among files outside of packs.
    ``examine`` returns what is wrong in a well-formed scenario, and ``play`` in a
    challenge.
    """
    given = tuple(paths) or (content_folder("icons"), content_folder("biomes"))
    documents = {path: load_yaml(path, show_path(path)) for path in yaml_files(given)}
    problems = _empty_folders(given)
    library = Library()
    problems += _check_icons(documents, library)
    known: dict[Pack | None, IconRegistry] = {}
    names: dict[Pack | None, dict[str, str]] = {}
    for path, document in documents.items():
        if kind_of(document) != "icons":
            pack = pack_around(path)
            if pack not in known:
                known[pack], broken = _icons_for(path, library)
                names[pack] = known[pack].emoji_names()
                problems += broken
            reader = Reader(document, names[pack])
            problems += _check_file(path, reader, known[pack], examine, play)
    unique = sorted(dict.fromkeys(problems), key=_place)
    return CheckReport(len(documents), tuple(unique))


def biome_files(paths: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return which of some files, and of the YAML files in folders, are biomes."""
    given = tuple(paths) or (content_folder("biomes"),)
    return tuple(
        path
        for path in yaml_files(given)
        if kind_of(load_yaml(path, show_path(path))) == "biome"
    )


def _place(problem: Problem) -> tuple[str, int, int]:
    return problem.path, problem.line, problem.column


def _check_icons(
    documents: Mapping[Path, YamlDocument], library: Library
) -> list[Problem]:
    """Return the problems of all files of icons."""
    shelves: dict[Pack | None, IconShelf] = {}
    for path, document in documents.items():
        if kind_of(document) == "icons":
            shelf = shelves.setdefault(pack_with_icons(path), IconShelf())
            shelf.add(Reader(document))
    for shelf in shelves.values():
        shelf.find_rhythms({**library.rhythms, **shelf.rhythms})
    return [problem for shelf in shelves.values() for problem in shelf.problems]


def _icons_for(path: Path, library: Library) -> tuple[IconRegistry, list[Problem]]:
    """Return the icons that a biome runs with, and what keeps it from running."""
    try:
        return library.registry(path), []
    except ContentError as error:
        return IconRegistry(), list(error.problems)


def _check_file(
    path: Path,
    reader: Reader,
    registry: IconRegistry,
    examine: ScenarioCheck,
    play: ChallengeCheck,
) -> list[Problem]:
    """Return the problems of a file of one biome, scenario or challenge."""
    document = reader.document
    kind = kind_of(document)
    if kind == "scenario":
        scenario = reader.scenario_file()
        if scenario is not None and not reader.failed:
            reader.problems.extend(examine(document, scenario))
        return reader.problems
    if kind == "challenge":
        played = reader.challenge_file()
        if played is not None and not reader.failed:
            challenge = challenge_of(played, path)
            reader.problems.extend(play(document, challenge))
        return reader.problems
    biome = reader.biome_file()
    if biome is not None and not reader.failed and len(registry):
        authored = Biome.model_validate(dict(biome))
        icons = resolve_icons(authored, registry)
        reader.find_rhythms(biome.icons, registry.rhythms)
        reader.check_icons(biome, acting_icons(icons))
        reader.problems.extend(_inert(document, biome, icons))
        reader.problems.extend(_empty_layers(document, authored, registry))
        reader.problems.extend(_absent_jumps(document, authored, registry))
        if not authored.register_axes:
            reader.problems.extend(dead_content(document, authored, registry))
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


def _inert(
    document: YamlDocument, authored: BiomeFile, icons: Mapping[str, ResolvedIcon]
) -> Iterator[Problem]:
    """Yield a warning for each emoji without an icon that acts."""
    for position, key in enumerate(authored.emoji_keys):
        if key not in icons:
            yield document.problem(
                authored.place(position),
                f"{authored.members[position]} has no icon and is inert",
                "a shared icon, or one of the biome's own",
                kind="meaningless",
                rule="inert",
                severity="warning",
            )


def _empty_layers(
    document: YamlDocument, biome: Biome, registry: IconRegistry
) -> Iterator[Problem]:
    """Yield a warning for each layer that has a weight and no icons."""
    if not biome.layers:
        return
    known = (*registry.layers, *(icon.layer for icon in biome.icons))
    for layer in biome.layers:
        if layer not in known:
            yield document.problem(
                ("layers", layer),
                f"no icon is in the layer {layer}",
                f"a layer of icons{suggestion(layer, known)}",
                kind="meaningless",
                rule="empty-layer",
                severity="warning",
                at_key=True,
            )


def _absent_jumps(
    document: YamlDocument, biome: Biome, registry: IconRegistry
) -> Iterator[Problem]:
    """Yield an error for each claim about jumps that no icon makes."""
    if not any(claim.kind in ("jumps", "first") for claim in biome.claims):
        return
    terms = biome_terms(biome, resolve_icons(biome, registry).values()).present
    known = sorted({(term.source, term.target) for term in terms if term.is_jump})
    for position, claim in enumerate(biome.claims):
        if claim.kind in ("jumps", "first") and claim.names not in known:
            pairs = ", ".join(f"{source}→{target}" for source, target in known)
            yield document.problem(
                ("claims", position, claim.kind),
                f"no icon has a jump {'→'.join(claim.names)}",
                f"one of {pairs}" if pairs else "a jump that some icon makes",
                kind="meaningless",
                rule="absent-jump",
            )
