"""Remote commands of one kind of tool: who is refused, what they do, how long they take."""

import pytest
from gem_rig import EPOCH, Host
from hypothesis import given
from hypothesis import strategies as st
from machine_rig import FAB, recipe
from msgspec.structs import replace

from fabctl.secs.items import U2, U4, A, B, L
from fabctl.tools.port import Block, Program
from fabctl.tools.template import encode
from simulators.gem.equipment import Equipment
from simulators.gem.program_items import formatted_item
from simulators.robot import Robot
from simulators.tools import machine_for
from simulators.wafers.store import WaferStore

CANNOT_NOW, BAD_PARAMETER, LATER = 2, 3, 4


class ToolHost(Host):
    """Talks to a tool of the built-in fab."""

    def __init__(self, tool: str) -> None:
        self.dictionary = FAB.tool(tool).dictionary
        store = WaferStore()
        self.machine = machine_for(self.dictionary, store)
        self.meet(Equipment(self.dictionary, self.machine, Robot(tool, store), EPOCH))
        self.listen()

    def number(self, name: str) -> float:
        return self.sv(name).value[0]

    def send(self, *blocks: Block) -> list[str]:
        """Store and select a program; gives what its verification found wrong."""
        item = formatted_item(Program("R1", blocks), self.dictionary)
        assert self.ask(7, 23, item) == B(0)
        told = [each.item for each in self.told if (each.stream, each.function) == (7, 27)]
        wrong = [row.value[2].value for row in told[-1].value[1].value if row.value[0].value[0]]
        if not wrong:
            assert self.command("PP-SELECT", PPID=A("R1")) == LATER
        return wrong

    def block(self, name: str, *values: float | str) -> Block:
        code = next(code for code in self.dictionary.ccodes if code.name == name)
        return Block(code.ccode, values)

    def run(self, seconds: float, lot: str = "L1") -> None:
        assert self.command("START", LOTID=A(lot)) == LATER
        self.wait(seconds)

    def bring(self) -> None:
        assert self.command("LOAD", SUBSTID=A("W1")) == LATER
        self.wait(10)


COMMANDS = [
    ("CVD01", "CLEAN", {"MINUTES": U2(2)}, 120, "CleanCompleted"),
    ("SPN01", "DUMMY-DISPENSE", {}, 5, "DummyDispenseDone"),
    ("STP01", "LOAD-RETICLE", {"RETICLEID": A("R9")}, 30, "ReticleLoaded"),
    ("ETC01", "WAFERLESS-CLEAN", {"SECONDS": U2(60)}, 60, "WaferlessCleanDone"),
    ("CMP01", "CONDITION-PAD", {"SECONDS": U2(30)}, 30, "PadConditioned"),
    ("FUR01", "LOAD-BOAT", {"COUNT": U2(25)}, 450, "BoatLoaded"),  # 25 wafers, and 1 m of way
]


@pytest.mark.parametrize(("tool", "rcmd", "given", "seconds", "done"), COMMANDS)
def test_a_command_is_accepted_and_done_after_its_time(tool, rcmd, given, seconds, done):
    host = ToolHost(tool)
    assert host.command(rcmd, **given) == LATER
    host.wait(seconds - 4)
    assert done not in host.events()
    assert host.command(rcmd, **given) == CANNOT_NOW
    assert host.command("LOAD", SUBSTID=A("W1")) == CANNOT_NOW
    host.wait(8)
    assert host.events().count(done) == 1


@pytest.mark.parametrize(
    ("tool", "rcmd", "given"),
    [
        ("FUR01", "LOAD-BOAT", {"COUNT": U2(0)}),
        ("FUR01", "LOAD-BOAT", {"COUNT": U2(101)}),
        ("FUR01", "LOAD-BOAT", {}),
        ("CMP01", "CONDITION-PAD", {"SECONDS": U2(301)}),
        ("CVD01", "CLEAN", {"MINUTES": U2(31)}),
        ("ETC01", "WAFERLESS-CLEAN", {"SECONDS": U2(9)}),
        ("STP01", "LOAD-RETICLE", {"RETICLEID": A("")}),
    ],
)
def test_a_parameter_out_of_range_is_refused(tool, rcmd, given):
    assert ToolHost(tool).command(rcmd, **given) == BAD_PARAMETER


