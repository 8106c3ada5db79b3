"""A JSON Schema of rule files, for editors; made from the same tables as the loader."""

from collections.abc import Iterable

from fabctl.interlocks.demand import Compare, Same
from fabctl.interlocks.demand_file import DEMANDS, ENDS
from fabctl.interlocks.judge_material import FIGURES, WORDS
from fabctl.interlocks.live_file import MEASURED
from fabctl.interlocks.rule import Applies, During, From, Severity
from fabctl.interlocks.rule_file import REQUIRED
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES
from fabctl.interlocks.wafer_state import Has
from fabctl.process.claim import claims
from fabctl.process.material import CONTAMINATION, MaterialClass, materials
from fabctl.process.sequence_schema import Schema, quantity_schema, step_schema
from fabctl.process.vocabulary import OPERATIONS, SIGNALS
from fabctl.quantities import Dimension

_TEXT: Schema = {"type": "string", "minLength": 1}
_TRUE: Schema = {"const": True}
_YES_NO: Schema = {"enum": ["yes", "no", True, False]}


def rule_schema() -> Schema:
    """Make the schema, as a JSON-able document of draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fabctl rules",
        **_object(
            {"rules": _TEXT, "title": _TEXT, "entries": _list(_rule())}, "rules title entries"
        ),
        "$defs": {"selector": _selector(), "step": step_schema()},
    }


def _rule() -> Schema:
    properties: Schema = {
        "code": {"type": "string", "pattern": "^[A-Z]{2}[1-9][0-9]{2}$"},
        "name": _TEXT,
        "title": _TEXT,
        "severity": _words(Severity),
        "waivable": {"type": "boolean"},
        "applies": _words(Applies),
        "binds": _SELECTOR,
        "cites": _list(_citation()),
        "hint": _TEXT,
        "examples": _list(
            _object(
                {"verdict": _words(Verdict), "steps": _list(_STEP), "after": _list(_STEP)},
                "verdict steps",
            )
        ),
        "limit": _stated_limit(),
        "trajectory": _trajectory(),
        "material": _material(),
        "relation": _relation(),
        "order": _order(),
        "forbidden": _TRUE,
        "contamination": {"const": "accepted"},
        "seasoned": _TRUE,
        "carry_over": _list(_words(CONTAMINATION[1:])),
        "polarity": {"const": "suited"},
        "queue": _queue(),
        "heat": _heat(),
        "live": _live(),
        "gate": _object({"binds": _SELECTOR, "measured": _words(MEASURED)}, "binds measured"),
    }
    one = {"oneOf": [{"required": [name]} for name in DEMANDS]}
    return {**_object(properties, " ".join(REQUIRED)), **one}


_SELECTOR: Schema = {"$ref": "#/$defs/selector"}
_STEP: Schema = {"$ref": "#/$defs/step"}


def _selector() -> Schema:
    properties: Schema = {
        "operation": _list(_words(OPERATIONS)),
        "material_class": {"anyOf": [_words(MaterialClass), _list(_words(MaterialClass))]},
        "material": _list(_words(materials().words())),
        "conductive": _YES_NO,
        "tone": _words(("positive", "negative")),
        "wafer_has": _list(_words(Has)),
        "wafer_lacks": _list(_words(Has)),
        "film_of": _list(_words(materials().words())),
        "level": {"type": "integer", "minimum": 1},
        "words": {"type": "object", "additionalProperties": _list(_TEXT)},
    }
    return _object(properties, "operation")


def _citation() -> Schema:
    elements = [element.name for claim in claims().values() for element in claim.elements]
    properties: Schema = {
        "element": _words(elements),
        "source": _TEXT,
        "words": _TEXT,
        "reading": _TEXT,
    }
    either = {"oneOf": [{"required": ["element"]}, {"required": ["source"]}]}
    return {**_object(properties, "words reading"), **either}


def _limit(*subjects: str) -> Schema:
    every: dict[str, Schema] = {
        "parameters": _list(_TEXT),
        "wafer": _words(WAFER_QUANTITIES),
        "material": _words(FIGURES),
        "peak": _TEXT,
    }
    end: Schema = {"anyOf": [quantity_schema(None), quantity_schema(Dimension.NUMBER)]}
    properties: Schema = {name: every[name] for name in subjects}
    properties |= dict.fromkeys(ENDS, end)
    return {
        **_object(properties),
        "oneOf": [{"required": [name]} for name in subjects],
        "anyOf": [{"required": [name]} for name in ENDS],
    }


def _stated_limit() -> Schema:
    limit = _limit("parameters", "wafer", "material")
    properties = limit["properties"]
    assert isinstance(properties, dict)
    return {**limit, "properties": {**properties, "where_stated": _TRUE}}


def _trajectory() -> Schema:
    limit = _limit("parameters", "wafer", "peak")
    properties = limit["properties"]
    assert isinstance(properties, dict)
    either = {"oneOf": [{"required": ["margin"]}, {"required": ["peak"]}]}
    return {
        **limit,
        "properties": {**properties, "margin": quantity_schema(None)},
        "allOf": [either],
    }


def _material() -> Schema:
    properties: Schema = {
        "one_of": _list(_words(materials().words())),
        "tone": _words(("positive", "negative")),
        "conductive": _list(_YES_NO),
        "known": _TRUE,
    }
    return {**_object(properties), "minProperties": 1}


def _relation() -> Schema:
    properties: Schema = {
        "to": _SELECTOR,
        "successive": _TRUE,
        "until": _SELECTOR,
        "material": _words((*FIGURES, *WORDS)),
        "parameter": _TEXT,
        "is": _words(Compare),
        "same": _SAME,
    }
    return {
        **_object(properties, "is"),
        "allOf": [_one_of("material", "parameter"), _one_of("to", "successive")],
        "dependentRequired": {"until": ["successive"]},
    }


def _order() -> Schema:
    properties: Schema = dict.fromkeys(("earlier", "since", "later", "before", "unless"), _SELECTOR)
    properties |= {
        "same": _SAME,
        "times": {"type": "integer", "minimum": 2},
    }
    one = {"oneOf": [{"required": ["earlier"]}, {"required": ["later"]}]}
    return {**_object(properties), **one}


def _queue() -> Schema:
    properties: Schema = {
        "after": _SELECTOR,
        "within": quantity_schema(Dimension.TIME),
        "unless": _SELECTOR,
        "cured_by": _list(_SELECTOR),
        "film_below": quantity_schema(Dimension.LENGTH),
    }
    return _object(properties, "after within")


def _heat() -> Schema:
    properties: Schema = {
        "above": quantity_schema(Dimension.TEMPERATURE),
        "within": quantity_schema(Dimension.TIME),
    }
    return _object(properties, "above within")


def _live() -> Schema:
    time = quantity_schema(Dimension.TIME)
    ends: Schema = dict.fromkeys(ENDS, quantity_schema(None))
    properties: Schema = {
        "signal": _words(SIGNALS),
        "begins": _words(From),
        "upper": _words(During),
        "lower": _words(During),
        "fresh_for": time,
        "blind_for": time,
        "frozen_after": time,
        "warn_within": quantity_schema(None),
        "plausible": {**_object(ends), "minProperties": 1},
        "reset_by": _TEXT,
    }
    return _object(properties, "signal fresh_for blind_for reset_by")


def _one_of(*names: str) -> Schema:
    return {"oneOf": [{"required": [name]} for name in names]}


def _object(properties: Schema, required: str = "") -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": properties,
    }


def _list(item: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": item}


def _words(words: Iterable[str]) -> Schema:
    return {"enum": [str(word) for word in words]}


_SAME = _words((Same.LEVEL, Same.LAYER, Same.MATERIAL))
