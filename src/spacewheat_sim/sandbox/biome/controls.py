"""The row of controls of a biome: method, tick, measurement."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar, get_args

from spacewheat_sim.choices import DEFAULT_STRENGTH, MeasurementKind, Method
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.session.edits import set_dt, set_method
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.entry import Entry
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Key
from spacewheat_sim.sandbox.widgets.choice import Choice
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.slider import Scale, Slider
from spacewheat_sim.sandbox.words.number_text import fixed

TICKS = ((1 / 240, "1/240"), (1 / 120, "1/120"), (1 / 60, "1/60"), (1 / 30, "1/30"))
STRENGTH_STEP = 0.05
GAP = 10.0
T = TypeVar("T")

METHODS: tuple[tuple[Method, str, str], ...] = (
    ("trajectory", "trajectory", "one random history, with quantum jumps  (1)"),
    ("master", "master", "the average of all histories, as a density matrix  (2)"),
    ("spec", "spec", "the source document's update rule, not physics  (3)"),
)
MEASUREMENTS: tuple[tuple[MeasurementKind, str, str], ...] = (
    ("game", "game", "draws a pole and moves the state toward it  (K)"),
    ("projective", "projective", "full collapse onto a pole, or onto neither  (K)"),
    ("weak", "weak", "learns little and disturbs little  (K)"),
)
# The word that a player knows, which stands before the physicist's if there is room.
PLAIN = {
    "trajectory": "one history",
    "master": "the average",
    "spec": "by the rule",
    "game": "nudge",
    "projective": "full",
    "weak": "gentle",
}
LEAST_SLIDER = 120.0


def _spelled_out(options: tuple[tuple[T, str, str], ...]) -> list[tuple[T, str, str]]:
    return [(v, f"{PLAIN[name]}: {name}", hint) for v, name, hint in options]


TOLD = {
    "Method": "how the biome evolves: one random history, or the average of all",
    "Tick, s": "seconds of the biome's time that a tick takes",
    "Measure": "what M does to the chosen axis",
}


class BiomeControls:
    """Method, length of a tick, kind and strength of measurements.

    Args:
        session: The session of the biome.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self._methods = [
            Choice(options, lambda: session.bath.method, partial(set_method, session))
            for options in (_spelled_out(METHODS), METHODS)
        ]
        self._method = self._methods[-1]
        self._tick = Choice(
            [(dt, label, f"a tick lasts {label} s  (D)") for dt, label in TICKS],
            lambda: session.world.dt,
            partial(set_dt, session),
        )
        self._kinds = [
            Choice(options, lambda: session.measuring.kind, self._set_measurement)
            for options in (_spelled_out(MEASUREMENTS), MEASUREMENTS)
        ]
        self._kind = self._kinds[-1]
        self._strength = Slider(
            "Strength",
            Scale(0.0, 1.0),
            lambda: session.measuring.strength or 0.0,
            self._set_strength,
            text=fixed,
            reset=lambda: self._set_strength(DEFAULT_STRENGTH),
            hint="strength of game and weak measurements  ([ and ])",
        )

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the controls in a row; if it is narrow, the labels are left out first."""
        measured = self._session.measuring.strength is not None
        self._choose_words(canvas, area)
        choices: tuple[tuple[str, Choice[Method] | Choice[float], float], ...] = (
            ("Method", self._method, self._method.width(canvas, SMALL)),
            ("Tick, s", self._tick, self._tick.width(canvas, SMALL)),
        )
        kind = self._kind.width(canvas, SMALL)
        labels = [label for label, _, _ in choices] + ["Measure"]
        label_widths = {
            label: canvas.measure.width(label, SMALL) + 8.0 for label in labels
        }
        controls = sum(width for _, _, width in choices) + kind + 3 * GAP + 120.0
        if controls + sum(label_widths.values()) > area.w:
            label_widths = dict.fromkeys(labels, 0.0)
        x = area.x
        for label, choice, width in choices:
            x = self._label(canvas, x, area, label, label_widths[label])
            choice.draw(canvas, Rect(x, area.y, width, area.h), SMALL)
            x += width + GAP
        x = self._label(canvas, x, area, "Measure", label_widths["Measure"])
        self._kind.draw(canvas, Rect(x, area.y, kind, area.h), SMALL)
        x += kind + GAP
        if measured:
            room = min(220.0, area.right - x)
            self._strength.draw(canvas, Rect(x, area.y, room, area.h))
        else:
            self._strength.hide()

    def hide(self) -> None:
        """Take no space in this frame."""
        for choice in (self._method, self._tick, self._kind):
            choice.hide()
        self._strength.hide()

    def entries(self) -> list[Entry]:
        """Return each method, tick and kind of measurement."""
        session = self._session
        return [
            *(
                Entry(
                    "setting",
                    f"Method: {PLAIN[method]} ({method})",
                    key,
                    partial(set_method, session, method),
                )
                for (method, _, _), key in zip(METHODS, "123", strict=True)
            ),
            *(
                Entry("setting", f"Tick of {name} s", "", partial(set_dt, session, dt))
                for dt, name in TICKS
            ),
            *(
                Entry(
                    "setting",
                    f"Measurement: {PLAIN[kind]} ({kind})",
                    "",
                    partial(self._set_measurement, kind),
                )
                for kind, _, _ in MEASUREMENTS
            ),
        ]

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for these controls."""
        if dispatch(event, (self._method, self._tick, self._kind, self._strength)):
            return True
        return isinstance(event, Key) and not event.ctrl and self._obey_key(event)

    def _obey_key(self, key: Key) -> bool:
        session = self._session
        actions: dict[str, Callable[[], object]] = {
            "1": lambda: set_method(session, "trajectory"),
            "2": lambda: set_method(session, "master"),
            "3": lambda: set_method(session, "spec"),
            "d": lambda: self._next_tick(-1 if key.shift else 1),
            "k": self._next_measurement,
            "[": lambda: self._change_strength(-STRENGTH_STEP),
            "]": lambda: self._change_strength(STRENGTH_STEP),
        }
        action = actions.get(key.name)
        if action is not None:
            action()
        return action is not None

    def _choose_words(self, canvas: Canvas, area: Rect) -> None:
        """Use the longest words that leave room for all controls."""
        tick = self._tick.width(canvas, SMALL)
        labels = sum(canvas.measure.width(label, SMALL) + 8.0 for label in TOLD)
        room = area.w - tick - labels - 3 * GAP - LEAST_SLIDER
        for method, kind in zip(self._methods, self._kinds, strict=True):
            self._method, self._kind = method, kind
            if method.width(canvas, SMALL) + kind.width(canvas, SMALL) <= room:
                return

    def _next_tick(self, step: int) -> None:
        lengths = [dt for dt, _ in TICKS]
        now = self._session.world.dt
        nearest = min(range(len(lengths)), key=lambda i: abs(lengths[i] - now))
        set_dt(self._session, lengths[(nearest + step) % len(lengths)])

    def _next_measurement(self) -> None:
        kinds = get_args(MeasurementKind)
        place = kinds.index(self._session.measuring.kind)
        self._set_measurement(kinds[(place + 1) % len(kinds)])

    def _set_measurement(self, kind: MeasurementKind) -> None:
        self._session.measuring.kind = kind

    def _change_strength(self, change: float) -> None:
        session = self._session
        strength = session.measuring.strength
        if strength is None:
            session.notice(
                f"A {session.measuring.kind} measurement has no strength; K chooses "
                "another kind"
            )
        else:
            self._set_strength(min(max(round(strength + change, 6), 0.0), 1.0))

    def _set_strength(self, strength: float) -> None:
        if self._session.measuring.strength is not None:
            self._session.measuring.strengths[self._session.measuring.kind] = strength

    def _label(
        self, canvas: Canvas, x: float, area: Rect, label: str, width: float
    ) -> float:
        if width > 0.0:
            y = area.center[1]
            canvas.text(x, y, label, size=SMALL, color=palette.DIM)
            canvas.tell(Rect(x, area.y, width, area.h), TOLD[label])
        return x + width
