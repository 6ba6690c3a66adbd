"""Rules that a register, or the choice of one, must obey."""

from __future__ import annotations

from collections.abc import Iterator

from spacewheat_sim.choices import MOST_AXES, MOST_DENSITY_AXES
from spacewheat_sim.content.model import Rule, Violation
from spacewheat_sim.content.problems import KeyPath
from spacewheat_sim.content.rules.any_biome import AnyBiome
from spacewheat_sim.emoji import canonical_emoji

WEIGHT_ROUNDING = 1e-9


def _both_kinds(biome: AnyBiome) -> Iterator[Violation]:
    if biome.register_axes and biome.emojis:
        yield Violation(
            ("register",),
            "a biome has either `emojis` or a `register`",
            "one of the two",
            at_key=True,
        )


def _no_kind(biome: AnyBiome) -> Iterator[Violation]:
    if not biome.model_fields_set & {"emojis", "register_axes"}:
        wanted = "a value for emojis, or for register"
        yield Violation(("emojis",), "this key is missing", wanted)


def _empty_kind(biome: AnyBiome) -> Iterator[Violation]:
    named = biome.model_fields_set & {"emojis", "register_axes"}
    if named and not biome.emojis and not biome.register_axes:
        key = "emojis" if "emojis" in named else "register"
        yield Violation((key,), "this is empty", "at least one entry")


def _twin_poles(biome: AnyBiome) -> Iterator[Violation]:
    first: dict[str, KeyPath] = {}
    for position, axis in enumerate(biome.register_axes):
        for pole, emoji in (("north", axis.north), ("south", axis.south)):
            place: KeyPath = ("register", position, pole)
            earlier = first.setdefault(canonical_emoji(emoji), place)
            if earlier != place:
                yield Violation(
                    place,
                    f"{emoji} is a pole twice",
                    "each emoji at one pole",
                    first=earlier,
                )


def _too_many_axes(biome: AnyBiome) -> Iterator[Violation]:
    count, method = len(biome.register_axes), biome.evolution.method
    most = MOST_DENSITY_AXES if method == "master" else MOST_AXES
    if count > most:
        state = "density matrix" if method == "master" else "ket"
        size = 4.0**count if method == "master" else 2.0**count
        yield Violation(
            ("register",),
            f"a {state} of {count} axes has {size:,.0f} entries",
            f"at most {most} axes under method {method}",
        )


def _no_method(biome: AnyBiome) -> Iterator[Violation]:
    if biome.register_axes and biome.evolution.method == "spec":
        yield Violation(
            ("evolution", "method"),
            "spec has no meaning for a register",
            "trajectory or master",
        )


def _level_keys(biome: AnyBiome) -> Iterator[Violation]:
    if not biome.register_axes:
        return
    if biome.markov is not None:
        yield Violation(
            ("markov",),
            "a chain moves among the emojis of a level biome, not in a register",
            "no `markov` block",
            at_key=True,
        )
    if biome.initial.markov is not None:
        yield Violation(
            ("initial", "markov"),
            "a register has no stationary distribution of a chain to start in",
            "`uniform`, `weights` or `poles`",
        )


def _watched_axes(biome: AnyBiome) -> Iterator[Violation]:
    partners = biome.partners
    for position, axis in enumerate(biome.axes):
        known = axis.north in partners and axis.south in partners
        if known and partners[axis.north] != axis.south and axis.north != axis.south:
            yield Violation(
                ("axes", position),
                f"{axis.north} and {axis.south} are poles of two axes of the register",
                f"one of its axes, e.g. {axis.north} and {partners[axis.north]}",
            )


def _register_weights(biome: AnyBiome) -> Iterator[Violation]:
    weights = biome.initial.weights or {}
    if not biome.register_axes:
        return
    for emoji, weight in weights.items():
        other = biome.partners.get(emoji)
        total = weight + weights.get(other or "", 1.0 - weight)
        if weight > 1:
            yield Violation(
                ("initial", "weights", emoji),
                f"{weight:g} is no probability",
                "a number from 0 to 1: in a register each axis has its own",
            )
        elif other in weights and abs(total - 1.0) > WEIGHT_ROUNDING:
            yield Violation(
                ("initial", "weights", emoji),
                f"the weights of {emoji} and {other} add up to {total:g}",
                "a sum of 1, or the weight of one of them alone",
            )


def _poles(biome: AnyBiome) -> Iterator[Violation]:
    poles = biome.initial.poles
    if poles is None:
        return
    if not biome.register_axes:
        yield Violation(
            ("initial", "poles"),
            "a level biome has no poles to start in",
            "`uniform`, `weights`, `emoji`, or `markov: stationary`",
            at_key=True,
        )
        return
    taken: dict[str, int] = {}
    for position, pole in enumerate(poles):
        place: KeyPath = ("initial", "poles", position)
        if pole not in biome.partners:
            yield Violation(
                place,
                f"{pole} is not in the biome",
                f"one of {' '.join(biome.members)}",
            )
            continue
        axis = min(pole, biome.partners[pole])
        earlier = taken.setdefault(axis, position)
        if earlier != position:
            yield Violation(
                place,
                f"{pole} is of the same axis as an earlier pole",
                "at most one pole of each axis",
                first=("initial", "poles", earlier),
            )


def _claimed_axes(biome: AnyBiome) -> Iterator[Violation]:
    partners = biome.partners
    for position, claim in enumerate(biome.claims):
        if len(claim.kinds) != 1:
            continue
        kind, names = claim.kind, claim.names
        if kind not in ("coherence", "radius", "information"):
            continue
        place: KeyPath = ("claims", position, kind)
        axes = list(zip(names[::2], names[1::2], strict=True))
        if kind == "information" and not biome.register_axes:
            yield Violation(
                place,
                "a level biome is one system, and no two axes are parts of it",
                "`coherence` of two emojis; information is between axes of a register",
                at_key=True,
            )
            continue
        for first, second in axes:
            if {first, second} <= partners.keys() and partners[first] != second:
                yield Violation(
                    place,
                    f"{first} and {second} are no axis of this register",
                    f"one of its axes, e.g. {first}/{partners[first]}",
                )
        if len(axes) == 2 and set(axes[0]) == set(axes[1]):
            yield Violation(place, "it names one axis twice", "two different axes")


REGISTER_RULES = (
    Rule("missing", ("emojis", "register"), _no_kind),
    Rule("too_short", ("emojis", "register"), _empty_kind),
    Rule("kind", ("emojis", "register"), _both_kinds),
    Rule("twin-poles", ("register",), _twin_poles),
    Rule("many-axes", ("register", "evolution"), _too_many_axes),
    Rule("register-method", ("register", "evolution"), _no_method),
    Rule("register-chain", ("register", "markov", "initial"), _level_keys),
    Rule("register-axes", ("register", "axes"), _watched_axes),
    Rule("register-weights", ("register", "initial"), _register_weights),
    Rule("poles", ("emojis", "register", "initial"), _poles),
    Rule("claimed-axes", ("register", "claims"), _claimed_axes),
)
