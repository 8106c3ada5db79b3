"""secsgem's own host and equipment at the other end of real sockets.

A misreading that our two ends share would cancel out between them; it does not here.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress

import pytest
from secsgem.common import DeviceType
from secsgem.gem import GemEquipmentHandler, GemHostHandler, RemoteCommand
from secsgem.hsms import HsmsConnectMode
from secsgem.hsms import HsmsSettings as SecsgemSettings
from switched_off import switched_off

from fabctl.clock import Clock, run
from fabctl.links.link import LinkError
from fabctl.links.session import SecsSession
from fabctl.links.tcp import listen_tcp, tcp_dial
from fabctl.secs.hsms_settings import End, HsmsSettings, Role
from fabctl.secs.items import BOOLEAN, F4, U1, U2, U4, A, B, L
from fabctl.secs.message import Message
from fabctl.secs.outcome import Aborted, Outcome, Reply

pytestmark = [pytest.mark.wire, pytest.mark.long]


@pytest.fixture(autouse=True)
def _quiet():
    """Keep secsgem's logs out of the way: it logs every message twice."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def secsgem_settings(port: int, mode: HsmsConnectMode, device: DeviceType) -> SecsgemSettings:
    return SecsgemSettings(address="127.0.0.1", port=port, connect_mode=mode, device_type=device)


