"""Jobs that the host carries out itself, because the tool has no program: one at a time.

What became of a job is known as long as this process lives, and not after: evidence of grade C.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress

from fabctl.tools.errors import ToolError
from fabctl.tools.port import Found, JobPhase
from tool_drivers.bench.observers import Observers


class NotDoneError(Exception):
    """A person said that something was not done: the job has failed."""


class NobodyKnowsError(Exception):
    """Nobody has said whether something was done: what became of the job is unknown."""


class HostedJobs:
    """The job under way on one tool, and what became of those before it."""

    def __init__(
        self,
        observers: Observers,
        make_safe: Callable[[], Coroutine[None, None, None]],
        interrupted: Found = Found.FAILED,
    ) -> None:
        """`make_safe` is awaited whenever a job ends otherwise than by its own plan.

        `interrupted` is what has become of a job that was ended before.
        """
        self._interrupted = interrupted
        self._observers = observers
        self._make_safe = make_safe
        self._task: asyncio.Task[None] | None = None
        self._record: dict[str, tuple[Found, str]] = {}
        self.job = ""
        """The job under way, "" for none."""
        self.unsafe = False
        """Whether the tool was left as it was, for nothing could be sent."""

    def begin(self, job: str, work: Coroutine[None, None, str]) -> None:
        """Carry out `work`, which returns what to tell of its end."""
        self.job = job
        self._record[job] = (Found.RUNNING, "")
        self._observers.job(job, JobPhase.STARTED)
        self._task = asyncio.get_running_loop().create_task(self._carry_out(job, work))

    def found(self, job: str) -> tuple[Found, str]:
        """What became of a job, and why; UNKNOWN for one that this process did not start."""
        unknown = (Found.UNKNOWN, "not started by this process, and the tool remembers nothing")
        return self._record.get(job, unknown)

    async def end(self, why: str) -> None:
        """End the job under way, if there is one, as aborted."""
        if self._task is not None:
            self._task.cancel(why)
            with suppress(asyncio.CancelledError):
                await self._task

    async def forget(self) -> None:
        """This process lets go of the tool: nobody carries the job on, so it is ended safely."""
        await self.end("the host left in mid-job")

    async def _carry_out(self, job: str, work: Coroutine[None, None, str]) -> None:
        found, phase = Found.FAILED, JobPhase.FAILED
        try:
            why = await work
            found, phase = Found.DONE, JobPhase.COMPLETED
        except asyncio.CancelledError as error:
            why, phase, found = str(error) or "aborted", JobPhase.ABORTED, self._interrupted
        except NotDoneError as error:
            why = str(error)
        except NobodyKnowsError as error:
            why, found = str(error), Found.UNKNOWN
        except ToolError as error:
            why = f"the wafer is suspect: {error}"
        if found is not Found.DONE:
            try:
                await self._make_safe()
            except ToolError:
                self.unsafe = True
        self._record[job] = (found, why)
        self.job, self._task = "", None
        self._observers.job(job, phase, why)
