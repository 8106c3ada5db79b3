"""A simulated tool behind a link: in memory and in virtual time, everything in its order."""

import asyncio
from fractions import Fraction

from gem_rig import EPOCH, Places, SmallMachine, dictionary, program

from fabctl.clock import Clock, run
from fabctl.links.link import LinkError
from fabctl.links.session import SecsSession
from fabctl.process.errors import Mark
from fabctl.secs.hsms_settings import End
from fabctl.secs.items import U4, A, B, L
from fabctl.secs.outcome import Aborted, Reply
from fabctl.tools.faults import Fault
from fabctl.tools.session_settings import session_settings
from simulators.gem.equipment import Equipment
from simulators.robot import Robot
from simulators.station import Station


class Rig:
    """A station, and a host that answers what it is asked."""

    def __init__(self, *faults, speed=1.0):
        self.clock = Clock(speed)
        self.machine = SmallMachine(seconds=3600)
        equipment = Equipment(dictionary(), self.machine, Robot("TST01", Places()), EPOCH, faults)
        self.station = Station(equipment, self.clock)
        self.station.open()
        self.heard = []
        self.lost = []
        self.host = self.session()

    def session(self):
        settings = session_settings(dictionary(), End.HOST)
        session = SecsSession(settings, self.clock, on_lost=self.lost.append)
        session.on_primary = lambda message: self.answer(session, message)
        return session

    def answer(self, session, message):
        self.heard.append((self.clock.process(), message.name))
        if message.wait:
            body = L(B(0), L()) if message.name == "S1F13" else B(0)
            session.reply(message, body)

    async def connect(self):
        await self.host.open(self.station.wire.dial)
        assert isinstance(await self.host.request(1, 13, L()), Reply)
        await self.host.request(2, 37, L(B(1), L()))

    async def command(self, rcmd, **parameters):
        pairs = (L(A(name), A(value)) for name, value in parameters.items())
        outcome = await self.host.request(2, 41, L(A(rcmd), L(*pairs)))
        return outcome.message.item.value[0] if isinstance(outcome, Reply) else outcome

    async def ready(self):
        await self.connect()
        await self.host.request(7, 23, program())
        await self.command("LOAD", SUBSTID="W1")
        await self.clock.sleep_process(10)
        await self.command("PP-SELECT", PPID="R1")

    async def close(self):
        await self.host.close()
        await self.station.close()


def play(script, *faults, speed=1.0):
    async def main():
        rig = Rig(*faults, speed=speed)
        try:
            return await script(rig)
        finally:
            await rig.close()

    return run(main(), virtual=True)


def fault(name, after, **parameters):
    values = {key: Fraction(value) for key, value in parameters.items()}
    return Fault("TST01", name, values, "", Fraction(after), 0, Mark("f", 1, 1))


def test_job_ends_when_its_process_time_is_over():
    async def script(rig):
        await rig.ready()
        began = rig.clock.process()
        assert await rig.command("START", LOTID="J1") == B(4)
        await rig.clock.sleep_process(4000)
        ended = [at for at, name in rig.heard if name == "S6F11"][-1]
        return round(ended - began, 3)

    assert play(script) == play(script, speed=600.0) == 3600


def test_trace_has_its_period_in_process_time():
    async def script(rig):
        await rig.connect()
        await rig.host.request(2, 23, L(U4(1), A("000010"), U4(5), U4(1), L(U4(1601))))
        began = rig.clock.process()
        await rig.clock.sleep_process(100)
        return [round(at - began) for at, name in rig.heard if name == "S6F1"]

    assert play(script, speed=60.0) == [10, 20, 30, 40, 50]


def test_messages_arrive_in_the_order_in_which_they_were_made():
    async def script(rig):
        await rig.ready()
        seen = []
        rig.host.on_primary = lambda message: (seen.append(message), rig.host.reply(message, B(0)))
        await rig.command("START", LOTID="J1")
        await rig.clock.sleep(1)
        return [message.item.value[0].value[0] for message in seen]

    numbers = play(script)
    assert numbers == sorted(numbers)
    assert len(numbers) >= 3


def test_tool_goes_on_while_nobody_is_connected():
    async def script(rig):
        await rig.ready()
        await rig.command("START", LOTID="J1")
        await rig.host.close()
        idle_since = rig.station.idle_since
        await rig.clock.sleep_process(4000)
        rig.host = rig.session()
        await rig.connect()
        jobs = await rig.host.request(1, 3, L(U4(1030)))
        return idle_since, rig.station.idle_since, jobs.message.item.value[0].value[0].value[1]

    idle_since, connected, result = play(script)
    assert idle_since is not None
    assert connected is None
    assert result.value == (0,)


def test_second_host_is_turned_away_and_the_first_not_disturbed():
    async def script(rig):
        await rig.connect()
        second = rig.session()
        try:
            await second.open(rig.station.wire.dial)
        except LinkError:
            pass
        else:
            return "let in"
        return type(await rig.host.request(1, 1)).__name__

    assert play(script) == "Reply"


def test_unanswered_event_brings_s9f9():
    async def script(rig):
        await rig.ready()
        rig.host.on_primary = lambda message: rig.heard.append((0, message.name))
        await rig.command("START", LOTID="J1")
        await rig.clock.sleep(10)
        return rig.heard[-1][1]

    assert play(script) == "S9F9"


def test_dropped_link_is_lost_for_the_host():
    async def script(rig):
        await rig.connect()
        await rig.clock.sleep_process(60)
        return len(rig.lost), rig.host.selected

    assert play(script, fault("link-drop", 30)) == (1, False)


def test_separate_is_orderly():
    async def script(rig):
        await rig.connect()
        await rig.clock.sleep_process(60)
        return rig.lost

    assert play(script, fault("separate", 30)) == ["separated by the peer"]


def test_stalled_link_holds_replies_back():
    async def script(rig):
        await rig.connect()
        await rig.clock.sleep_process(31)
        asked = rig.clock.process()
        reply = await rig.host.request(1, 1, timeout=60)
        return isinstance(reply, Reply), round(rig.clock.process() - asked)

    assert play(script, fault("link-stall", 30, duration=4)) == (True, 3)


def test_second_host_of_a_fault_file_changes_nothing():
    async def script(rig):
        await rig.connect()
        await rig.clock.sleep_process(60)
        return type(await rig.host.request(1, 1)).__name__, list(rig.lost)

    assert play(script, fault("second-host", 30)) == ("Reply", [])


def test_link_lost_under_a_request_is_told():
    async def script(rig):
        await rig.connect()
        asking = asyncio.create_task(rig.host.request(1, 1, timeout=100))
        await rig.clock.sleep(40)
        return type(await asking)

    assert play(script, fault("link-drop", 0)) in (Aborted, Reply)


def test_same_script_gives_the_same_wire_twice():
    async def script(rig):
        await rig.ready()
        await rig.command("START", LOTID="J1")
        await rig.clock.sleep_process(4000)
        return rig.heard

    assert play(script) == play(script)
