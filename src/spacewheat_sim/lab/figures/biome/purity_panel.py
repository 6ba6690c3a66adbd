"""Purity and entropy of a bath against time, in a panel below its populations."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from spacewheat_sim.engine.bath.recordings.recording import Recording
from spacewheat_sim.lab.figures.style import FAINT_INK, PALETTE
from spacewheat_sim.lab.figures.thinning import thin_line


def shows_mixedness(recording: Recording) -> bool:
    """Return whether the state is ever mixed, so that the panel is useful."""
    purity = recording.observables.get("purity")
    if purity is None or "entropy" not in recording.observables:
        return False
    return bool(np.any(np.abs(purity - 1) > 1e-6))


def draw_purity_and_entropy(axes: Axes, recording: Recording) -> None:
    """Draw purity on the left scale and entropy on the right one."""
    purity, entropy = PALETTE[0], PALETTE[1]
    axes.set_ylim(0.0, 1.05)
    axes.set_yticks([0, 0.5, 1])
    axes.spines["left"].set_visible(True)
    axes.grid(visible=True)
    axes.plot(*thin_line(recording.time, recording.observables["purity"]), color=purity)
    axes.set_ylabel("purity", color=purity)
    twin = axes.twinx()
    twin.spines["right"].set_visible(True)
    twin.spines["right"].set_color(FAINT_INK)
    values = recording.observables["entropy"]
    twin.plot(*thin_line(recording.time, values), color=entropy)
    # That of a register can be as large as ln 2 for each axis.
    most = max(np.log(max(len(recording.emojis), 2)), float(np.max(values)))
    twin.set_ylim(0.0, 1.05 * most)
    twin.set_ylabel("entropy (nats)", color=entropy)
