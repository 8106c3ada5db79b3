"""The fab file: which tools there are, of which kind, and how each is reached.

::

    fab: built-in
    wafer: 200 mm
    tools:
      - {id: CVD01, kind: cvd, driver: gem, dictionary: CVD01.yaml, address: "127.0.0.1:5001"}

An address is HSMS's over TCP, or begins with ``secs-i:``; `fabctl.links.address` has them all.
``desk: /tmp/lab/desk`` in a fab of simulated tools is where they learn what people do by hand
(`fabctl.tools.desk_socket`); in a fab with a real tool it is an error.
A dictionary's path is relative to the fab file; one that is not there is looked for among the
dictionaries that come with fabctl.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from fabctl.links.address import Address, is_numbered
from fabctl.links.link import Dial, Link, LinkError, Receiver
from fabctl.process.errors import InputError, Mark, Problem
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Step
from fabctl.process.vocabulary import KINDS
from fabctl.process.yaml_tree import Node
from fabctl.tools.dictionary import Dictionary, Variable
from fabctl.tools.dictionary_file import load_dictionary
from fabctl.tools.errors import NoToolError, RecipeError
from fabctl.tools.fab_list import TOOL_KEYS, classes, dictionary_path, open_fab
from fabctl.tools.fields import Fields, each
from fabctl.tools.template import find_template

AS_THEY_ARE = frozenset({"eurotherm", "sck300", "hot-plate", "manual"})
"""Drivers of tools that are simulated under their own protocol and dictionary."""

SECTIONS = ("virtual", "destructive")
"""A simulated metrology tool sections a wafer without harm; a real one leaves scrap."""


class ToolEntry(Struct, frozen=True):
    """One tool of a fab.

    `driver` and `simulator` are names of entry points (groups ``fabctl.drivers`` and
    ``fabctl.simulators``); `address` is as written, "" for a tool that only exists simulated.
    """

    id: str
    kind: str
    driver: str
    simulator: str
    dictionary: Dictionary
    path: Path
    """The dictionary's file."""
    address: str
    mark: Mark
    sections: str = ""
    """How it can show a cross-section: ``virtual``, ``destructive``, or "" for not at all."""

    @property
    def chambers(self) -> Mapping[str, tuple[str, ...]]:
        """Its chambers (baths, platens), and the materials that each may handle."""
        return self.dictionary.chambers

    @property
    def place(self) -> Address:
        """Its address, read."""
        return Address.parse(self.address)

    def dial(self) -> Dial:
        """What dials it; a tool without an address says so when it is dialled."""

        async def nowhere(_receiver: Receiver) -> Link:
            raise LinkError("the fab file gives no address")

        return self.place.dial() if self.address else nowhere


class Fab(Struct, frozen=True):
    """The tools of a fab, in the order of the file, which is the order of preference."""

    name: str
    wafer_mm: int
    tools: tuple[ToolEntry, ...]
    path: Path
    desk: str = ""
    """The socket of a simulated lab's desk, "" for none: people's hands are the only ones."""

    def tool(self, tool_id: str) -> ToolEntry:
        """Give a tool by its ID. Raises `NoToolError`."""
        for entry in self.tools:
            if entry.id == tool_id:
                return entry
        known = ", ".join(entry.id for entry in self.tools)
        raise NoToolError(tool_id, f"not in fab {self.name}, which has {known}")


def load_fab(path: Path) -> Fab:
    """Read a fab file and the dictionaries of its tools.

    Raises `InputError` with the place of every problem, in this file or in a dictionary.
    """
    fields = open_fab(path)
    wafer_mm = int(fields.quantity("wafer", "mm"))
    tools = each(fields.items("tools"), lambda node: _entry(node, path.parent))
    if not tools:
        fields.fail("IN202", fields.mark, "a fab needs 'tools'")
    seen: dict[str, str] = {}
    problems: list[Problem] = []
    for tool in tools:
        if tool.id in seen.values():
            problems.append(Problem("IN204", f"tool {tool.id} is there twice", tool.mark))
        place = tool.place.name
        if place and place in seen:
            why = f"{tool.id} has {seen[place]}'s address {place}: each is on a port of its own"
            problems.append(Problem("IN204", why, tool.mark))
        seen[place or tool.id] = tool.id
    if problems:
        raise InputError(problems)
    desk = fields.text("desk", "")
    if desk and not desk.startswith("/"):
        why = f"a desk is a path from the root, as /tmp/lab/desk, not {desk!r}"
        fields.fail("IN203", fields.mark_of("desk"), why)
    real = next((each for each in tools if each.address and not each.place.is_here), None)
    if desk and real is not None:
        why = f"a desk is a simulated lab's, and {real.id} at {real.address} is none of its tools"
        fields.fail("IN203", fields.mark_of("desk"), f"{why}: leave the desk out")
    return Fab(fields.text("fab"), wafer_mm, tools, path, desk)


