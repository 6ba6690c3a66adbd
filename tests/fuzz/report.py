"""The tables at the end of a run: what was checked, what failed, and how to see it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from workers import Outcome

EXAMPLES = 6
STATUSES = ("right", "WRONG", "refused", "loose", "left out")


@dataclass
class Kind:
    """All verdicts of one kind."""

    count: int = 0
    error: float = 0.0
    allowed: float = 0.0
    baths: list[int] = field(default_factory=list)
    families: Counter[str] = field(default_factory=Counter)

    def take(self, outcome: Outcome, error: float, allowed: float) -> None:
        self.count += 1
        if error > self.error:
            self.error, self.allowed = error, allowed
        self.families[outcome.family] += 1
        if outcome.index not in self.baths:
            self.baths.append(outcome.index)


class Report:
    """Sums up the outcomes of a run."""

    def __init__(self, outcomes: Iterable[Outcome] = ()) -> None:
        self.checks: dict[str, Counter[str]] = defaultdict(Counter)
        self.worst: dict[str, tuple[float, float, int]] = defaultdict(
            lambda: (0.0, 0.0, -1)
        )
        self.wrong: dict[tuple[str, str], Kind] = defaultdict(Kind)
        self.others: dict[tuple[str, str, str], Kind] = defaultdict(Kind)
        self.baths: set[int] = set()
        self.failed: set[int] = set()
        self.seconds: list[tuple[float, int, str]] = []
        for outcome in outcomes:
            self.take(outcome)

    def take(self, outcome: Outcome) -> None:
        """Add one outcome."""
        self.baths.add(outcome.index)
        self.seconds.append((outcome.seconds, outcome.index, outcome.check))
        self.checks[outcome.check]["runs"] += 1
        seen: set[tuple[str, str]] = set()
        for verdict in outcome.verdicts:
            key = verdict.status, verdict.kind
            self.checks[outcome.check][verdict.status] += 1
            if verdict.status == "right":
                if verdict.error == verdict.error:
                    name = f"{outcome.check}: {verdict.kind}"
                    here = verdict.error, verdict.allowed, outcome.index
                    self.worst[name] = max(self.worst[name], here)
                continue
            if key in seen:
                continue
            seen.add(key)
            if verdict.status == "WRONG":
                self.failed.add(outcome.index)
                kind = self.wrong[outcome.check, verdict.kind]
            else:
                kind = self.others[verdict.status, outcome.check, verdict.kind]
            kind.take(outcome, verdict.error, verdict.allowed)

    def _median(self, check: str) -> float:
        return median(seconds for seconds, _, name in self.seconds if name == check)

    def text(self, seed: int) -> str:
        """Return all tables."""
        total = sum(seconds for seconds, _, _ in self.seconds)
        count = len(self.baths)
        lines = [
            f"{count} baths of seed {seed}, {len(self.failed)} of them failed",
            f"{total:.0f} s, {1000 * total / max(1, count):.0f} ms a bath",
            "",
            f"{'check':20}{'runs':>7}{'median ms':>11}"
            + "".join(f"{s:>10}" for s in STATUSES),
        ]
        for check, counts in self.checks.items():
            lines.append(
                f"{check:20}{counts['runs']:7}{1000 * self._median(check):11.1f}"
                + "".join(f"{counts[s]:10}" for s in STATUSES)
            )
        lines += ["", "Failures by kind: baths, worst error (allowed), which baths"]
        lines += _kinds({f"{c}: {k}": kind for (c, k), kind in self.wrong.items()})
        lines += ["", "Refused, loose, left out"]
        lines += _kinds(
            {f"{s}, {c}: {k}": kind for (s, c, k), kind in sorted(self.others.items())}
        )
        lines += ["", "Worst error of what was right"]
        for name, (error, allowed, index) in sorted(self.worst.items()):
            lines.append(f"  {name:50}{error:10.2g} ({allowed:.2g})  bath {index}")
        lines += ["", "Slowest"]
        for seconds, index, check in sorted(self.seconds, reverse=True)[:EXAMPLES]:
            lines.append(f"  {seconds:8.2f} s  bath {index}, {check}")
        return "\n".join(lines)


def _kinds(kinds: dict[str, Kind]) -> list[str]:
    lines = []
    for name, kind in sorted(kinds.items(), key=lambda pair: -pair[1].count):
        size = f"{kind.error:.2g} ({kind.allowed:.2g})" if kind.error else ""
        shown = " ".join(map(str, kind.baths[:EXAMPLES]))
        families = ", ".join(f for f, _ in kind.families.most_common(3))
        lines.append(f"  {name}\n    {kind.count:5}  {size:22} {shown}  [{families}]")
    return lines or ["  none"]
