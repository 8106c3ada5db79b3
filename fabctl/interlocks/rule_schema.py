"""A JSON Schema of rule files, for editors; made from the same tables as the loader."""

from collections.abc import Iterable

from fabctl.interlocks import rule_schema_links as links
from fabctl.interlocks.demand import Compare, Same
from fabctl.interlocks.demand_file import DEMANDS, ENDS
from fabctl.interlocks.judge_material import FIGURES, WORDS
from fabctl.interlocks.live_file import MEASURED
from fabctl.interlocks.rule import Applies, During, From, Severity
from fabctl.interlocks.rule_file import REQUIRED, example_layout
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES
from fabctl.interlocks.wafer_state import Has
from fabctl.process.claim import claims
from fabctl.process.material import CONTAMINATION, MaterialClass, materials
from fabctl.process.sequence_schema import (
    TEXT,
    Schema,
    name_schema,
    quantity_schema,
    step_schema,
)
from fabctl.process.vocabulary import OPERATIONS, SIGNALS
from fabctl.quantities import Dimension

_NAME: Schema = name_schema("a name")
_TRUE: Schema = {"const": True}
_YES_NO: Schema = {"enum": ["yes", "no", True, False]}


def rule_schema() -> Schema:
    """Make the schema, as a JSON-able document of draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fabctl rules",
        **_object(
            {"rules": _NAME, "title": TEXT, "entries": _list(_rule())}, "rules title entries"
        ),
        "$defs": {"selector": _selector(), "step": step_schema(example_layout())},
    }


def _rule() -> Schema:
    properties: Schema = {
        "code": {"type": "string", "pattern": "^[A-Z]{2}[1-9][0-9]{2}$"},
        "name": _NAME,
        "title": TEXT,
        "severity": _words(Severity),
        "waivable": {"type": "boolean"},
        "applies": _words(Applies),
        "binds": _SELECTOR,
        "cites": _list(_citation()),
        "hint": TEXT,
        "examples": _examples(),
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
    rule = _object(properties, " ".join(REQUIRED))
    return {**rule, **_one_of(*DEMANDS), "allOf": links.of_rule()}


def _examples() -> Schema:
    properties: Schema = {"verdict": _words(Verdict), "steps": _list(_STEP), "after": _list(_STEP)}
    legal: Schema = {"const": Verdict.LEGAL.value}
    told = [{"contains": {"properties": {"verdict": each}}} for each in (legal, {"not": legal})]
    return {**_list(_object(properties, "verdict steps")), "allOf": told}


_SELECTOR: Schema = {"$ref": "#/$defs/selector"}
_STEP: Schema = {"$ref": "#/$defs/step"}


def _selector() -> Schema:
    properties: Schema = {
        "operation": _list(_words(OPERATIONS)),
        "material_class": {"anyOf": [_words(MaterialClass), _list(_words(MaterialClass))]},
        "material": _distinct(_words(materials().words())),
        "conductive": _YES_NO,
        "tone": _words(("positive", "negative")),
        "wafer_has": _list(_words(Has)),
        "wafer_lacks": _list(_words(Has)),
        "film_of": _distinct(_words(_films())),
        "level": _whole(1),
        "words": {"type": "object", "additionalProperties": _distinct(_NAME)},
    }
    return {**_object(properties, "operation"), "allOf": links.of_selector()}


def _films() -> list[str]:
    table = materials()
    return [word for word in table.words() if table.class_of(word) == MaterialClass.FILM]


def _citation() -> Schema:
    elements = [element.name for claim in claims().values() for element in claim.elements]
    properties: Schema = {
        "element": _words(elements),
        "source": TEXT,
        "words": TEXT,
        "reading": TEXT,
    }
    return {**_object(properties, "words reading"), **_one_of("element", "source")}


def _limit(*subjects: str, **more: Schema) -> Schema:
    every: dict[str, Schema] = {
        "parameters": _list(_words(links.DIMENSIONS)),
        "wafer": _words(WAFER_QUANTITIES),
        "material": _words(FIGURES),
        "peak": TEXT,
    }
    end: Schema = {"anyOf": [quantity_schema(None), quantity_schema(Dimension.NUMBER)]}
    properties: Schema = {name: every[name] for name in subjects}
    properties |= dict.fromkeys(ENDS, end)
    properties |= more
    ends = {"anyOf": [{"required": [name]} for name in ENDS]}
    return {**_object(properties), **_one_of(*subjects), **ends, "allOf": links.of_limit()}


def _stated_limit() -> Schema:
    limit = _limit("parameters", "wafer", "material", where_stated=_TRUE)
    return {**limit, "dependentRequired": {"where_stated": ["parameters"]}}


def _trajectory() -> Schema:
    margin = quantity_schema(None, positive=True)
    limit = _limit("parameters", "wafer", "peak", margin=margin)
    return {"allOf": [limit, _one_of("margin", "peak")]}


def _material() -> Schema:
    properties: Schema = {
        "one_of": _distinct(_words(materials().words())),
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
        "first": _TRUE,
        "material": _words((*FIGURES, *WORDS)),
        "parameter": TEXT,
        "is": _words(Compare),
        "same": _SAME,
    }
    return {
        **_object(properties, "is"),
        "allOf": [
            _one_of("material", "parameter"),
            _one_of("to", "successive"),
            *links.of_relation(),
        ],
        "dependentRequired": {"until": ["successive"], "first": ["to"]},
    }


def _order() -> Schema:
    selectors = ("earlier", "since", "later", "after", "before", "unless")
    properties: Schema = dict.fromkeys(selectors, _SELECTOR)
    properties |= {
        "same": _SAME,
        "times": _whole(2),
    }
    goes_with = {"since": "earlier", "after": "later", "before": "later", "times": "earlier"}
    needs = {key: [other] for key, other in goes_with.items()}
    return {
        **_object(properties),
        **_one_of("earlier", "later"),
        "dependentRequired": needs,
        "dependentSchemas": {"unless": _one_of("since", "later")},
    }


def _queue() -> Schema:
    properties: Schema = {
        "after": _SELECTOR,
        "within": quantity_schema(Dimension.TIME, positive=True),
        "unless": _SELECTOR,
        "cured_by": _list(_SELECTOR),
        "film_below": quantity_schema(Dimension.LENGTH, positive=True),
    }
    return _object(properties, "after within")


def _heat() -> Schema:
    properties: Schema = {
        "above": quantity_schema(Dimension.TEMPERATURE),
        "within": quantity_schema(Dimension.TIME, positive=True),
    }
    return _object(properties, "above within")


def _live() -> Schema:
    time = quantity_schema(Dimension.TIME, positive=True)
    ends: Schema = dict.fromkeys(ENDS, quantity_schema(None))
    properties: Schema = {
        "signal": _words(SIGNALS),
        "begins": _words(From),
        "upper": _words(During),
        "lower": _words(During),
        "fresh_for": time,
        "blind_for": time,
        "frozen_after": time,
        "warn_within": quantity_schema(None, positive=True),
        "plausible": {**_object(ends), "minProperties": 1},
        "reset_by": TEXT,
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


def _distinct(item: Schema) -> Schema:
    return {**_list(item), "uniqueItems": True}


def _whole(lowest: int) -> Schema:
    return {"type": ["integer", "string"], "minimum": lowest, "pattern": "^[+]?[0-9]"}


def _words(words: Iterable[str]) -> Schema:
    return {"enum": [str(word) for word in words]}


_SAME = _words((Same.LEVEL, Same.LAYER, Same.MATERIAL))
