"""The tool's own record of its jobs: what survives any loss of the link."""

from collections.abc import Callable

from msgspec import Struct

from fabctl.secs.items import U1, A, Item, L
from simulators.gem.variables import Variables

RUNNING = 255
KEPT = 100


class JobRecord(Struct):
    """A job that was accepted, and what became of it (`RunResult`, or 255 while it runs)."""

    job: str
    program: str
    wafer: str
    started: str
    ended: str = ""
    result: int = RUNNING


class Jobs:
    """Every job ever accepted; the variables show the last hundred."""

    def __init__(self, variables: Variables, clock_text: Callable[[], str]) -> None:
        self._jobs: dict[str, JobRecord] = {}
        self._clock_text = clock_text
        self.current: JobRecord | None = None
        for name in ("JobID", "LotID", "RunID"):
            variables.provide(name, self._last)
        variables.provide("StartCount", lambda: len(self._jobs))
        variables.provide("LastJobs", self._listed)

    def __contains__(self, job: object) -> bool:
        return job in self._jobs

    def begin(self, job: str, program: str, wafer: str) -> None:
        """A START was accepted."""
        self.current = JobRecord(job, program, wafer, self._clock_text())
        self._jobs[job] = self.current

    def end(self, result: int) -> JobRecord | None:
        """The running job is over; gives its record, None where none ran."""
        record, self.current = self.current, None
        if record is not None:
            record.result = result
            record.ended = self._clock_text()
        return record

    def _last(self) -> str:
        return next(reversed(self._jobs), "")

    def _listed(self) -> Item:
        return L(
            *(
                L(A(each.job), U1(each.result), A(each.program), A(each.started), A(each.ended))
                for each in list(self._jobs.values())[-KEPT:]
            )
        )
