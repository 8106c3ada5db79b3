"""A tool's dictionary: its variables, events, alarms, commands and recipes, as one data file.

The host's driver and the simulated tool load the same file (the same facts as SEMI E172's SEDD).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from msgspec import Struct, field

from fabctl.quantities import Quantity
from fabctl.tools.prediction import Model


class Role(StrEnum):
    """Which kind of variable: status, data (valid in its event only), or equipment constant."""

    SV = "SV"
    DV = "DV"
    EC = "EC"


class Variable(Struct, frozen=True):
    """One variable. Limits and default are in `unit`; `format` is an SML item type (F4, U2, A)."""

    vid: int
    role: Role
    name: str
    format: str
    unit: str = ""
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    default: str | None = None
    signal: str = ""
    """The rules' word for what it measures (``temperature``); "" where no rule watches it."""
    peak_of: str = ""
    """The signal whose highest value since the job's start the tool keeps in this variable."""
    redundant: str = ""
    """A name that variables share which measure the same thing at the same place."""


class Event(Struct, frozen=True):
    """A collection event, with the names of the variables that the host links to it."""

    ceid: int
    name: str
    report: tuple[str, ...] = ()


class Alarm(Struct, frozen=True):
    """An alarm; `category` as in SECS-II ALCD bits 7 to 1, `reaction` of the tool itself."""

    alid: int
    name: str
    text: str
    category: int
    reaction: str = "none"


class Parameter(Struct, frozen=True):
    """A parameter of a remote command or of a recipe block."""

    name: str
    format: str
    unit: str = ""
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    resolution: Fraction | None = None
    """The step in which the tool takes it; None where any value will do."""
    optional: bool = False
    words: tuple[str, ...] = ()
    """The closed list of a text parameter's values; empty where any text will do."""
    chamber: str = ""
    """The chamber whose range this is; "" for the tool's."""
    chambers: Mapping[str, "Parameter"] = field(default_factory=dict)
    """Chamber → the parameter with the narrower range that it has there."""

    @property
    def where(self) -> str:
        """Where the range holds, to be said behind it: " in film"; "" for the whole tool."""
        return f" in {self.chamber}" if self.chamber else ""


class Command(Struct, frozen=True):
    """A remote command (RCMD) with its parameters and the processing states that allow it."""

    rcmd: str
    parameters: tuple[Parameter, ...]
    states: tuple[str, ...]
    done: str = ""
    """The event that tells that it is finished."""


class CommandCode(Struct, frozen=True):
    """A block of a formatted process program: what it is called and takes, in order."""

    ccode: int
    name: str
    parameters: tuple[Parameter, ...]


class TemplateBlock(Struct, frozen=True):
    """One block of a template: parameter name → literal text or ``$recipe_parameter``."""

    ccode: int
    values: Mapping[str, str]


class Template(Struct, frozen=True):
    """How recipes of an operation become a program: chosen by the recipe's words, read both ways.

    `when` maps recipe parameters to the words that they must have. `blocks` build a formatted
    program; `body` (a text template) an unformatted one; `start` the parameters of the START
    command. `defaults` holds the value of each parameter that the recipe may leave out. A template
    fits a recipe whose parameters are exactly those that it uses.
    """

    operation: str
    when: Mapping[str, tuple[str, ...]]
    blocks: tuple[TemplateBlock, ...] = ()
    body: str = ""
    start: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)


class Watch(Struct, frozen=True):
    """Which variables are traced during an operation, and how often (process seconds)."""

    operation: str
    period_s: Fraction
    variables: tuple[str, ...]


class Result(Struct, frozen=True):
    """Where a metrology tool puts a measured quantity.

    `values`, `uncertainty` and `layer` name variables; `uncertainty` is absolute, in `unit`;
    `layer` is "" where the tool does not say which layer it measured.
    """

    quantity: str
    values: str
    uncertainty: str
    unit: str
    layer: str = ""


