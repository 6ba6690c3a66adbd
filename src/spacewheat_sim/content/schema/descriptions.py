"""Plain sentences for editors, from the docstrings of the models."""

from __future__ import annotations

import inspect
import re
from typing import Any

_ROLE = re.compile(r":\w+:`[~.]?([^`]*)`")
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def plain(text: str) -> str:
    """Return ``text`` without marks of markup, in one line.

    Example:
        >>> plain("A jump to ``target``, see :class:`~Icon`.")
        'A jump to target, see Icon.'
    """
    return " ".join(_ROLE.sub(r"\1", text).replace("`", "").split())


def describe(schema: dict[str, Any], model: type) -> None:
    """Give the schema of a model, and its keys, the sentences of its docstring."""
    text = inspect.getdoc(model) or ""
    first, _, rest = text.partition("\n\n")
    schema["description"] = plain(first)
    _, _, attributes = rest.partition("Attributes:\n")
    for key, sentence in _ATTRIBUTE.findall(attributes):
        if key in schema.get("properties", {}):
            schema["properties"][key].setdefault("description", plain(sentence))