@pytest.mark.parametrize(
    ("tool", "rcmd", "given"),
    [("CVD01", "CLEAN", {"MINUTES": U2(1)}), ("ETC01", "WAFERLESS-CLEAN", {"SECONDS": U2(60)})],
)
def test_no_chamber_is_cleaned_over_a_wafer(tool, rcmd, given):
    host = ToolHost(tool)
    host.bring()
    assert host.command(rcmd, **given) == CANNOT_NOW


def test_no_command_is_taken_while_the_robot_is_on_its_way():
    host = ToolHost("CVD01")
    assert host.command("LOAD", SUBSTID=A("W1")) == LATER
    assert host.command("CLEAN", MINUTES=U2(1)) == CANNOT_NOW


def test_a_reticle_comes_and_goes():
    host = ToolHost("STP01")
    assert host.command("UNLOAD-RETICLE") == CANNOT_NOW
    host.command("LOAD-RETICLE", RETICLEID=A("R9"))
    host.wait(31)
    assert host.sv("ReticleID") == A("R9")
    assert host.command("UNLOAD-RETICLE") == LATER
    host.wait(31)
    assert (host.sv("ReticleID"), host.events()[-1]) == (A(""), "ReticleUnloaded")


class TestBoat:
    def test_it_goes_in_and_comes_out_when_it_is_cool(self):
        host = ToolHost("FUR01")
        assert host.command("UNLOAD-BOAT") == CANNOT_NOW
        host.command("LOAD-BOAT", COUNT=U2(25))
        host.wait(150 + 150)  # charged, and half the way
        assert host.number("BoatPosition") == pytest.approx(500, abs=10)
        host.wait(155)
        assert (host.number("BoatPosition"), host.number("BoatWafers")) == (1000, 25)
        assert host.command("LOAD-BOAT", COUNT=U2(25)) == CANNOT_NOW
        assert host.command("LOAD", SUBSTID=A("W1")) == CANNOT_NOW
        assert host.command("UNLOAD-BOAT") == LATER
        while "BoatUnloaded" not in host.events():
            if host.number("BoatPosition") == 1000:
                hottest = max(host.number(f"Zone{zone}Temp") for zone in range(1, 6))
            host.wait(20)
        assert hottest == pytest.approx(60, abs=2.5)
        assert (host.number("BoatPosition"), host.number("BoatWafers")) == (0, 0)

    def test_a_wafer_in_it_feels_the_heat_of_the_tube(self):
        host = ToolHost("FUR01")
        host.bring()
        wafer, felt = host.machine.store.wafer("W1"), []
        wafer.apply = lambda effect: felt.extend(effect.history)
        host.command("LOAD-BOAT", COUNT=U2(1))
        host.wait(1000)
        host.command("UNLOAD-BOAT")
        host.wait(4000)
        assert host.command("UNLOAD", SUBSTID=A("W1")) == LATER
        host.wait(10)
        assert max(degc for _, degc in felt) == pytest.approx(80, abs=2)
        assert sum(seconds for seconds, _ in felt) > 1000

    def test_a_job_does_not_push_it_in_twice(self):
        anneal = recipe(
            "anneal", temperature="150 degC", ramp="5 degC/min", hold="5 min", ambient="N2"
        )
        host = ToolHost("FUR01")
        host.bring()
        host.command("LOAD-BOAT", COUNT=U2(1))
        host.wait(3600)
        assert host.send(*encode(host.dictionary, "R1", anneal).body) == []
        host.run(60)
        assert host.events().count("BoatLoaded") == 2  # it was there when the job came to it
        assert "StepCompleted" in host.events()


