"""Puts a run together: sequence, fab, rules, tools, journal. The one place that knows them all."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

import sequences
from fabctl.cli.arguments import sequence_file
from fabctl.cli.output import Failure
from fabctl.cli.packs import proved
from fabctl.clock import Clock
from fabctl.engine.guard import Guard
from fabctl.engine.plan import Plan
from fabctl.interlocks.rule import Severity
from fabctl.journal.record import canonical
from fabctl.links.link import Dial
from fabctl.process.claim import claims, with_parents
from fabctl.process.loader import load_sequence
from fabctl.process.material import materials
from fabctl.process.paths import one_path
from fabctl.process.sequence import Sequence as ProcessSequence
from fabctl.process.sequence import Step
from fabctl.tools.desk import Desk
from fabctl.tools.dictionary_file import layers
from fabctl.tools.drivers import open_tools
from fabctl.tools.errors import NoToolError
from fabctl.tools.fab import Fab, ToolEntry, is_passed_over, load_fab, resolve, simulated
from fabctl.tools.faults import Faults, check_faults, load_faults
from fabctl.tools.models import FabModels
from fabctl.tools.port import Tool

BUILT_IN = sequences.data("fabs", "built-in.yaml")
"""The fab file that comes with fabctl."""


class Order(Struct, frozen=True):
    """What a person asked to be run, read and checked; nothing is connected yet.

    `inputs` is the plain-JSON record of everything that the outcome depends on, without paths.
    """

    sequence: ProcessSequence
    settings: Mapping[str, str]
    fab: Fab
    guard: Guard
    faults: Faults | None
    seed: int
    speed: float
    tools: Mapping[str, str]
    inputs: Mapping[str, object]

    @property
    def is_built_in(self) -> bool:
        """Whether the tools are the simulated ones that come with fabctl."""
        return self.fab.path == BUILT_IN

    def plan(self, run: str) -> Plan:
        """Give the run its ID."""
        practised = with_parents(self.sequence.practises, claims())
        elements = {
            element.name: claim.name in practised
            for claim in claims().values()
            for element in claim.elements
        }
        eyes = next((each.id for each in self.fab.tools if each.sections == "virtual"), "")
        fab = "" if self.is_built_in else self.fab.name
        return Plan(run, self.sequence, self.tools, eyes, self.inputs, elements, fab)

    def open_tools(
        self,
        clock: Clock,
        dial_for: Callable[[ToolEntry], Dial],
        tap_for: Callable[[str], Any] | None = None,
        desk: Desk | None = None,
    ) -> dict[str, Tool]:
        """Make the drivers of the tools that the sequence uses; none is connected yet."""
        used = {*self.tools.values(), *(t.id for t in self.fab.tools if t.sections == "virtual")}
        needed = tuple(entry for entry in self.fab.tools if entry.id in used)
        return open_tools(replace(self.fab, tools=needed), clock, dial_for, tap_for, desk)


def chosen_fab(path: Path | None) -> Fab:
    """The fab of a file, by default the built-in one. Raises `InputError`."""
    return load_fab(path or BUILT_IN)


def simulated_fab(path: Path | None) -> Fab:
    """The same with each tool replaced by a simulated one of its kind.

    Raises `InputError` or `NoToolError`.
    """
    return simulated(load_fab(path), load_fab(BUILT_IN)) if path else load_fab(BUILT_IN)


def chosen_faults(path: Path | None, fab: Fab) -> Faults | None:
    """A fault file, checked against its fab. Raises `InputError`."""
    if path is None:
        return None
    faults = load_faults(path)
    check_faults(faults, fab)
    return faults


def order(
    name: str,
    settings: Mapping[str, str],
    fab: Fab,
    *,
    choices: Mapping[str, str] = MappingProxyType({}),
    faults: Path | None = None,
    seed: int = 0,
    speed: float = 1.0,
    rules: Sequence[Path] = (),
    named: Fab | None = None,
    record_paths: bool = False,
    prove: bool = True,
) -> Order:
    """Read everything that a run needs. Raises `InputError`, or `Failure` without a tool for it.

    `named` is the fab that is meant, where `fab` has the simulated tools that stand in for its own:
    it chooses and judges, they carry out. `Failure` is raised for what they alone can't.

    With `prove` a pack that fails its own examples is refused.

    A run takes one path: `choices` are those that the sequence leaves open, by name.
    `rules` are packs in place of fabctl's own: what they say is audited and enforced alike.

    With `record_paths` the inputs also tell where the files lie, so that `order_again` finds them;
    a dry run leaves them out, since its record must not depend on where it was made.
    """
    path = sequence_file(name)
    sequence, made = one_path(load_sequence(path, settings), choices)
    packs = list(rules) or sequences.packs()
    pack = proved(list(rules), again=not prove)
    meant = named or fab
    guard = Guard(pack, materials(), FabModels(meant.path), meant)
    planted = chosen_faults(faults, fab)
    tools = {step.id: _tool_for(meant, step) for step in sequence.steps}
    if named is not None:
        _check_stand_ins(guard, sequence, fab, tools)
    inputs: dict[str, object] = {
        "fab": fab.name,
        "fab_sha256": _digest(fab.path),
        "rules": {pack.name: _digest(pack) for pack in packs},
        "sequence_sha256": hashlib.sha256(sequence.text.encode()).hexdigest(),
        "settings": dict(settings),
        "faults_sha256": _digest(faults) if faults else "",
        "seed": seed,
        "speed": speed,
    }
    if rules:
        inputs["binding_rules"] = {each.name: _digest(each) for each in sequences.packs()}
    if meant.path != BUILT_IN:
        inputs["dictionaries_sha256"] = {
            entry.id: [_digest(each) for each in layers(entry.path)] for entry in meant.tools
        }
    if made:
        inputs["choices"] = made
    if sequence.stock:
        text = sequence.stock.text
        inputs["wafer_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    if own := sequence.own_layout:
        inputs["layout_sha256"] = hashlib.sha256(own.text.encode()).hexdigest()
    if record_paths:
        inputs["files"] = {
            "sequence": str(path.absolute()),
            "fab": str(fab.path.absolute()),
            "faults": str(faults.absolute()) if faults else "",
            "rules": [str(pack.absolute()) for pack in rules],
        }
    return Order(sequence, settings, fab, guard, planted, seed, speed, tools, inputs)


def order_again(inputs: Mapping[str, Any]) -> Order:
    """Read again what a run was begun with, from the inputs in its first record.

    It goes on with the rules that it was begun with: they were proved then, by the fabctl of then.
    The faults are left out: the simulated tools have them. Raises `Failure` where a pack of its
    own, the sequence or the wafer is another now.
    """
    files = inputs["files"]
    packs = [Path(pack) for pack in files.get("rules", ())]
    for pack in packs:
        if not pack.exists() or _digest(pack) != inputs["rules"][pack.name]:
            raise _changed("other rules", pack, inputs["rules"][pack.name])
    again = order(
        files["sequence"],
        inputs["settings"],
        load_fab(Path(files["fab"])),
        choices=inputs.get("choices", {}),
        seed=inputs["seed"],
        speed=inputs["speed"],
        rules=packs,
        record_paths=True,
        prove=False,
    )
    stock, layout = again.sequence.stock, again.sequence.own_layout
    for what, key, path in (
        ("another sequence", "sequence_sha256", files["sequence"]),
        ("another wafer", "wafer_sha256", stock.file if stock else ""),
        ("another layout", "layout_sha256", layout.file if layout else ""),
    ):
        if again.inputs.get(key) != inputs.get(key):
            raise _changed(what, path, inputs.get(key, ""))
    return again


def _changed(what: str, path: Path | str, digest: str) -> Failure:
    then = f"put back the file whose SHA-256 is {digest}" if digest else "take that file away"
    return Failure(f"the run was begun with {what} than {path} holds now: {then}")


def _check_stand_ins(
    guard: Guard, sequence: ProcessSequence, stand_ins: Fab, tools: Mapping[str, str]
) -> None:
    """Raise `Failure` where the fab's tools can do a step, and those that stand in for them not."""
    asked = replace(
        sequence, steps=tuple([replace(each, tool=tools[each.id]) for each in sequence.steps])
    )
    known = {(each.step, each.code) for each in guard.lacking(asked)}
    for each in replace(guard, fab=stand_ins).lacking(asked):
        if (each.step, each.code) not in known and each.severity is Severity.ERROR:
            tool = tools[each.step]
            raise Failure(
                f"{each.mark}: {each.step}: {tool} can do it, but the simulated tool that stands "
                f"in for {tool} in a dry run can't: {each.message}"
            )


def dry_run_id(order: Order) -> str:
    """The ID of a dry run, which follows from its inputs."""
    digest = hashlib.sha256(canonical(order.inputs).encode()).hexdigest()
    return f"dry-{order.sequence.name[:32]}-{digest[:10]}"


def _tool_for(fab: Fab, step: Step) -> str:
    """The ID of a step's tool, "" for a measurement that is passed over. Raises `Failure`."""
    if is_passed_over(fab, step):
        return ""
    try:
        return resolve(fab, step.kind, step.recipe, step.tool).id
    except NoToolError as error:
        raise Failure(f"{step.mark}: {step.id}: {error}") from error


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
