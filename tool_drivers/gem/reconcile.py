"""What became of a job, by the tool's own record.

LastJobs holds a job's ID from the moment its START is accepted, and StartCount how many were
accepted ever. A job that is in neither was not started: but only once a command under way has had
the time to show (the dictionary's ``command_latency``), and only while the record is whole: a tool
that was restarted may have lost it, and looks as if nothing had ever been started.
"""

from collections.abc import Mapping

from msgspec import Struct

from fabctl.clock import Clock
from fabctl.secs.items import Item, ItemError
from fabctl.secs.read import as_int, as_list, as_text
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Finding, Found, Grade
from tool_drivers.gem.observations import canonical
from tool_drivers.gem.reading import text_of, whole_of
from tool_drivers.gem.wire import Wire

RUNNING = 255
RESULTS = {0: "complete", 1: "stopped", 2: "aborted", 3: "failed", RUNNING: "running"}
VARIABLES = ("JobID", "StartCount", "LastJobs", "ProcessState")


class JobEntry(Struct, frozen=True):
    """A job as the tool remembers it; times by the tool's clock."""

    job: str
    result: int
    program: str
    started: str
    ended: str

    def evidence(self) -> Mapping[str, object]:
        """What the journal keeps of it."""
        return {
            "job": self.job,
            "result": RESULTS.get(self.result, f"result {self.result}"),
            "program": self.program,
            "started": self.started,
            "ended": self.ended,
        }


class Record(Struct, frozen=True):
    """The tool's record of its jobs at one moment."""

    jobs: tuple[JobEntry, ...]
    starts: int | None
    """How many jobs were ever started; None where the tool does not count."""
    state: str
    lists_jobs: bool

    @property
    def is_whole(self) -> bool:
        """Whether the list holds every job that was ever started."""
        return self.lists_jobs and self.starts == len(self.jobs)


class Reconcile:
    """Finds jobs in one tool's record."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock
        self._starts_before: dict[str, int] = {}
        self._is_lost = False
        """Whether the tool has shown, since a job was last started, that it was restarted."""

    @property
    def grade(self) -> Grade:
        """The best evidence that the tool's dictionary promises."""
        return grade_of(self._wire.dictionary)

    def came_up(self, *, bare: bool) -> None:
        """Note a tool that has been brought up; `bare`: it knew nothing of what a host had set."""
        self._is_lost = self._is_lost or bare

    async def before_start(self, job: str) -> None:
        """Remember how many jobs the tool had started before this one is sent."""
        self._is_lost = False
        if "StartCount" in self._wire.dictionary.variables_by_name:
            values = await self._wire.values(("StartCount",))
            count = whole_of(values["StartCount"])
            if count is not None:
                self._starts_before[job] = count

    async def find(self, job: str) -> Finding:
        """Tell what became of a job; UNKNOWN where anything is unclear, never an exception."""
        try:
            record = await self._read()
            entry = _entry(record, job)
            if entry is None:
                await self._clock.sleep(float(self._wire.dictionary.timers["command_latency"]))
                record = await self._read()
                entry = _entry(record, job)
        except ToolError as error:
            return Finding(Found.UNKNOWN, self.grade, {"why": str(error)})
        return self._listed(entry) if entry is not None else self._missing(job, record)

    def _listed(self, entry: JobEntry) -> Finding:
        if entry.result == RUNNING:
            found = Found.RUNNING
        elif entry.result == 0:
            found = Found.DONE
        else:
            found = Found.FAILED if entry.result in RESULTS else Found.UNKNOWN
        return Finding(found, Grade.A, entry.evidence())

    def _missing(self, job: str, record: Record) -> Finding:
        """The job is not in the record: tell whether that proves that it was never started."""
        evidence: dict[str, object] = {
            "starts": "not counted" if record.starts is None else record.starts,
            "jobs listed": len(record.jobs),
            "state": record.state,
        }
        before = self._starts_before.get(job)
        if before is not None:
            evidence["starts before"] = before
        if self._is_lost or (before is not None and before > (record.starts or 0)):
            evidence["why"] = "the tool was restarted, and may have lost its record of jobs"
            return Finding(Found.UNKNOWN, self.grade, evidence)
        if record.is_whole:
            return Finding(Found.NOT_SEEN, Grade.A, evidence)
        if before is not None and record.starts == before:
            return Finding(Found.NOT_SEEN, Grade.B, evidence)
        evidence["why"] = "the tool's record is not complete, so that a missing job proves nothing"
        return Finding(Found.UNKNOWN, self.grade, evidence)

    async def _read(self) -> Record:
        values = await self._wire.values(VARIABLES)
        try:
            jobs = tuple(_job(each) for each in as_list(values["LastJobs"]))
        except ItemError as error:
            raise ToolError(self._wire.tool, f"LastJobs: {error}") from None
        return Record(
            jobs=jobs,
            starts=whole_of(values["StartCount"]),
            state=canonical(self._wire.dictionary, values["ProcessState"]),
            lists_jobs="LastJobs" in self._wire.dictionary.variables_by_name,
        )


def grade_of(dictionary: Dictionary) -> Grade:
    """The evidence that a tool of this dictionary can give."""
    known = dictionary.variables_by_name
    if "LastJobs" in known and "StartCount" in known:
        return Grade.A
    return Grade.B if "StartCount" in known else Grade.C


def _entry(record: Record, job: str) -> JobEntry | None:
    return next((entry for entry in reversed(record.jobs) if entry.job == job), None)


def _job(item: Item) -> JobEntry:
    job, result, program, started, ended = as_list(item, 5)
    return JobEntry(
        as_text(job).strip(), as_int(result), text_of(program), text_of(started), text_of(ended)
    )
