"""One point of a sweep: what it is called, and what its random streams are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spacewheat_sim import seeding
from spacewheat_sim.jsonio import canonical_json, digest

DIGITS = 16


def point_name(values: Mapping[str, Any]) -> str:
    """Return 16 hexadecimal digits that depend on the values of a point alone."""
    plain = {name: _plain(value) for name, value in values.items()}
    return digest(canonical_json(plain))[:DIGITS]


def _plain(value: Any) -> Any:
    """Return 8 for 8.0: a point is the same, however its numbers were written."""
    whole = isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


def point_seed(root: int, point: str, *replicate: int) -> int:
    """Return the seed of a point, or of one of its replicates, under a root seed."""
    return seeding.child_seed(root, "sweep", point, *replicate)
