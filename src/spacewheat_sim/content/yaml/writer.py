"""Writes a biome as YAML in the style of the authored files.

Reading the file gives the same content again, to the last bit of every number. Every
icon and every rhythm is written out, so that the file depends on no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from spacewheat_sim.content.biome import Axis, Biome, Markov
from spacewheat_sim.content.evolution import METHODS_OF_OPTION
from spacewheat_sim.content.icon import BASE_LAYER, Icon
from spacewheat_sim.content.initial import Initial
from spacewheat_sim.content.register.axes import RegisterAxis
from spacewheat_sim.content.register.icons import without_register_terms
from spacewheat_sim.content.register.transfer import Transfer
from spacewheat_sim.content.resolved_icons import ResolvedIcon
from spacewheat_sim.content.rhythms.driver import Driver
from spacewheat_sim.content.rhythms.rate import ChangingRate
from spacewheat_sim.content.rhythms.references import rhythm_names
from spacewheat_sim.content.rhythms.rhythm import KEYS_OF_SHAPE, Rhythm
from spacewheat_sim.content.yaml.messages import (
    flow_list,
    flow_map,
    free,
    number,
    phrase,
    word,
)

# A mapping with more entries has a line for each.
LONGEST_MAP = 8
REMARK = "# Every icon is written out; these replace the shared ones, or extend them."


def biome_yaml(
    biome: Biome, icons: Iterable[ResolvedIcon], rhythms: Mapping[str, Rhythm]
) -> str:
    """Return ``biome`` with ``icons`` as its own, as the text of a file.

    What has a meaning in registers only is left out of a level biome.

    Args:
        biome: The biome; its own icons are written only if they are in ``icons``.
        icons: What acts for each of its emojis, in the order of writing.
        rhythms: Rhythms by name, which are written out where icons name them.
    """
    parts = [written_out(part, rhythms) for icon in icons for part, _ in icon.parts]
    if not biome.register_axes:
        parts = list(map(without_register_terms, parts))
    return "\n".join([*_biome_lines(biome), *_icons_lines(parts)]) + "\n"


def icons_yaml(icons: Iterable[Icon], layer: str) -> str:
    """Return a file of ``icons``, all of them in ``layer``, as text."""
    lines = ["schema: 1"] if layer == BASE_LAYER else ["schema: 1", f"layer: {layer}"]
    plain = [icon.model_copy(update={"layer": BASE_LAYER}) for icon in icons]
    return "\n".join([*lines, *_icons_lines(plain, "")]) + "\n"


def written_out(icon: Icon, rhythms: Mapping[str, Rhythm]) -> Icon:
    """Return ``icon`` with the rhythms that it names written out."""
    data = icon.model_dump(exclude_unset=True)
    for path, name in rhythm_names(icon):
        inner: Any = data
        for part in path[:-1]:
            inner = inner[part]
        inner["rhythm"] = rhythms.get(name, name)
    return Icon.model_validate(data)


def _biome_lines(biome: Biome) -> Iterator[str]:
    yield f"schema: {biome.schema_version}"
    yield f"name: {phrase(biome.name)}"
    if biome.description:
        yield f"description: {phrase(biome.description)}"
    if biome.meta:
        yield "meta:"
        yield from (f"  {word(key)}: {free(part)}" for key, part in biome.meta.items())
    if biome.register_axes:
        yield "register:"
        yield from map(_axis_line, biome.register_axes)
    else:
        yield from flow_list("emojis", biome.emojis)
    yield from _initial_lines(biome.initial)
    yield f"evolution: {flow_map(_evolution(biome))}"
    if biome.layers:
        yield from _mapping("layers", biome.layers)
    if biome.axes:
        yield "axes:"
    yield from map(_axis_line, biome.axes)
    if biome.markov is not None:
        yield from _markov_lines(biome.markov)
    if biome.harvest is not None:
        yield f"harvest: {flow_map({'to': word(biome.harvest.to)})}"


def _axis_line(axis: Axis | RegisterAxis) -> str:
    entries = {"north": word(axis.north), "south": word(axis.south)}
    if isinstance(axis, RegisterAxis) and axis.harvest is not None:
        entries["harvest"] = word(axis.harvest)
    return f"  - {flow_map(entries)}"


def _initial_lines(initial: Initial) -> Iterator[str]:
    if initial.weights is not None:
        yield "initial:"
        yield from _mapping("weights", initial.weights, indent="  ")
    elif initial.emoji is not None:
        yield f"initial: {flow_map({'emoji': word(initial.emoji)})}"
    elif initial.poles is not None:
        poles = ", ".join(map(word, initial.poles))
        yield f"initial: {flow_map({'poles': f'[{poles}]'})}"
    elif initial.markov is not None:
        yield f"initial: {flow_map({'markov': initial.markov})}"
    else:
        yield "initial: uniform"


def _evolution(biome: Biome) -> dict[str, str]:
    """Return the method and its options."""
    evolution = biome.evolution
    entries = {"method": str(evolution.method)}
    for option, methods in METHODS_OF_OPTION.items():
        value = getattr(evolution, option)
        if value is not None and evolution.method in methods:
            entries[option] = value if isinstance(value, str) else number(value)
    return entries


def _markov_lines(markov: Markov) -> Iterator[str]:
    yield "markov:"
    defaults = Markov.model_fields
    for key in (
        "coupling_scale",
        "rate_scale",
        "symmetric_threshold",
        "asymmetric_threshold",
    ):
        value = getattr(markov, key)
        if value != defaults[key].default:
            yield f"  {key}: {number(value)}"
    yield "  chain:"
    for start, row in markov.chain.items():
        yield f"    {word(start)}: {_numbers(row)}"


def _icons_lines(icons: Iterable[Icon], remark: str = REMARK) -> Iterator[str]:
    for position, icon in enumerate(icons):
        if position == 0:
            if remark:
                yield remark
            yield "icons:"
        else:
            yield ""
        first, *rest = _icon_lines(icon)
        yield f"  - {first}"
        yield from (f"    {line}" for line in rest)


def _icon_lines(icon: Icon) -> Iterator[str]:
    yield f"emoji: {word(icon.emoji)}"
    yield f"name: {phrase(icon.name)}"
    if icon.description:
        yield f"description: {phrase(icon.description)}"
    if icon.tags:
        yield from flow_list("tags", icon.tags)
    if icon.trophic_level:
        yield f"trophic_level: {icon.trophic_level}"
    if icon.value != 1.0:
        yield f"value: {number(icon.value)}"
    if icon.self_energy != 0.0:
        yield f"self_energy: {number(icon.self_energy)}"
    if icon.layer != BASE_LAYER:
        yield f"layer: {icon.layer}"
    if icon.extends:
        yield "extends: true"
    if icon.drivers:
        yield "drivers:"
    for driver in icon.drivers:
        yield f"  - {flow_map(_driver(driver))}"
    for key in ("couplings", "pair_couplings", "alignments"):
        if values := getattr(icon, key):
            yield from _mapping(key, values)
    for key in ("transfers_to", "transfers_from"):
        if transfers := getattr(icon, key):
            yield from _mapping(key, transfers)
    if icon.decay is not None:
        entries = {**_rate_entries(icon.decay), "target": word(icon.decay.target)}
        yield f"decay: {flow_map(entries)}"
    if icon.dephasing != 0.0:
        yield f"dephasing: {_value(icon.dephasing)}"


def _driver(driver: Driver) -> dict[str, str]:
    return {"rhythm": _rhythm(driver.rhythm), "amplitude": number(driver.amplitude)}


def _rhythm(rhythm: str | Rhythm) -> str:
    """Return a rhythm's name, or the rhythm as a mapping on one line."""
    if isinstance(rhythm, str):
        return rhythm
    entries = {"shape": str(rhythm.shape)}
    for key in KEYS_OF_SHAPE[rhythm.shape]:
        value = getattr(rhythm, key)
        if value != Rhythm.model_fields[key].default:
            entries[key] = number(value)
    return flow_map(entries)


def _rate_entries(rate: ChangingRate) -> dict[str, str]:
    entries = {"rate": number(rate.rate)}
    if rate.rhythm is not None:
        entries |= {"rhythm": _rhythm(rate.rhythm), "depth": number(rate.depth)}
    if isinstance(rate, Transfer):
        gates = {"when": rate.when, "unless": rate.unless}
        entries |= {name: word(gate) for name, gate in gates.items() if gate}
    return entries


def _value(value: complex | ChangingRate) -> str:
    if isinstance(value, ChangingRate):
        return flow_map(_rate_entries(value))
    return number(value)


def _mapping(
    key: str, values: Mapping[str, complex | ChangingRate], indent: str = ""
) -> Iterator[str]:
    """Yield a mapping on one line, or on a line for each entry if there are many."""
    if len(values) <= LONGEST_MAP:
        yield f"{indent}{key}: {_numbers(values)}"
        return
    yield f"{indent}{key}:"
    for emoji, value in values.items():
        yield f"{indent}  {word(emoji)}: {_value(value)}"


def _numbers(values: Mapping[str, complex | ChangingRate]) -> str:
    return flow_map({word(emoji): _value(value) for emoji, value in values.items()})
