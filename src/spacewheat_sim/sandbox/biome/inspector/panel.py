"""The icon of an emoji, with sliders for its numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from spacewheat_sim.content.biome import Axis
from spacewheat_sim.content.folders import show_path
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.terms import icon_terms
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.empty_hint import draw_empty_hint
from spacewheat_sim.sandbox.biome.inspector.edit import IconEdit
from spacewheat_sim.sandbox.biome.inspector.effect import EffectColumn
from spacewheat_sim.sandbox.biome.inspector.rows import InspectorRows
from spacewheat_sim.sandbox.biome.inspector.save import save_biome
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, TITLE, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Moved, Pressed, Released, Wheeled
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.scroll import Scroll

MARGIN = 10.0
FOOTER = 26.0
PICTURE = 40.0
LINE = 16.0
NOTHING = "Click a bubble to see its icon and to change its numbers."
INERT = (
    "has no icon: it does nothing by itself. What the icons of others say about it "
    "happens all the same."
)


class Inspecting(Protocol):
    """The emoji whose icon is shown."""

    inspected: str | None


class InspectorPanel:
    """Sliders for the numbers of an icon; changes take effect at once.

    Args:
        session: The session of the biome.
        selection: Has the inspected emoji.
        notice: Shows the player a line of text.
        folder: Folder in which to save the biome; by default the current one.
        effects: Tells what a percent of each number does; None tells nothing.
    """

    def __init__(
        self,
        session: BiomeSession,
        selection: Inspecting,
        notice: Callable[[str], object],
        folder: Path | None = None,
        effects: EffectColumn | None = None,
    ) -> None:
        self._session = session
        self._selection = selection
        self._notice = notice
        self._folder = Path() if folder is None else folder
        self._effects = effects
        self._edit = IconEdit(session)
        self._rows = InspectorRows(self._edit, {})
        self._shown: tuple[Icon | None, tuple[str, ...]] = (None, ())
        self._scroll = Scroll()
        self._reset = Button(
            "Reset",
            self.reset,
            hint="reset every number of this icon to the authored value",
            enabled=lambda: self._edit.icon != self._edit.authored,
            refuse=lambda: notice("Every number of this icon is as authored"),
        )
        self._save = Button(
            "Save as YAML",
            self.save,
            hint="write the biome with all its icons, as they are now, to a file",
        )

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add picture, texts and sliders; if they do not fit, they scroll."""
        canvas.panel(area)
        footer, view = area.inset(MARGIN).cut_bottom(FOOTER, 6.0)
        emoji = self._selection.inspected
        self._edit.begin_frame("" if emoji is None else canonical_emoji(emoji))
        self._follow(reading.emojis)
        self._draw_footer(canvas, footer)
        icon = self._edit.icon
        if emoji is None:
            draw_empty_hint(canvas, view, NOTHING)
        elif icon is None:
            draw_empty_hint(canvas, view, f"{emoji} {INERT}")
        else:
            self._draw_icon(canvas, view, icon)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the inspector."""
        if isinstance(event, Moved | Released):
            taken = dispatch(event, (self._scroll, self._rows, self._reset, self._save))
            if isinstance(event, Released):
                self._edit.finish()
            return taken
        if self._scroll.handle(event):
            return True
        if isinstance(event, Wheeled):
            return False  # the wheel scrolls and does not move sliders
        if isinstance(event, Pressed) and self._scroll.contains(event.x, event.y):
            return self._rows.handle(event)
        return dispatch(event, (self._reset, self._save))

    def save(self) -> None:
        """Write the biome as it is now, with its planted axes, to a new file."""
        self._edit.finish()
        icons = self._session.resolved_icons.values()
        rhythms = self._session.world.registry().rhythms
        axes = tuple(
            Axis(north=plot.north, south=plot.south)
            for plot in self._session.world.plots.values()
            if plot.biome == self._session.name
        )
        biome = self._session.biome.model_copy(update={"axes": axes})
        try:
            path = save_biome(biome, icons, rhythms, self._folder)
        except OSError as error:
            self._notice(f"The biome could not be saved: {error.strerror}")
        else:
            self._notice(f"Saved {show_path(path)}")

    def reset(self) -> None:
        """Reset every number of the icon to the authored value."""
        if self._edit.authored is not None:
            self._edit.put(self._edit.authored)

    def _follow(self, emojis: tuple[str, ...]) -> None:
        """Make new sliders for another icon, or after a change of the authored one."""
        authored = self._edit.authored
        if self._shown[0] is authored and self._shown[1] == emojis:
            return
        if (
            self._shown[0] is None
            or authored is None
            or authored.key != self._shown[0].key
        ):
            self._scroll.offset = 0.0
        self._shown = (authored, emojis)
        names = {key: icon.name for key, icon in self._edit.icons().items()}
        keys = {canonical_emoji(emoji): emoji for emoji in emojis}
        partners = {k: f"{e} {names[k]}" if k in names else e for k, e in keys.items()}
        self._rows = InspectorRows(self._edit, partners, self._effects)

    def _draw_icon(self, canvas: Canvas, view: Rect, icon: Icon) -> None:
        text = (
            canvas.wrapped(icon.description, SMALL, view.w - 16.0)
            if icon.description
            else []
        )
        absent = self._absent(icon)
        notes = (
            canvas.wrapped(f"Not in this biome: {absent}", SMALL, view.w - 16.0)
            if absent
            else []
        )
        top = PICTURE + 6.0 + LINE * len(text)
        height = top + self._rows.height + LINE * len(notes) + 8.0
        content = self._scroll.place(canvas, view, height)
        self._draw_header(canvas, content, icon)
        _draw_lines(canvas, content.x, content.y + PICTURE + 4.0, text)
        rows = Rect(content.x, content.y + top, content.w, self._rows.height)
        self._rows.draw(canvas, rows, view)
        _draw_lines(canvas, content.x, rows.bottom + 8.0, notes)
        self._scroll.finish(canvas)

    def _draw_header(self, canvas: Canvas, place: Rect, icon: Icon) -> None:
        canvas.emoji(
            place.x + PICTURE / 2, place.y + PICTURE / 2, PICTURE - 4.0, icon.emoji
        )
        left = place.x + PICTURE + 8.0
        width = place.right - left
        canvas.text(left, place.y + 12.0, icon.name, size=TITLE, bold=True, width=width)
        tags = ", ".join(icon.tags)
        canvas.text(
            left, place.y + 30.0, tags, size=SMALL, color=palette.DIM, width=width
        )

    def _draw_footer(self, canvas: Canvas, area: Rect) -> None:
        save, rest = area.cut_right(self._save.width(canvas, SMALL), 6.0)
        self._save.draw(canvas, save, SMALL)
        if self._edit.icon is None:
            self._reset.hide()
        else:
            reset, _ = rest.cut_right(self._reset.width(canvas, SMALL))
            self._reset.draw(canvas, reset, SMALL)

    def _absent(self, icon: Icon) -> str:
        """Return the partners that are not in this biome."""
        present = set(self._session.biome.emoji_keys)
        partners = {e: None for t in icon_terms(icon) for e in (t.source, t.target)}
        return " ".join(emoji for emoji in partners if emoji not in present)


def _draw_lines(canvas: Canvas, x: float, top: float, lines: list[str]) -> None:
    for number, line in enumerate(lines):
        y = top + (number + 0.5) * LINE
        canvas.text(x, y, line, size=SMALL, color=palette.DIM)
