"""The scene of the quantum Ising chain: its entropy as the field changes."""

from __future__ import annotations

import math

from spacewheat_sim.quantum.tfim.chain import Boundary
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.lab.plot import Plot
from spacewheat_sim.sandbox.lab.session import SceneSession
from spacewheat_sim.sandbox.lab.side_panel import SidePanel
from spacewheat_sim.sandbox.lab.tfim_state import LARGEST_FIELD, LENGTHS, TfimState
from spacewheat_sim.sandbox.widgets.choice import Choice
from spacewheat_sim.sandbox.widgets.slider import Scale, Slider
from spacewheat_sim.sandbox.words.number_text import fixed, short

GAP = 6.0
LN2 = math.log(2.0)
# Longer chains would have too many dots.
DOTTED = 32

BOUNDARIES: tuple[tuple[Boundary, str, str], ...] = (
    ("open", "open", "two open ends"),
    ("periodic", "ring", "the last site couples to the first"),
)


class TfimScene:
    """The ground state's entropy at every cut, with the critical profile.

    Args:
        model: The chain, for reading.
        session: Changes it.
    """

    def __init__(self, model: TfimState, session: SceneSession) -> None:
        self.model = model
        self._session = session
        self.side = self._controls(session.scene.scenario.description)

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the profile and the scan."""
        profile, scan = area.grid(1, 2, GAP)
        self._draw_profile(canvas, profile)
        self._draw_scan(canvas, scan)

    # --- inside -------------------------------------------------------------------

    def _controls(self, description: str) -> SidePanel:
        model, change = self.model, self._session.set
        field = Slider(
            "Field g / J",
            Scale(0.0, LARGEST_FIELD),
            lambda: model.chain.g / model.chain.J,
            lambda g: change("g", _caught(g) * model.chain.J),
            text=lambda g: fixed(g, 3),
            reset=lambda: change("g", model.chain.J),
            hint="transverse field; ordered below 1, disordered above; right click: 1",
        )
        length: Choice[int] = Choice(
            [(L, str(L), f"{L} sites") for L in LENGTHS],
            lambda: model.chain.L,
            lambda L: change("L", L),
        )
        boundary: Choice[Boundary] = Choice(
            BOUNDARIES,
            lambda: model.chain.boundary,
            lambda boundary: change("boundary", boundary),
        )
        return SidePanel(description, [field], [("Sites", length), ("Ends", boundary)])

    def _draw_profile(self, canvas: Canvas, area: Rect) -> None:
        chain, model = self.model.chain, self.model
        cuts = [float(cut) for cut in range(1, chain.L)]
        entropies = model.profile.tolist()
        highest = max(0.9, 1.15 * max(entropies))
        legend = [("ground state", palette.SKY), ("ln 2", palette.FAINT)]
        if chain.is_critical:
            legend.append(("conformal, c = 1/2", palette.ORANGE))
        plot = Plot(
            canvas,
            area,
            title="Entropy of the first ℓ sites, nats",
            x=(0.0, float(chain.L)),
            y=(0.0, highest),
            x_label="ℓ, sites on one side of the cut",
            legend=legend,
        )
        ends = [0.0, float(chain.L)]
        plot.dashes(*_dense(ends, LN2), palette.FAINT)
        plot.line(cuts, entropies, palette.SKY)
        if LENGTHS[2] >= chain.L:
            plot.dots(cuts, entropies, palette.SKY)
        if chain.is_critical:
            critical = model.critical_profile.tolist()
            plot.line(cuts, critical, palette.ORANGE, 1.5)

    def _draw_scan(self, canvas: Canvas, area: Rect) -> None:
        chain, model = self.model.chain, self.model
        entropies = [entropy for _, entropy in model.scan]
        fields = [g / chain.J for g, _ in model.scan]
        now = model.state.entropy_half_chain
        highest = max(0.9, 1.2 * max([now, *entropies]))
        plot = Plot(
            canvas,
            area,
            title=f"Half-chain entropy against the field, L = {chain.L}",
            x=(0.0, LARGEST_FIELD),
            y=(0.0, highest),
            x_label="g / J",
        )
        plot.marker(1.0, palette.ORANGE, "critical")
        plot.line(fields, entropies, palette.SKY)
        plot.dots([chain.g / chain.J], [now], palette.YELLOW)
        plot.marker(chain.g / chain.J, palette.YELLOW)

    def numbers(self) -> list[tuple[str, str]]:
        """Return the names and values of the panel."""
        chain, state = self.model.chain, self.model.state
        ratio = chain.g / chain.J
        phase = "critical" if ratio == 1 else "ordered" if ratio < 1 else "disordered"
        return [
            ("phase of the infinite chain", phase),
            ("ground energy / site", fixed(state.ground_energy / chain.L, 6)),
            ("gap E₁ − E₀", short(state.gap, 4)),
            ("S(L/2)", f"{fixed(state.entropy_half_chain, 4)} nats"),
        ]


def _caught(ratio: float) -> float:
    """Return ``ratio``, or exactly 1 if it is very close to 1."""
    return 1.0 if abs(ratio - 1.0) < 0.006 else ratio


def _dense(ends: list[float], level: float) -> tuple[list[float], list[float]]:
    """Return points on a horizontal line, close enough for dashes."""
    count = 60
    xs = [ends[0] + (ends[1] - ends[0]) * i / (count - 1) for i in range(count)]
    return xs, [level] * count
