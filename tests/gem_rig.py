"""A small tool to try the GEM equipment core on: two blocks, one alarm, no physics."""

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction

from fabctl.secs.items import U4, A, B, Item, L
from fabctl.secs.message import Message
from fabctl.tools.dictionary import (
    Alarm,
    Command,
    CommandCode,
    Dictionary,
    Event,
    Parameter,
    Role,
    Template,
    TemplateBlock,
    Variable,
)
from fabctl.tools.dictionary_file import QUIRKS
from fabctl.tools.port import Program
from simulators import machine as seam
from simulators.gem.equipment import Equipment
from simulators.gem.outgoing import Answer, Primary
from simulators.machine import Value
from simulators.processing import Processing, State
from simulators.robot import Robot

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
ACTIVE = ("EXECUTING", "PAUSING", "PAUSED", "STOPPING")

SV = [
    (1001, "Clock", "A"), (1002, "ControlState", "U1"), (1003, "EventsEnabled", "L"),
    (1004, "AlarmsEnabled", "L"), (1005, "AlarmsSet", "L"), (1006, "ProcessState", "U1"),
    (1007, "PreviousProcessState", "U1"), (1008, "PPExecName", "A"), (1009, "PPFormat", "U1"),
    (1010, "SpoolCountActual", "U4"), (1023, "StepIndex", "U2"), (1024, "StepName", "A"),
    (1026, "MaterialLocations", "L"), (1027, "WaferCount", "U4"), (1028, "JobID", "A"),
    (1029, "StartCount", "U4"), (1030, "LastJobs", "L"),
]  # fmt: skip
DV = [
    (2001, "AlarmID", "U4"), (2002, "OperatorCommand", "A"), (2003, "ECIDChanged", "U4"),
    (2004, "PPChangeName", "A"),
    (2005, "PPChangeStatus", "U1"), (2006, "SubstID", "A"), (2007, "SubstLocID", "A"),
    (2008, "RunResult", "U1"), (2012, "JobID_", "A"), (2013, "StepName_", "A"),
]  # fmt: skip
EVENTS = [
    (1, "EquipmentOFFLINE"), (2, "ControlStateLOCAL"), (3, "ControlStateREMOTE"),
    (4, "OperatorCommandIssued"), (5, "OperatorECChange"),
    (6, "ProcessProgramChange"), (7, "ProcessProgramSelected"),
    (8, "ProcessingStarted"), (9, "ProcessingCompleted"), (10, "ProcessingStopped"),
    (11, "ProcessStateChange"), (12, "SpoolingActivated"), (13, "SpoolingDeactivated"),
    (15, "MaterialReceived"), (16, "MaterialRemoved"), (17, "AlarmDetected"),
    (18, "AlarmCleared"), (19, "MessageRecognition"), (22, "StepStarted"),
    (23, "StepCompleted"), (26, "ProcessingAborted"),
]  # fmt: skip


