"""secsgem's own host, from its package, drives a simulated tool over a real socket."""

import asyncio
import queue
from contextlib import asynccontextmanager

import pytest
import secsgem.common
import secsgem.gem
import secsgem.hsms
from gem_rig import EPOCH, Places, SmallMachine, dictionary
from switched_off import switched_off

from fabctl.clock import Clock, run
from fabctl.links.tcp import listen_tcp
from simulators.gem.equipment import Equipment
from simulators.robot import Robot
from simulators.station import Station

pytestmark = [pytest.mark.wire, pytest.mark.long]

BODY = b"dose 200\nfocus 0\n"


class Peer:
    """secsgem's host; every call blocks, so it is made in a thread."""

    def __init__(self, port):
        settings = secsgem.hsms.HsmsSettings(
            address="127.0.0.1",
            port=port,
            connect_mode=secsgem.hsms.HsmsConnectMode.ACTIVE,
            device_type=secsgem.common.DeviceType.HOST,
        )
        self.handler = secsgem.gem.GemHostHandler(settings)
        self.events = queue.Queue()
        self.handler.events.collection_event_received += self.events.put

    def connect(self):
        self.handler.enable()
        return self.handler.waitfor_communicating(10)

    def ask(self, stream, function, body=None):
        handler = self.handler
        message = handler.stream_function(stream, function)
        sent = message() if body is None else message(body)
        reply = handler.send_and_waitfor_response(sent)
        return handler.settings.streams_functions.decode(reply).get()

    def next_event(self):
        event = self.events.get(timeout=10)
        return event["ceid"].get(), [row["value"] for row in event["values"]]

    def select_and_start(self):
        """The remote part of a job, and its two reports."""
        handler = self.handler
        handler.subscribe_collection_event(15, [2006], 5)
        handler.subscribe_collection_event(9, [1028, 2008], 6)
        acks = [
            self.command("LOAD", SUBSTID="W1"),
            self.next_event(),
            self.command("PP-SELECT", PPID="R1"),
            self.command("START", LOTID="J1"),
            self.next_event(),
        ]
        return [*acks, self.command("START", LOTID="J1")]

    def command(self, rcmd, **parameters):
        reply = self.handler.send_remote_command(rcmd, list(parameters.items()))
        return reply.HCACK.get()


@asynccontextmanager
async def tool_and_peer():
    clock = Clock(speed=600)
    machine = SmallMachine(seconds=60)
    tool = dictionary(formatted=False)
    equipment = Equipment(tool, machine, Robot("TST01", Places()), EPOCH)
    station = Station(equipment, clock)
    station.open()
    listener = await listen_tcp("127.0.0.1", 0, station.accept)
    peer = Peer(listener.address[1])
    try:
        assert await asyncio.to_thread(peer.connect)
        yield peer
    finally:
        await switched_off(peer.handler)
        await listener.close()
        await station.close()


def talk(script):
    """Run a script of blocking calls in a thread, against a tool of its own."""

    async def main():
        async with tool_and_peer() as peer:
            return await asyncio.to_thread(script, peer)

    return run(main())


def test_identity_and_status():
    def script(peer):
        return peer.ask(1, 1), peer.ask(1, 3, [1002, 1006, 1601])

    assert talk(script) == (["FAB-TST", "1.0.0"], [5, 1, 400.0])


def test_job_by_remote_commands_with_its_events():
    def script(peer):
        peer.handler.send_process_program("R1", BODY)
        return peer.select_and_start()

    assert talk(script) == [4, (15, ["W1"]), 4, 4, (9, ["J1", 0]), 3]


def test_process_program_there_and_back():
    def script(peer):
        acknowledge = peer.ask(7, 3, {"PPID": "R1", "PPBODY": BODY})
        return acknowledge, peer.handler.request_process_program("R1")

    assert talk(script) == (0, ("R1", BODY))


def test_reports_are_refused_by_the_book():
    def script(peer):
        report = {"DATAID": 0, "DATA": [{"RPTID": 5, "VID": [1028]}]}
        unknown = {"DATAID": 0, "DATA": [{"RPTID": 6, "VID": [77]}]}
        link = {"DATAID": 0, "DATA": [{"CEID": 9, "RPTID": [7]}]}
        return [
            peer.ask(2, 33, report),
            peer.ask(2, 33, report),
            peer.ask(2, 33, unknown),
            peer.ask(2, 35, link),
            peer.ask(2, 37, {"CEED": True, "CEID": [77]}),
        ]

    assert talk(script) == [0, 3, 4, 5, 1]


def test_off_line_and_on_line_again():
    def script(peer):
        return [peer.handler.go_offline(), peer.handler.go_online(), peer.handler.go_online()]

    assert talk(script) == [0, 0, 2]


def test_constants_and_alarms():
    def script(peer):
        return [
            peer.handler.set_ec(3601, 5.0),
            peer.handler.set_ec(3601, 21.0),
            peer.ask(2, 13, [3601]),
            peer.handler.list_alarms(),
        ]

    *constants, alarms = talk(script)
    assert constants == [0, 3, [5.0]]
    assert [(row["ALID"], row["ALTX"]) for row in alarms] == [
        (1601, "over-temperature"),
        (1602, "pad worn"),
    ]
