"""The points of a sweep, numbered, none of which is held."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.bundle.files import POINT
from spacewheat_sim.lab.sweep.axes import MOST_VALUES, Value, Values


@dataclass(frozen=True)
class Grid:
    """The points of all values with all, or of the first with the first, and so on.

    Attributes:
        axes: The values of each swept number; the last one changes fastest.
        zipped: Whether values go together.
        replicates: How many rows each point has.
    """

    axes: Mapping[str, Values]
    zipped: bool
    replicates: int

    def __post_init__(self) -> None:
        """Refuse what cannot be swept."""
        lengths = {name: len(values) for name, values in self.axes.items()}
        if self.zipped and len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} has {n:,}" for name, n in lengths.items())
            raise ArgumentError(f"Zipped values must be equally many, but {told}")
        if self.rows > MOST_VALUES:
            said = f"{self.points:,} points"
            if self.replicates > 1:
                said += f" times {self.replicates:,}, {self.rows:,} rows"
            raise ArgumentError(
                f"A sweep has at most {MOST_VALUES:,} rows, but this one would have "
                f"{said}"
            )

    @property
    def points(self) -> int:
        """The number of points."""
        lengths = [len(values) for values in self.axes.values()]
        if self.zipped:
            return lengths[0] if lengths else 1
        return math.prod(lengths)

    @property
    def rows(self) -> int:
        """The number of points times that of replicates."""
        return self.points * self.replicates

    @property
    def columns(self) -> list[str]:
        """What the columns of a table are called that say which row it is."""
        return [POINT, *self.axes, "replicate", "seed", "status"]

    def point(self, number: int) -> dict[str, Value]:
        """Return the values of a point, by name."""
        if self.zipped:
            return {name: values[number] for name, values in self.axes.items()}
        found: dict[str, Value] = {}
        for name, values in reversed(list(self.axes.items())):
            number, place = divmod(number, len(values))
            found[name] = values[place]
        return {name: found[name] for name in self.axes}
