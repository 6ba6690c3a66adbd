"""The jumps that may come next, in words and with how likely each is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.analysis.next_jump import Channel, Forecast, forecast_of
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.terms import JumpTerm
from spacewheat_sim.errors import SpacewheatError
from spacewheat_sim.quantum import states
from spacewheat_sim.sandbox.words.number_text import duration, percent, short

# Probabilities that are as good as nothing, and a wait that is long for a player.
SLIGHT, LONG = 5e-4, 60.0
# The curve goes up to so many medians, in so many steps.
MEDIANS, POINTS = 3.0, 60
OF_SPEC = (
    "The rule of spec has no jumps, so none can be forecast. Under trajectory (1) and "
    "master (2) there are."
)
OF_REGISTER = (
    "Of a register no forecast is known: a jump leaves its other axes as they are. So "
    "this is how often each jump comes in the present state."
)
OF_AVERAGE = "Of a history that begins at this average."
NO_JUMPS = "Nothing here ever jumps."


@dataclass(frozen=True, slots=True)
class JumpRow:
    """One jump, and how likely it is.

    Attributes:
        words: Verb and, where they matter, conditions: ``{0} takes {1}``.
        emojis: The emojis that the words are about.
        icon: The emoji whose icon declares it.
        share: Its probability to be the next, 0 to 1.
        text: The share or the rate, as it is shown.
    """

    words: str
    emojis: tuple[str, ...]
    icon: str
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class NextJumps:
    """What is known of the next jump.

    Attributes:
        headline: When it comes, or why that is not known.
        note: A line below it, or "".
        rows: The jumps, the most probable first.
        times: Seconds from now, (P,), or none.
        come: Probability that a jump has come by then, (P,).
        median: Seconds within which one comes half of the time; NaN if unknown.
    """

    headline: str
    note: str = ""
    rows: tuple[JumpRow, ...] = ()
    times: tuple[float, ...] = ()
    come: tuple[float, ...] = ()
    median: float = math.nan


def next_jumps(
    operators: BathOperators, rho: ComplexArray, time: float, note: str = ""
) -> NextJumps:
    """Return what comes next in a level biome.

    Args:
        operators: Those of the biome, N states.
        rho: The present density matrix, (N, N).
        time: Game time in seconds.
        note: What to say of the state.
    """
    try:
        found = forecast_of(operators, rho, time)
    except (SpacewheatError, np.linalg.LinAlgError) as error:
        return NextJumps(f"What comes next is not known: {error}")
    rows = tuple(_row(c) for c in found.channels if c.probability >= SLIGHT)
    times: FloatArray = np.empty(0)
    come: FloatArray = np.empty(0)
    if math.isfinite(found.median) and found.median > 0.0:
        times = np.linspace(0.0, MEDIANS * found.median, POINTS + 1)
        come = 1.0 - found.survival(times)
    said = [text for text in (note, _never(found)) if text]
    return NextJumps(
        _headline(found, len(operators.jumps)),
        " ".join(said),
        rows,
        tuple(times.tolist()),
        tuple(come.tolist()),
        found.median,
    )


def present_rates(bath: QuantumBath) -> NextJumps:
    """Return how often each jump of a register comes in its present state."""
    operators = bath.operators
    populations = states.populations(bath.state)
    rates = operators.jump_rates(populations[None], [bath.time])[0]
    total = float(rates.sum())
    if total <= 0.0:
        if not operators.jumps:
            return NextJumps(NO_JUMPS)
        return NextJumps("No jump can come right now.", OF_REGISTER)
    order = np.argsort(-rates, kind="stable").tolist()
    rows = tuple(
        _register_row(operators, operators.jumps[k], float(rates[k]), total)
        for k in order
        if rates[k] >= SLIGHT * total
    )
    often = f"{short(total, 2)} jumps a second in the present state"
    return NextJumps(often, OF_REGISTER, rows)


def _headline(found: Forecast, channels: int) -> str:
    """Return when the next jump comes."""
    if not channels:
        return NO_JUMPS
    if found.never > 1.0 - SLIGHT:
        if math.isinf(found.horizon):
            return "No jump ever comes."
        return f"No jump comes within {duration(found.horizon)}."
    if math.isinf(found.median):
        return "More often than not no jump comes."
    half = f"half of the time before {duration(found.median)}"
    if found.median >= LONG:
        return f"Nothing for a long time: {half}"
    return f"The next jump: {half}"


def _never(found: Forecast) -> str:
    """Return how likely it is that none comes, if that is worth a line."""
    if not SLIGHT <= found.never <= 1.0 - SLIGHT:
        return ""
    if math.isinf(found.horizon):
        return f"With {percent(found.never)} none ever comes."
    return f"With {percent(found.never)} none comes within {duration(found.horizon)}."


def _row(channel: Channel) -> JumpRow:
    words, emojis = _words(channel.kind, channel.source, channel.target, channel.icon)
    chance = channel.probability
    return JumpRow(words, emojis, channel.icon, chance, percent(chance))


def _register_row(
    operators: BathOperators, term: JumpTerm, rate: float, total: float
) -> JumpRow:
    names = operators.emojis
    icon = names[term.icon]
    words, emojis = _words(term.kind, names[term.source], names[term.target], icon)
    for condition in _conditions(term):
        words += f" {condition[0]} {{{len(emojis)}}}"
        emojis = (*emojis, names[condition[1]])
    return JumpRow(words, emojis, icon, rate / total, f"{short(rate, 2)}/s")


def _conditions(term: JumpTerm) -> Iterator[tuple[str, int]]:
    """Yield the poles that must be on, or off, for a jump of a register."""
    if term.when is not None:
        yield "while", term.when
    if term.unless is not None:
        yield "unless", term.unless


def _words(
    kind: str, source: str, target: str, icon: str
) -> tuple[str, tuple[str, ...]]:
    """Return what a jump does, as its icon would say it."""
    if kind == "dephasing":
        return "{0} loses its phase", (source,)
    if kind == "decay":
        return "{0} decays to {1}", (source, target)
    if icon == target:
        return "{0} takes {1}", (target, source)
    return "{0} becomes {1}", (source, target)
