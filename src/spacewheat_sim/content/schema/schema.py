"""The JSON Schema of a kind of file, with the names that can be completed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from spacewheat_sim.content.biome import BiomeFile
from spacewheat_sim.content.challenge.challenge import ChallengeFile
from spacewheat_sim.content.fields import MAX_NAME_LENGTH, NAME_PATTERN, SCHEMA_VERSION
from spacewheat_sim.content.icon import IconFile
from spacewheat_sim.content.model import ContentModel
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.content.schema.conditions import Schema, add_conditions
from spacewheat_sim.content.schema.descriptions import describe
from spacewheat_sim.content.schema.emoji_pattern import emoji_pattern

FileKind = Literal["icon", "biome", "scenario", "challenge"]
MODELS: dict[FileKind, type[ContentModel]] = {
    "icon": IconFile,
    "biome": BiomeFile,
    "scenario": Scenario,
    "challenge": ChallengeFile,
}
# What editors and the language server read.
DIALECT = "http://json-schema.org/draft-07/schema#"
LARGEST = 1.7976931348623157e308  # JSON Schema has no word for "finite"


@dataclass(frozen=True)
class Known:
    """Names that an editor can offer.

    Attributes:
        emojis: Name of its icon by emoji, as authored.
        rhythms: Names of rhythms.
        experiments: JSON Schema of the parameters by experiment.
    """

    emojis: Mapping[str, str] = field(default_factory=dict)
    rhythms: Iterable[str] = ()
    experiments: Mapping[str, Schema] = field(default_factory=dict)


def file_schema(kind: FileKind, known: Known) -> Schema:
    """Return the JSON Schema of a kind of file, in draft 7.

    What a file breaks of it, the check refuses. What the schema cannot say is what
    compares two places, such as an emoji with the list of emojis.
    """
    model = MODELS[kind]
    whole = model.model_json_schema(ref_template="#/definitions/{model}")
    definitions: dict[str, Schema] = whole.pop("$defs", {})
    definitions[model.__name__] = whole
    by_name = _models(model)
    for name, schema in definitions.items():
        _tidy(schema)
        describe(schema, by_name[name])
    add_conditions(definitions)
    if kind == "scenario":
        _add_experiments(whole, definitions, known.experiments)
    definitions |= _emoji_definitions(known)
    top = definitions.pop(model.__name__)
    shared: dict[str, Schema] = {}
    spelled = _spelled({**top, "definitions": definitions}, known, shared)
    spelled["definitions"] |= shared
    return {
        "$schema": DIALECT,
        "$id": f"urn:spacewheat-sim:{kind}:{SCHEMA_VERSION}",
        "title": f"spacewheat {kind} file",
        **spelled,
    }


def _models(model: type[ContentModel]) -> dict[str, type]:
    """Return all models by name; one of a file is in that of another."""
    found: dict[str, type] = {}
    waiting: list[type[ContentModel]] = [ContentModel]
    while waiting:
        below: list[type[ContentModel]] = waiting.pop().__subclasses__()
        for each in below:
            found[each.__name__] = each
            waiting.append(each)
    return {**found, model.__name__: model}


def _tidy(schema: dict[str, Any] | list[Any]) -> None:
    """Say defaults in words, drop titles, and name the types of what has several forms.

    An editor inserts the defaults of all keys, also of those that exclude each other.
    It is to insert what there is no choice about. And it takes a key whose type it does
    not see for a word.
    """
    parts: Iterable[Any] = schema.values() if isinstance(schema, dict) else schema
    for part in parts:
        if isinstance(part, dict | list):
            _tidy(part)
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("title"), str) and schema["title"][:1].isupper():
        del schema["title"]  # pydantic's, which repeats the key
    default = schema.pop("default", None)
    if isinstance(default, str | int | float) and default != "":
        said = schema.get("description", "")
        schema["description"] = f"{said}; default {default}".removeprefix("; ")
    if "const" in schema:
        schema["default"] = schema["const"]
    if schema.get("type") in ("number", "integer") and not _may_be_zero(schema):
        schema["default"] = 1 if default is None else default
    forms = schema.get("anyOf") or schema.get("oneOf") or ()
    types = [form.get("type", "object" if "$ref" in form else None) for form in forms]
    if types and all(isinstance(each, str) for each in types):
        # An editor inserts a value of the first: of a number 0, which must be allowed.
        above = any("exclusiveMinimum" in form for form in forms)
        order = dict.fromkeys(types)
        schema["type"] = sorted(order, key=lambda name: (name == "null") != above)


def _may_be_zero(schema: Schema) -> bool:
    """Whether a number may be 0, which an editor inserts where there is no default."""
    above = schema.get("minimum", 0) > 0 or schema.get("exclusiveMinimum", -1) >= 0
    return not above


def _emoji_definitions(known: Known) -> dict[str, Schema]:
    """Return what an emoji is: one with an icon, which is offered, or any other."""
    one = emoji_pattern()
    pairs = {
        f"emoji{sign}emoji": {
            "type": "string",
            "pattern": rf"^\s*{one}\s*{other}\s*{one}\s*$",
        }
        for sign, other in (("/", "/"), ("→", "(?:→|->)"))
    }
    listed: Schema = {"enum": list(known.emojis)}
    listed["enumDescriptions"] = list(known.emojis.values())
    other: Schema = {"$ref": "#/definitions/any emoji"}
    emoji = {"type": "string", "anyOf": [listed, other] if known.emojis else [other]}
    rhythm = {
        "type": "string",
        "pattern": NAME_PATTERN,
        "maxLength": MAX_NAME_LENGTH,
    }
    names = sorted(known.rhythms)
    rhythms = {
        "type": "string",
        "anyOf": [{"enum": names}, rhythm] if names else [rhythm],
    }
    every = {"type": "string", "pattern": f"^{one}$"}
    return {"any emoji": every, "emoji": emoji, **pairs, "rhythm name": rhythms}


def _spelled(schema: Any, known: Known, shared: dict[str, Schema]) -> Any:
    """Return ``schema`` with what an emoji, a finite number and a pair are.

    ``shared`` gets what many keys have in common.
    """
    if isinstance(schema, list):
        return [_spelled(part, known, shared) for part in schema]
    if not isinstance(schema, dict):
        return schema
    named = schema.get("format", "")
    if isinstance(named, str) and named.startswith("emoji") and "type" in schema:
        reference = {"$ref": f"#/definitions/{named.replace('/', '~1')}"}
        rest = {k: v for k, v in schema.items() if k not in ("type", "format")}
        return {**rest, **reference}
    schema = {key: _spelled(part, known, shared) for key, part in schema.items()}
    if schema.get("propertyNames", {}) == {"format": "emoji"}:
        return _emoji_keys(schema, known, shared)
    if "patternProperties" in schema and schema.get("type") == "object":
        schema.setdefault("additionalProperties", False)
    if schema.get("type") == "number":
        if not {"maximum", "exclusiveMaximum"} & schema.keys():
            schema["maximum"] = LARGEST
        if not {"minimum", "exclusiveMinimum"} & schema.keys():
            schema["minimum"] = -LARGEST
    if "prefixItems" in schema:
        schema["items"] = schema.pop("prefixItems")
        schema["additionalItems"] = False
    return schema


def _emoji_keys(schema: Schema, known: Known, shared: dict[str, Schema]) -> Schema:
    """Return a mapping whose keys are emojis; those with an icon are offered.

    What each of them may be is written once, in ``shared``.
    """
    value = schema.pop("additionalProperties")
    if "$ref" not in value:
        same = (name for name, each in shared.items() if each == value)
        name = next(same, f"value {len(shared) + 1}")
        shared[name] = value
        value = {"$ref": f"#/definitions/{name}"}
    return {
        **schema,
        "properties": {
            emoji: {**value, "description": name}
            for emoji, name in known.emojis.items()
        },
        # In `additionalProperties`, editors offer the word "property".
        "patternProperties": {".": value},
        "propertyNames": {"$ref": "#/definitions/any emoji"},
    }


def _given(schema: Schema) -> Schema:
    """Return the schema of a parameter without null: what is not given is left out."""
    forms = [form for form in schema.get("anyOf", ()) if form != {"type": "null"}]
    if len(forms) != 1:
        return schema
    rest = {k: v for k, v in schema.items() if k not in ("anyOf", "default")}
    return {**rest, **forms[0]}


def _add_experiments(
    whole: Schema, definitions: dict[str, Schema], experiments: Mapping[str, Schema]
) -> None:
    """Let a scenario name an experiment, and its parameters be of this experiment."""
    if not experiments:
        return
    whole["properties"]["experiment"] = {"enum": list(experiments)}
    whole["allOf"] = []
    for name, parameters in experiments.items():
        schema = deepcopy(parameters)
        definitions |= schema.pop("$defs", {})
        schema = {k: v for k, v in schema.items() if k not in ("title", "description")}
        schema["properties"] = {
            key: _given(value) for key, value in schema["properties"].items()
        }
        _tidy(schema)
        definitions[f"{name} parameters"] = schema
        condition = {"properties": {"experiment": {"const": name}}}
        reference = {"$ref": f"#/definitions/{name} parameters"}
        whole["allOf"].append(
            {
                "if": {**condition, "required": ["experiment"]},
                "then": {"properties": {"parameters": reference}},
            }
        )
