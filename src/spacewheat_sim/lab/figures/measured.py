"""Numbers with their errors, as text of figures."""

from __future__ import annotations

import math


def with_error(value: float, error: float) -> str:
    """Return a value with its error in units of its last digits, e.g. 0.4408(14).

    An error of 0 means a closed form.
    """
    if error <= 0.0:
        return f"{value:.4f}"
    digits = max(0, -math.floor(math.log10(error)))
    if error * 10**digits < 1.95:
        digits += 1
    return f"{value:.{digits}f}({round(error * 10**digits)})"
