"""Many steps of many baths: norm, memory and speed must end as they began."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from spacewheat_sim import BathBatch, load_biome
from spacewheat_sim.content.packs.library import Library

DT = 1 / 60
# Steps between two measurements of one axis of each bath, and baths of a batch.
SECOND = 60
BATHS = {"trajectory": 1000, "master": 50}
# Largest drift; bytes that memory may grow by; how much slower the last steps may be.
DRIFT, GROWN, SLOWER = 1e-12, 2**25, 1.5
# Seconds of processor time below which two parts of a run cannot be compared.
SHORT = 0.2


class LongRun(NamedTuple):
    """What became of the baths of a biome.

    Attributes:
        biome: Its name.
        method: How they evolved.
        steps: Steps of all baths together.
        drift: Largest |1 − Σp| or |1 − tr ρ| ever seen.
        least: Smallest population.
        grown: Bytes that the process grew by after the first tenth.
        slower: Seconds of the last tenth of the steps, over those of the second; 1 of
            runs too short to tell.
    """

    biome: str
    method: str
    steps: int
    drift: float
    least: float
    grown: int
    slower: float

    @property
    def is_fine(self) -> bool:
        """Whether nothing has drifted, grown or slowed down."""
        sound = self.drift <= DRIFT and self.least >= -DRIFT
        return sound and self.grown < GROWN and self.slower < SLOWER

    def __str__(self) -> str:
        mark = "" if self.is_fine else "  <-- fault"
        return (
            f"  {self.steps:13,}  {self.biome}, {self.method}: drift {self.drift:.1e}, "
            f"grown {self.grown / 2**20:.0f} MiB, last steps take {self.slower:.2f} "
            f"times the first{mark}"
        )


def run(method: str, steps: int, names: Sequence[str] = ()) -> Iterator[LongRun]:
    """Yield what becomes of ``steps`` steps, shared out to all built-in biomes."""
    chosen = tuple(names) or tuple(entry.key for entry in Library([]).biomes)
    for name in chosen:
        yield _of_biome(name, method, max(steps // len(chosen), 1))


def _of_biome(name: str, method: str, steps: int) -> LongRun:
    compiled = load_biome(name)
    count = BATHS[method]
    batch = BathBatch(compiled.operators, count, method, seed=0)
    axes = compiled.axes or (compiled.emojis[:2],)
    ticks = max(steps // count, 10 * SECOND)
    measured = np.arange(count) % 2 == 0  # a measurement would hide what drifts
    seconds, drift, least, memory = [], 0.0, 0.0, 0
    for tenth in range(10):
        begun = time.process_time()
        for tick in range(tenth * ticks // 10, (tenth + 1) * ticks // 10):
            batch.evolve(DT)
            if tick % SECOND == 0:
                axis = axes[tick // SECOND % len(axes)]
                batch.measure_axis(*axis, kind="projective", mask=measured)
                populations = batch.populations()
                shares = populations.sum(axis=1)
                if compiled.operators.qubits:
                    shares = shares / compiled.operators.qubits
                drift = max(drift, float(np.abs(shares - 1.0).max()))
                least = min(least, float(populations.min()))
        seconds.append(time.process_time() - begun)
        if tenth == 0:
            memory = _memory()
    return LongRun(
        name,
        method,
        ticks * count,
        drift,
        least,
        _memory() - memory,
        seconds[-1] / seconds[1] if seconds[1] > SHORT else 1.0,
    )


def _memory() -> int:
    """Return the most bytes that this process has ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