def _entry(node: Node, folder: Path) -> ToolEntry:
    fields = Fields(node, "a tool", TOOL_KEYS)
    kind = fields.word("kind", KINDS)
    classes(fields)
    address = fields.text("address", "")
    if address:
        try:
            device = Address.parse(address).device
        except ValueError as error:
            fields.fail("IN203", fields.mark_of("address"), str(error))
        if is_numbered(device):
            from fabctl.links.serial_ports import ONLY_A_NUMBER, rather  # pyserial, for few files

            why = f"{device} {ONLY_A_NUMBER}"
            fields.fail("IN203", fields.mark_of("address"), why, rather(device))
    path = dictionary_path(fields, folder)
    dictionary = load_dictionary(path)
    if dictionary.kind != kind:
        fields.fail(
            "IN207",
            fields.mark_of("kind"),
            f"a {kind} can't have the dictionary of a {dictionary.kind}",
        )
    return ToolEntry(
        id=fields.text("id"),
        kind=kind,
        driver=fields.text("driver", "gem"),
        simulator=fields.text("simulator", "gem"),
        dictionary=dictionary,
        path=path,
        address=address,
        sections=fields.word("sections", SECTIONS) if fields.has("sections") else "",
        mark=fields.mark,
    )


def is_passed_over(fab: Fab, step: Step) -> bool:
    """Whether a run passes over a step: a measurement in a fab that has no metrology."""
    return step.operation == "measure" and all(each.kind != step.kind for each in fab.tools)


def resolve(fab: Fab, kind: str, recipe: Recipe, tool: str = "") -> ToolEntry:
    """Give the tool for a step: the first of its kind that has a program for the recipe.

    So chambers, baths and materials tell a plasma etcher from a wet bench. A `tool` asked for by
    ID wins, if it can do the step. Raises `NoToolError`, saying why each tool of the kind can't.
    """
    entries = (fab.tool(tool),) if tool else fab.tools
    reasons: list[str] = []
    for entry in entries:
        if entry.kind != kind:
            continue
        try:
            find_template(entry.dictionary, recipe)
        except RecipeError as error:
            reasons.append(f"{entry.id}{str(error).removeprefix(entry.dictionary.tool)}")
        else:
            return entry
    if reasons:
        raise NoToolError(tool or fab.name, f"no tool for {recipe.operation}: {'; '.join(reasons)}")
    raise NoToolError(tool or fab.name, f"is no {kind}" if tool else f"has no {kind}")


def simulated(fab: Fab, built_in: Fab) -> Fab:
    """Give the fab with each tool replaced by the simulated tool of its kind, under its own ID.

    Of several simulated tools of a kind, the one that shares most programs with the real tool
    stands in for it, and has the real tool's model; bench tools (`AS_THEY_ARE`) stand for
    themselves. Which of its channels are redundant is as the real tool's dictionary has it. It
    keeps an address that can only be a simulated tool's, and of any other whether SECS-I is spoken
    there. Raises `NoToolError` where no tool of the kind can be simulated.
    """
    return replace(fab, tools=tuple(_stand_in(entry, built_in) for entry in fab.tools))


def _stand_in(entry: ToolEntry, built_in: Fab) -> ToolEntry:
    address = entry.address if entry.place.is_here else "secs-i:" * entry.place.secs1
    if entry.driver in AS_THEY_ARE:
        return replace(entry, address=address)
    candidates = [each for each in built_in.tools if each.kind == entry.kind]
    if not candidates:
        raise NoToolError(entry.id, f"no {entry.kind} can be simulated")
    wanted = _abilities(entry.dictionary)
    best = max(candidates, key=lambda each: len(wanted & _abilities(each.dictionary)))
    return replace(
        entry,
        driver=best.driver,
        simulator=best.simulator,
        dictionary=dataclasses.replace(
            best.dictionary,
            model=entry.dictionary.model,
            variables=_redundant_as_in(entry.dictionary, best.dictionary),
        ),
        path=best.path,
        address=address,
        sections=entry.sections or best.sections,
    )


def _redundant_as_in(real: Dictionary, stand_in: Dictionary) -> tuple[Variable, ...]:
    """Group the stand-in's channels as the real tool's of the same name and signal are grouped."""
    groups = {(each.name, each.signal): each.redundant for each in real.variables}
    return tuple(
        [
            replace(each, redundant=groups.get((each.name, each.signal), ""))
            for each in stand_in.variables
        ]
    )


def _abilities(dictionary: Dictionary) -> set[tuple[str, str, str]]:
    return {
        (template.operation, name, word)
        for template in dictionary.templates
        for name, words in (template.when or {"": ("",)}).items()
        for word in words
    }
