"""Mutated sequences: one step dropped, moved, copied or changed, or a tool that is broken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from machine_rig import fault
from sequence_rig import executed

import sequences
from fabctl.claims.chart import chart
from fabctl.claims.history import History
from fabctl.claims.standing import Standing, Verdict
from fabctl.process.loader import load_sequence


@dataclass(frozen=True)
class Mutation:
    """What is done to a sequence, and to the tools that execute it."""

    of: str
    drop: tuple[str, ...] = ()
    move: tuple[tuple[str, str], ...] = ()
    """(step, the step that it then follows; "" for the beginning)."""
    change: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Step → recipe parameters; None takes one out."""
    add: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    """(the step that it follows, the step)."""
    swap: tuple[str, str] | None = None
    """Two exposures whose reticles change places."""
    faults: tuple[tuple[str, str, Mapping[str, object]], ...] = ()


def mutated(mutation: Mutation, folder: Path) -> Path:
    """Write the mutated sequence to a file."""
    document = yaml.safe_load(sequences.find(mutation.of).read_text(encoding="utf-8"))
    steps = [step for step in document["steps"] if step["id"] not in mutation.drop]
    assert len(steps) == len(document["steps"]) - len(mutation.drop)
    for name, after in mutation.move:
        (step,) = [each for each in steps if each["id"] == name]
        steps.remove(step)
        steps.insert(_place(steps, after), step)
    for name, recipe in mutation.change.items():
        told = steps[_place(steps, name) - 1]["recipe"]
        told |= recipe
        for parameter in [each for each, value in told.items() if value is None]:
            del told[parameter]
    for after, step in mutation.add:
        steps.insert(_place(steps, after), dict(step))
    if mutation.swap:
        one, other = (steps[_place(steps, each) - 1]["recipe"] for each in mutation.swap)
        one["reticle"], other["reticle"] = other["reticle"], one["reticle"]
    path = folder / f"{mutation.of}.yaml"
    document["steps"] = steps
    told = str(steps)
    parameters = document.pop("parameters", {})
    used = {name: each for name, each in parameters.items() if f"${name}" in told}
    if used:
        document["parameters"] = used
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def fault_file(mutation: Mutation, folder: Path) -> Path | None:
    """Write the faults of the mutation's tools to a file; None where it has none."""
    if not mutation.faults:
        return None
    faults = [{"tool": tool, "fault": name, **more} for tool, name, more in mutation.faults]
    path = folder / "faults.yaml"
    path.write_text(yaml.safe_dump({"faults": faults}), "utf-8")
    return path


def _place(steps: list[dict[str, Any]], after: str) -> int:
    return [each["id"] for each in steps].index(after) + 1 if after else 0


def outcome(mutation: Mutation, folder: Path) -> tuple[History, dict[str, Standing]]:
    """Execute a mutated sequence on the machines; give its history and standings."""
    sequence = load_sequence(mutated(mutation, folder))
    spoilt = [fault(tool, name, **more) for tool, name, more in mutation.faults]
    history = executed(sequence, spoilt)
    return history, chart(sequence.practises, history)


def unsatisfied(standings: Mapping[str, Standing]) -> set[str]:
    """The practised elements that do not stand."""
    return {
        name
        for name, each in standings.items()
        if each.verdict in (Verdict.NOT_SATISFIED, Verdict.NOT_SHOWN)
    }


@dataclass(frozen=True)
class Case:
    """A mutation, the elements that it costs (without their document's name), and why those."""

    name: str
    mutation: Mutation
    costs: str
    reason: str
    held: str = ""
    """What falls besides where a live interlock holds the run, so that later steps are not done;
    "none" where it holds the run and nothing more falls."""

    @property
    def expected(self) -> set[str]:
        """The elements' full names."""
        return self._full(self.costs)

    @property
    def expected_held(self) -> set[str]:
        """Those that fall since the run was held."""
        return self._full("" if self.held == "none" else self.held)

    def _full(self, elements: str) -> set[str]:
        document = self.mutation.of.partition("-")[0]
        return {f"{document}.{element}" for element in elements.split()}
