"""Jobs that the host carries out itself, because the tool has no program: one at a time.

What became of a job is known as long as this process lives, and not after: evidence of grade C.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress

from fabctl.tools.errors import ToolError
from fabctl.tools.port import Found, JobPhase
from tool_drivers.bench.observers import Observers

AGAIN_S = 1.0
"""Wire seconds between two attempts to make a tool safe."""
PATIENCE_S = 10.0
"""Wire seconds that whoever lets go of a tool waits until it is safe."""


class NotDoneError(Exception):
    """A person said that something was not done: the job has failed."""


class NobodyKnowsError(Exception):
    """Nobody has said whether something was done: what became of the job is unknown."""


class HostedJobs:
    """The job under way on one tool, and what became of those before it.

    A job that ends otherwise than by its own plan is under way until the tool is safe.
    """

    def __init__(
        self,
        observers: Observers,
        make_safe: Callable[[], Coroutine[None, None, None]],
        interrupted: Found = Found.FAILED,
    ) -> None:
        """`make_safe` is repeated until it raises no `ToolError`.

        `interrupted` is what has become of a job that was ended before.
        """
        self._interrupted = interrupted
        self._observers = observers
        self._make_safe = make_safe
        self._work: asyncio.Task[str] | None = None
        self._task: asyncio.Task[None] | None = None
        self._record: dict[str, tuple[Found, str]] = {}
        self._safe = asyncio.Event()
        self.job = ""
        """The job under way, "" for none."""

    def begin(self, job: str, work: Coroutine[None, None, str]) -> None:
        """Carry out `work`, which returns what to tell of its end."""
        self.job = job
        self._record[job] = (Found.RUNNING, "")
        self._observers.job(job, JobPhase.STARTED)
        self._work = asyncio.get_running_loop().create_task(work)
        self._task = asyncio.get_running_loop().create_task(self._carry_out(job, self._work))

    def found(self, job: str) -> tuple[Found, str]:
        """What became of a job, and why; UNKNOWN for one that this process did not start."""
        unknown = (Found.UNKNOWN, "not started by this process, and the tool remembers nothing")
        return self._record.get(job, unknown)

    def is_safe(self) -> None:
        """Take note that the tool was seen safe: a job that was ended is over with that."""
        self._safe.set()

    async def end(self, why: str) -> None:
        """End the job under way, if there is one, as aborted; the tool may not be safe yet."""
        if self._work is not None and not self._work.done():
            self._work.cancel(why)
            await asyncio.wait([self._work])

    async def forget(self) -> None:
        """This process lets go of the tool: nobody carries the job on, so it is ended safely.

        Nothing more can be done for a tool that can't be made safe for `PATIENCE_S`.
        """
        await self.end("the host left in mid-job")
        if self._task is not None:
            await asyncio.wait([self._task], timeout=PATIENCE_S)
            self._task.cancel()

    async def _carry_out(self, job: str, work: "asyncio.Task[str]") -> None:
        found, phase = Found.FAILED, JobPhase.FAILED
        try:
            why = await work
            found, phase = Found.DONE, JobPhase.COMPLETED
        except asyncio.CancelledError as error:
            me = asyncio.current_task()
            if me is not None and me.cancelling():  # nobody waits for the end any more
                work.cancel()
                raise
            why, phase, found = str(error) or "aborted", JobPhase.ABORTED, self._interrupted
        except NotDoneError as error:
            why = str(error)
        except NobodyKnowsError as error:
            why, found = str(error), Found.UNKNOWN
        except ToolError as error:
            why = f"the wafer is suspect: {error}"
        if found is not Found.DONE:
            await self.until_safe()
        self._record[job] = (found, why)
        self.job = ""
        self._observers.job(job, phase, why)

    async def until_safe(self) -> None:
        """Make the tool safe, as often as it takes, or wait until it was seen safe."""
        self._safe.clear()
        while not self._safe.is_set():
            try:
                await self._make_safe()
            except ToolError:
                with suppress(TimeoutError):
                    async with asyncio.timeout(AGAIN_S):
                        await self._safe.wait()
            else:
                return
