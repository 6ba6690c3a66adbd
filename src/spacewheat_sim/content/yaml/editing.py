"""Puts other numbers into the text of a file; every other byte stays as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from spacewheat_sim.content.problems import KeyPath, show_key_path
from spacewheat_sim.content.yaml.document import canonical_key_path
from spacewheat_sim.content.yaml.messages import number
from spacewheat_sim.content.yaml.scalars import core_scalar
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.errors import ArgumentError

BYTE_ORDER_MARK = "\ufeff"

Span = tuple[int, int]


def with_numbers(raw: bytes, changes: Mapping[KeyPath, float]) -> bytes:
    """Return the bytes of a file with other numbers at some key paths.

    Args:
        raw: A valid file, UTF-8.
        changes: The new numbers.

    Raises:
        ArgumentError: there is no number at one of them.
    """
    text = raw.decode("utf-8")
    start = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
    spans = number_spans(text[start:])
    edits = []
    for key_path, value in changes.items():
        span = spans.get(canonical_key_path(key_path))
        if span is None:
            raise ArgumentError(f"the file has no number at {show_key_path(key_path)}")
        edits.append((span[0] + start, span[1] + start, number(value)))
    for begin, end, shown in sorted(edits, reverse=True):
        text = text[:begin] + shown + text[end:]
    return text.encode("utf-8")


def number_spans(text: str) -> dict[KeyPath, Span]:
    """Return where each number is in the text of a file, by canonical key path."""
    events = yaml.parse(text, Loader=yaml.SafeLoader)
    return {
        canonical_key_path(key_path): span
        for key_path, span, value in _scalars(events)
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _scalars(events: Iterator[Any]) -> Iterator[tuple[KeyPath, Span, Any]]:
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            yield from _node(next(events), events, ())


def _node(
    event: Any, events: Iterator[Any], at: KeyPath
) -> Iterator[tuple[KeyPath, Span, Any]]:
    if isinstance(event, yaml.MappingStartEvent):
        for key in events:
            if isinstance(key, yaml.MappingEndEvent):
                return
            yield from _node(next(events), events, (*at, canonical_emoji(key.value)))
    elif isinstance(event, yaml.SequenceStartEvent):
        for place, item in enumerate(events):
            if isinstance(item, yaml.SequenceEndEvent):
                return
            yield from _node(item, events, (*at, place))
    elif isinstance(event, yaml.ScalarEvent) and not event.style:
        marks: Any = event.start_mark, event.end_mark
        yield at, (marks[0].index, marks[1].index), core_scalar(event.value)
