"""Frames of the sandbox: python benchmarks/sandbox.py [--quick].

What ``sandbox_frames.py`` measures by itself: simulation, shapes and painting of a
frame at 1280 × 720 on SDL's dummy driver, after the first second.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from importlib import util
from pathlib import Path

import numpy as np
from case import Case
from measurement import Measurement
from timing import FULL, Effort

MEDIAN_BAR, LATE_BAR = 5.0, 12.0
SCRUB, FAN = "to any tick of ten minutes", "a fan of 64 histories, forest"
FOREST, LARGE = "a frame, forest with 12 axes", "a frame, 60 emojis with 12 axes"


def frames(effort: Effort) -> Iterator[Measurement]:
    """Measure whole frames, and the latest hundredth of them."""
    if util.find_spec("pygame") is None:
        note = "pygame is not installed"
        yield Measurement(FOREST, "sandbox", "ms", None, None, None, note=note)
        return
    from sandbox_frames import frame_times, large_biome

    count = 1800 if effort == FULL else 300
    with tempfile.TemporaryDirectory() as folder:
        for name, biome, median_bar, late_bar in (
            (FOREST, "forest", MEDIAN_BAR, LATE_BAR),
            (LARGE, large_biome(Path(folder)), None, None),
        ):
            # Milliseconds (frame, part, clock or processor).
            whole = frame_times(biome, count)[:, :, 0].sum(axis=1)
            yield Measurement.of(name, "whole", "ms", whole.tolist(), bar=median_bar)
            late = float(np.percentile(whole, 99))
            yield Measurement.of(name, "99 of 100", "ms", [late], bar=late_bar)


def river(effort: Effort) -> Iterator[Measurement]:
    """Measure how long it takes to go back in time, and to fan out what may come."""
    if util.find_spec("pygame") is None:
        note = "pygame is not installed"
        yield Measurement(SCRUB, "sandbox", "ms", None, None, None, note=note)
        return
    from sandbox_river import FAN_BAR, SCRUB_BAR, fan_times, scrub_times

    count = 300 if effort == FULL else 50
    _, whole, _ = scrub_times(count).T
    note = "with the frame there"
    scrub = whole.tolist()
    yield Measurement.of(SCRUB, "whole", "ms", scrub, bar=SCRUB_BAR, note=note)
    yield Measurement.of(FAN, "whole", "ms", fan_times(20), bar=FAN_BAR)


CASES = (Case("frames", frames), Case("river", river))

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("sandbox",)))
