"""Loads a tool's dictionary file.

A dictionary may ``include`` another one (the variables, events and commands that all GEM tools of
a fab share); its own entries replace included ones of the same number. The sections::

    include: common.yaml                        # beside this file, or one of fabctl's
    tool: {id: CVD01, kind: cvd, mdln: FAB-CVD, softrev: "1.4.0", wafer: 200 mm, device_id: 0}
    quirks: {id_format: U4}                     # see QUIRKS
    timers: {t3: 45 s}                          # see TIMERS
    chambers: {film: [Sn, Al]}                  # what may go in; a bath or a platen is one too
    states: {0: INIT, 1: IDLE}                  # the tool's number: the canonical state
    variables:
      - {vid: 1102, class: SV, name: HeaterTemp, format: F4, unit: degC, min: 0, max: 500,
         signal: temperature}                   # also: default, peak_of
    events:
      - {ceid: 8, name: ProcessingStarted, report: [Clock, JobID]}
    alarms:
      - {alid: 1102, name: HeaterOverTemperature, text: Heater too hot, category: 2,
         reaction: abort}                       # none, stop or abort
    commands:
      - {rcmd: START, params: [{name: LOTID, format: A}], states: [READY],
         done: ProcessingStarted}
    recipe:
      formatted: true                           # false: the body is text, see fabctl.tools.body
      blocks:
        - ccode: 102                            # chambers: where the range is narrower than the
          name: DEPOSIT                         # tool's; the chamber is what the program last
          params:                               # named by a parameter whose words are chambers
            - {name: Chamber, format: A, words: [film]}
            - {name: Temp, format: F4, unit: degC, min: 15, max: 400, chambers: {film: {max: 150}}}
    templates:                                  # the first that fits a recipe makes its program
      - operation: deposit
        when: {chamber: film, material: [Sn, Al]}
        defaults: {temperature: 25 degC}        # for what a recipe may leave out
        blocks:
          - DEPOSIT: {Temp: $temperature, Material: $material, Gap: 320}
        start: {DOSE: $dose}                    # parameters of START beyond LOTID
    watches:
      - {operation: deposit, period: 2 s, variables: [HeaterTemp]}
    results:
      - {quantity: film_thickness, values: SiteThickness, uncertainty: Uncertainty, unit: nm}
    uncertainties:                              # by how much readings of a signal may be off
      temperature: {within: 2 delta_degC, source: data sheet}
    model: {by: pid-furnace, ...}               # what predicts it, see fabctl.tools.model_file
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from fabctl.process.errors import InputError, Mark, Problem
from fabctl.process.vocabulary import KINDS, OPERATIONS
from fabctl.process.yaml_reader import read_file
from fabctl.process.yaml_tree import List, Node
from fabctl.quantities import QuantityError, difference_unit
from fabctl.tools import dictionary_entries as entries
from fabctl.tools.dictionary import Dictionary, Role, Uncertainty
from fabctl.tools.fields import Fields
from fabctl.tools.model_file import included, model
from fabctl.tools.prediction import Model
from fabctl.tools.template_file import read_template

T = TypeVar("T")

SECTIONS = (
    "include",
    "tool",
    "quirks",
    "timers",
    "chambers",
    "states",
    "variables",
    "events",
    "alarms",
    "commands",
    "recipe",
    "templates",
    "watches",
    "results",
    "uncertainties",
    "model",
)

QUIRKS = {
    "id_format": "U4",
    "time_format": "16",
    "period_format": "8",
    "all_alarms": "empty_item",
    "hcack_type": "B",
    "trace_reply": "yes",
    "body_ignores": "",
    "decimals": "1",
    "verified": "",
}
"""How tools differ, and what they do unless their dictionary says otherwise.

``id_format``: item type of VID, CEID, RPTID, ALID and TRID. ``time_format``: characters of S2F31's
TIME, 12 or 16, or ``none`` where the host can't set its clock. ``period_format``: characters of
S2F23's DSPER, 6 (hhmmss) or 8 (hhmmsscc).
``all_alarms``: how S5F3 and S5F5 name all alarms: ``empty_item``, or ``each`` by its ALID.
``hcack_type``: item type of HCACK and CPACK as the tool sends it, B or U1 (the host takes any).
``trace_reply``: whether the tool sends S6F1 with W, ``yes`` or ``no`` (the host takes either).
``body_ignores``: lines of an unformatted program that begin so are no part of it (a save time).
``decimals``: digits behind the point on a controller's display, which its numbers are scaled by.
``verified``: who has tried the driver of a serial tool on this very model, and when; until somebody
has, each run says so.
"""

TIMERS: dict[str, int | Fraction] = {
    "t1": Fraction(1, 2),
    "t2": 10,
    "t3": 45,
    "t4": 45,
    "t5": 10,
    "t6": 5,
    "t7": 10,
    "t8": 5,
    "linktest": 60,
    "linktest_idle": 600,
    "command_latency": 2,
    "verification": 60,
    "selection": 120,
    "transfer": 300,
}
"""Timers and their values in seconds unless the dictionary says otherwise.

