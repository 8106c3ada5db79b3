"""A whole sequence through the machines, and what the host would know of it afterwards."""

from collections.abc import Iterable, Iterator, Mapping

from machine_rig import FAB, Line

import sequences
from fabctl.claims.history import Done, History, Measured
from fabctl.process.loader import load_sequence
from fabctl.process.material import materials
from fabctl.process.sequence import Sequence, Step
from fabctl.quantities import difference_unit
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.fab import resolve
from fabctl.tools.faults import Fault
from simulators.machine import Machine, RunResult


def carried_out(name: str, overrides: Mapping[str, str] | None = None) -> tuple[Sequence, History]:
    """A sequence that comes with fabctl, every step on its tool; none may fail."""
    sequence = load_sequence(sequences.find(name), overrides or {})
    history = executed(sequence)
    assert len(history.done) == len(sequence.steps), history.done[-1].step
    return sequence, history


def executed(sequence: Sequence, faults: Iterable[Fault] = ()) -> History:
    """Any sequence, step by step on the tools as they are, up to a job that does not complete."""
    line = Line(faults=list(faults))
    bare = line.wafer.section
    return History(bare, list(_done(line, sequence)), materials())


def _done(line: Line, sequence: Sequence) -> Iterator[Done]:
    for step in sequence.steps:
        entry = resolve(FAB, step.kind, step.recipe, step.tool)
        result = line.do(step.kind, step.recipe, step.tool)
        machine = line.machines[entry.id]
        yield Done(
            step.id,
            f"job-{line.jobs}",
            entry.id,
            step.operation,
            step.recipe.parameters,
            line.wafer.section,
            tuple(_measured(step, machine, entry.dictionary)),
            _peaks(machine, entry.dictionary),
        )
        if result is not RunResult.COMPLETE:
            return


def _measured(step: Step, machine: Machine, dictionary: Dictionary) -> Iterator[Measured]:
    if step.operation != "measure":
        return
    for result in dictionary.results:
        values = machine.value(result.values)
        if isinstance(values, tuple) and values:
            error = machine.value(result.uncertainty)
            material = str(step.recipe.parameters["material"])
            numbers = tuple(float(value) for value in values)
            yield Measured(result.quantity, material, numbers, float(error), result.unit)


def _peaks(machine: Machine, dictionary: Dictionary) -> dict[str, tuple[float, float | None]]:
    found = {}
    for variable in dictionary.variables:
        if variable.peak_of:
            value, said = machine.value(variable.name), dictionary.uncertainties
            off = said[variable.peak_of].within if variable.peak_of in said else None
            unit = difference_unit(variable.unit)
            if isinstance(value, int | float):
                sure = None if off is None else float(off.in_unit(unit))
                found[variable.peak_of] = (float(value), sure)
    return found
