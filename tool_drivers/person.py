"""A person as a driver, for a tool without any line.

The program is a text that says what to do; the person does it at the tool, enters what the tool
showed, and gives a name. An entry that a rule watches is judged like a tool's own sample. A step
that nobody answers for is UNKNOWN, never done.

Grade C. There is no live signal while the person works, so a step that an interlock must watch
live (a reaction anneal) can't be done by hand: it trips for want of a value, as it should.
"""

import math
from fractions import Fraction

from fabctl.tools.desk import Act, Answer, Declined, Entry, Question
from fabctl.tools.dictionary import Result
from fabctl.tools.errors import ToolError
from fabctl.tools.fields import plain_number
from fabctl.tools.port import (
    Accepted,
    Control,
    Finding,
    Found,
    Job,
    Measurement,
    Outcome,
    Refused,
    Status,
)
from tool_drivers.bench.bench_tool import BenchTool
from tool_drivers.bench.hosted import HostedJobs, NobodyKnowsError, NotDoneError


class Person(BenchTool):
    """One tool that is worked by hand. Nothing is dialled."""

    def set_up(self) -> None:
        """Make the record of what was asked and said."""
        self._jobs = HostedJobs(self.observers, self._nothing_to_send, Found.UNKNOWN)
        self._entered: dict[str, Answer] = {}

    async def _nothing_to_send(self) -> None:
        """No command reaches a tool without a line."""

    async def connect(self) -> None:
        """Be there."""
        self.observers.sight("a person is asked", seen=True)

    async def disconnect(self) -> None:
        """Ask no more."""
        await self._jobs.forget()
        self.hands.forget()
        self.observers.seen = False

    async def status(self) -> Status:
        """What the person said; nothing else can be asked."""
        return Status(
            control=Control.REMOTE,
            state="EXECUTING" if self._jobs.job else "IDLE",
            program=self.selected,
            job=self._jobs.job,
            wafers=await self.hands.wafers(),
            alarms=(),
            clock="",
        )

    async def start(self, job: Job) -> Outcome:
        """Ask for the step to be done."""
        if self._jobs.job:
            return Refused(f"{self._jobs.job} is under way")
        self._jobs.begin(job.id, self._have_done(job))
        return Accepted("a person is asked")

    async def _have_done(self, job: Job) -> str:
        body = job.program.body
        text = body.decode("ascii").strip() if isinstance(body, bytes) else ""
        recipe = self.decode(job.program, job.operation)
        question = Question(
            self.id,
            Act.DO,
            f"{self.id}, wafer {job.wafer}: {text}",
            job.wafer,
            recipe,
            self._entries(job.operation, str(recipe.parameters.get("quantity", ""))),
            job.id,
        )
        reply = await self.desk.ask(question)
        match reply:
            case Declined(by, why):
                raise NotDoneError(f"{by} did not do it: {why}")
            case Answer():
                pass
            case _:
                raise NobodyKnowsError(f"nobody has said that it was done: {reply.why}")
        self._entered[job.id] = reply
        self._tell(reply)
        values = "".join(f"; {name}: {value}" for name, value in reply.values.items())
        return f"done by {reply.by}{values}"

    def _entries(self, operation: str, quantity: str) -> tuple[Entry, ...]:
        """What the person is to write down: signals of the operation, and what was measured."""
        names = next(
            (each.variables for each in self.dictionary.watches if each.operation == operation), ()
        )
        variables = (self.dictionary.variables_by_name[name] for name in names)
        entries = [Entry(each.name, each.unit) for each in variables]
        for result in self.dictionary.results:
            if operation == "measure" and result.quantity == quantity:
                entries.append(Entry(result.values, result.unit, many=True))
                entries.append(Entry(result.uncertainty, result.unit))
        return tuple(entries)

    def _tell(self, answer: Answer) -> None:
        """Pass on what was entered for signals; nonsense is no number, and trips as such."""
        for variable in self.dictionary.variables:
            if variable.signal and variable.name in answer.values:
                value = _number(answer.values[variable.name])
                self.observers.reading(variable.signal, variable.name, value, variable.unit)

    async def watch(
        self, operation: str, _fresh_for: Fraction | None = None
    ) -> tuple[tuple[str, str], ...]:
        """Report nothing live: what a person enters comes when it is over."""
        self.watched = operation
        return ()

    async def find(self, job: str) -> Finding:
        """What was said to this process."""
        found, why = self._jobs.found(job)
        evidence: dict[str, object] = {"why": why} if why else {}
        if found is Found.DONE:
            evidence["by"] = self._entered[job].by
        return Finding(found, self.grade, evidence, final=found is Found.UNKNOWN)

    async def pause(self) -> Outcome:
        """Refuse."""
        return Refused("tell the person")

    async def resume(self) -> Outcome:
        """Refuse."""
        return Refused("tell the person")

    async def stop(self) -> Outcome:
        """Take the question back: whether anything was done is for a person to say."""
        await self._jobs.end("the question was taken back")
        return Accepted("the question was taken back; tell the person")

    async def abort(self) -> Outcome:
        """As `stop`."""
        return await self.stop()

    async def results(self, job: str) -> tuple[Measurement, ...]:
        """What the person wrote down. Raises `ToolError` where it is no measurement."""
        if job not in self._entered:
            raise ToolError(self.id, f"nobody wrote down what {job} measured")
        answer = self._entered[job]
        return tuple(
            self._measurement(result, answer)
            for result in self.dictionary.results
            if result.values in answer.values
        )

    def _measurement(self, result: Result, answer: Answer) -> Measurement:
        values = tuple(_number(each) for each in answer.values[result.values].split())
        uncertainty = _number(answer.values.get(result.uncertainty, ""))
        if not values or not math.isfinite(uncertainty):
            raise ToolError(self.id, f"{result.quantity} was written down without a number")
        return Measurement(result.quantity, values, result.unit, uncertainty, "")


def _number(text: str) -> float:
    number = plain_number(text.strip())
    return math.nan if number is None else float(number)
