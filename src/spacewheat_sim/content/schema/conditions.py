"""What a value allows or asks of the keys beside it, in JSON Schema.

Each is made from the table that the check reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from spacewheat_sim.choices import MOST_AXES, MOST_DENSITY_AXES, Method
from spacewheat_sim.content.claims.asked import ASKED
from spacewheat_sim.content.evolution import METHODS_OF_OPTION, Evolution
from spacewheat_sim.content.rhythms.rhythm import (
    HIGHEST_FREQUENCY,
    KEYS_OF_SHAPE,
    Rhythm,
)

Schema = dict[str, Any]
NULL: Schema = {"type": "null"}
GIVEN: Schema = {"not": NULL}


def add_conditions(definitions: dict[str, Schema]) -> None:
    """Add to the definitions of models what JSON Schema can say of their rules."""
    for name, condition in CONDITIONS.items():
        if name in definitions:
            condition(definitions[name], definitions)


def _if(condition: Schema, then: Schema, otherwise: Schema | None = None) -> Schema:
    branches = {"if": condition, "then": then}
    return branches if otherwise is None else {**branches, "else": otherwise}


def _where(key: str, value: Schema, *, required: bool = True) -> Schema:
    """Return the condition that a key has such a value."""
    found: Schema = {"properties": {key: value}}
    return {**found, "required": [key]} if required else found


def _evolution(schema: Schema, _definitions: dict[str, Schema]) -> None:
    methods = get_args(Method)
    default = Evolution.model_fields["method"].default
    schema["allOf"] = [
        _if(
            _where(
                "method",
                {"enum": [m for m in methods if m not in allowed]},
                required=default in allowed,
            ),
            {"properties": {option: False}},
        )
        for option, allowed in METHODS_OF_OPTION.items()
    ]


def _rhythm(schema: Schema, _definitions: dict[str, Schema]) -> None:
    schema["allOf"] = [
        _if(_where("shape", {"const": shape}), _keys_of(keys))
        for shape, keys in KEYS_OF_SHAPE.items()
    ]


def _keys_of(keys: tuple[str, ...]) -> Schema:
    """Return that the first of ``keys`` is there, and others have their defaults."""
    fields = Rhythm.model_fields
    others = [name for name in fields if name not in (*keys, "shape")]
    defaults = {
        name: NULL if (value := fields[name].default) is None else {"const": value}
        for name in others
    }
    needed = {keys[0]: {"type": "number", "minimum": 1.0 / HIGHEST_FREQUENCY}}
    # As patterns, because editors offer the properties of all branches.
    patterns = {f"^{name}$": form for name, form in (needed | defaults).items()}
    return {"required": [keys[0]], "patternProperties": patterns}


def _changing(schema: Schema, _definitions: dict[str, Schema]) -> None:
    _name_rhythms(schema)
    schema["allOf"] = [
        _if(_where("rhythm", GIVEN), {}, {"properties": {"depth": {"const": 1}}})
    ]


def _driver(schema: Schema, definitions: dict[str, Schema]) -> None:
    """Let the keys of a rhythm stand in the driver itself."""
    rhythm = definitions["Rhythm"]
    _name_rhythms(schema)
    amplitude = schema["properties"]["amplitude"]
    named = {"title": "rhythm", **schema}
    keys = dict(rhythm["properties"])
    written = {
        "title": "shape",
        "type": "object",
        "properties": {"shape": keys.pop("shape"), "amplitude": amplitude},
        # As patterns, because they have no meaning without a shape.
        "patternProperties": {f"^{name}$": form for name, form in keys.items()},
        "required": ["shape"],
        "additionalProperties": False,
        "allOf": rhythm["allOf"],
    }
    schema.clear()
    schema["anyOf"] = [named, written]


def _name_rhythms(schema: Schema) -> None:
    """Let the names of rhythms be those of rhythms, which can be offered."""
    key = schema["properties"]["rhythm"]
    for forms in (key, *key.get("anyOf", ())):
        for form in forms.get("oneOf", ()):
            if form.get("type") == "string":
                form.clear()
                form["$ref"] = "#/definitions/rhythm name"
    key["type"] = ["string", "object", *(["null"] if "anyOf" in key else [])]


def _bound(schema: Schema, _definitions: dict[str, Schema]) -> None:
    schema["minProperties"] = 1
    schema["dependencies"] = {"near": ["within"], "within": ["near"]}
    schema["allOf"] = [
        _if(
            _where("near", GIVEN), {"properties": {"at_least": False, "at_most": False}}
        )
    ]


def _asked(schema: Schema, _definitions: dict[str, Schema]) -> None:
    properties = schema.pop("properties")
    schema.pop("additionalProperties")
    schema["anyOf"] = list(_claims(properties))


def _claims(properties: Schema) -> Iterator[Schema]:
    """Yield a claim of each quantity, when it is looked at, and what is asked."""
    for kind, whens in ASKED.items():
        for when, statistics in whens.items():
            named = [kind] if when == "always" else [kind, when]
            yield {
                "title": " ".join(named),
                "type": "object",
                "properties": {name: properties[name] for name in (*named, *statistics)}
                | {kind: {**properties[kind], **GIVEN}},
                "required": named,
                "additionalProperties": False,
                "minProperties": len(named) + 1,
                "maxProperties": len(named) + 1,
            }


def _biome(schema: Schema, _definitions: dict[str, Schema]) -> None:
    is_register = _where("register", {"type": "array", "minItems": 1})
    no_weights = _where("weights", {"additionalProperties": {"const": 0}})
    register = {
        "emojis": {"type": "array", "maxItems": 0},
        "markov": NULL,
        "harvest": NULL,
        "register": {"type": "array", "maxItems": MOST_AXES},
        "evolution": {
            "type": "object",
            "properties": {"method": {"type": "string", "not": {"const": "spec"}}},
        },
        "initial": {
            "type": ["string", "object"],
            "not": {"type": "object", "required": ["markov"]},
            "properties": {"weights": {"additionalProperties": {"maximum": 1}}},
        },
    }
    level = {
        "emojis": {"type": "array", "minItems": 1},
        "initial": {
            "type": ["string", "object"],
            "allOf": [
                {"not": {"type": "object", "required": ["poles"]}},
                {"not": {"type": "object", **no_weights}},
            ],
        },
    }
    by_density = _where("evolution", _where("method", {"const": "master"}))
    from_chain = _where("initial", {"type": "object", "required": ["markov"]})
    few = {"type": "array", "maxItems": MOST_DENSITY_AXES}
    chain = {"type": "object"}
    schema["allOf"] = [
        _if(
            is_register,
            {"properties": register},
            {"properties": level, "required": ["emojis"]},
        ),
        _if(by_density, {"properties": {"register": few}}),
        _if(from_chain, {"required": ["markov"], "properties": {"markov": chain}}),
    ]
    schema["properties"]["emojis"]["uniqueItems"] = True


def _chain(schema: Schema, _definitions: dict[str, Schema]) -> None:
    rows = schema["properties"]["chain"]["additionalProperties"]
    rows["not"] = {"type": "object", "additionalProperties": {"const": 0}}


def _icon_file(schema: Schema, _definitions: dict[str, Schema]) -> None:
    schema["anyOf"] = [
        _where("icons", {"type": "array", "minItems": 1}),
        _where("rhythms", {"type": "object", "minProperties": 1}),
    ]
    extends = {"properties": {"extends": {"type": "boolean", "const": False}}}
    icons = {"type": "array", "items": extends}
    schema["allOf"] = [{"properties": {"icons": icons}}]


CONDITIONS = {
    "Evolution": _evolution,
    "Rhythm": _rhythm,
    "ChangingRate": _changing,
    "Transfer": _changing,
    "Decay": _changing,
    "Driver": _driver,
    "Bound": _bound,
    "Asked": _asked,
    "Markov": _chain,
    "BiomeFile": _biome,
    "IconFile": _icon_file,
}
