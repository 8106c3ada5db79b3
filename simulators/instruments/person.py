"""The person in a simulated lab: carries wafers, dispenses, and works the tools without a line.

What such a tool does to the wafer is what the built-in fab's tool of its kind would do.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import sequences
from fabctl.clock import Clock
from fabctl.process.recipe import Recipe
from fabctl.tools import template
from fabctl.tools.desk import Act, Answer, Declined, Question, Reply
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.errors import NoToolError, RecipeError
from fabctl.tools.fab import Fab, load_fab, resolve
from fabctl.tools.faults import Fault
from simulators import machine as seam
from simulators.instruments.line_station import LineStation
from simulators.machine import Machine, RunResult
from simulators.tools import machine_for
from simulators.wafers.store import WaferStore

NAME = "simulated person"
CARRIES_S, PROMPT_S = 30.0, 3.0
"""Process seconds to carry a wafer, and to do what is asked for at once."""


class SimulatedPerson:
    """Implements `fabctl.tools.desk.Desk`."""

    def __init__(
        self,
        fab: Fab,
        lines: Mapping[str, LineStation],
        store: WaferStore,
        clock: Clock,
        seed: int,
        faults: Mapping[str, Sequence[Fault]],
    ) -> None:
        """`lines` are the instruments on serial lines, by tool."""
        self._kinds = {entry.id: entry.kind for entry in fab.tools}
        self._lines = lines
        self._store = store
        self._clock = clock
        self._seed = seed
        self._faults = faults
        self._holds: dict[str, str] = {}
        self._machines: dict[tuple[str, str], Machine] = {}

    async def ask(self, question: Question) -> Reply:
        """Do it, in the time that hands take."""
        if question.act is not Act.TELL:
            carried = question.act in (Act.BRING, Act.TAKE)
            await self._clock.sleep_process(CARRIES_S if carried else PROMPT_S)
        return await self.do(question)

    async def do(self, question: Question) -> Reply:
        """Do what a person's hands have taken their time for; a tool takes its own."""
        if question.act is Act.TELL:
            return Answer(NAME, {"wafer": self._holds.get(question.tool, "none")})
        if question.act in (Act.BRING, Act.TAKE):
            why = self._carry(question)
            if why:
                return Declined(NAME, why)
        if question.tool in self._lines:
            station = self._lines[question.tool]
            station.act(lambda now: station.instrument.by_hand(question, now))
        elif question.act is Act.DO:
            return await self._work(question)
        return Answer(NAME)

    def _carry(self, question: Question) -> str:
        """Carry a wafer; returns why it can't be, "" where it was."""
        tool, wafer = question.tool, question.wafer
        if question.act is Act.BRING:
            self._store.ensure(wafer)
            place = self._store.place_of(wafer)
            if place:
                return f"{wafer} is in {place}"
            self._store.move(wafer, tool)
            self._holds[tool] = wafer
        else:
            if self._holds.get(tool) != wafer:
                return f"{wafer} is not in {tool}"
            self._store.move(wafer, "")
            del self._holds[tool]
        return ""

    async def _work(self, question: Question) -> Reply:
        """Work a tool by its recipe."""
        recipe = question.recipe
        assert recipe is not None
        try:
            machine, dictionary = self._machine(question.tool, recipe)
            program = template.encode(dictionary, "by hand", recipe)
        except (NoToolError, RecipeError) as error:
            return Declined(NAME, str(error))
        problems = machine.check(program)
        if problems:
            return Declined(NAME, "; ".join(problems))
        start = seam.Start(question.job, program, question.wafer, program.start)
        inputs: list[seam.Input] = [seam.Loaded(question.wafer), seam.Selected(program), start]
        while True:
            step = machine.update(self._clock.process(), inputs)
            ended = [each.result for each in step.outputs if isinstance(each, seam.Ended)]
            if ended:
                break
            assert step.wake_at is not None
            await self._clock.sleep_process(max(0.0, step.wake_at - self._clock.process()))
            inputs = []
        if ended[0] is not RunResult.COMPLETE:
            return Declined(NAME, f"the tool {ended[0].name.lower()}")
        return Answer(NAME, _written(question, machine, dictionary))

    def _machine(self, tool: str, recipe: Recipe) -> tuple[Machine, Dictionary]:
        """The machine that stands in for a tool; the same one for the same tool."""
        like = resolve(_built_in(), self._kinds[tool], recipe)
        key = (tool, like.id)
        if key not in self._machines:
            self._machines[key] = machine_for(
                like.dictionary, self._store, self._seed, self._faults.get(tool, ())
            )
        return self._machines[key], like.dictionary


def _written(question: Question, machine: Machine, dictionary: Dictionary) -> dict[str, str]:
    """What the person writes down: values of a measurement, the last values of signals."""
    recipe = question.recipe
    assert recipe is not None
    names: dict[str, str] = {}
    for result in dictionary.results:
        if result.quantity == recipe.parameters.get("quantity"):
            several, one = [
                [e.name for e in question.entries if e.many is m] for m in (True, False)
            ]
            names |= dict.fromkeys(several, result.values) | dict.fromkeys(one, result.uncertainty)
    written = {}
    for entry in question.entries:
        try:
            value = machine.value(names.get(entry.name, entry.name))
        except KeyError:
            continue
        values = value if isinstance(value, tuple) else (value,)
        written[entry.name] = " ".join(
            f"{each:.4f}" if isinstance(each, float) else str(each) for each in values
        )
    return written


@lru_cache(maxsize=1)
def _built_in() -> Fab:
    return load_fab(sequences.data("fabs", "built-in.yaml"))
