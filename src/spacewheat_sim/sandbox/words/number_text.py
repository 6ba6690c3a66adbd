"""Numbers as the sandbox writes them: one minus sign, no −0, seconds as on buttons."""

from __future__ import annotations

import math
import re

MINUS = "−"
NONE = "—"


def fixed(value: float, decimals: int = 2, *, signed: bool = False) -> str:
    """Return ``value`` with a number of decimals; ``signed`` also writes a plus.

    Example:
        >>> fixed(-0.3), fixed(-0.001), fixed(2.0, 1, signed=True), fixed(1e6, 0)
        ('−0.30', '0.00', '+2.0', '1000000')
    """
    return _written(f"{value:{'+' if signed else ''}.{decimals}f}", value)


def short(value: float, digits: int = 3) -> str:
    """Return ``value`` with as many digits as needed, and ``digits`` at most.

    Example:
        >>> short(0.25), short(-1234.5), short(-0.0), short(2e-7)
        ('0.25', '−1.23e3', '0', '2e−7')
    """
    text = f"{value:.{digits}g}"
    return _written(re.sub(r"e([+-])0*", r"e\1", text).replace("e+", "e"), value)


def percent(share: float) -> str:
    """Return a share in percent, with one decimal if it is small.

    Example:
        >>> percent(0.0), percent(0.0421), percent(0.3), percent(1.0)
        ('0%', '4.2%', '30%', '100%')
    """
    if share < 0.0005:
        return "0%"
    if share < 0.0995:
        return f"{fixed(100 * share, 1)}%"
    return f"{fixed(100 * share, 0)}%"


def degrees(radians: float) -> str:
    """Return an angle in whole degrees.

    Example:
        >>> degrees(-math.pi / 2), degrees(-0.001)
        ('−90°', '0°')
    """
    return f"{fixed(math.degrees(radians), 0)}°"


def duration(seconds: float) -> str:
    """Return a time span in the unit that reads best, with two digits or so.

    Example:
        >>> duration(7.234), duration(0.0412), duration(110.0), duration(math.inf)
        ('7.2 s', '0.041 s', '110 s', 'never')
        >>> duration(750.0), duration(5.3e4), duration(3e6), duration(1e12)
        ('12 min', '15 h', '35 d', '1.2e7 d')
    """
    if math.isinf(seconds):
        return "never"
    units = (("s", 1.0, 120.0), ("min", 60.0, 7200.0), ("h", 3600.0, 172_800.0))
    fitting = (unit for unit in units if seconds < unit[2])
    name, length, _ = next(fitting, ("d", 86_400.0, math.inf))
    count = seconds / length
    return f"{fixed(count, 0) if 9.5 <= count < 1e6 else short(count, 2)} {name}"


def step_text(dt: float) -> str:
    """Return the length of a tick, as a fraction of a second if possible.

    Example:
        >>> step_text(1 / 60), step_text(0.5), step_text(0.03)
        ('1/60 s', '1/2 s', '0.03 s')
    """
    part = round(1.0 / dt)
    if part > 1 and abs(part * dt - 1.0) < 1e-9:
        return f"1/{part} s"
    return f"{short(dt, 4)} s"


def _written(text: str, value: float) -> str:
    if not math.isfinite(value):
        return NONE if math.isnan(value) else text.replace("-", MINUS)
    if not text.strip("+-0."):
        text = text.lstrip("+-")
    return text.replace("-", MINUS)