class Uncertainty(Struct, frozen=True):
    """By how much a reading may be off either way (a difference), and who says so."""

    within: Quantity
    source: str


@dataclass(frozen=True)
class Dictionary:
    """Everything there is to know of one tool's SECS interface."""

    tool: str
    kind: str
    mdln: str
    softrev: str
    wafer_mm: int
    device_id: int
    chambers: Mapping[str, tuple[str, ...]]
    """Chamber → materials that it may handle."""
    timers: Mapping[str, Fraction]
    quirks: Mapping[str, str]
    variables: tuple[Variable, ...]
    events: tuple[Event, ...]
    alarms: tuple[Alarm, ...]
    commands: tuple[Command, ...]
    states: Mapping[int, str]
    ccodes: tuple[CommandCode, ...]
    templates: tuple[Template, ...]
    watches: tuple[Watch, ...]
    results: tuple[Result, ...]
    formatted: bool = True
    model: Model | None = None
    uncertainties: Mapping[str, Uncertainty] = dataclass_field(default_factory=dict)
    """Signal → how sure its readings are; of a signal that is missing here nobody knows."""

    @cached_property
    def variables_by_name(self) -> Mapping[str, Variable]:
        """Every variable by its name."""
        return {each.name: each for each in self.variables}

    @cached_property
    def redundant(self) -> tuple[frozenset[str], ...]:
        """The names of the variables that measure the same, group by group."""
        groups: dict[str, set[str]] = {}
        for each in self.variables:
            if each.redundant:
                groups.setdefault(each.redundant, set()).add(each.name)
        return tuple(frozenset(group) for group in groups.values())

    def signals(self, operation: str) -> frozenset[str]:
        """The signals that the tool reports while it does an operation."""
        watched = [
            name for each in self.watches if each.operation == operation for name in each.variables
        ]
        return frozenset(self.variables_by_name[name].signal for name in watched) - {""}

    @cached_property
    def variables_by_id(self) -> Mapping[int, Variable]:
        """Every variable by its VID (SVID, DVID or ECID: one number space)."""
        return {each.vid: each for each in self.variables}

    @cached_property
    def events_by_name(self) -> Mapping[str, Event]:
        """Every collection event by its name."""
        return {each.name: each for each in self.events}

    @cached_property
    def events_by_id(self) -> Mapping[int, Event]:
        """Every collection event by its CEID."""
        return {each.ceid: each for each in self.events}

    @cached_property
    def alarms_by_id(self) -> Mapping[int, Alarm]:
        """Every alarm by its ALID."""
        return {each.alid: each for each in self.alarms}

    @cached_property
    def commands_by_name(self) -> Mapping[str, Command]:
        """Every remote command by its RCMD."""
        return {each.rcmd: each for each in self.commands}

    def parameters_of(
        self, blocks: Iterable[tuple[int, Sequence[object]]]
    ) -> Iterator[tuple[Parameter, ...]]:
        """Each block's parameters, with the ranges of the chamber that the program is in by then.

        A block, its CCODE and its values in order, is in the chamber that the last parameter named
        whose words are chambers of the tool. This is the one place that knows a range: templates,
        the audit and the simulated tools take it from here. Raises KeyError for an unknown CCODE.
        """
        chamber: object = ""
        for ccode, values in blocks:
            parameters = self.ccodes_by_id[ccode].parameters
            for parameter, value in zip(parameters, values, strict=False):
                if self.chooses_chamber(parameter):
                    chamber = value
            yield tuple(each.chambers.get(str(chamber), each) for each in parameters)

    def chooses_chamber(self, parameter: Parameter) -> bool:
        """Whether a block's parameter says in which chamber the program goes on."""
        return bool(parameter.words) and self.chambers.keys() >= set(parameter.words)

    @cached_property
    def ccodes_by_id(self) -> Mapping[int, CommandCode]:
        """Every recipe block by its CCODE."""
        return {each.ccode: each for each in self.ccodes}
