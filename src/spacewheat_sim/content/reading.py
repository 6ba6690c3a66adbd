"""Turns parsed files into models, and reports all their problems."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from spacewheat_sim.content.biome import BiomeFile
from spacewheat_sim.content.challenge.challenge import ChallengeFile
from spacewheat_sim.content.icon import BASE_LAYER, Icon, IconFile
from spacewheat_sim.content.model import (
    REPORT_LATER,
    ContentModel,
    Rule,
    Violation,
    parts_of,
)
from spacewheat_sim.content.problems import KeyPath, Problem, suggestion
from spacewheat_sim.content.register.icons import icon_violations
from spacewheat_sim.content.rhythms.references import rhythm_names
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.content.schema_errors import schema_problem
from spacewheat_sim.content.yaml.document import YamlDocument

M = TypeVar("M", bound=ContentModel)


class Reader:
    """Reads one document; ``problems`` collects what is wrong.

    Args:
        document: The parsed file.
        emoji_names: Emoji by icon name, to suggest an emoji for its name.

    Attributes:
        rhythms: The rhythms of a file of icons, once it has been read.
    """

    def __init__(
        self, document: YamlDocument, emoji_names: Mapping[str, str] | None = None
    ) -> None:
        """Start with the problems that the parser found."""
        self.document = document
        self.problems: list[Problem] = list(document.problems)
        self.rhythms: dict[str, Rhythm] = {}
        self._emoji_names = emoji_names or {}

    @property
    def failed(self) -> bool:
        """Whether any problem found so far is an error."""
        return any(problem.severity == "error" for problem in self.problems)

    def icon_file(self) -> tuple[Icon | None, ...]:
        """Return the icons of the file by position, None for an invalid one."""
        icons = self._icons()
        file = self._model(IconFile, {"icons": icons})
        layer = BASE_LAYER if file is None else file.layer
        self.rhythms = {} if file is None else dict(file.rhythms)
        return tuple(
            icon
            if icon is None or "layer" in icon.model_fields_set
            else icon.model_copy(update={"layer": layer})
            for icon in icons
        )

    def biome_file(self) -> BiomeFile | None:
        """Return the biome in the file, or None if it is invalid."""
        return self._model(BiomeFile, {"icons": self._icons()})

    def find_rhythms(
        self, icons: Iterable[Icon | None], known: Collection[str]
    ) -> None:
        """Note which of ``icons``, by position, name a rhythm that is not ``known``."""
        for position, icon in enumerate(icons):
            for path, name in rhythm_names(icon) if icon is not None else ():
                if name not in known:
                    problem = self.document.problem(
                        ("icons", position, *path),
                        f"there is no rhythm {name}",
                        f"{', '.join(known) or 'no rhythm is known; {shape: …}'}"
                        f"{suggestion(name, known)}",
                        kind="meaningless",
                        rule="unknown-rhythm",
                    )
                    self.problems.append(problem)

    def check_icons(
        self, biome: BiomeFile, icons: Mapping[str, Sequence[Icon]]
    ) -> None:
        """Note what ``icons`` say that has no meaning in this kind of biome."""
        rule = Rule("kind-of-biome", (), lambda _: icon_violations(biome, icons))
        for violation in rule.check(biome):
            self._note(self._violation(rule, violation, ()))

    def scenario_file(self) -> Scenario | None:
        """Return the scenario in the file, or None if it is invalid."""
        return self._model(Scenario, {})

    def challenge_file(self) -> ChallengeFile | None:
        """Return the challenge in the file, or None if it is invalid."""
        return self._model(ChallengeFile, {})

    def _icons(self) -> tuple[Icon | None, ...]:
        """Return the icons under the key ``icons``, each read separately."""
        data = self.document.data
        listed = data.get("icons") if isinstance(data, dict) else None
        if not isinstance(listed, list):
            return ()
        return tuple(
            self._examine(Icon, item, ("icons", position))
            for position, item in enumerate(listed)
        )

    def _model(
        self, model: type[M], parts: Mapping[str, tuple[Icon | None, ...]]
    ) -> M | None:
        """Read the whole file, given the ``parts`` that were read already."""
        data = self.document.data
        if data is None:
            return None
        broken = set()
        if isinstance(data, dict):
            data = dict(data)
            for key in parts.keys() & data.keys():
                if isinstance(data[key], list):
                    data[key] = tuple(part for part in parts[key] if part is not None)
                    if None in parts[key]:
                        broken.add(key)
        return self._examine(model, data, (), broken)

    def _examine(
        self,
        model: type[M],
        data: Any,
        at: KeyPath,
        broken: set[str] | frozenset[str] = frozenset(),
    ) -> M | None:
        """Validate ``data``; rules that read an invalid field are skipped.

        Returns:
            The model without its invalid fields, if they can be left out. It is used
            to find further problems; ``failed`` says whether the content is valid.
        """
        broken, icon = set(broken), _emoji_of(data) if model is Icon else ""
        try:
            instance = model.model_validate(data, context=REPORT_LATER)
        except ValidationError as invalid:
            errors = invalid.errors(include_url=False)
            places = [error["loc"] for error in errors]
            around = {place[:end] for place in places for end in range(len(place))}
            for error in errors:
                # That a list is too short follows from what is wrong in it.
                if error["loc"] in around:
                    continue
                names = self._emoji_names
                problem = schema_problem(self.document, model, error, at, names)
                self._note(replace(problem, icon=icon))
                broken.update(map(str, error["loc"][:1]))
            if not isinstance(data, dict):
                return None
            sound = {key: data[key] for key in data if key not in broken}
            try:
                instance = model.model_validate(sound, context=REPORT_LATER)
            except ValidationError:
                return None
        for problem in self._violations(instance, at, broken):
            self._note(replace(problem, icon=icon))
        return instance

    def _note(self, problem: Problem) -> None:
        """Add ``problem``, unless the parser found one there or inside of it."""
        place, path = (problem.line, problem.column), problem.key_path
        if place in self.document.places_of_problems:
            return
        if path and path in self.document.paths_of_problems:
            return
        self.problems.append(problem)

    def _violations(
        self, instance: ContentModel, at: KeyPath, broken: set[str]
    ) -> Iterator[Problem]:
        for rule in instance.rules:
            if broken.isdisjoint(rule.reads):
                for violation in rule.check(instance):
                    yield self._violation(rule, violation, at)
        for path, part in parts_of(instance):
            # Icons are examined one by one.
            if path[0] not in broken and not isinstance(part, Icon):
                yield from self._violations(part, (*at, *path), set())

    def _violation(self, rule: Rule, violation: Violation, at: KeyPath) -> Problem:
        message = violation.message
        if violation.first is not None:
            first = self.document.show_place((*at, *violation.first))
            message += f", first at {first}"
        return self.document.problem(
            (*at, *violation.key_path),
            message,
            violation.wanted,
            kind="meaningless",
            rule=rule.name,
            severity=rule.severity,
            at_key=violation.at_key,
        )


def _emoji_of(data: Any) -> str:
    """Return the emoji of an icon, or an empty string."""
    emoji = data.get("emoji") if isinstance(data, dict) else None
    if not isinstance(emoji, str):
        return ""
    # The joiner in emojis is not printable, but harmless.
    return emoji if emoji.replace("\u200d", "").isprintable() else ""
