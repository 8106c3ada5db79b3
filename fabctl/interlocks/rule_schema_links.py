"""What one part of a rule says of another, as conditions of the JSON Schema of rule files."""

from collections.abc import Mapping

from fabctl.interlocks.demand import Compare, Same
from fabctl.interlocks.demand_file import DEMANDS, ENDS
from fabctl.interlocks.judge_material import WORDS
from fabctl.interlocks.rule_file import own_rules
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES
from fabctl.process.sequence_schema import Schema, name_schema, quantity_schema
from fabctl.process.vocabulary import OPERATIONS, SIGNALS, Operation, heats
from fabctl.quantities import Dimension

_NEVER: Schema = {"not": {}}
_WITHOUT_MATERIAL = [name for name, each in OPERATIONS.items() if "material" not in each.parameters]
_OF_MATERIAL = ("material_class", "conductive", "tone", "material")
DIMENSIONS: Mapping[str, Dimension] = {
    name: rule.dimension
    for each in OPERATIONS.values()
    for name, rule in each.parameters.items()
    if rule.dimension is not None
}
"""What each parameter that is a quantity measures, in whatever operation."""


def of_rule() -> list[Schema]:
    """Say what a rule's parts say of each other: its code, its demand, what it binds, its uses."""
    return [
        *(_if(_has(key), _are(code={"pattern": f"^{of}"})) for key, of in DEMANDS.items()),
        *(
            _if(_are(code={"const": code}), _are(name={"const": rule.name}))
            for code, rule in own_rules().items()
        ),
        _if(
            _are(applies={"const": "practised"}),
            _are(cites={"contains": _has("element")}),
        ),
        *(
            _if(_has(part), {**_has("limit"), **_are(limit=_lacks("material"), applies=_ALWAYS)})
            for part in ("live", "gate")
        ),
        _if(_has("forbidden"), _are(binds={"anyOf": [_has(key) for key in _NARROWING]})),
        *(_watched(signal, dimension) for signal, dimension in SIGNALS.items()),
        *(_if(_are(binds=_asks_for(each.name)), _demands(each)) for each in OPERATIONS.values()),
        *(_if(_limits(name), _are(binds=_asks_for(*_having(name)))) for name in DIMENSIONS),
        *(_two_on_the_same(demand) for demand in ("relation", "order")),
    ]


def _limits(parameter: str) -> Schema:
    """Say that a limit, or a trajectory, is on a parameter; maybe on others too."""
    of = _names("parameters", parameter)
    return {"anyOf": [{**_has(part), **_are(**{part: of})} for part in ("limit", "trajectory")]}


def _having(parameter: str) -> list[str]:
    return [name for name, each in OPERATIONS.items() if parameter in each.parameters]


_ALWAYS: Schema = {"const": "always"}
_NARROWING = ("wafer_has", "wafer_lacks", "film_of", "words", "material_class")


def of_selector() -> list[Schema]:
    """Say which materials and words the operations of a selector have."""
    words = [_if(_asks_for(each.name), _are(words=_words_of(each))) for each in OPERATIONS.values()]
    return [_if(_asks_for(*_WITHOUT_MATERIAL), _lacks(*_OF_MATERIAL)), *words]


def of_limit() -> list[Schema]:
    """Say what the ends of a limit measure, and how a value of that may stray."""
    return [
        {"not": _has("at_least", "above")},
        {"not": _has("at_most", "below")},
        *(
            _if({**_has("wafer"), **_are(wafer={"const": name})}, _ends(each.dimension))
            for name, each in WAFER_QUANTITIES.items()
        ),
        _if(_has("material"), _ends(Dimension.NUMBER)),
        *(
            _if(
                {
                    "anyOf": [
                        _names("parameters", name),
                        {**_has("peak"), **_are(peak={"const": name})},
                    ]
                },
                _ends(dimension),
            )
            for name, dimension in DIMENSIONS.items()
        ),
    ]


