"""The scene of a live Ising lattice."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.charts.history import SECONDS
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.lab.ising_state import IsingState
from spacewheat_sim.sandbox.lab.plot import Plot
from spacewheat_sim.sandbox.lab.session import SceneSession
from spacewheat_sim.sandbox.lab.side_panel import SidePanel
from spacewheat_sim.sandbox.shapes import Color, Line, Picture
from spacewheat_sim.sandbox.widgets.choice import Choice
from spacewheat_sim.sandbox.widgets.slider import Scale, Slider
from spacewheat_sim.sandbox.words.number_text import NONE, fixed
from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING
from spacewheat_sim.statmech.ising.thermodynamics import Conditions

GAP, CAPTION = 6.0, 18.0
STRIPS = 322.0  # least width, in which a title is beside the legend
# Pixels of a spin from which on lines part it from the next one.
APART = 14.0
TOLD = "Each cell is a spin: yellow is up, blue is down"
CRITICAL_TEMPERATURE = 1.0 / CRITICAL_COUPLING
UP: Color = (240, 196, 92)
DOWN: Color = (38, 62, 112)

ALGORITHMS = (
    ("metropolis", "Metropolis", "one spin at a time: slow near T_c"),
    ("swendsen_wang", "Swendsen–Wang", "all clusters at once: fast near T_c"),
    ("wolff", "Wolff", "one cluster at a time; without field only"),
)


class IsingScene:
    """Spins on a torus, with sliders for temperature, field and coupling.

    Args:
        model: The lattice, for reading.
        session: Changes it.
    """

    def __init__(self, model: IsingState, session: SceneSession) -> None:
        self.model = model
        self._session = session
        self.side = self._controls(session.scene.scenario.description)

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the lattice and the two strips."""
        width = min(area.h, 0.6 * area.w, area.w - STRIPS)
        lattice, strips = area.cut_left(max(0.0, width), GAP)
        self._draw_lattice(canvas, lattice)
        upper, lower = strips.grid(1, 2, GAP)
        reference = self.model.reference
        size = reference.magnetization
        self._draw_strip(canvas, upper, "Magnetization M/N", 0, (-1.05, 1.05), size)
        deepest = 2.0 * abs(self._at.J) + abs(self._at.h)
        energies = (-1.05 * max(deepest, 0.1), 0.1 * max(deepest, 0.1))
        energy = reference.energy
        self._draw_strip(canvas, lower, "Energy E/N", 1, energies, energy)

    # --- inside -------------------------------------------------------------------

    @property
    def _at(self) -> Conditions:
        return self.model.lattice.conditions

    def _controls(self, description: str) -> SidePanel:
        first, change = self._at, self._session.set
        sliders = [
            Slider(
                "Temperature T",
                Scale(0.5, 5.0),
                lambda: self._at.T,
                lambda T: change("T", T),
                text=lambda x: fixed(x, 3),
                reset=lambda: change("T", CRITICAL_TEMPERATURE * abs(self._at.J)),
                hint="of the heat bath, k = 1; right click: T_c",
            ),
            Slider(
                "Field h",
                Scale(-1.0, 1.0),
                lambda: self._at.h,
                lambda h: change("h", round(h, 3)),
                text=lambda x: fixed(x, 3),
                reset=lambda: change("h", 0.0),
                hint="pulls all spins one way; right click: 0",
            ),
            Slider(
                "Coupling J",
                Scale(-1.0, 1.0),
                lambda: self._at.J,
                lambda J: change("J", round(J, 2)),
                text=fixed,
                reset=lambda: change("J", first.J),
                hint="above 0 neighbors align, below 0 they oppose",
            ),
        ]
        algorithm: Choice[str] = Choice(
            ALGORITHMS,
            lambda: self.model.lattice.algorithm,
            lambda algorithm: change("algorithm", algorithm),
        )
        return SidePanel(description, sliders, [("Algorithm", algorithm)])

    def _draw_lattice(self, canvas: Canvas, area: Rect) -> None:
        canvas.panel(area)
        spins = self.model.lattice.spins
        rows, columns = spins.shape
        caption, inner = area.inset(10.0).cut_top(CAPTION)
        x, y = caption.x, caption.y + 5.0
        canvas.text(x, y, TOLD, size=SMALL, color=palette.DIM, width=caption.w)
        unit = min(inner.w / columns, inner.h / rows)
        place = Rect(
            inner.center[0] - unit * columns / 2,
            inner.center[1] - unit * rows / 2,
            unit * columns,
            unit * rows,
        )
        pixels = np.where(
            (spins > 0)[:, :, None],
            np.array(UP, dtype=np.uint8),
            np.array(DOWN, dtype=np.uint8),
        )
        canvas.add(Picture(place, pixels))
        if unit >= APART:
            _draw_joints(canvas, place, rows, columns)

    def _draw_strip(
        self,
        canvas: Canvas,
        area: Rect,
        title: str,
        column: int,
        limits: tuple[float, float],
        reference: float | None,
    ) -> None:
        history, now = self.model.history, self.model.time
        span = min(SECONDS, max(10.0, now))
        legend = [("now", palette.SKY)]
        if reference is not None:
            legend.append(("expected", palette.ORANGE))
        plot = Plot(
            canvas,
            area,
            title=title,
            x=(-span, 0.0),
            y=limits,
            x_label="seconds at 60 sweeps/s",
            legend=legend,
        )
        xs = (history.times - now).tolist()
        if reference is not None:
            signs = (1.0, -1.0) if column == 0 and self._at.h == 0.0 else (1.0,)
            dashes = np.linspace(-span, 0.0, 60).tolist()
            for sign in signs:
                level = [sign * reference] * len(dashes)
                plot.dashes(dashes, level, palette.ORANGE)
        plot.line(xs, history.rows[:, column].tolist(), palette.SKY)

    def numbers(self) -> list[tuple[str, str]]:
        """Return the names and values of the panel."""
        model, reference = self.model, self.model.reference
        rows = model.history.rows
        half = rows[len(rows) // 2 :]
        energy = NONE if reference.energy is None else _signed(reference.energy)
        size = float(np.abs(half[:, 0]).mean())
        numbers = [
            ("lattice", f"{model.sides[0]} × {model.sides[1]}"),
            ("sweeps", f"{model.lattice.sweeps:,}"),
            ("seed", f"{model.seed}"),
            ("T / T_c", self._relative_temperature()),
            ("E/N now", _signed(model.lattice.energy)),
            ("E/N, mean of the last half", _signed(float(half[:, 1].mean()))),
            ("E/N expected", energy),
            ("M/N now", _signed(model.lattice.magnetization)),
            ("|M|/N, mean of the last half", fixed(size, 4)),
        ]
        if reference.magnetization is not None:
            name = "M/N expected" if self._at.h else "|M|/N expected"
            numbers.append((name, _signed(reference.magnetization)))
        return [*numbers, ("expected by", reference.source)]

    def _relative_temperature(self) -> str:
        if self._at.J == 0.0:
            return "no coupling"
        return fixed(self._at.T / (CRITICAL_TEMPERATURE * abs(self._at.J)), 3)


def _draw_joints(canvas: Canvas, place: Rect, rows: int, columns: int) -> None:
    """Part the spins by lines, so that they can be counted."""
    for row in range(1, rows):
        y = place.y + place.h * row / rows
        canvas.add(Line(place.x, y, place.right, y, palette.PANEL, 2.0))
    for column in range(1, columns):
        x = place.x + place.w * column / columns
        canvas.add(Line(x, place.y, x, place.bottom, palette.PANEL, 2.0))


def _signed(value: float) -> str:
    return fixed(value, 4, signed=True)
