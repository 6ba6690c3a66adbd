"""What a goal's quantity has come to so far, from step to step."""

from __future__ import annotations

from typing import Any, NamedTuple

from spacewheat_sim.content.challenge.goal import Wanted


class Seen(NamedTuple):
    """What was seen of a quantity.

    Attributes:
        number: How many values, or how many jumps.
        total: Their sum.
        low: The least of them, 0 before the first.
        high: The largest.
    """

    number: int = 0
    total: float = 0.0
    low: float = 0.0
    high: float = 0.0

    def and_value(self, value: float) -> Seen:
        """Return what is seen once ``value`` is."""
        if self.number == 0:
            return Seen(1, value, value, value)
        return Seen(
            self.number + 1,
            self.total + value,
            min(self.low, value),
            max(self.high, value),
        )

    def and_jumps(self, count: int) -> Seen:
        """Return what is seen once ``count`` more jumps are."""
        return self._replace(number=self.number + count)


class Tally:
    """How a quantity is counted in a challenge of ``steps`` steps of ``step`` s.

    The numbers of a state are looked at where it begins and after each step, at the
    times t_k = k·step, k from ``first`` to ``last``. ``mean``, ``min``, ``max`` and
    ``swing`` are of these; ``rate`` is the number of jumps in the span by its length;
    ``probability`` is 1 once there was a jump, and 0 until then.

    Attributes:
        wanted: The quantity.
        first: Step after which it is looked at first; jumps count from the next one on.
        last: Step after which it is looked at for the last time.
    """

    def __init__(self, wanted: Wanted, steps: int, step: float) -> None:
        self.wanted = wanted
        begin, end = wanted.span
        self.first = round(begin / step)
        self.last = steps if wanted.when == "always" else round(end / step)
        self.seconds = (self.last - self.first) * step

    @property
    def is_of_jumps(self) -> bool:
        """Whether jumps are counted, and not numbers of the state."""
        return self.wanted.kind in ("jumps", "first")

    @property
    def is_of_one_look(self) -> bool:
        """Whether a number of the state is looked at only once."""
        return self.first == self.last and not self.is_of_jumps

    def is_due(self, step: Any) -> Any:
        """Return whether to look after ``step`` steps, a number or an array."""
        low = self.first + self.is_of_jumps
        return (low <= step) & (step <= self.last)

    def value(self, seen: Seen) -> float | None:
        """Return the statistic of what was seen; None before anything counts.

        A mean is the sum so far over the number of all looks that there will be, so
        that each look adds its share.
        """
        counts = self.is_of_jumps or seen.number > 0
        return float(self.statistic(*seen)) if counts else None

    def statistic(self, number: Any, total: Any, low: Any, high: Any) -> Any:
        """Return the statistic of the parts of :class:`Seen`, numbers or arrays."""
        match self.wanted.statistic:
            case "rate":
                return number / self.seconds
            case "probability":
                return (number > 0) * 1.0
            case "mean":
                return total / (self.last - self.first + 1)
            case "swing":
                return high - low
            case "min":
                return low
        return high

    def points(self, seen: Seen) -> float:
        """Return what it is worth so far; 0 before anything counts."""
        value = self.value(seen)
        return 0.0 if value is None else self.wanted.points(value)