def dictionary(*, formatted: bool = True, **quirks: str) -> Dictionary:
    """The small tool's dictionary."""
    text = Parameter("PPID", "A")
    wafer = (Parameter("SUBSTID", "A"),)
    dose = Parameter("DOSE", "F4", "mJ/cm2", Fraction(10), Fraction(1000), optional=True)
    rest = ("IDLE", "SETUP", "READY")
    step = Parameter("StepTime", "F4", "s", Fraction(1), Fraction(3600))
    temp = Parameter("Temp", "F4", "degC", Fraction(25), Fraction("450.5"))
    return Dictionary(
        tool="TST01", kind="furnace", mdln="FAB-TST", softrev="1.0.0", wafer_mm=200, device_id=0,
        chambers={},
        timers={name: Fraction(v) for name, v in
                {"t3": 5, "t5": 1, "t6": 5, "t7": 10, "t8": 5, "linktest": 30,
                 "linktest_idle": 30}.items()},
        quirks={**QUIRKS, **quirks},
        variables=(
            *(Variable(vid, Role.SV, name, fmt) for vid, name, fmt in SV),
            *(Variable(vid, Role.DV, name, fmt) for vid, name, fmt in DV),
            Variable(1601, Role.SV, "Temp", "F4", "degC", signal="temperature"),
            Variable(1, Role.EC, "EstablishCommunicationsTimeout", "U2", "s",
                     Fraction(1), Fraction(240), "10"),
            Variable(2, Role.EC, "TimeFormat", "U1", "", Fraction(0), Fraction(2), "1"),
            Variable(8, Role.EC, "OnLineSubstate", "U1", "", Fraction(4), Fraction(5), "5"),
            Variable(3601, Role.EC, "RampMax", "F4", "degC/min", Fraction(1), Fraction(20), "10"),
        ),
        events=tuple(Event(ceid, name) for ceid, name in EVENTS),
        alarms=(
            Alarm(1601, "OverTemperature", "over-temperature", 2, "abort"),
            Alarm(1602, "PadLife", "pad worn", 6),
        ),
        commands=(
            Command("PP-SELECT", (text,), rest), Command("LOAD", wafer, rest),
            Command("UNLOAD", wafer, rest),
            Command("START", (Parameter("LOTID", "A"), dose), ("IDLE", "READY")),
            Command("STOP", (), ACTIVE), Command("ABORT", (), ACTIVE), Command("PAUSE", (), ACTIVE),
            Command("RESUME", (), ACTIVE), Command("LOCAL", (), ()), Command("REMOTE", (), ()),
        ),
        states={0: "INIT", 1: "IDLE", 2: "SETUP", 3: "READY", 4: "EXECUTING", 5: "PAUSING",
                6: "PAUSED", 7: "STOPPING", 8: "ABORTING", 9: "FAULT"},
        ccodes=(CommandCode(501, "SOAK", (step, temp)),),
        templates=(
            Template("anneal", {}, (
                TemplateBlock(501, {"StepTime": "$hold", "Temp": "$temperature"}),)),
        ),
        watches=(), results=(), formatted=formatted,
    )  # fmt: skip


class Places:
    """Where wafers are, in a dictionary."""

    def __init__(self) -> None:
        self.where: dict[str, str] = {}

    def ensure(self, wafer: str) -> None:
        self.where.setdefault(wafer, "")

    def place_of(self, wafer: str) -> str:
        return self.where[wafer]

    def move(self, wafer: str, place: str) -> None:
        self.where[wafer] = place


class SmallMachine:
    """Runs the first block's time, then is done."""

    def __init__(self, seconds: float = 60.0) -> None:
        self.seconds = seconds
        self.processing = Processing()
        self.temp: Value = 400.0
        self.inputs: list[seam.Input] = []
        self.pending: list[seam.Output] = []
        self.ends: float | None = None

    @property
    def state(self) -> State:
        return self.processing.state

    def update(self, now: float, inputs: Sequence[seam.Input]) -> seam.Step:
        out = self.pending
        self.pending = []
        if self.processing.may("initialised"):
            out.append(self._move("initialised"))
        if self.ends is not None and now >= self.ends:
            out += [seam.StepCompleted("SOAK"), *self._end(seam.RunResult.COMPLETE, "finish")]
        for told in inputs:
            self.inputs.append(told)
            out += self._take(told, now)
        return seam.Step(tuple(out), self.ends)

    def value(self, name: str) -> Value:
        return {"Temp": self.temp}[name]

    def check(self, program: Program) -> list[str]:
        if isinstance(program.body, bytes) and b"nonsense" in program.body:
            return ["nonsense"]
        return []

    def refuses(self, asked: seam.Input) -> str:
        return "" if not isinstance(asked, seam.Start) or asked.wafer else "no wafer"

    def _take(self, told: seam.Input, now: float) -> list[seam.Output]:
        if isinstance(told, seam.Selected):
            return [self._move("select"), self._move("ready")]
        if isinstance(told, seam.Start):
            self.ends = now + self.seconds
            return [self._move("start"), seam.StepStarted("SOAK")]
        if isinstance(told, seam.Abort) and self.processing.may("abort"):
            return [self._move("abort"), *self._end(seam.RunResult.ABORTED, "aborted")]
        if isinstance(told, seam.Stop) and self.processing.may("stop"):
            return [self._move("stop"), *self._end(seam.RunResult.STOPPED, "stopped")]
        return []

    def _end(self, result: seam.RunResult, trigger: str) -> list[seam.Output]:
        self.ends = None
        return [seam.Ended(result), self._move(trigger)]

    def _move(self, trigger: str) -> seam.Output:
        return seam.ProcessStateChanged(self.processing.move(trigger))


