"""One simulated tool's whole GEM face, without I/O: messages in, messages out.

`now` is process seconds throughout and must not fall. Every method that lets something happen
gives what is to be done on the link, in order. Timers of the link itself (T3, T6 ...) are not
known here: the link's owner tells what became of each `Primary` that waits.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from fabctl.secs.gem_communication import Action, CommunicationModel
from fabctl.secs.items import B, Item
from fabctl.secs.message import Message
from fabctl.secs.outcome import Outcome, Reply
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.faults import Fault
from fabctl.tools.port import Program
from simulators import machine as seam
from simulators.faults import ToolFaults
from simulators.gem.agenda import Agenda
from simulators.gem.alarms import Alarms
from simulators.gem.commands import Commands
from simulators.gem.compliance import Capability, compliance
from simulators.gem.constants import Constants
from simulators.gem.control import Control
from simulators.gem.dispatch import Dispatch
from simulators.gem.events import Events
from simulators.gem.identity import Identity
from simulators.gem.jobs import Jobs
from simulators.gem.mishaps import Mishaps
from simulators.gem.operations import operations_of
from simulators.gem.outgoing import Delay, Handlers, Outgoing, Primary
from simulators.gem.panel import Panel
from simulators.gem.production import Production
from simulators.gem.programs import Programs
from simulators.gem.promises import Promises
from simulators.gem.spool import Spool
from simulators.gem.terminal import Terminal
from simulators.gem.tool_clock import ToolClock
from simulators.gem.traces import Traces
from simulators.gem.variables import Variables
from simulators.machine import Value
from simulators.robot import Robot

LEAST_STEP_S = 1e-3
"""A machine that asks to be woken sooner is woken after this."""


class Equipment:
    """A GEM tool made of its parts; see the module's own words."""

    def __init__(
        self,
        dictionary: Dictionary,
        machine: seam.Machine,
        robot: Robot,
        epoch: datetime,
        faults: Sequence[Fault] = (),
        now: float = 0.0,
    ) -> None:
        """`epoch` is the date and time at process second 0."""
        self.dictionary = dictionary
        found = {name for each in dictionary.results for name in (each.values, each.uncertainty)}
        self.faults = ToolFaults(faults, found)
        self._now = now
        self._out: list[Outgoing] = []
        self._later: list[Callable[[], None]] = []
        self._agenda = Agenda()
        self._communication = CommunicationModel()
        self._build(dictionary, machine, robot, epoch)
        self._connect_faults()
        self.production.live()

    def _build(
        self, dictionary: Dictionary, machine: seam.Machine, robot: Robot, epoch: datetime
    ) -> None:
        def now() -> float:
            return self._now

        self.variables = variables = Variables(
            dictionary, lambda variable: machine.value(variable.name)
        )
        self.events = Events(dictionary, variables, self._send_event)
        self.alarms = Alarms(dictionary, variables, self.events, lambda i: self._send(5, 1, i))
        self.constants = Constants(dictionary, variables, self._may_configure, self._reconfigured)
        number = self.constants.number
        self.clock = ToolClock(epoch, now, lambda: round(number("TimeFormat", 1)))
        self.control = Control(
            number, self.events.occur, self._later.append,
            lambda: self._out.append(Primary(1, 1, None, wait=True)),
        )  # fmt: skip
        self.jobs = Jobs(variables, self.clock.text)
        self.production = Production(
            dictionary, machine, robot, variables, self.events, self.alarms, self.jobs,
            self._agenda, now, self.clock.text,
        )  # fmt: skip
        t3 = float(dictionary.timers["t3"])
        self._promises = Promises(
            lambda act: self._out.append(Delay(t3, partial(self._then, act))),
            lambda item: self._out.append(Primary(9, 13, item, wait=False)),
        )
        self.programs = Programs(
            dictionary, machine.check, self._may_change_program,
            lambda item: self._later.append(lambda: self._send(7, 27, item)), self.clock.text,
            self._promises,
        )  # fmt: skip
        self.commands = Commands(
            dictionary, self.production, self.programs, lambda: self.control.remote,
            self.control.host_switch, self._later.append,
        )  # fmt: skip
        self.traces = Traces(variables, now, self.clock.text, self._send_trace)
        self.terminal = Terminal(
            lambda item: self._send(10, 1, item), lambda: self.events.occur("MessageRecognition")
        )
        self.spool = Spool(
            number, self.events.occur, self._later.append, self.clock.text, self._out.append
        )
        identity = Identity(dictionary, self._communication)
        self.panel = Panel(
            self.control, self.production, self.programs, self.constants, self.events,
            self.terminal,
        )  # fmt: skip
        self._mishaps = Mishaps(self)
        self._identity = identity
        handlers: Handlers = {}
        for part in (
            identity, self.control, variables, self.constants, self.clock, self.traces, self.events,
            self.commands, self.alarms, self.programs, self.terminal, self.spool,
        ):  # fmt: skip
            handlers.update(part.handlers())
        self._dispatch = Dispatch(handlers, self.faults, self._communication, self.control)
        self._provide(variables)

    def _provide(self, variables: Variables) -> None:
        variables.provide("Clock", self.clock.text)
        variables.provide("ControlState", lambda: int(self.control.now))
        variables.provide("PPFormat", lambda: 2 if self.dictionary.formatted else 1)
        variables.provide("SpoolCountActual", lambda: self.spool.count)
        variables.provide("SpoolCountTotal", lambda: self.spool.total)
        variables.provide("SpoolStartTime", lambda: self.spool.started_at)
        variables.provide("SpoolFullTime", lambda: self.spool.full_at)

    def _connect_faults(self) -> None:
        faults = self.faults
        if not faults:
            return

        def refusal(rcmd: str) -> int | None:
            fault = faults.happens("refuse", self._now, command=rcmd)
            return None if fault is None else round(fault.number("hcack"))

        def on_selected(program: Program) -> None:
            faults.selected(operations_of(self.dictionary, program))

        def on_job(program: Program | None) -> None:
            if program is None:
                faults.job_over(self._now)
            else:
                faults.job_began(operations_of(self.dictionary, program), self._now)

        self.commands.refusal = refusal
        self.variables.spoilt = lambda name: faults.on(name, self._now)
        self.variables.shown = lambda variable, value: faults.distorted(variable, value, self._now)
        self.production.on_selected = on_selected
        self.production.on_job = on_job

    # What the link's owner calls.

    @property
    def now(self) -> float:
        """The process second up to which the tool has lived."""
        return self._now

    @property
    def wake_at(self) -> float | None:
        """When `wake` is to be called at the latest; None: not before a message comes."""
        soonest = self.production.wake_at
        if soonest is not None and soonest < self._now + LEAST_STEP_S:
            soonest = self._now + LEAST_STEP_S
        for due in (self.traces.due, self._agenda.due, self.faults.due):
            if due is not None and (soonest is None or due < soonest):
                soonest = due
        return soonest

    def wake(self, now: float) -> list[Outgoing]:
        """Live up to `now`."""
        self._live_until(now)
        return self._taken()

    def selected(self, now: float) -> list[Outgoing]:
        """The link is there: ask the host to communicate."""
        self._live_until(now)
        self._communicate("link_up")
        return self._taken()

    def lost(self, now: float) -> list[Outgoing]:
        """The link is gone; the tool goes on with what it does."""
        self._live_until(now)
        self._communicate("link_lost")
        self.control.step("attempt_failed")
        self.spool.link_lost()
        self._promises.forget()
        return self._taken()

    def receive(self, message: Message, now: float) -> list[Outgoing]:
        """Answer a primary of the host, then do what it asked for."""
        self._live_until(now)
        self.production.live()
        self._dispatch.answer(message, self)
        return self._taken()

    def heeds(self, primary: Primary) -> bool:
        """Whether it matters to the tool what became of a primary that waited."""
        return primary.stream == 1 or self.spool.is_sending(primary)

    def concluded(self, primary: Primary, outcome: Outcome, now: float) -> list[Outgoing]:
        """Learn what became of a primary that waited, of one that it heeds."""
        self._live_until(now)
        delivered = isinstance(outcome, Reply)
        if (primary.stream, primary.function) == (1, 13):
            agreed = isinstance(outcome, Reply) and self._identity.agreed(outcome.message.item)
            self._communicate("accepted" if agreed else "refused")
        elif (primary.stream, primary.function) == (1, 1):
            self.control.step("attempt_succeeded" if delivered else "attempt_failed")
        self.spool.concluded(primary, delivered=delivered)
        return self._taken()

    def compliance(self) -> tuple[Capability, ...]:
        """The GEM compliance statement of this tool."""
        return compliance()

    # What the parts call.

    def later(self, act: Callable[[], None], seconds: float) -> None:
        """Have something happen after some process seconds."""
        self._agenda.put(self._now + seconds, act)

    def put(self, outgoing: Outgoing) -> None:
        """Have something done on the link."""
        self._out.append(outgoing)

    def stream9(self, function: int, header: bytes) -> None:
        """Tell the host that a message of it is wrong."""
        self._out.append(Primary(9, function, B(header), wait=False))

    def take_later(self) -> list[Callable[[], None]]:
        """What was put off until the reply is out."""
        if not self._later:
            return []
        acts = self._later.copy()
        self._later.clear()
        return acts

    def heard(self) -> None:
        """Learn that the host is there, though it has not asked to communicate."""
        self._communicate("heard")

    # Its life.

    def _live_until(self, now: float) -> None:
        while (due := self.wake_at) is not None and due <= now:
            self._live_at(max(due, self._now))
        self._now = max(now, self._now)

    def _live_at(self, moment: float) -> None:
        self._now = moment
        self.production.live()
        self._agenda.run(moment)
        for fault in self.faults.take(moment):
            self._mishaps.befall(fault)
        self.traces.sample()
        for act in self.take_later():
            act()

    def _taken(self) -> list[Outgoing]:
        for act in self.take_later():
            act()
        taken = self._out.copy()
        self._out.clear()
        return taken

    def _communicate(self, trigger: str) -> None:
        if not self._communication.may(trigger):
            return  # an S1F14 that crossed the host's S1F13, a timer that rang too late
        for action in self._communication.step(trigger):
            if action is Action.SEND_S1F13:
                self._out.append(self._identity.request())
            elif action is Action.START_DELAY:
                seconds = self.constants.number("EstablishCommunicationsTimeout", 10)
                self._out.append(Delay(seconds, partial(self._then, self._ask_again)))

    def _ask_again(self) -> None:
        self._communicate("delay_over")

    def _then(self, act: Callable[[], None], now: float) -> list[Outgoing]:
        """Live on to where a `Delay` is over, and do what it was for."""
        self._live_until(now)
        act()
        return self._taken()

    # Sending.

    def _send(self, stream: int, function: int, item: Item) -> None:
        wait = (stream, function) != (6, 1) or self.dictionary.quirks["trace_reply"] == "yes"
        primary = Primary(stream, function, item, wait=wait)
        if self.spool.takes(primary):
            self.spool.put(primary)
        elif self._communication.communicating and (self.control.online or self.control.leaving):
            self._out.append(primary)

    def _send_event(self, name: str, _ceid: int, item: Item) -> None:
        if self.faults.happens("event-lost", self._now, event=name):
            return
        self._send(6, 11, item)
        if self.faults.happens("event-duplicate", self._now, event=name):
            self._send(6, 11, item)

    def _send_trace(self, item: Item) -> None:
        if not self.faults.on("trace-silent", self._now):
            self._send(6, 1, item)

    # Small decisions of the parts.

    def _may_configure(self) -> bool:
        return self.control.remote and not self.production.active

    def _reconfigured(self, name: str, value: Value) -> None:
        self.production.live(seam.ConstantChanged(name, value))

    def _may_change_program(self, name: str) -> bool:
        selected = self.production.selected
        running = self.production.active and selected is not None and selected.name == name
        return self.control.remote and not running
