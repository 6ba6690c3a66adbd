"""Where an icon names rhythms."""

from __future__ import annotations

from collections.abc import Iterator

from spacewheat_sim.content.model import ContentModel, parts_of
from spacewheat_sim.content.problems import KeyPath


def rhythm_names(model: ContentModel) -> Iterator[tuple[KeyPath, str]]:
    """Yield the place and the name of each rhythm that is named in ``model``.

    Example:
        >>> from spacewheat_sim.content.icon import Icon
        >>> icon = Icon(emoji="☀", name="Sol", drivers=[{"rhythm": "day"}])
        >>> list(rhythm_names(icon))
        [(('drivers', 0, 'rhythm'), 'day')]
    """
    name = getattr(model, "rhythm", None)
    if isinstance(name, str):
        yield ("rhythm",), name
    for path, part in parts_of(model):
        yield from (((*path, *rest), found) for rest, found in rhythm_names(part))