def of_relation() -> list[Schema]:
    """Say what the other step of a relation has, and which figures are words."""
    differ = _are(**{"is": {"const": Compare.DIFFERENT}})
    worded = {**_has("material"), **_are(material={"enum": list(WORDS)})}
    return [
        *(
            _if(
                {**_has("to"), **_are(to=_asks_for(each.name))},
                _are(parameter={"enum": _quantities(each)}),
            )
            for each in OPERATIONS.values()
        ),
        _if(
            {**_has("material", "to"), **_are(to=_asks_for(*_WITHOUT_MATERIAL))},
            _NEVER,
        ),
        {"if": worded, "then": differ, "else": {"not": {**differ, **_has("is")}}},
    ]


def _demands(operation: Operation) -> Schema:
    """Say what can be demanded of steps that may be of an operation."""
    quantities = {"enum": _quantities(operation)}
    limits = _are(parameters={"contains": quantities}, peak=quantities)
    parts: dict[str, Mapping[str, object]] = {
        "limit": limits,
        "trajectory": limits,
        "relation": _are(parameter=quantities),
    }
    if operation.name in _WITHOUT_MATERIAL:
        parts["limit"] = {"allOf": [limits, _lacks("material")]}
        parts["relation"] = {"allOf": [_are(parameter=quantities), _lacks("material")]}
        parts["material"] = _NEVER
        parts["order"] = _are(same=_NO_LAYER)
    if not heats(operation):
        parts["heat"] = _NEVER
    return _are(**parts)


_NO_LAYER: Schema = {"enum": [Same.LEVEL.value]}


def _two_on_the_same(demand: str) -> Schema:
    """A layer is of a material, so every step that is asked for has one."""
    selectors = ("to", "until", "earlier", "since", "later", "after", "before", "unless")
    without: Schema = {
        "anyOf": [
            {**_has(each), **_are(**{each: _asks_for(*_WITHOUT_MATERIAL)})} for each in selectors
        ]
    }
    return _are(**{demand: _if(without, _are(same=_NO_LAYER))})


def _watched(signal: str, dimension: Dimension) -> Schema:
    """A signal measures what the rule limits."""
    live = {**_has("signal"), **_are(signal={"const": signal})}
    band = quantity_schema(_apart(dimension), positive=True)
    fits = _are(plausible=_ends(dimension), warn_within=band)
    return _if({**_has("live"), **_are(live=live)}, _are(limit=_ends(dimension), live=fits))


def _words_of(operation: Operation) -> Schema:
    parameters = operation.parameters
    name: Schema = name_schema("a word")
    known: dict[str, Schema] = {
        key: {"items": {"enum": list(rule.words)} if rule.words else name}
        for key, rule in parameters.items()
    }
    return {"properties": known, "propertyNames": {"enum": list(parameters)}}


def _quantities(operation: Operation) -> list[str]:
    return [name for name, rule in operation.parameters.items() if rule.dimension is not None]


def _ends(dimension: Dimension) -> Schema:
    """Say what the ends of a limit measure, and by how much a value of that may stray."""
    by = [quantity_schema(_apart(dimension), positive=True)]
    if dimension is not Dimension.TEMPERATURE:
        by.append(quantity_schema(Dimension.RATIO, positive=True))
    ends = dict.fromkeys(ENDS, quantity_schema(dimension))
    return _are(**ends, margin={"anyOf": by})


def _apart(dimension: Dimension) -> Dimension:
    if dimension is Dimension.TEMPERATURE:
        return Dimension.TEMPERATURE_DIFFERENCE
    return dimension


def _asks_for(*operations: str) -> Schema:
    return _names("operation", *operations)


def _names(key: str, *words: str) -> Schema:
    return {**_has(key), **_are(**{key: {"contains": {"enum": list(words)}}})}


def _has(*keys: str) -> Schema:
    return {"required": list(keys)}


def _lacks(*keys: str) -> Schema:
    return _are(**dict.fromkeys(keys, _NEVER))


def _are(**parts: Mapping[str, object]) -> Schema:
    return {"properties": parts}


def _if(condition: Schema, then: Schema) -> Schema:
    return {"if": condition, "then": then}
