"""A row of sliders: how much each layer of icons weighs in a biome."""

from __future__ import annotations

from functools import partial

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.engine.world.commands import Command, SetWeight
from spacewheat_sim.sandbox.biome.inspector.edit import IN_A_CHALLENGE
from spacewheat_sim.sandbox.biome.session.edits import set_weight
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.slider import Scale, Slider
from spacewheat_sim.sandbox.words.number_text import fixed

HEAVIEST = 2.0
GAP = 16.0
WIDEST = 260.0


class LayerControls:
    """A slider for the weight of each layer, where a biome has more than one.

    Args:
        session: The session of the biome.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self._layers: tuple[str, ...] = ()
        self._sliders: list[Slider] = []
        self._found: tuple[str, ...] = ()
        self._found_of: Biome | None = None

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to choose."""
        return len(self._present()) > 1

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the sliders side by side."""
        self._follow()
        width = min(WIDEST, (area.w + GAP) / len(self._sliders) - GAP)
        for place, slider in enumerate(self._sliders):
            x = area.x + place * (width + GAP)
            slider.draw(canvas, Rect(x, area.y, width, area.h))

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for a slider."""
        return self.is_shown and dispatch(event, self._sliders)

    def _follow(self) -> None:
        """Make new sliders where the layers are others."""
        if self._present() == self._layers:
            return
        self._layers = self._present()
        authored = self._session.biome
        self._sliders = [
            Slider(
                layer,
                Scale(0.0, max(HEAVIEST, 2.0 * authored.weight_of(layer))),
                partial(self._weight, layer),
                partial(set_weight, self._session, layer),
                text=fixed,
                reset=partial(
                    set_weight, self._session, layer, authored.weight_of(layer)
                ),
                hint=f"weight of the icons in layer {layer}  (right click resets)",
                would=partial(self._would, layer),
                why_not=self._why_not,
            )
            for layer in self._layers
        ]

    def _present(self) -> tuple[str, ...]:
        """Return the layers of the biome as it is now, found once for each."""
        biome = self._session.biome
        if self._found_of is not biome:
            self._found, self._found_of = layers_of(self._session), biome
        return self._found

    def _why_not(self) -> str:
        return "" if self._session.world.attempt is None else IN_A_CHALLENGE

    def _would(self, layer: str, weight: float) -> list[Command]:
        return [SetWeight(self._session.name, layer, weight)]

    def _weight(self, layer: str) -> float:
        return self._session.biome.weight_of(layer)


def layers_of(session: BiomeSession) -> tuple[str, ...]:
    """Return the layers that icons of the biome's emojis are in."""
    biome = session.biome
    keys = set(biome.emoji_keys)
    icons = (*session.world.icons, *biome.icons)
    return tuple(dict.fromkeys(icon.layer for icon in icons if icon.key in keys))