class Host:
    """Talks to an equipment without any link; keeps all that it is told."""

    def __init__(self, faults=(), *, agree: bool = True, **options) -> None:
        self.machine = SmallMachine()
        self.places = Places()
        self.meet(
            Equipment(
                dictionary(**options), self.machine, Robot("TST01", self.places), EPOCH, faults
            ),
            agree=agree,
        )

    def meet(self, tool: Equipment, *, agree: bool = True) -> None:
        self.tool = tool
        self.now = 0.0
        self.told: list[Primary] = []
        self.link: list[object] = []
        self.order: list[str] = []
        self._system = 0
        self.keep(self.tool.selected(0.0))
        if agree:
            self.ask(1, 13, L())

    def keep(self, outgoing) -> Item | None:
        reply: Item | None = None
        for each in outgoing:
            if isinstance(each, Primary):
                self.told.append(each)
                self.order.append(f"S{each.stream}F{each.function}")
            elif isinstance(each, Answer):
                self.order.append(f"S{each.to.stream}F{each.function}")
                self.answered, reply = each, each.item
            else:
                self.link.append(each)
        return reply

    def ask(self, stream: int, function: int, item: Item | None = None) -> Item | None:
        self._system += 1
        self.answered: Answer | None = None
        message = Message(stream, function, wait=True, item=item, system=self._system)
        return self.keep(self.tool.receive(message, self.now))

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.keep(self.tool.wake(self.now))

    def command(self, rcmd: str, **parameters: Item) -> int:
        """HCACK; -1 without a reply."""
        pairs = (L(A(name), value) for name, value in parameters.items())
        reply = self.ask(2, 41, L(A(rcmd), L(*pairs)))
        return -1 if reply is None else int(reply.value[0].value[0])

    def listen(self) -> None:
        """Enable every event and alarm."""
        self.ask(2, 37, L(B(1), L()))
        self.ask(5, 3, L(B(0x80), U4()))

    def events(self) -> list[str]:
        names = {event.ceid: event.name for event in self.tool.dictionary.events}
        return [
            names[each.item.value[1].value[0]]
            for each in self.told
            if (each.stream, each.function) == (6, 11)
        ]

    def sv(self, name: str) -> Item:
        vid = next(v.vid for v in self.tool.dictionary.variables if v.name == name)
        return self.ask(1, 3, L(U4(vid))).value[0]

    def ready(self, name: str = "R1", wafer: str = "W1") -> None:
        """A wafer in the tool and a program selected."""
        assert self.ask(7, 23, program(name)) == B(0)
        assert self.command("LOAD", SUBSTID=A(wafer)) == 4
        self.wait(10)
        assert self.command("PP-SELECT", PPID=A(name)) == 4


def program(name: str = "R1", temp: float = 400.0, time: float = 60.0) -> Item:
    """The item of an S7F23."""
    from fabctl.secs.items import F4, U2

    return L(A(name), A("FAB-TST"), A("1.0.0"), L(L(U2(501), L(F4(time), F4(temp)))))
