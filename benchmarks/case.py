"""A case of the suite: something to run in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from measurement import Measurement
from timing import Effort


@dataclass(frozen=True)
class Case:
    """What one process measures.

    Attributes:
        name: Within its module.
        run: Measures ours and then the peers, each with the given effort.
        cores: How many the process, its threads and the peers may use.
        is_quick: Whether ``--quick`` runs it too.
    """

    name: str
    run: Callable[[Effort], Iterable[Measurement]]
    cores: int = 1
    is_quick: bool = True


@dataclass(frozen=True)
class Outcome:
    """What became of one case: its measurements, or why there are none."""

    module: str
    case: str
    cores: int
    seconds: float
    measurements: list[Measurement]
    failure: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as the run's file holds it."""
        rows = [row.as_json() for row in self.measurements]
        return vars(self) | {"measurements": rows}
