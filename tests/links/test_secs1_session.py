"""SECS-I sessions over the in-memory wire, in virtual time."""

import asyncio
from typing import Any

import pytest
from wire_rig import virtually

from fabctl.clock import Clock
from fabctl.links.link import LinkError
from fabctl.links.memory import MemoryWire, Towards
from fabctl.links.session import SecsSession
from fabctl.links.wire_log import WireLog, messages_of
from fabctl.secs.hsms_settings import End
from fabctl.secs.items import A, B, L
from fabctl.secs.message import Message
from fabctl.secs.outcome import Aborted, Reply, TimedOut
from fabctl.secs.secs1_settings import Secs1Settings


class Rig:
    """A host and a tool; the tool answers every primary with its own item back."""

    def __init__(self, tap: Any = None, **settings: Any) -> None:
        self.clock = Clock()
        self.wire = MemoryWire()
        self.heard: list[Message] = []
        self.lost: list[str] = []
        self.tool = SecsSession(
            Secs1Settings(End.EQUIPMENT, **settings), self.clock, on_primary=self.answer
        )
        self.host = SecsSession(
            Secs1Settings(End.HOST, **settings), self.clock, on_lost=self.lost.append, tap=tap
        )
        self.wire.listen(self.tool.accept)

    def answer(self, message: Message) -> None:
        self.heard.append(message)
        self.tool.reply(message, message.item)


@virtually
async def test_requests_go_both_ways_at_once():
    """Both ends bid for the line; each request has its own reply."""
    rig = Rig()
    rig.host.on_primary = lambda message: rig.host.reply(message, message.item)
    await rig.host.open(rig.wire.dial)
    outcomes = await asyncio.gather(
        *(rig.host.request(99, 1, B(bytes(n))) for n in (0, 500, 1)),
        *(rig.tool.request(99, 1, A(text)) for text in ("a", "b")),
    )
    assert all(isinstance(outcome, Reply) for outcome in outcomes)
    wanted = [B(b""), B(bytes(500)), B(b"\0"), A("a"), A("b")]
    assert [outcome.message.item for outcome in outcomes] == wanted


@virtually
async def test_a_lost_handshake_costs_t2():
    """The ENQ is lost: asked again, and answered."""
    rig = Rig()
    await rig.host.open(rig.wire.dial)
    rig.wire.lose(Towards.LISTENER)
    assert isinstance(await rig.host.request(1, 1), Reply)
    assert rig.clock.wire() == 10.0


@virtually
async def test_what_a_tool_says_while_it_is_still_being_dialled_is_heard():
    """TCP tells of a connection later than of its first bytes: the tool's bid is not lost."""
    rig = Rig()
    rig.host.on_primary = lambda message: rig.host.reply(message, message.item)
    asking: list[asyncio.Task[Any]] = []

    async def slow_dial(receiver):
        link = await rig.wire.dial(receiver)
        asking.append(asyncio.create_task(rig.tool.request(99, 1, A("early"))))
        await rig.clock.sleep(0.01)
        return link

    await rig.host.open(slow_dial)
    assert isinstance(await asking[0], Reply)
    assert rig.clock.wire() < 1.0


@virtually
async def test_a_link_that_is_lost_while_it_is_still_being_dialled_is_none():
    """And is not taken for one."""
    rig = Rig()

    async def cut_dial(receiver):
        link = await rig.wire.dial(receiver)
        rig.wire.drop("the plug was pulled")
        await rig.clock.sleep(0.01)
        return link

    with pytest.raises(LinkError, match="the plug was pulled"):
        await rig.host.open(cut_dial)


@virtually
async def test_a_message_without_reply_ends_after_t3():
    """The link stays."""
    rig = Rig()
    rig.tool.on_primary = lambda _: None
    await rig.host.open(rig.wire.dial)
    assert isinstance(await rig.host.request(1, 1), TimedOut)
    assert rig.clock.wire() == 45.0
    assert rig.host.selected


@virtually
async def test_a_dead_line_aborts_and_is_dialled_again():
    """After RTY the link is closed; after T5 there is a new one."""
    rig = Rig()
    await rig.host.open(rig.wire.dial, reconnect=True)
    rig.wire.stall()
    outcome = await rig.host.request(1, 1)
    assert isinstance(outcome, Aborted)
    assert outcome.code == "link"
    assert rig.clock.wire() == 40.0
    assert len(rig.lost) == 1
    rig.wire.drop()
    rig.wire.resume()
    await rig.clock.sleep(11.0)
    assert isinstance(await rig.host.request(1, 1), Reply)
    await rig.host.close()


@virtually
async def test_a_silent_peer_is_noticed():
    """The host asks S1F1 after 30 s, and gives up after four times T2."""
    rig = Rig()
    await rig.host.open(rig.wire.dial)
    rig.wire.stall()
    await rig.clock.sleep(69.0)
    assert not rig.lost
    await rig.clock.sleep(2.0)
    assert len(rig.lost) == 1


@virtually
async def test_a_second_host_is_turned_away():
    """The first goes on."""
    rig = Rig()
    await rig.host.open(rig.wire.dial)
    second = SecsSession(Secs1Settings(End.HOST), rig.clock)
    await second.open(rig.wire.dial)
    await rig.clock.sleep(1.0)
    assert not second.selected
    assert isinstance(await rig.host.request(1, 1), Reply)


@virtually
async def test_nothing_is_sent_while_there_is_no_link():
    """Neither message nor exception."""
    rig = Rig()
    assert isinstance(await rig.host.request(1, 1), Aborted)
    assert not rig.host.send(6, 11)
    with pytest.raises(LinkError):
        await rig.host.open(MemoryWire().dial)


def test_the_wire_log_holds_whole_messages(tmp_path):
    """In the form of HSMS, so that the same tools read it."""
    path = tmp_path / "wire.pcap"

    @virtually
    async def talk():
        log = WireLog(path, Clock())
        rig = Rig(log.tap("WET01"))
        await rig.host.open(rig.wire.dial)
        await rig.host.request(2, 25, L(B(bytes(700))))
        await rig.host.close()
        log.close()

    talk()
    told = [(tool, by_host, message.name) for tool, by_host, message in messages_of(path)]
    assert told == [("WET01", True, "S2F25"), ("WET01", False, "S2F26")]
