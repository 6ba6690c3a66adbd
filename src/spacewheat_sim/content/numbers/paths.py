"""Numbers of a content model by path: which there are, their values, and new ones.

A path names what to pass through, separated by dots: ``transfers_from.🐇``,
``drivers.0.amplitude``, ``couplings.🐇.im``. In a pattern ``*`` stands for any name,
and at its end for all that follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from numbers import Complex, Real
from typing import Any, TypeVar

from pydantic import ValidationError

from spacewheat_sim.content.model import ContentModel, FrozenMapping
from spacewheat_sim.content.problems import show_value
from spacewheat_sim.content.rhythms.rate import ChangingRate
from spacewheat_sim.content.rhythms.rhythm import KEYS_OF_SHAPE, Rhythm
from spacewheat_sim.content.schema_errors import first_problem
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.errors import ArgumentError, UnknownNameError, nearest
from spacewheat_sim.plain_values import real, shown

M = TypeVar("M", bound=ContentModel)


def numbers_of(model: ContentModel) -> dict[str, float]:
    """Return the numbers of ``model`` by path, in the order of its fields.

    The number of a rate that changes is its largest value, and a coupling that is not
    real has two numbers, ``.re`` and ``.im``.
    """
    return dict(_numbers(model, ""))


def number_at(model: ContentModel, path: str, called: str = "") -> float:
    """Return the number at ``path``.

    Args:
        model: An icon or a biome.
        path: Its place in the model.
        called: What errors call the model, e.g. ``the icon of 🐺``.

    Raises:
        UnknownNameError: There is none; the message suggests the nearest paths.
    """
    value = _find(model, path, called)
    if isinstance(value, complex):
        if value.imag != 0.0:
            raise _unknown(model, path, called)
        return value.real
    return value


def with_number(model: M, path: str, value: object, called: str = "") -> M:
    """Return a checked copy of ``model`` with another number at ``path``.

    Raises:
        UnknownNameError: There is no such number; the message suggests the nearest.
        ArgumentError: ``value`` is no number that may stand there.
    """
    _find(model, path, called)
    number = _plain(value)
    if number is None:
        raise ArgumentError(f"{path} must be a number, but is {show_value(value)}")
    field = _parts(path)[0]
    data = {name: getattr(model, name) for name in model.model_fields_set}
    data |= model.model_dump(include={field}, exclude_unset=True)
    _put(data, _parts(path), number)
    try:
        return type(model).model_validate(data)
    except ValidationError as error:
        place, said = first_problem(type(model), error)
        where = f" of {called}" if called else ""
        raise ArgumentError(
            f"{place or path}{where} cannot be {number}: {said}"
        ) from None


def _plain(value: object) -> float | complex | None:
    """Return a number of any kind, numpy's and fractions too, as Python's own."""
    if isinstance(value, Complex) and not isinstance(value, Real):
        return complex(value)
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    return real(value) if is_number else None


def checked_path(path: object) -> str:
    """Return a path or a pattern of paths if it is text.

    Raises:
        ArgumentError: It is not.
    """
    if isinstance(path, str):
        return path
    raise ArgumentError(
        f"Argument `path` must be text such as '🐺.decay.rate', but is {shown(path)}"
    )


def matching(patterns: Iterable[str], paths: Iterable[str]) -> tuple[str, ...]:
    """Return which of ``paths`` the patterns name, in the order of ``paths``.

    Raises:
        UnknownNameError: A pattern names none; the message suggests the nearest.
        ArgumentError: A pattern is not text.
    """
    known = tuple(paths)
    found: set[str] = set()
    for pattern in patterns:
        form = _form(pattern)
        these = {path for path in known if form.fullmatch(path)}
        if not these:
            raise unknown_number(pattern, known, "in this biome")
        found |= these
    return tuple(path for path in known if path in found)


def unknown_number(path: str, known: Iterable[str], where: str) -> UnknownNameError:
    """Return the error that says ``where`` no number is at ``path``.

    It offers the nearest paths, or those of the same emoji, or what paths begin with.
    """
    paths = tuple(known)
    first = canonical_emoji(path.partition(".")[0])
    beginnings = {name.partition(".")[0]: None for name in paths}
    if nearest(path, paths):
        hint = ""
    elif first in beginnings:
        hint = "known: " + ", ".join(n for n in paths if n.startswith(f"{first}."))
    else:
        hint = "paths begin with " + ", ".join(beginnings)
    return UnknownNameError("number", path, paths, where, hint)


def _form(pattern: str) -> re.Pattern[str]:
    names = [canonical_emoji(name) for name in checked_path(pattern).split(".")]
    last = len(names) - 1
    return re.compile(
        r"\.".join(
            (".+" if i == last else r"[^.]+") if name == "*" else re.escape(name)
            for i, name in enumerate(names)
        )
    )


def _numbers(value: Any, path: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, float):
        yield path, value
    elif isinstance(value, complex):
        if value.imag == 0.0:
            yield path, value.real
        else:
            yield from ((f"{path}.re", value.real), (f"{path}.im", value.imag))
    elif isinstance(value, ContentModel):
        fields = type(value).model_fields
        for name in KEYS_OF_SHAPE[value.shape] if isinstance(value, Rhythm) else fields:
            inner = getattr(value, name)
            if name == "rate" and isinstance(value, ChangingRate) and path != "decay":
                yield path, inner
            elif name != "depth" or getattr(value, "rhythm", None) is not None:
                yield from _numbers(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, FrozenMapping):
        for name, inner in value.items():
            yield from _numbers(inner, f"{path}.{name}")
    elif isinstance(value, tuple):
        for place, inner in enumerate(value):
            yield from _numbers(inner, f"{path}.{place}")


def _find(model: ContentModel, path: str, called: str) -> float | complex:
    """Return what is at ``path``.

    Raises:
        UnknownNameError: It is no number, or nothing.
    """
    value: Any = model
    for part in _parts(path):
        value = _below(value, part)
    if isinstance(value, ChangingRate) and path != "decay":
        value = value.rate
    if not isinstance(value, float | complex):
        raise _unknown(model, path, called)
    return value


def _parts(path: str) -> list[str]:
    return [canonical_emoji(part) for part in checked_path(path).split(".")]


def _below(value: Any, part: str) -> Any:
    """Return what is called ``part`` in ``value``, or None."""
    if isinstance(value, ContentModel):
        return getattr(value, part) if part in type(value).model_fields else None
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, tuple):
        is_place = part.isascii() and part.isdigit() and int(part) < len(value)
        return value[int(part)] if is_place else None
    if isinstance(value, complex) and part in ("re", "im"):
        return value.real if part == "re" else value.imag
    return None


def _put(data: Any, parts: list[str], value: object) -> None:
    """Write ``value`` into plain ``data``, at a place that is known to exist."""
    first, *rest = parts
    key: Any = int(first) if isinstance(data, list | tuple) else first
    if rest in (["re"], ["im"]) and isinstance(data[key], complex):
        old = data[key]
        pair = (value, old.imag) if rest == ["re"] else (old.real, value)
        data[key] = dict(zip(("re", "im"), pair, strict=True))
    elif rest:
        if isinstance(data[key], tuple):
            data[key] = list(data[key])
        _put(data[key], rest, value)
    elif isinstance(data, dict) and isinstance(data.get(key), dict):
        data[key]["rate"] = value
    else:
        data[key] = value


def _unknown(model: ContentModel, path: str, called: str) -> UnknownNameError:
    where = f"in {called}" if called else ""
    return UnknownNameError("number", path, numbers_of(model), where)
