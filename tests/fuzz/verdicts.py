"""What a check found, and the calls of the product that it is about."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import numpy as np

from spacewheat_sim import SpacewheatError
from spacewheat_sim.arrays import FloatArray

Status = Literal["right", "refused", "loose", "left out", "WRONG"]
T = TypeVar("T")

# Worst departure of a sum of probabilities from 1, and depth below 0, that is rounding.
SUM_ROUNDING = 1e-12


@dataclass(frozen=True)
class Verdict:
    """One comparison of one check.

    Attributes:
        check: Name of the check.
        status: How it ended. ``loose`` keeps the promise per second, but only because
            the run is long; ``left out`` says why the reference was not made.
        kind: What was wrong, or the reason of a refusal without its numbers.
        error: Largest error found, NaN where there is none to tell.
        allowed: Largest error allowed.
        detail: The rest of what there is to say.
    """

    check: str
    status: Status
    kind: str = ""
    error: float = np.nan
    allowed: float = np.nan
    detail: str = ""


class RefusalError(Exception):
    """The product refused, with an error of its own."""


class FaultError(Exception):
    """The product did what it must never do; ``kind`` and the rest say what."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind, self.detail = kind, detail


class LeftOutError(Exception):
    """This check does not apply to this bath; the message says why."""


def asked(call: Callable[[], T]) -> T:
    """Return what a call of the product returns.

    Raises:
        RefusalError: it raised an error of its own.
        FaultError: it raised any other.
    """
    try:
        return call()
    except SpacewheatError as error:
        raise RefusalError(str(error)) from error
    except (Exception, RecursionError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename.rsplit('/', 2)[-2:]}:{last.lineno}"
        raise FaultError(
            f"foreign error {type(error).__name__}", f"{error} at {place}"
        ) from error


def plain_reason(message: str) -> str:
    """Return an error's message without its numbers and emojis, cut short."""
    words = re.sub(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", "#", message)
    words = re.sub(r"[^\x00-\x7F“”→·γψρ‖ΓΣ−–…′√πφκ]+", "•", words)
    return words[:110]


@dataclass
class Ledger:
    """The verdicts of one check, filled as it goes."""

    check: str
    verdicts: list[Verdict] = field(default_factory=list)
    tell: Callable[[str], None] = lambda _: None

    def note(self, doing: str) -> None:
        """Say what is about to be done, for the case that it never ends."""
        self.tell(doing)

    def add(
        self,
        status: Status,
        kind: str = "",
        error: float = np.nan,
        allowed: float = np.nan,
        detail: str = "",
    ) -> None:
        """Write down one verdict."""
        self.verdicts.append(Verdict(self.check, status, kind, error, allowed, detail))

    def judge(self, kind: str, error: float, allowed: float) -> None:
        """Write down an error, which is right up to ``allowed``."""
        self.add("right" if error <= allowed else "WRONG", kind, error, allowed)

    def compare(
        self,
        kind: str,
        got: FloatArray,
        right: FloatArray,
        promised: float,
        rounding: float,
        loose: float = 1e-7,
    ) -> None:
        """Compare numbers: beyond ``promised`` + ``rounding`` is wrong."""
        got, right = np.asarray(got), np.asarray(right)
        if got.shape != right.shape:
            self.add("WRONG", f"{kind}: shape", detail=f"{got.shape} for {right.shape}")
            return
        if not np.isfinite(got).all():
            self.add("WRONG", f"{kind}: not finite", detail=f"{got.tolist()}"[:300])
            return
        gaps = np.abs(got - right)
        error = float(gaps.max(initial=0.0))
        allowed = promised + rounding
        detail = ""
        status: Status = "right"
        if error > allowed:
            status = "WRONG"
            where = np.unravel_index(int(gaps.argmax()), gaps.shape)
            place = tuple(map(int, where))
            detail = f"at {place}: {got[where]:.12g}, right {right[where]:.12g}"
        elif error > max(loose, 0.0) + rounding:
            status = "loose"
        self.add(status, kind, error=error, allowed=allowed, detail=detail)

    def populations(self, got: FloatArray) -> None:
        """Probabilities must be finite, not negative, and sum to 1."""
        rows = np.atleast_2d(got)
        if not np.isfinite(rows).all():
            self.add("WRONG", "populations not finite", detail=f"{rows.tolist()}"[:300])
            return
        lowest = float(rows.min(initial=0.0))
        if lowest < 0.0:
            depth = "by rounding" if lowest > -SUM_ROUNDING else "truly"
            self.add(
                "WRONG", f"populations negative {depth}", error=-lowest, allowed=0.0
            )
        off = float(np.abs(rows.sum(axis=1) - 1).max(initial=0.0))
        if off > SUM_ROUNDING:
            self.add(
                "WRONG", "populations do not sum to 1", error=off, allowed=SUM_ROUNDING
            )
