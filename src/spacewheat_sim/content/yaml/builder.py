"""Builds plain data from the events of a YAML parser; ambiguous YAML is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from spacewheat_sim.content.problems import KeyPath, Problem
from spacewheat_sim.content.yaml.document import Place, canonical_key_path
from spacewheat_sim.content.yaml.scalars import core_scalar
from spacewheat_sim.content.yaml.source import SourceText
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.plain_values import CONTROL

MAX_NODES = 50_000
MAX_DEPTH = 24


class RefusedError(Exception):
    """Reading cannot continue; the problem is already recorded."""


class YamlBuilder:
    """Builds plain data from parser events, and records places and problems."""

    def __init__(self, path: str, source: SourceText) -> None:
        self.path = path
        self.authored: dict[KeyPath, str] = {}
        self._source = source
        self.keys: dict[KeyPath, Place] = {}
        self.values: dict[KeyPath, Place] = {}
        self.problems: list[Problem] = []
        self._nodes = 0

    def refuse(
        self, rule: str, place: Place, at: KeyPath, message: str, wanted: str
    ) -> None:
        """Record a problem at one place."""
        self.problems.append(
            Problem(self.path, *place, at, message, wanted, kind="malformed", rule=rule)
        )

    def build(self, events: Iterator[Any]) -> Any:
        """Return the data of the only document in ``events``."""
        data: Any = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if event.version not in (None, (1, 2)):
                    self._stop(
                        "version",
                        event,
                        (),
                        f"%YAML {'.'.join(map(str, event.version))} is another version",
                        "YAML 1.2, which needs no such line",
                    )
                if documents == 2:
                    self._stop(
                        "documents",
                        event,
                        (),
                        "there is a second document",
                        "one document per file",
                    )
                data = self._node(next(events), events, ())
        if data is None and not self.problems:
            self.refuse("empty", (1, 1), (), "is empty", "a mapping with `schema: 1`")
        return data

    def _node(self, event: Any, events: Iterator[Any], at: KeyPath) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            wanted = f"at most {MAX_NODES}"
            self._stop("nodes", event, (), "the file has too many values", wanted)
        if len(at) > MAX_DEPTH:
            wanted = f"at most {MAX_DEPTH} levels"
            self._stop("depth", event, (), "the file is nested too deeply", wanted)
        self.values[canonical_key_path(at)] = self._place(event)
        self._refuse_indirection(event, at)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, at)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, at)
        if isinstance(event, yaml.AliasEvent):
            return None
        self._refuse_control(event, at)
        return self._scalar(event, at)

    def _scalar(self, event: Any, at: KeyPath) -> object:
        text = self._source.scalar(event.value)
        value = text if event.style else core_scalar(text)
        if not isinstance(value, str):
            self.authored[canonical_key_path(at)] = text
        return value

    def _refuse_control(self, event: Any, at: KeyPath) -> None:
        found = CONTROL.search(self._source.scalar(event.value))
        if found is not None:
            message = f"there is the control character {found[0]!r}"
            wanted = "text that can be printed anywhere"
            self.refuse("control-character", self._place(event), at, message, wanted)

    def _refuse_indirection(self, event: Any, at: KeyPath) -> None:
        if isinstance(event, yaml.AliasEvent):
            wanted = "the value written out"
            message = f"alias *{event.anchor} is not allowed"
            self.refuse("alias", self._place(event), at, message, wanted)
            return
        if event.anchor is not None:
            message = f"anchor &{event.anchor} is not allowed"
            self.refuse("anchor", self._place(event), at, message, "no anchor")
        if event.tag is not None:
            message = f"tag {event.tag} is not allowed"
            self.refuse("tag", self._place(event), at, message, "no tag")

    def _sequence(self, events: Iterator[Any], at: KeyPath) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, events, (*at, len(items))))
        return items

    def _mapping(self, events: Iterator[Any], at: KeyPath) -> dict[str, Any]:
        items: dict[str, Any] = {}
        authored: dict[str, str] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, at)
            twin = authored.get(canonical_emoji(key))
            if twin is not None:
                self._refuse_twin(key, twin, self._place(event), at)
                # Skip the value; its path has one step more, so that nothing collides.
                self._node(next(events), events, (*at, key, ""))
                continue
            authored[canonical_emoji(key)] = key
            self.keys[canonical_key_path((*at, key))] = self._place(event)
            following = next(events)
            if _lacks_blank(event, following):
                self._refuse_no_blank(key, self._place(event), (*at, key))
                continue
            items[key] = self._node(following, events, (*at, key))
        return items

    def _refuse_no_blank(self, key: str, place: Place, at: KeyPath) -> None:
        name, _, value = key.partition(":")
        message = f"{key} has no blank after its colon"
        self.refuse("blank", place, at, message, f"{name}: {value}")

    def _key(self, event: Any, at: KeyPath) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._stop("key", event, at, "a key is not a single word", "a single word")
        self._refuse_indirection(event, at)
        self._refuse_control(event, at)
        text = self._source.scalar(event.value)
        key = text if event.style else core_scalar(text)
        if key == "<<" and not event.style:
            wanted = "the keys written out"
            self.refuse(
                "merge", self._place(event), at, "merge key << is not allowed", wanted
            )
        if not isinstance(key, str):
            message = f"key {text!r} is not text"
            self.refuse(
                "key", self._place(event), at, message, "a word or an emoji as key"
            )
            return text
        return key

    def _refuse_twin(self, key: str, twin: str, place: Place, at: KeyPath) -> None:
        line, column = self.keys[canonical_key_path((*at, twin))]
        how = "appears twice" if key == twin else "is the same emoji as an earlier key"
        message = f"{key} {how}, first at {self.path}:{line}:{column}"
        self.refuse("duplicate-key", place, (*at, key), message, "each key once")

    def _stop(
        self, rule: str, event: Any, at: KeyPath, message: str, wanted: str
    ) -> None:
        self.refuse(rule, self._place(event), at, message, wanted)
        raise RefusedError

    def _place(self, event: Any) -> Place:
        return self._source.place(event.start_mark)


def _lacks_blank(key: Any, value: Any) -> bool:
    """Return whether a key is ``name:value`` written together, and has no value."""
    is_empty = isinstance(value, yaml.ScalarEvent) and not (value.style or value.value)
    return is_empty and not key.style and ":" in key.value.strip(":")
