"""An axis of couplings from 0, on which fixed points near 0 stay visible."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

APART = 0.09  # of the axis, between two of its numbers


@dataclass(frozen=True)
class CouplingScale:
    """An axis of couplings from 0 to ``limit``.

    Attributes:
        limit: Its end.
        width: Coupling at which the axis changes from linear to logarithmic, or None;
            places are proportional to asinh(K / width).
    """

    limit: float
    width: float | None = None

    def place(self, K: float) -> float:
        """Return the position of K on the axis, from 0 to 1."""
        if self.width is None:
            return K / self.limit
        return math.asinh(K / self.width) / math.asinh(self.limit / self.width)

    def samples(self) -> np.ndarray:
        """Return evenly spaced couplings on the axis."""
        share = np.linspace(1e-4, 1.0, 500)
        if self.width is None:
            return share * self.limit
        end = math.asinh(self.limit / self.width)
        return np.minimum(self.width * np.sinh(share * end), self.limit)

    def apply(self, axes: Axes, name: Literal["x", "y"]) -> None:
        """Apply it to an axis, with its tick labels."""
        axis = axes.xaxis if name == "x" else axes.yaxis
        if self.width is not None:
            set_scale = axes.set_xscale if name == "x" else axes.set_yscale
            set_scale("asinh", linear_width=self.width)
            axis.set_major_locator(FixedLocator(self._ticks()))
            axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda K, _: f"{K:g}"))
        axes.set(**{f"{name}lim": (0, self.limit)})

    def _ticks(self) -> list[float]:
        """Return round numbers that do not overlap on a logarithmic axis."""
        decades = range(
            math.floor(math.log10(self.width or self.limit)) - 1,
            math.ceil(math.log10(self.limit)) + 1,
        )
        ticks = [0.0]
        for K in (digit * 10.0**n for n in decades for digit in (1, 2, 5)):
            if self.limit >= K and self.place(K) - self.place(ticks[-1]) > APART:
                ticks.append(K)
        return ticks
