"""A JSON Schema of sequence files, for editors: completion, and a first check while typing.

It is made from the same tables as the loader, which stays the authority: an editor's YAML library
types scalars by itself, so the schema lets pass what only exact reading can judge.
"""

import re
from fractions import Fraction

from fabctl.process.claim import claims
from fabctl.process.flow_loader import CHOICES, MOST_REWORKS
from fabctl.process.layout import Layout
from fabctl.process.reading import NAME, RUN_NAME
from fabctl.process.step_loader import STEP_ID
from fabctl.process.vocabulary import KINDS, OPERATIONS, Operation, ParameterRule
from fabctl.quantities import Dimension, Quantity
from fabctl.quantities.units import SPELLINGS, UNITS

Schema = dict[str, object]

SCALAR = ["string", "number", "boolean"]
"""What an editor's library makes of a word: our reader leaves 2013 and yes as they are written."""
TEXT: Schema = {"type": SCALAR, "pattern": r"\S"}

_DIGITS = r"(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"
_NUMBER = rf"[+-]?{_DIGITS}"
_NOT_NEGATIVE = rf"(\+?{_DIGITS}|-0(\.0+)?([eE][+-]?[0-9]+)?)"
_POSITIVE = rf"\+?(?=[0-9.]*[1-9]){_DIGITS}"
_REFERENCE: Schema = {"type": "string", "pattern": r"^\$", "description": "a sequence parameter"}


def sequence_schema() -> Schema:
    """Make the schema, as a JSON-able document of draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fabctl sequence",
        "type": "object",
        "additionalProperties": False,
        "required": ["sequence", "title", "steps"],
        "properties": {
            "sequence": name_schema("the sequence's name", RUN_NAME),
            "title": TEXT,
            "practises": {"type": "array", "items": {"enum": list(claims())}},
            "layout": name_schema("the mask layout"),
            "wafer": name_schema(
                "what its wafers are when they are brought in; bare where it is left out"
            ),
            "parameters": {"type": "object", "additionalProperties": _sequence_parameter()},
            "steps": _list({"$ref": "#/$defs/item"}),
        },
        "$defs": {"item": _item(), "step": step_schema()},
    }


def _item() -> Schema:
    """Make the schema of a step, or of a choice, by the key that names it."""
    step: Schema = {"$ref": "#/$defs/step"}
    ways = {"type": "object", "minProperties": 2, "propertyNames": _id()}
    ways["additionalProperties"] = _list({"$ref": "#/$defs/item"})
    values: dict[str, Schema] = {
        "ways": ways,
        "undo": _list(step),
        "at_most": {"type": "integer", "minimum": 1, "maximum": MOST_REWORKS},
    }
    schema = step
    for sort, (required, optional) in CHOICES.items():
        of = {"steps": _list(step, 2 if sort == "any_order" else 1), **values, sort: _id()}
        choice: Schema = {
            "type": "object",
            "additionalProperties": False,
            "required": list(required),
            "properties": {key: of[key] for key in (*required, *optional)},
        }
        schema = {"if": {"required": [sort]}, "then": choice, "else": schema}
    return schema


def step_schema(layout: Layout | None = None) -> Schema:
    """Make the schema of one step; its recipe follows from its operation.

    With a `layout` it is a step of a rule's example: its reticles are known, and nothing stands
    for a sequence parameter.
    """
    elements = [element.name for claim in claims().values() for element in claim.elements]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "kind", "operation", "recipe"],
        "properties": {
            "id": _id(),
            "kind": {"enum": list(KINDS)},
            "operation": {"enum": list(OPERATIONS)},
            "recipe": {"type": "object"},
            "tool": name_schema("the tool that the step insists on"),
            "forms": name_schema("the region that the step makes"),
            "does": {"type": "array", "items": {"enum": elements}},
        },
        "allOf": [_operation(operation, layout) for operation in OPERATIONS.values()],
    }


def quantity_schema(
    dimension: Dimension | None, lowest: Fraction | None = None, *, positive: bool = False
) -> Schema:
    """Make the schema of a quantity (None: of any dimension); a `positive` one is above 0.

    `lowest` is the lowest value that there can be, in the base unit: where that is 0 in a unit, no
    number below it fits. How cold it can be in degC is left to the loader.
    """
    if dimension is Dimension.NUMBER:
        number: Schema = {
            "type": ["number", "string"],
            "pattern": f"^{_NUMBER}$",
            "description": "a pure number",
        }
        return number if lowest is None else {**number, "minimum": float(lowest)}
    units = [
        symbol
        for symbol, unit in UNITS.items()
        if unit.dimension is not Dimension.NUMBER and dimension in (None, unit.dimension)
    ]
    signed = [unit for unit in units if lowest is None or Quantity.of(0, unit).value > lowest]
    patterns = [
        f"{number} ?({'|'.join(_escaped(unit) for unit in of)})"
        for number, of in (
            (_POSITIVE if positive else _NUMBER, signed),
            (_NOT_NEGATIVE, [unit for unit in units if unit not in signed]),
        )
        if of
    ]
    return {
        "type": "string",
        "pattern": f"^({'|'.join(patterns)})$",
        "description": f"a {dimension or 'number'} with its unit: {', '.join(units)}",
    }


def _operation(operation: Operation, layout: Layout | None) -> Schema:
    parameters = operation.parameters
    recipe: Schema = {
        "additionalProperties": False,
        "required": [name for name, rule in parameters.items() if rule.required],
        "properties": {name: _parameter(rule, layout) for name, rule in parameters.items()},
    }
    if operation.one_of:
        recipe["allOf"] = [
            {"oneOf": [{"required": [name]} for name in group]} for group in operation.one_of
        ]
    return {
        "if": {"properties": {"operation": {"const": operation.name}}},
        "then": {"properties": {"kind": {"enum": list(operation.kinds)}, "recipe": recipe}},
    }


def _parameter(rule: ParameterRule, layout: Layout | None) -> Schema:
    if rule.dimension is not None:
        value = quantity_schema(rule.dimension, rule.lowest)
    elif rule.words:
        value = {"enum": list(rule.words)}
    elif layout is not None and rule.names == "reticle":
        value = {"enum": list(layout.masks)}
    else:
        value = name_schema(rule.names or "a word")
    return value if layout is not None else {"anyOf": [value, _REFERENCE]}


def _sequence_parameter() -> Schema:
    value: Schema = {"type": ["string", "number"]}
    window: Schema = {"type": "array", "minItems": 2, "maxItems": 2, "items": value}
    return {
        "anyOf": [
            value,
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["value"],
                "properties": {"value": value, "window": window, "tolerance": value},
            },
        ]
    }


def _list(items: Schema, at_least: int = 1) -> Schema:
    return {"type": "array", "minItems": at_least, "items": items}


def _id() -> Schema:
    return {"type": ["string", "boolean"], "pattern": f"^{STEP_ID.pattern}$"}


def name_schema(what: str, name: re.Pattern[str] = NAME) -> Schema:
    """Make the schema of a name; an editor's library may take it for a number or a truth value."""
    return {"type": SCALAR, "pattern": f"^{name.pattern}$", "minimum": 0, "description": what}


def _escaped(unit: str) -> str:
    """Match a unit in every spelling that is read."""
    pattern = unit.replace(".", r"\.")
    for ours in dict.fromkeys(ours for _, ours in SPELLINGS):
        written, own = [each for each, of in SPELLINGS if of == ours], ours.replace(".", r"\.")
        pattern = pattern.replace(own, f"({'|'.join([own, *written])})")
    return pattern
