"""Machines of the built-in fab without their GEM faces: one wafer carried from tool to tool."""

from collections.abc import Sequence

from fabctl.process.errors import Mark
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.tools.fab import load_fab, resolve
from fabctl.tools.faults import Fault
from fabctl.tools.port import Program
from fabctl.tools.template import encode
from sequences import data
from simulators import machine as seam
from simulators.machine import Machine, Output, RunResult
from simulators.section.cut import Cut
from simulators.tools import machine_for
from simulators.wafers.store import WaferStore

FAB = load_fab(data("fabs", "built-in.yaml"))
WAFER = "w.1"


def fault(tool: str, name: str, **parameters: object) -> Fault:
    return Fault(tool, name, parameters, "", 0, 0, Mark("", 1, 1))


def recipe(operation: str, **parameters: str) -> Recipe:
    """A recipe written as in a sequence; what does not read as a quantity is a word."""
    values = {}
    for name, text in parameters.items():
        try:
            values[name] = Quantity.parse(text)
        except ValueError:
            values[name] = text
    return Recipe(operation, values)


class Line:
    """Every machine of the fab, one wafer, and the time."""

    def __init__(self, seed: int = 1, faults: Sequence[Fault] = (), cut: Cut | None = None) -> None:
        self.store = WaferStore(cut)
        self.store.ensure(WAFER)
        self.now = 0.0
        self.jobs = 0
        self.machines: dict[str, Machine] = {}
        for entry in FAB.tools:
            spoilt = [each for each in faults if each.tool == entry.id]
            self.machines[entry.id] = machine_for(entry.dictionary, self.store, seed, spoilt)
            self.machines[entry.id].update(0.0, ())

    @property
    def wafer(self):
        return self.store.wafer(WAFER)

    def begin(self, tool: str, program: Program) -> seam.Step:
        """Bring the wafer, select and start."""
        machine = self.machines[tool]
        assert machine.check(program) == []
        self.now += 6
        self.store.move(WAFER, tool)
        self.jobs += 1
        job = seam.Start(f"job-{self.jobs}", program, WAFER, program.start)
        return machine.update(self.now, [seam.Loaded(WAFER), seam.Selected(program), job])

    def finish(self, tool: str, step: seam.Step, every: float | None = None) -> list[Output]:
        """Live on until the job is over, and take the wafer away."""
        outputs = list(step.outputs)
        while not any(isinstance(output, seam.Ended) for output in outputs):
            assert step.wake_at is not None
            self.now = step.wake_at if every is None else min(step.wake_at, self.now + every)
            step = self.machines[tool].update(self.now, ())
            outputs += step.outputs
        self.now += 6
        self.machines[tool].update(self.now, [seam.Unloaded(WAFER)])
        self.store.move(WAFER, "")
        return outputs

    def do(self, kind: str, told: Recipe, tool: str = "") -> RunResult:
        """One step, from the recipe to the end of the job."""
        entry = resolve(FAB, kind, told, tool)
        outputs = self.finish(entry.id, self.begin(entry.id, program_of(kind, told)))
        return result_of(outputs)


def program_of(kind: str, told: Recipe) -> Program:
    entry = resolve(FAB, kind, told)
    return encode(entry.dictionary, "p", told)


def result_of(outputs: Sequence[Output]) -> RunResult:
    (ended,) = [output for output in outputs if isinstance(output, seam.Ended)]
    return ended.result


def states_of(outputs: Sequence[Output]) -> list[str]:
    return [out.state.value for out in outputs if isinstance(out, seam.ProcessStateChanged)]


def names_of(outputs: Sequence[Output], sort: type) -> list[str]:
    return [output.name for output in outputs if isinstance(output, sort)]
