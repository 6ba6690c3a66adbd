"""A strict YAML reader: every ambiguity of the format is a reported problem.

Numbers and words follow YAML 1.2. Repeated keys, anchors, aliases, tags, merge keys,
several documents, and files beyond a size, depth or node limit are problems.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from spacewheat_sim.content.folders import MAX_BYTES
from spacewheat_sim.content.problems import KeyPath, Problem
from spacewheat_sim.content.yaml.builder import RefusedError, YamlBuilder
from spacewheat_sim.content.yaml.document import Place, YamlDocument
from spacewheat_sim.content.yaml.source import SourceText, place_after
from spacewheat_sim.errors import os_reason
from spacewheat_sim.jsonio import open_regular

# The C parser, if available, reads the same events about ten times faster.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlSource(NamedTuple):
    """What is in a file, not yet parsed.

    Attributes:
        shown: The file's name in reports.
        raw: Its content, up to one byte more than a file may have.
        trouble: Why it cannot be read; empty if it can.
    """

    shown: str
    raw: bytes
    trouble: str = ""


def load_yaml(path: Path, shown: str | None = None) -> YamlDocument:
    """Read and parse the file at ``path``; its problems are in ``problems``.

    Args:
        path: The file.
        shown: Its name in reports; ``path`` itself by default.
    """
    return parse_source(read_source(path, shown or str(path)))


def read_source(path: Path, shown: str) -> YamlSource:
    """Read the file at ``path``, which reports call ``shown``."""
    try:
        with open_regular(path) as file:
            return YamlSource(shown, file.read(MAX_BYTES + 1))
    except OSError as error:
        return YamlSource(shown, b"", os_reason(error))


def parse_source(source: YamlSource) -> YamlDocument:
    """Parse what was read; that it could not be read is a problem."""
    if source.trouble:
        message = f"cannot be read: {source.trouble}"
        return _unreadable(source.shown, message, "a readable file")
    return parse_yaml(source.raw, source.shown)


def parse_yaml(raw: bytes, shown: str) -> YamlDocument:
    """Parse ``raw`` as the file named ``shown``."""
    if len(raw) > MAX_BYTES:
        return _unreadable(shown, "is too large", f"at most {MAX_BYTES} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = place_after(raw[: error.start].decode("utf-8-sig", "replace"))
        return _unreadable(shown, "is not UTF-8", "UTF-8 text", place, "encoding")
    source = SourceText(text)
    builder = YamlBuilder(shown, source)
    try:
        data = builder.build(yaml.parse(source.parsed, Loader=_LOADER))
    except RefusedError:
        data = None
    except yaml.YAMLError as error:
        data = None
        if source.likely_cause() is not None:
            builder.problems.clear()  # all else may follow from it
        builder.refuse("syntax", *_syntax_problem(error, source))
    return YamlDocument(
        shown,
        data,
        builder.keys,
        builder.values,
        tuple(builder.problems),
        builder.authored,
    )


def _unreadable(
    shown: str, message: str, wanted: str, place: Place = (1, 1), rule: str = "file"
) -> YamlDocument:
    problem = Problem(shown, *place, (), message, wanted, kind="malformed", rule=rule)
    return YamlDocument(shown, None, {}, {}, (problem,))


def _syntax_problem(
    error: yaml.YAMLError, source: SourceText
) -> tuple[Place, KeyPath, str, str]:
    """Return the place, key path and words of what the parser did not understand."""
    cause = source.likely_cause()
    if cause is not None:
        place, message, wanted = cause
        return place, (), message, wanted
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        place = source.place(mark)
    else:
        place = place_after(source.parsed[: getattr(error, "position", 0)])
    reason = getattr(error, "problem", None) or getattr(error, "reason", None)
    return place, (), f"is not YAML: {reason or 'it cannot be parsed'}", "valid YAML"