Wire seconds: T1 to T4 (E4), T3 to T8 (E37), and ``command_latency``, until a command that was sent
shows in the tool's record; ``linktest``: for how long a tool with a job may say nothing before it
is asked whether it is there, ``linktest_idle``: a tool without one. Process seconds: how long the
tool takes for the ``verification`` of a program, the ``selection`` of one, the ``transfer`` of a
wafer.
"""


def load_dictionary(path: Path) -> Dictionary:
    """Read a dictionary file and what it includes.

    Raises `InputError`, with the place of every problem, where a file can't be read, an entry is
    wrong, or one entry names another that does not exist.
    """
    layers = [_open(path)]
    while layers[0].has("include"):
        path = included(path, layers[0].text("include"))
        layers.insert(0, _open(path))
        if len(layers) > 8:
            layers[0].fail(
                "IN207", layers[0].mark_of("include"), "dictionaries include each other in a ring"
            )
    return _merged(tuple(layers))


def layers(path: Path) -> tuple[Path, ...]:
    """Give a dictionary's file and those that it includes. Raises `InputError`."""
    found = [path]
    while _open(found[-1]).has("include"):
        found.append(included(found[-1], _open(found[-1]).text("include")))
    return tuple(found)


def _open(path: Path) -> Fields:
    try:
        state = path.stat()
    except OSError:
        return Fields(read_file(path), "a dictionary", SECTIONS)  # which says what is wrong
    return _layer(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _layer(path: Path, _changed_ns: int, _size: int) -> Fields:
    """A file as it is now; what all tools include is read once."""
    return Fields(read_file(path), "a dictionary", SECTIONS)


@lru_cache(maxsize=64)
def _merged(layers: tuple[Fields, ...]) -> Dictionary:
    """What unchanged files say together."""
    return _Loader(list(layers)).dictionary()


class _Loader:
    """Merges the layers of a dictionary, base first, and checks what refers to what."""

    def __init__(self, layers: list[Fields]) -> None:
        self._layers = layers
        self._top = layers[-1]
        self._marks: dict[tuple[str, Hashable], Mark] = {}

    def dictionary(self) -> Dictionary:
        head = Fields(
            self._top.node("tool"),
            "'tool'",
            ("id", "kind", "mdln", "softrev", "wafer", "device_id"),
        )
        recipes = [
            Fields(layer.node("recipe"), "'recipe'", ("formatted", "blocks"))
            for layer in self._layers
            if layer.has("recipe")
        ]
        blocks = (node for recipe in recipes for node in recipe.items("blocks"))
        bare = Dictionary(
            tool=head.text("id"),
            kind=head.word("kind", KINDS),
            mdln=self._short(head, "mdln"),
            softrev=self._short(head, "softrev"),
            wafer_mm=int(head.quantity("wafer", "mm")),
            device_id=head.whole("device_id") if head.has("device_id") else 0,
            chambers=self._chambers(),
            timers=self._timers(),
            quirks=self._quirks(),
            states=self._states(),
            variables=self._section("variables", entries.variable, lambda each: each.vid),
            events=self._section("events", entries.event, lambda each: each.ceid),
            alarms=self._section("alarms", entries.alarm, lambda each: each.alid),
            commands=self._section("commands", entries.command, lambda each: each.rcmd),
            ccodes=self._merge("blocks", blocks, entries.block, lambda each: each.ccode),
            templates=(),
            watches=self._section("watches", entries.watch, lambda each: each.operation),
            results=self._section("results", entries.result, lambda each: each.quantity),
            model=self._model(),
            formatted=all(recipe.flag("formatted", default=True) for recipe in recipes),
        )
        self._check_references(bare)
        nodes = [node for layer in self._layers for node in layer.items("templates")]
        return replace(
            bare,
            templates=tuple(read_template(node, bare) for node in nodes),
            uncertainties=self._uncertainties(bare),
        )

    def _short(self, head: Fields, key: str) -> str:
        """MDLN and SOFTREV: at most 20 characters by E5."""
        text = head.text(key)
        if len(text) > 20:
            head.fail("IN203", head.mark_of(key), f"{key!r} has more than 20 characters")
        return text

    def _section(
        self, name: str, read: Callable[[Node], T], number: Callable[[T], Hashable]
    ) -> tuple[T, ...]:
        nodes = (node for layer in self._layers for node in layer.items(name))
        return self._merge(name, nodes, read, number)

    def _merge(
        self,
        section: str,
        nodes: Iterable[Node],
        read: Callable[[Node], T],
        number: Callable[[T], Hashable],
    ) -> tuple[T, ...]:
        found: dict[Hashable, T] = {}
        names: dict[str, Hashable] = {}
        problems: list[Problem] = []
        for node in nodes:
            try:
                entry = read(node)
            except InputError as error:
                problems.extend(error.problems)
                continue
            key = number(entry)
            name = getattr(entry, "name", "")
            place = self._marks.get((section, key))
            if place is not None and place.file == node.mark.file:
                problems.append(Problem("IN204", f"{section}: {key} is there twice", node.mark))
            elif name and names.setdefault(name, key) != key:
                problems.append(Problem("IN204", f"{section}: two named {name!r}", node.mark))
            self._marks[section, key] = node.mark
            found[key] = entry
        if problems:
            raise InputError(tuple(problems))
        return tuple(found.values())

    def _chambers(self) -> dict[str, tuple[str, ...]]:
        chambers: dict[str, tuple[str, ...]] = {}
        for layer in self._layers:
            for name, materials in layer.pairs("chambers"):
                what = f"chamber {name.text!r}"
                if not isinstance(materials, List):
                    layer.fail(
                        "IN203", materials.mark, f"{what} must list the materials that it takes"
                    )
                chambers[name.text] = tuple(layer.scalar(each, what) for each in materials.items)
        return chambers

    def _uncertainties(self, bare: Dictionary) -> dict[str, Uncertainty]:
        found: dict[str, Uncertainty] = {}
        for layer in self._layers:
            for signal, node in layer.pairs("uncertainties"):
                said = entries.uncertainty(node, signal.text)
                shown = [v for v in bare.variables if signal.text in (v.signal, v.peak_of)]
                if not shown:
                    layer.fail("IN205", signal.mark, f"no variable shows {signal.text!r}")
                try:
                    for variable in shown:
                        said.within.in_unit(difference_unit(variable.unit))
                except QuantityError as error:
                    layer.fail("TY101", node.mark, f"the uncertainty of {signal.text}: {error}")
                found[signal.text] = said
        return found

    def _model(self) -> Model | None:
        said = [layer.node("model") for layer in self._layers if layer.has("model")]
        return model(said[-1]) if said else None

    def _quirks(self) -> dict[str, str]:
        quirks = dict(QUIRKS)
        for layer in self._layers:
            for name, value in layer.pairs("quirks"):
                if name.text not in QUIRKS:
                    known = ", ".join(QUIRKS)
                    layer.fail(
                        "IN206", name.mark, f"no quirk is called {name.text!r}", f"one of: {known}"
                    )
                quirks[name.text] = layer.scalar(value, f"quirk {name.text!r}")
        return quirks

    def _timers(self) -> dict[str, Fraction]:
        timers = {name: Fraction(seconds) for name, seconds in TIMERS.items()}
        for layer in self._layers:
            for name, value in layer.pairs("timers"):
                if name.text not in TIMERS:
                    known = ", ".join(TIMERS)
                    layer.fail(
                        "IN206", name.mark, f"no timer is called {name.text!r}", f"one of: {known}"
                    )
                timers[name.text] = layer.quantity_of(value, f"timer {name.text!r}", "s")
        return timers

    def _states(self) -> dict[int, str]:
        states = {}
        for layer in self._layers:
            for number, name in layer.pairs("states"):
                state = layer.scalar(name, "a state")
                if state not in entries.STATES:
                    known = ", ".join(entries.STATES)
                    layer.fail(
                        "IN206", name.mark, f"no state is called {state!r}", f"one of: {known}"
                    )
                states[layer.whole_of(number, "a state's number")] = state
        return states

    def _check_references(self, bare: Dictionary) -> None:
        problems: list[Problem] = []

        def need(known: object, name: str, section: str, key: Hashable, what: str) -> None:
            if name and name not in known:  # type: ignore[operator]
                mark = self._marks[section, key]
                problems.append(Problem("IN205", f"no {what} is called {name!r}", mark))

        variables = bare.variables_by_name
        for event in bare.events:
            for name in event.report:
                need(variables, name, "events", event.ceid, "variable")
        for command in bare.commands:
            need(bare.events_by_name, command.done, "commands", command.rcmd, "event")
        for code in bare.ccodes:
            for parameter in code.parameters:
                for name in parameter.chambers:
                    need(bare.chambers, name, "blocks", code.ccode, "chamber")
        for watch in bare.watches:
            need(OPERATIONS, watch.operation, "watches", watch.operation, "operation")
            status = {each.name for each in bare.variables if each.role is Role.SV}
            for name in watch.variables:
                need(status, name, "watches", watch.operation, "status variable")
        for result in bare.results:
            for name in (result.values, result.uncertainty, result.layer):
                need(variables, name, "results", result.quantity, "variable")
        if problems:
            raise InputError(tuple(problems))
