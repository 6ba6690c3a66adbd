"""What keeps a well-formed challenge from being played in its biome."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from spacewheat_sim.content.challenge.act import Act
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.challenge.goal import Wanted
from spacewheat_sim.content.fields import MAX_WEIGHT
from spacewheat_sim.content.problems import KeyPath, Problem
from spacewheat_sim.content.yaml.document import YamlDocument
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.acts.gate import compiled_gate
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.longest_step import check_step
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome
from spacewheat_sim.errors import ArgumentError, UnknownNameError

OF_BEGINNING = ("initial", "markov")
Check = tuple[KeyPath, Callable[[], object]]


def challenge_problems(
    document: YamlDocument, challenge: Challenge, biome: CompiledBiome
) -> list[Problem]:
    """Return what of a challenge has no meaning in its biome, at its place."""
    found = []
    for key_path, check in _checks(challenge, biome):
        try:
            check()
        except ArgumentError as error:
            found.append(unplayable(document, key_path, error))
    return found


def unplayable(document: YamlDocument, key_path: KeyPath, error: Exception) -> Problem:
    """Return that something of a challenge cannot be, and why."""
    return document.problem(
        key_path,
        str(error).rstrip("."),
        "what can be done in the biome of the challenge",
        kind="meaningless",
        rule="unplayable",
    )


def _checks(challenge: Challenge, biome: CompiledBiome) -> Iterator[Check]:
    """Yield each thing that must work, with its place."""
    step, method = challenge.step, biome.options().method
    yield ("step",), partial(check_step, biome.operators, biome.options(), step)
    if challenge.sees == "jumps" and method != "trajectory":
        why = "only under the method trajectory are there jumps to be seen"
        yield ("sees",), partial(_refuse, why)
    for position, act in enumerate(challenge.acts):
        yield ("acts", position, act.kind), partial(_check_act, act, biome, step)
    for emoji in challenge.goal.harvested:
        check = partial(_check_harvest, emoji, challenge, biome)
        yield ("goal", "harvested", emoji), check
    for position, wanted in enumerate(challenge.goal.quantities):
        path = ("goal", "quantities", position, wanted.kind)
        yield path, partial(_check_quantity, wanted, biome)
    if challenge.hidden is not None:
        number = challenge.hidden.number
        for value in challenge.hidden.values:
            check = partial(_check_number, number, value, biome, step)
            yield ("hidden", "number"), check


def _refuse(why: str) -> None:
    raise ArgumentError(why)


def _check_act(act: Act, biome: CompiledBiome, step: float) -> None:
    operators = biome.operators
    if act.gate is not None:
        compiled_gate(operators, 0.0, act.gate, act.axis, act.other, act.angle)
    elif act.edit is not None:
        if act.edit.split(".", maxsplit=1)[0] in OF_BEGINNING:
            _refuse(f"{act.edit} decides how the biome begins, and it runs already")
        for value in act.values:
            _check_number(act.edit, value, biome, step)
    elif act.weight is not None:
        _check_weights(act.weight, act.values, biome, step)
    elif act.kind != "guess":
        north, _ = axis_poles(operators, *act.subject)
        if act.harvest is not None:
            operators.ground(north)


def _check_number(path: str, value: float, biome: CompiledBiome, step: float) -> None:
    changed = biome.with_(path, value)
    check_step(changed.operators, changed.options(), step)


def _check_weights(
    layer: str, weights: tuple[float, ...], biome: CompiledBiome, step: float
) -> None:
    icons = (*biome.registry, *biome.biome.icons)
    known = {icon.layer for icon in icons if icon.key in biome.biome.emoji_keys}
    if layer not in known:
        raise UnknownNameError("layer", layer, known, "of the biome's icons")
    for weight in weights:
        if not 0.0 <= weight <= MAX_WEIGHT:
            _refuse(f"a layer cannot weigh {weight:g}")
        layers = {**biome.biome.layers, layer: weight}
        changed = compile_biome(biome.biome.with_fields(layers=layers), biome.registry)
        check_step(changed.operators, changed.options(), step)


def _check_harvest(emoji: str, challenge: Challenge, biome: CompiledBiome) -> None:
    """Refuse an emoji that is not there, or that no harvest of an act can take."""
    operators = biome.operators
    index = operators.index(emoji)
    for act in challenge.acts:
        axis = () if act.harvest is None else tuple(map(canonical_emoji, act.harvest))
        if emoji in axis and operators.ground(operators.index(axis[0])) != index:
            return
    raise ArgumentError(f"no act harvests {emoji}")


def _check_quantity(wanted: Wanted, biome: CompiledBiome) -> None:
    operators, names = biome.operators, wanted.names
    for name in names:
        operators.index(name)
    if wanted.kind in ("jumps", "first"):
        operators.channels(names[0], names[1])
    elif wanted.kind in ("coherence", "radius"):
        axis_poles(operators, names[0], names[1])
    elif wanted.kind == "information":
        if not operators.qubits:
            _refuse("information is what two axes of a register share")
        first = axis_poles(operators, names[0], names[1])
        if set(first) == set(axis_poles(operators, names[2], names[3])):
            _refuse("information is shared by two different axes")
