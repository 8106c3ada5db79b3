"""How one entry of a dictionary file is read: a variable, an event, a recipe block ..."""

from msgspec.structs import replace

from fabctl.process.yaml_tree import Node, Scalar
from fabctl.tools.dictionary import (
    Alarm,
    Command,
    CommandCode,
    Event,
    Parameter,
    Result,
    Role,
    Uncertainty,
    Variable,
    Watch,
)
from fabctl.tools.fields import Fields, each
from fabctl.tools.wire_value import INTEGERS

FORMATS = ("L", "A", "B", "BOOLEAN", "F4", "F8", *INTEGERS)
PARAMETER_FORMATS = ("A", "F4", "F8", *INTEGERS)

STATES = (
    "INIT",
    "IDLE",
    "SETUP",
    "READY",
    "EXECUTING",
    "PAUSING",
    "PAUSED",
    "STOPPING",
    "ABORTING",
    "FAULT",
)
"""The canonical processing states, to which a tool's own numbers are mapped."""

REACTIONS = ("none", "stop", "abort")


def variable(node: Node) -> Variable:
    """``{vid: 1101, class: SV, name: Pressure, format: F4, unit: Torr, min: 0, max: 20}``."""
    keys = (
        *("vid", "class", "name", "format", "unit", "min", "max", "default"),
        *("signal", "peak_of", "redundant"),
    )
    fields = Fields(node, "a variable", keys)
    minimum, maximum = fields.number("min"), fields.number("max")
    if minimum is not None and maximum is not None and minimum > maximum:
        fields.fail("WN101", fields.mark_of("min"), "'min' is above 'max'")
    return Variable(
        vid=fields.whole("vid"),
        role=Role(fields.word("class", tuple(Role))),
        name=fields.text("name"),
        format=fields.word("format", FORMATS),
        unit=fields.text("unit", ""),
        minimum=minimum,
        maximum=maximum,
        default=fields.text("default") if fields.has("default") else None,
        signal=fields.text("signal", ""),
        peak_of=fields.text("peak_of", ""),
        redundant=fields.text("redundant", ""),
    )


def event(node: Node) -> Event:
    """``{ceid: 8, name: ProcessingStarted, report: [Clock, JobID, SubstID]}``."""
    fields = Fields(node, "an event", ("ceid", "name", "report"))
    return Event(fields.whole("ceid"), fields.text("name"), fields.texts("report"))


def alarm(node: Node) -> Alarm:
    """``{alid: 1102, name: HeaterOverTemperature, text: ..., category: 2, reaction: abort}``."""
    fields = Fields(node, "an alarm", ("alid", "name", "text", "category", "reaction"))
    category = fields.whole("category")
    if category > 127:
        fields.fail("TY103", fields.mark_of("category"), "'category' must be 0 to 127")
    return Alarm(
        alid=fields.whole("alid"),
        name=fields.text("name"),
        text=fields.text("text"),
        category=category,
        reaction=fields.word("reaction", REACTIONS, "none"),
    )


PARAMETER_KEYS = ("name", "format", "unit", "min", "max", "resolution", "optional", "words")


def parameter(node: Node) -> Parameter:
    """``{name: Pressure, format: F4, unit: Torr, min: 0.5, max: 20, resolution: 0.1}``."""
    return _parameter(Fields(node, "a parameter", PARAMETER_KEYS))


def block_parameter(node: Node) -> Parameter:
    """``{name: Temp, format: F4, unit: degC, min: 15, max: 400, chambers: {film: {max: 150}}}``."""
    fields = Fields(node, "a parameter", (*PARAMETER_KEYS, "chambers"))
    whole = _parameter(fields)
    narrowed = {
        name.text: _in_chamber(name, ends, whole) for name, ends in fields.pairs("chambers")
    }
    return replace(whole, chambers=narrowed)


def _in_chamber(name: Scalar, node: Node, whole: Parameter) -> Parameter:
    """``film: {max: 150}``: an end that is left out is the tool's."""
    fields = Fields(node, f"the range of {whole.name} in {name.text}", ("min", "max"))
    low, high = fields.number("min"), fields.number("max")
    for key, end in (("min", low), ("max", high)):
        if end is None:
            continue
        below = whole.minimum is not None and end < whole.minimum
        above = whole.maximum is not None and end > whole.maximum
        if below or above:
            fields.fail("WN101", fields.mark_of(key), f"{key!r} is outside the tool's own range")
    low = whole.minimum if low is None else low
    high = whole.maximum if high is None else high
    if low is not None and high is not None and low > high:
        fields.fail("WN101", fields.mark_of("min"), "'min' is above 'max'")
    return replace(whole, minimum=low, maximum=high, chamber=name.text)


def _parameter(fields: Fields) -> Parameter:
    minimum, maximum = fields.number("min"), fields.number("max")
    if minimum is not None and maximum is not None and minimum > maximum:
        fields.fail("WN101", fields.mark_of("min"), "'min' is above 'max'")
    resolution = fields.number("resolution")
    if resolution is not None and resolution <= 0:
        fields.fail("IN207", fields.mark_of("resolution"), "'resolution' must be above 0")
    return Parameter(
        name=fields.text("name"),
        format=fields.word("format", PARAMETER_FORMATS),
        unit=fields.text("unit", ""),
        minimum=minimum,
        maximum=maximum,
        resolution=resolution,
        optional=fields.flag("optional", default=False),
        words=fields.texts("words"),
    )


def command(node: Node) -> Command:
    """``{rcmd: START, params: [...], states: [READY], done: ProcessingStarted}``."""
    fields = Fields(node, "a command", ("rcmd", "params", "states", "done"))
    states = fields.texts("states")
    for state in states:
        if state not in STATES:
            fields.fail(
                "IN206", fields.mark_of("states"), f"no processing state is called {state!r}"
            )
    return Command(
        rcmd=fields.text("rcmd"),
        parameters=each(fields.items("params"), parameter),
        states=states,
        done=fields.text("done", ""),
    )


def block(node: Node) -> CommandCode:
    """``{ccode: 102, name: DEPOSIT, params: [...]}``: parameters in the order of the wire."""
    fields = Fields(node, "a recipe block", ("ccode", "name", "params"))
    return CommandCode(
        ccode=fields.whole("ccode"),
        name=fields.text("name"),
        parameters=each(fields.items("params"), block_parameter),
    )


def watch(node: Node) -> Watch:
    """``{operation: anneal, period: 10 s, variables: [Zone1Temp]}``."""
    fields = Fields(node, "a watch", ("operation", "period", "variables"))
    period = fields.quantity("period", "s")
    if period <= 0:
        fields.fail("TY101", fields.mark_of("period"), "'period' must be above 0 s")
    return Watch(fields.text("operation"), period, fields.texts("variables"))


def result(node: Node) -> Result:
    """``{quantity: film_thickness, values: SiteValues, uncertainty: Uncertainty, unit: nm}``."""
    keys = ("quantity", "values", "uncertainty", "unit", "layer")
    fields = Fields(node, "a result", keys)
    return Result(
        quantity=fields.text("quantity"),
        values=fields.text("values"),
        uncertainty=fields.text("uncertainty"),
        unit=fields.text("unit"),
        layer=fields.text("layer", ""),
    )


def uncertainty(node: Node, signal: str) -> Uncertainty:
    """``{within: 2 delta_degC, source: data sheet}``."""
    fields = Fields(node, f"the uncertainty of {signal}", ("within", "source"))
    return Uncertainty(fields.positive("within"), fields.text("source"))