def deposit(host, angstrom: float) -> None:
    low_k = recipe(
        *("deposit",), chamber="pecvd", material="SiOC", thickness=f"{angstrom} Å",
        temperature="350 degC",
    )  # fmt: skip
    assert host.send(*encode(host.dictionary, "R1", low_k).body) == []
    host.run(3600, lot=f"deposit-{host.now}")


class TestChamberClean:
    def blocks(self, host, seconds=60.0, chamber="pecvd", nf3=1500.0):
        return (
            host.block("STABILISE", 10.0, chamber, 350.0, 4.0, 0.0),
            host.block("CLEAN", seconds, nf3, 600.0),
            host.block("PUMP", 10.0),
        )

    def test_it_takes_what_time_and_flow_take_off_the_walls(self):
        host = ToolHost("CVD01")
        host.bring()
        deposit(host, 15000)
        before = host.number("FilmSinceClean")
        assert before == pytest.approx(1.5, abs=0.01)
        assert host.command("UNLOAD", SUBSTID=A("W1")) == LATER
        host.wait(10)
        assert host.send(*self.blocks(host, seconds=30.0)) == []
        host.run(600)
        assert host.events()[-1] != "ProcessingAborted"
        assert "CleanCompleted" in host.events()
        assert host.number("FilmSinceClean") == pytest.approx(before - 0.5, abs=0.001)
        assert host.command("CLEAN", MINUTES=U2(2)) == LATER
        host.wait(121)
        assert host.number("FilmSinceClean") == 0

    def test_it_is_refused_over_a_wafer_and_nothing_else_runs_without_one(self):
        host = ToolHost("CVD01")
        assert host.send(*self.blocks(host)) == []
        host.bring()
        assert host.command("START", LOTID=A("L1")) == CANNOT_NOW
        host.command("UNLOAD", SUBSTID=A("W1"))
        host.wait(10)
        assert host.command("START", LOTID=A("L1")) == LATER
        host.wait(600)
        assert host.events()[-2:] == ["ProcessingCompleted", "ProcessStateChange"]
        assert "SubstrateStarted" not in host.events()
        assert host.send(host.block("STABILISE", 10.0, "pecvd", 350.0, 4.0, 0.0)) == []
        assert host.command("START", LOTID=A("L2")) == CANNOT_NOW

    def test_no_program_cleans_and_deposits(self):
        host = ToolHost("CVD01")
        (wrong,) = host.send(*self.blocks(host), host.block("DEGAS", 60.0, 200.0))
        assert "for no wafer" in wrong

    def test_a_metal_chamber_has_no_line_for_it(self):
        host = ToolHost("CVD01")
        first, clean, last = self.blocks(host, chamber="film")
        first = replace(first, parameters=(*first.parameters[:2], 100.0, *first.parameters[3:]))
        (wrong,) = host.send(first, clean, last)
        assert wrong == "CLEAN FlowNF3 1500 is not within 0 to 0 sccm in film"

    def test_the_alarm_that_it_is_due_goes_with_it(self):
        host = ToolHost("CVD01")
        host.bring()
        deposit(host, 15000)
        deposit(host, 15000)
        alarms = host.sv("AlarmsSet")
        assert alarms == L(U4(1107))
        assert host.events().count("CleanRequired") == 1
        host.command("UNLOAD", SUBSTID=A("W1"))
        host.wait(10)
        host.command("CLEAN", MINUTES=U2(5))
        host.wait(301)
        assert host.sv("AlarmsSet") == L()


@pytest.mark.long
@given(st.lists(st.tuples(st.sampled_from(["command", "LOAD", "UNLOAD"]), st.integers(0, 7))))
def test_whatever_comes_between_every_accepted_command_is_done_once(course):
    host, accepted = ToolHost("SPN01"), 0
    for what, seconds in course:
        if what == "command":
            accepted += host.command("DUMMY-DISPENSE") == LATER
        else:
            host.command(what, SUBSTID=A("W1"))
        host.wait(seconds)
    host.wait(20)
    assert host.events().count("DummyDispenseDone") == accepted
