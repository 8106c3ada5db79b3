"""What people ask of a run under way: pause, resume, stop, abort."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fabctl.clock import Clock
from fabctl.engine.bypass import check, from_request
from fabctl.engine.errors import Ending, EngineError
from fabctl.engine.recorder import Recorder
from fabctl.engine.records import Kind
from fabctl.engine.run_machine import RunMachine, RunState
from fabctl.interlocks.rule import RulePack
from fabctl.journal import Journal, JournalError
from fabctl.tools.port import Accepted, NoReply, Refused

if TYPE_CHECKING:
    from fabctl.engine.supervisor import Supervisor

ACTIONS = ("pause", "resume", "stop", "abort")
_POLL_S = 0.5  # wire seconds between two looks for requests of other terminals


class Controls:
    """The hand on the run in its own process: `ask` may be called at any time from its loop."""

    def __init__(self) -> None:
        self._handler: Callable[[str, str, str], None] | None = None
        self._early: list[tuple[str, str, str]] = []

    def ask(self, action: str, by: str, reason: str = "") -> None:
        """Ask for one of `ACTIONS`. Raises ValueError for another word."""
        if action not in ACTIONS:
            raise ValueError(f"{action!r} is none of {', '.join(ACTIONS)}")
        if self._handler is None:
            self._early.append((action, by, reason))
        else:
            self._handler(action, by, reason)

    @property
    def ends(self) -> bool:
        """Whether someone has asked for the run's end before it could be carried out."""
        return any(action in ("stop", "abort") for action, _, _ in self._early)

    def attach(self, handler: Callable[[str, str, str], None] | None) -> None:
        """Have requests handled from now on, those that came too early included."""
        self._handler = handler
        while handler is not None and self._early:
            handler(*self._early.pop(0))


class Helm:
    """Carries out what people ask, on the run's state and on the tool that works for it now."""

    def __init__(self, machine: RunMachine, recorder: Recorder, rules: RulePack) -> None:
        self.machine = machine
        self.rules = rules
        self.active: Supervisor | None = None
        self.ending = ""
        """``stop`` or ``abort`` once a person has asked for it; who and why in `because`."""
        self.because = ""
        self._recorder = recorder
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def handle(self, action: str, by: str, reason: str) -> None:
        """Carry out a request; one that makes no sense now is journaled as not done."""
        trigger = {"resume": "go_on"}.get(action, action)
        done, before = self.machine.may(trigger), self.machine.state
        if done:
            self.machine.move(trigger)
        active = self.active
        goes_on = action == "resume" and done and before is RunState.PAUSING
        if done and action in ("stop", "abort"):
            self.ending, self.because = action, f"{action} asked for by {by}: {reason or '-'}"
            if active is not None:
                active.make_safe(action)
        elif done and active is not None and active.start_settled:
            if action == "pause":
                self._spawn(self._pause(active))
            elif active.pause_is_ours:
                self._spawn(self._go_on(active))
                goes_on = False  # until the tool says so
        self._recorder.note(
            Kind.ASKED, action=action, by=by, reason=reason, done=done, state=self.machine.state
        )
        if goes_on:
            self._recorder.note(Kind.CONTINUED)
        self._changed.set()

    def bypass(self, by: str, request: str) -> None:
        """Lift an interlock, if that may be; what may not be is journaled as not done."""
        try:
            asked = replace(from_request(request), by=by)
            check(asked, self.rules)
        except (EngineError, KeyError, TypeError, ValueError) as error:
            state = self.machine.state
            told = {"action": "bypass", "by": by, "reason": str(error)}
            self._recorder.note(Kind.ASKED, **told, done=False, state=state)
        else:
            self._recorder.note(Kind.BYPASSED, **asked.as_dict())

    async def checkpoint(self) -> None:
        """Between two acts: wait out a pause. Raises `Ending` where a person ended the run."""
        if self.machine.state is RunState.PAUSING:
            self.machine.move("paused")
            self._recorder.note(Kind.PAUSED, where="between two acts")
        paused = self.machine.state is RunState.PAUSED
        while self.machine.state is RunState.PAUSED:
            self._changed.clear()
            await self._changed.wait()
        if paused and not self.ending:
            self._recorder.note(Kind.CONTINUED)
        if self.ending:
            raise Ending(self.because)

    async def poll(self, journal: Journal, run: str) -> None:
        """Look for requests that other terminals left, for ever."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "requests") as worker:
            while True:
                try:
                    asked = await loop.run_in_executor(worker, journal.take_requests, run)
                except JournalError:
                    asked = []  # the recorder will find and tell that the journal is out of order
                for each in asked:
                    if each.action == "bypass":
                        self.bypass(each.by, each.reason)
                    elif each.action in ACTIONS:
                        self.handle(each.action, each.by, each.reason)
                await asyncio.sleep(_POLL_S)

    def close(self) -> None:
        """End what is still under way."""
        for task in self._tasks:
            task.cancel()

    async def _pause(self, active: "Supervisor") -> None:
        active.pause_is_ours = True
        outcome = await active.station.tool.pause()
        if isinstance(outcome, Refused):  # the run pauses after this step
            active.pause_is_ours = False
            self._told("pause", active, outcome)
        elif isinstance(outcome, Accepted) and self.machine.state is RunState.PAUSING:
            self.machine.move("paused")
            self._recorder.note(Kind.PAUSED, where=active.station.tool.id)

    async def _go_on(self, active: "Supervisor") -> None:
        outcome = await active.station.tool.resume()
        if isinstance(outcome, Accepted):
            active.pause_is_ours = False
            self._recorder.note(Kind.CONTINUED)
            return
        if self.machine.state is RunState.RUNNING:  # the tool stands where it stood
            self.machine.move("pause")
            self.machine.move("paused")
        self._told("resume", active, outcome)
        self._recorder.note(Kind.PAUSED, where=active.station.tool.id)

    def _told(self, action: str, active: "Supervisor", outcome: Refused | NoReply) -> None:
        """Note what the tool said to a request that it does not carry out."""
        why = f"{active.station.tool.id}: {outcome.why}"
        state = self.machine.state
        self._recorder.note(Kind.ASKED, action=action, by="", reason=why, done=False, state=state)

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def new_poller(helm: Helm, journal: Journal, run: str, clock: Clock) -> "asyncio.Task[None] | None":
    """Begin to look for requests. No other terminal can reach a dry run: it has no time of ours."""
    if clock.virtual:
        return None
    return asyncio.get_running_loop().create_task(helm.poll(journal, run))
