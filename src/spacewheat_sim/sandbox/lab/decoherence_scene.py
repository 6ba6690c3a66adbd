"""The scene of decoherence: a Bloch vector that shrinks onto its axis."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.sphere import BlochSphere
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.charts.history import SECONDS
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.lab.decoherence_state import DecoherenceState
from spacewheat_sim.sandbox.lab.plot import Plot
from spacewheat_sim.sandbox.lab.session import SceneSession
from spacewheat_sim.sandbox.lab.side_panel import SidePanel
from spacewheat_sim.sandbox.shapes import Disc, Line, Ring
from spacewheat_sim.sandbox.widgets.choice import Choice
from spacewheat_sim.sandbox.widgets.slider import Scale, Slider
from spacewheat_sim.sandbox.words.number_text import degrees, fixed

GAP = 6.0
POLES = ("☀", "🌙")
MOST_SPINS = 40
MOST_SHOWN = 40


class DecoherenceScene:
    """A qubit, the spins of its environment, and its remaining coherence.

    Args:
        model: The qubit, for reading.
        session: Changes it.
    """

    def __init__(self, model: DecoherenceState, session: SceneSession) -> None:
        self.model = model
        self._session = session
        scenario = session.scene.scenario
        self._poles = POLES
        if scenario.axes:
            self._poles = (scenario.axes[0].north, scenario.axes[0].south)
        self.side = self._controls(scenario.description)

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the sphere among its spins, and the strip."""
        strip, sphere = area.cut_bottom(area.h * 0.34, GAP)
        self._draw_sphere(canvas, sphere)
        self._draw_strip(canvas, strip)

    # --- inside -------------------------------------------------------------------

    def _controls(self, description: str) -> SidePanel:
        model, change = self.model, self._session.set
        sliders = [
            Slider(
                "Start θ",
                Scale(0.0, math.pi),
                lambda: model.environment.tilt,
                lambda tilt: change("tilt", tilt),
                text=degrees,
                reset=lambda: change("tilt", math.pi / 2),
                hint="angle of the initial Bloch vector from the axis",
            ),
            Slider(
                "Spins n",
                Scale(1, MOST_SPINS),
                lambda: model.environment.n_env,
                lambda n: change("n_env", round(n)),
                text=lambda n: fixed(n, 0),
                hint="number of environment spins",
            ),
            Slider(
                "Coupling g",
                Scale(0.0, 1.0),
                lambda: model.environment.coupling,
                lambda g: change("coupling", round(g, 3)),
                text=lambda g: f"{fixed(g, 3)} rad/s",
                hint="strength of their coupling to the qubit",
            ),
            Slider(
                "Spread s",
                Scale(0.0, 1.0),
                lambda: model.environment.spread,
                lambda s: change("spread", round(s, 2)),
                text=fixed,
                hint="0: equal couplings, the coherence returns; more: it is lost",
            ),
            Slider(
                "Field h",
                Scale(0.0, 2.0),
                lambda: model.environment.field,
                lambda h: change("field", round(h, 2)),
                text=lambda h: f"{fixed(h)} rad/s",
                reset=lambda: change("field", 0.0),
                hint="rotates the environment spins",
            ),
        ]
        start: Choice[str] = Choice(
            [("plus", "all |+⟩", ""), ("random", "random product", "")],
            lambda: model.environment.start,
            lambda start: change("start", start),
        )
        return SidePanel(description, sliders, [("Initial spins", start)])

    def _draw_sphere(self, canvas: Canvas, area: Rect) -> None:
        canvas.panel(area)
        caption, place = area.cut_top(26.0)
        model = self.model
        x, y = place.center
        reach = min(place.w, place.h) / 2 - 18.0
        sphere = BlochSphere(x, y, max(20.0, reach * 0.66))
        self._draw_spins(canvas, x, y, reach)
        sphere.draw_globe(canvas)
        _, _, z = model.bloch
        north, south = sphere.place((0, 0, 1)), sphere.place((0, 0, -1))
        canvas.add(Line(*north, *south, palette.FAINT, 1.0))
        sphere.draw_trail(canvas, np.array(model.trail).reshape(-1, 3))
        sphere.draw_vector(canvas, model.bloch)
        sphere.draw_poles(canvas, *self._poles, z, max(16.0, sphere.r * 0.16))
        canvas.text(
            caption.x + 12.0,
            caption.center[1],
            f"Environment: full if a spin tells {' from '.join(self._poles)}",
            size=SMALL,
            color=palette.DIM,
            width=area.w - 24.0,
        )

    def _draw_spins(self, canvas: Canvas, x: float, y: float, reach: float) -> None:
        knowledge = self.model.knowledge[:MOST_SHOWN]
        dot = min(11.0, math.pi * reach / (1.6 * knowledge.size + 1))
        for k, known in enumerate(knowledge.tolist()):
            angle = 2 * math.pi * (k + 0.5) / knowledge.size - math.pi / 2
            px, py = x + reach * math.cos(angle), y + reach * math.sin(angle)
            canvas.add(
                Ring(px, py, dot, palette.DIM, 1.0),
                Disc(px, py, max(0.5, dot * known), palette.ORANGE),
            )

    def _draw_strip(self, canvas: Canvas, area: Rect) -> None:
        model = self.model
        plot = Plot(
            canvas,
            area,
            title="Coherence, and entropy in nats (at most ln 2)",
            x=(-min(SECONDS, max(10.0, model.time)), 0.0),
            y=(0.0, 1.05),
            x_label="seconds",
            legend=(
                ("|r|", palette.SKY),
                ("exp(−t²/τ²)", palette.ORANGE),
                ("entropy", palette.PURPLE),
            ),
        )
        history = model.history
        xs = (history.times - model.time).tolist()
        early = np.linspace(0.0, min(model.time, 4.0 * model.gaussian_time), 80)
        if math.isfinite(model.gaussian_time) and model.time < SECONDS:
            envelope = np.exp(-(early**2) / model.gaussian_time**2)
            plot.dashes(
                (early - model.time).tolist(), envelope.tolist(), palette.ORANGE
            )
        plot.line(xs, history.rows[:, 2].tolist(), palette.PURPLE)
        plot.line(xs, history.rows[:, 0].tolist(), palette.SKY)

    def numbers(self) -> list[tuple[str, str]]:
        """Return the names and values of the panel."""
        model = self.model
        x, y, z = model.bloch
        return [
            ("time", f"{fixed(model.time)} s"),
            ("seed", f"{model.seed}"),
            ("|r|", fixed(abs(model.factor), 4)),
            ("Bloch vector", " ".join(fixed(v, signed=True) for v in (x, y, z))),
            ("its length", fixed(math.hypot(x, y, z), 4)),
            ("purity", fixed(model.purity, 4)),
            ("entropy", f"{fixed(model.entropy, 4)} nats"),
            ("Gaussian time τ", f"{fixed(model.gaussian_time)} s"),
        ]
