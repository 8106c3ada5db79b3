"""Our driver against secsgem's equipment handler, from its package, over a real socket."""

import asyncio
import contextlib
import socket
from dataclasses import replace
from pathlib import Path

import pytest
import secsgem.common
import secsgem.gem
import secsgem.hsms
import secsgem.secs
from switched_off import switched_off

from fabctl.clock import Clock, run
from fabctl.links.link import LinkError
from fabctl.links.tcp import tcp_dial
from fabctl.process.errors import Mark
from fabctl.tools.dictionary_file import load_dictionary
from fabctl.tools.errors import ToolError
from fabctl.tools.fab import ToolEntry
from fabctl.tools.port import (
    Accepted,
    Control,
    Found,
    Grade,
    Job,
    JobEvent,
    JobPhase,
    Program,
    Refused,
)
from tool_drivers.gem import GemTool

pytestmark = [pytest.mark.wire, pytest.mark.long]

FILE = Path(__file__).parent / "data" / "secsgem-equipment.yaml"
JOB = Job("R1.s1", "s1", "anneal", "R1.1", Program("P1", ()))
A, U1 = secsgem.secs.variables.String, secsgem.secs.variables.U1


class Equipment(secsgem.gem.GemEquipmentHandler):
    """A tool of secsgem's making: START starts a job, STOP ends it."""

    def __init__(self, port, control):
        settings = secsgem.hsms.HsmsSettings(
            address="127.0.0.1",
            port=port,
            connect_mode=secsgem.hsms.HsmsConnectMode.PASSIVE,
            device_type=secsgem.common.DeviceType.EQUIPMENT,
        )
        super().__init__(settings, initial_control_state=control)
        for svid, name, kind in ((1006, "ProcessState", U1), (1028, "JobID", A)):
            made = secsgem.gem.StatusVariable(svid, name, "", kind, use_callback=False)
            made.value = 1 if kind is U1 else ""
            self.status_variables[svid] = made
        for ceid, name in ((8, "ProcessingStarted"), (9, "ProcessingCompleted")):
            self.collection_events[ceid] = secsgem.gem.CollectionEvent(ceid, name, [])
        command = secsgem.gem.RemoteCommand
        self.remote_commands["START"] = command("START", "start", ["LOTID"], 8)
        self.remote_commands["STOP"] = command("STOP", "stop", [], 9)
        self.starts = 0

    def _on_rcmd_START(self, LOTID):  # noqa: N802, N803 -- secsgem finds it by this name
        self.starts += 1
        self.status_variables[1028].value = LOTID
        self.status_variables[1006].value = 4

    def _on_rcmd_STOP(self):  # noqa: N802
        self.status_variables[1006].value = 1


def patient(dial):
    """The peer's threads need their time to listen, and after accepting to take a Select.req."""

    async def dial_patiently(receiver):
        async with asyncio.timeout(5):
            while True:
                try:
                    link = await dial(receiver)
                except LinkError:
                    await asyncio.sleep(0.02)
                else:
                    await asyncio.sleep(0.1)
                    return link

    return dial_patiently


@contextlib.asynccontextmanager
async def driver_and_peer(control="ONLINE", **changed):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    dictionary = replace(load_dictionary(FILE), **changed)
    entry = ToolEntry("PEER", "furnace", "gem", "gem", dictionary, FILE, "", Mark("-", 1, 1))
    driver = GemTool(entry, dictionary, patient(tcp_dial("127.0.0.1", port)), Clock())
    peer = Equipment(port, control)
    peer.enable()
    try:
        yield driver, peer
    finally:
        await switch_off(peer, port, connected=driver._session.selected)
        await driver.disconnect()


async def switch_off(peer, port, *, connected):
    """Its disable() may wait for ever while it listens, so have it connected to somebody."""
    writer = None
    if not connected:
        async with asyncio.timeout(5):
            while writer is None:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.sleep(0.1)
    await switched_off(peer)
    if writer is not None:
        writer.close()


async def next_event(told):
    """The next event of a job."""
    async with asyncio.timeout(5):
        while not isinstance(event := await told.get(), JobEvent):
            pass
        return event


def test_it_is_connected_put_on_line_and_read():
    async def main():
        async with driver_and_peer("HOST_OFFLINE") as (driver, _):
            await driver.connect()
            status = await driver.status()
            assert (status.control, status.state) == (Control.REMOTE, "IDLE")

    run(main())


def test_reports_are_defined_linked_and_enabled():
    async def main():
        async with driver_and_peer() as (driver, peer):
            await driver.connect()
            assert sorted(each.get() for each in peer.registered_reports) == [9002, 9008, 9009]
            links = peer.registered_collection_events
            assert [ceid for ceid, link in links.items() if link.enabled] == [2, 8, 9]

    run(main())


def test_a_job_is_started_once_followed_by_its_events_and_stopped():
    async def main():
        async with driver_and_peer() as (driver, peer):
            told = asyncio.Queue()
            driver.subscribe(told.put_nowait)
            await driver.connect()
            assert await driver.start(JOB) == Accepted()
            started = await next_event(told)
            assert (started.job, started.phase) == ("R1.s1", JobPhase.STARTED)
            assert (await driver.status()).job == "R1.s1"
            assert await driver.stop() == Accepted()
            assert (await next_event(told)).phase is JobPhase.COMPLETED
            assert peer.starts == 1

    run(main())


def test_without_a_record_of_jobs_a_lost_start_stays_unknown():
    async def main():
        async with driver_and_peer() as (driver, _):
            await driver.connect()
            finding = await driver.find("R1.s1")
            assert (finding.found, finding.grade) == (Found.UNKNOWN, Grade.C)

    run(main())


def test_a_command_that_it_does_not_have_is_refused():
    async def main():
        async with driver_and_peer() as (driver, peer):
            await driver.connect()
            del peer.remote_commands["START"]
            assert await driver.start(JOB) == Refused("START: no such command")

    run(main())


def test_a_variable_that_it_does_not_have_is_named_by_its_report():
    async def main():
        async with driver_and_peer() as (driver, peer):
            del peer.status_variables[1028]
            with pytest.raises(ToolError, match="report of ProcessingStarted: unknown variable"):
                await driver.connect()

    run(main())