async def eventually(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 -- what is waited for happens in a foreign thread
            await asyncio.sleep(0.01)


class OurTool:
    """A tool of a few answers, as bytes on the wire go."""

    def __init__(self):
        self.heard: list[str] = []
        self.session = SecsSession(
            HsmsSettings(Role.PASSIVE, End.EQUIPMENT), Clock(), on_primary=self.answer
        )

    def answer(self, message: Message) -> None:
        self.heard.append(message.name)
        answers = {
            "S1F1": L(A("FAB-CVD"), A("1.4.0")),
            "S1F13": L(B(0), L(A("FAB-CVD"), A("1.4.0"))),
            "S1F3": L(F4(4.2), U4(), A("IDLE")),
            "S2F41": L(B(4), L(L(A("LOTID"), B(2)))),
            "S7F19": L(A("REACT-200")),
            "S7F3": B(0),
        }
        if message.name in answers:
            self.session.reply(message, answers[message.name])
        else:
            self.session.abort(message)


def with_secsgem_host(talk: Callable[[GemHostHandler], object]) -> tuple[object, OurTool]:
    """What secsgem's host found, talking in a thread of its own to our tool."""

    async def main():
        tool = OurTool()
        listener = await listen_tcp("127.0.0.1", 0, tool.session.accept)
        _, port = listener.address
        host = GemHostHandler(secsgem_settings(port, HsmsConnectMode.ACTIVE, DeviceType.HOST))

        def in_thread():
            host.enable()
            try:
                assert host.waitfor_communicating(10)
                return talk(host)
            finally:
                host.disable()

        found = await asyncio.get_running_loop().run_in_executor(None, in_thread)
        await tool.session.close()
        await listener.close()
        return found, tool

    return run(main())


class TestSecsgemHost:
    """It drives our passive session."""

    def test_becomes_communicating(self):
        """Select and S1F13."""
        _, tool = with_secsgem_host(lambda host: None)
        assert "S1F13" in tool.heard

    def test_are_you_there(self):
        """S1F1 and S1F2."""

        def talk(host):
            return host.settings.streams_functions.decode(host.are_you_there()).get()

        found, _ = with_secsgem_host(talk)
        assert found == ["FAB-CVD", "1.4.0"]

    def test_status_variables(self):
        """S1F4 with a float, a zero-length item and a text."""
        found, _ = with_secsgem_host(lambda host: host.request_svs([1101, 1102, 1006]).get())
        assert found[0] == pytest.approx(4.2)
        assert found[1:] == [[], "IDLE"] or found[1:] == [None, "IDLE"]

    def test_remote_command(self):
        """S2F42 with HCACK and a parameter."""

        def talk(host):
            return host.send_remote_command("START", [["LOTID", "R1.1"]]).get()

        found, tool = with_secsgem_host(talk)
        assert found == {"HCACK": 4, "PARAMS": [{"CPNAME": "LOTID", "CPACK": 2}]}
        assert "S2F41" in tool.heard

    def test_aborted(self):
        """S2F0 is understood as no answer of the right kind."""

        def talk(host):
            reply = host.send_and_waitfor_response(host.stream_function(2, 17)())
            return reply.header.stream, reply.header.function

        found, _ = with_secsgem_host(talk)
        assert found == (2, 0)

    def test_process_programs(self):
        """S7F20, and S7F3 with a body."""

        def talk(host):
            sent = host.send_process_program("REACT-200", "x" * 3000)
            return host.get_process_program_list(), sent

        (programs, sent), _ = with_secsgem_host(talk)
        assert list(programs) == ["REACT-200"]
        assert sent == 0


def with_secsgem_equipment(talk: Callable, prepare: Callable = lambda _tool: None) -> None:
    """Let `talk(session, heard)` drive secsgem's equipment with our active session."""

    async def main():
        port = free_port()
        tool = GemEquipmentHandler(
            secsgem_settings(port, HsmsConnectMode.PASSIVE, DeviceType.EQUIPMENT)
        )
        prepare(tool)
        heard: list[str] = []

        def answer(message: Message) -> None:
            heard.append(message.name)
            answers = {"S1F13": L(B(0), L()), "S6F11": B(0), "S5F1": B(0)}
            if message.name in answers:
                session.reply(message, answers[message.name])
            else:
                session.abort(message)

        session = SecsSession(
            HsmsSettings(Role.ACTIVE, End.HOST, linktest=0.2), Clock(), on_primary=answer
        )
        tool.enable()
        async with asyncio.timeout(10):  # its thread takes a moment to listen
            while not session.selected:
                await asyncio.sleep(0.02)
                with suppress(LinkError):
                    await session.open(tcp_dial("127.0.0.1", port))
        try:
            await eventually(lambda: "S1F13" in heard)
            await talk(session, heard)
        finally:
            # While connected: its thread that listens for the next one can't be stopped.
            await switched_off(tool)
            await session.close()

    run(main())


def body(outcome: Outcome):
    """The reply's item."""
    assert isinstance(outcome, Reply), outcome
    return outcome.message.item


class TestSecsgemEquipment:
    """Our active session drives it."""

    def test_establish_and_identify(self):
        """S1F13, S1F1."""

        async def talk(session, _heard):
            reply = body(await session.request(1, 13, L()))
            assert reply.value[0] == B(0)
            assert body(await session.request(1, 1)) == L(A("secsgem"), A("0.3.0"))

        with_secsgem_equipment(talk)

    def test_on_line(self):
        """S1F17 and S1F15."""

        async def talk(session, _heard):
            assert body(await session.request(1, 17)).one() in (0, 2)

        with_secsgem_equipment(talk)

    def test_remote_command_and_its_event(self):
        """S2F33, 35, 37; S2F41 with HCACK 4; then S6F11."""

        def prepare(tool):
            tool.remote_commands["GO"] = RemoteCommand("GO", "Go", ["LOTID"], 20)
            tool.callbacks.rcmd_GO = lambda LOTID: None  # noqa: N803

        async def talk(session, heard):
            report = L(U4(1), L(L(U4(9001), L(U4(1001)))))
            assert body(await session.request(2, 33, report)) == B(0)
            assert body(await session.request(2, 35, L(U4(1), L(L(U4(20), L(U4(9001))))))) == B(0)
            assert body(await session.request(2, 37, L(BOOLEAN(True), L(U4(20))))) == B(0)  # noqa: FBT003
            command = L(A("GO"), L(L(A("LOTID"), A("R1.1"))))
            assert body(await session.request(2, 41, command)) == L(B(4), L())
            await eventually(lambda: "S6F11" in heard)

        with_secsgem_equipment(talk, prepare)

    def test_ids_of_any_width(self):
        """The same variable asked for as U1, U2 and U4."""

        async def talk(session, _heard):
            for made in (U2(1001), U4(1001)):
                (clock,) = body(await session.request(1, 3, L(made))).value
                assert len(clock.value) in (12, 16)
            assert body(await session.request(2, 13, L(U1(1)))).value

        with_secsgem_equipment(talk)

    def test_many_open_at_once(self):
        """Every request gets its own reply."""

        async def talk(session, _heard):
            outcomes = await asyncio.gather(*(session.request(1, 1) for _ in range(20)))
            assert all(isinstance(outcome, Reply) for outcome in outcomes)

        with_secsgem_equipment(talk)

    def test_unknown_command_is_refused(self):
        """HCACK 1."""

        async def talk(session, _heard):
            reply = body(await session.request(2, 41, L(A("DANCE"), L())))
            assert reply.value[0] == B(1)

        with_secsgem_equipment(talk)

    def test_function_without_handler(self):
        """Its S9F5 fails the request at once, long before T3."""

        async def talk(session, _heard):
            outcome = await session.request(2, 25, B(b"x"), timeout=5)
            assert isinstance(outcome, Aborted)
            assert outcome.code == "S9F5"

        with_secsgem_equipment(talk)

    def test_linktests_keep_the_session(self):
        """Answered both ways."""

        async def talk(session, _heard):
            await asyncio.sleep(0.7)
            assert session.selected
            assert isinstance(await session.request(1, 1), Reply)

        with_secsgem_equipment(talk)
