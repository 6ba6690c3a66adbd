"""A bound on a number."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field

from spacewheat_sim.content.fields import Number
from spacewheat_sim.content.model import ContentModel


class Bound(ContentModel):
    """What a number is to be: ``at_least``, ``at_most``, or ``near … within``."""

    at_least: Number | None = None
    at_most: Number | None = None
    near: Number | None = None
    within: Annotated[Number, Field(gt=0)] | None = None

    @property
    def low(self) -> float | None:
        """The least that it allows."""
        if self.near is not None and self.within is not None:
            return self.near - self.within
        return self.at_least

    @property
    def high(self) -> float | None:
        """The most that it allows."""
        if self.near is not None and self.within is not None:
            return self.near + self.within
        return self.at_most

    def holds(self, value: float) -> bool:
        """Return whether ``value`` is within; NaN never is."""
        if math.isnan(value):
            return False
        low, high = self.low, self.high
        return (low is None or value >= low) and (high is None or value <= high)

    def __str__(self) -> str:
        if self.near is not None:
            return f"near {self.near:.12g}, within {self.within:.12g}"
        said = []
        if self.at_least is not None:
            said.append(f"at least {self.at_least:.12g}")
        if self.at_most is not None:
            said.append(f"at most {self.at_most:.12g}")
        return " and ".join(said)
