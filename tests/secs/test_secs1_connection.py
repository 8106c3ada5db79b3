"""SECS-I connections: transactions, multi-block messages, what is dropped, timers, failures."""

import pytest
from secs1_ends import DROP, Wire, connection, only, sent

from fabctl.secs.codec import CodecError
from fabctl.secs.hsms_events import Carried, Closed, Concluded, Discarded, Selected
from fabctl.secs.hsms_settings import End
from fabctl.secs.hsms_state import HsmsState
from fabctl.secs.items import A, B, L
from fabctl.secs.message import Message
from fabctl.secs.outcome import Aborted, Reply, TimedOut
from fabctl.secs.secs1 import Secs1Connection
from fabctl.secs.secs1_block import blocks
from fabctl.secs.secs1_settings import Secs1Settings

BIG = B(bytes(range(256)) * 20)
"""More than twenty blocks."""


def feed(end: Secs1Connection, block: bytes, now: float = 0.0) -> list:
    """One block of the peer's, with its handshake."""
    return end.receive(b"\x05" + block, now)


def block_of(function: int, stream: int = 1, *, to_host: bool = False, **fields) -> bytes:
    """The only block of a message without a body."""
    message = Message(stream, function, wait=function % 2 == 1, **{"system": 7, **fields})
    (block,) = blocks(message, b"", to_host=to_host)
    return block


def grant(end: Secs1Connection, now: float = 0.0) -> tuple[bytes, list]:
    """Let an end that has bid send one block: the block, and what it told after our ACK."""
    block = sent(end.receive(b"\x04", now))
    return block, end.receive(b"\x06", now)


def opened(end: End, **settings) -> Secs1Connection:
    """An end whose line is open since 0 s."""
    made = connection(end, **settings)
    assert made.connected(0.0) == [Selected()]
    return made


class TestTransactions:
    """Requests and replies."""

    def test_request_and_reply_both_ways(self):
        """Each end asks the other."""
        wire = Wire()
        ours, theirs = wire.request(wire.host, A("hello")), wire.request(wire.tool, L(BIG, A("x")))
        wire.run()
        assert wire.host.concluded == {ours: ["Reply"]}
        assert wire.tool.concluded == {theirs: ["Reply"]}
        assert [message.item for message in wire.tool.primaries] == [A("hello")]
        assert [message.item for message in wire.host.primaries] == [L(BIG, A("x"))]

    def test_several_at_once(self):
        """They wait for the line, and go in order."""
        wire = Wire()
        for number in range(5):
            wire.send(wire.host, A(str(number)))
        wire.run()
        assert [message.item for message in wire.tool.primaries] == [A(str(n)) for n in range(5)]

    def test_whole_messages_are_told_for_the_log(self):
        """As HSMS frames, both ways."""
        wire = Wire()
        wire.request(wire.host, A("x"))
        wire.run()
        carried = only(Carried, wire.host.events)
        assert [event.outward for event in carried] == [True, False]
        assert carried[0].frame.hex() == "0000000d" + "0000e301000000000001" + "410178"

    def test_t3_runs_from_the_last_ack(self):
        """Not from the time when the request was queued."""
        host = opened(End.HOST, t3=5.0)
        system, frame = host.request(1, 1, None, 0.0)
        host.post(frame, 0.0)
        host.receive(b"\x04", 1.0)
        host.receive(b"\x06", 2.0)
        assert host.next_deadline() == 7.0
        (concluded,) = host.expire(7.0)
        assert concluded.system == system
        assert isinstance(concluded.outcome, TimedOut)

    def test_t3_gives_way_to_t4_when_the_reply_begins(self):
        """A long reply on a slow line is no late reply."""
        host = opened(End.HOST, t3=5.0, t4=8.0)
        system, frame = host.request(1, 3, None, 0.0)
        host.post(frame, 0.0)
        grant(host)
        reply = Message(1, 4, wait=False, system=system)
        first, *_ = blocks(reply, bytes(600), to_host=True)
        feed(host, first, 4.0)
        assert not only(Concluded, host.expire(6.0))
        assert host.next_deadline() == 12.0
        (concluded,) = only(Concluded, host.expire(12.0))
        assert isinstance(concluded.outcome, Aborted)
        assert "T4" in concluded.outcome.why

    def test_tool_tells_of_t3(self):
        """S9F9 with the header of its primary."""
        tool = opened(End.EQUIPMENT)
        _, frame = tool.request(6, 11, None, 0.0)
        tool.post(frame, 0.0)
        grant(tool)
        tool.expire(45.0)
        block, _ = grant(tool, 45.0)
        assert block[3:5].hex() == "0909"
        assert block[11:-2].hex() == "210a" + "0000860b000000000001"

    def test_late_reply_is_discarded(self):
        """It answers nothing that is open."""
        host = opened(End.HOST)
        assert only(Discarded, feed(host, block_of(2, to_host=True)))

    def test_s9_ends_what_it_cites(self):
        """At once, not after T3."""
        wire = Wire()
        system = wire.request(wire.host)
        wire.host.connection.expire(0.0)
        tool = wire.tool.connection
        wire.tool.echoes = False
        wire.run(until=1.0)
        (primary,) = wire.tool.primaries
        frame = tool.send(9, 5, B(primary.header()))
        wire._take(wire.tool, tool.post(frame, wire.now))
        wire.run(until=2.0)
        assert wire.host.concluded == {system: ["Aborted"]}

    def test_too_long_for_secs1(self):
        """Refused before anything is sent, and no transaction stays open."""
        host = opened(End.HOST)
        with pytest.raises(CodecError, match="7995148"):
            host.request(7, 3, B(bytes(8_000_000)), 0.0)
        assert host.open_transactions == 0


class TestDropped:
    """What is acknowledged, and dropped."""

    def test_a_duplicate_block(self):
        """Our ACK was lost (F15): acknowledged again, acted upon once."""
        wire = Wire()
        wire.tool.faults = {1: DROP}  # its EOT is byte 0, its ACK byte 1
        wire.request(wire.host, A("once"))
        wire.run()
        assert len(wire.tool.primaries) == 1
        assert wire.tool.connection.counts["duplicate"] == 1
        assert list(wire.host.concluded.values()) == [["Reply"]]

    def test_the_wrong_direction(self):
        """A block of our own kind, as an echo sends it."""
        host = opened(End.HOST)
        events = feed(host, block_of(1))
        assert sent(events) == b"\x04\x06"
        assert "other way" in only(Discarded, events)[0].why

    def test_the_wrong_device_at_the_tool(self):
        """S9F1 cites the header."""
        tool = opened(End.EQUIPMENT, device_id=3)
        events = feed(tool, block_of(1, device=4))
        assert sent(events) == b"\x04\x06\x05"
        block, _ = grant(tool)
        assert block[3:5].hex() == "0901"
        assert block[13:-2].hex() == "00048101800100000007"

    def test_the_wrong_device_at_the_host(self):
        """Two adapters swapped (F22): dropped; a host never says S9."""
        host = opened(End.HOST, device_id=3)
        events = feed(host, block_of(1, to_host=True, device=4))
        assert sent(events) == b"\x04\x06"
        assert "device ID 4" in only(Discarded, events)[0].why

    def test_a_missing_block(self):
        """F16: the tool discards the message, and says S9F7 once."""
        tool = opened(End.EQUIPMENT)
        message = Message(7, 3, wait=True, system=7)
        parts = list(blocks(message, bytes(1000), to_host=False))
        for part in (parts[0], parts[2]):
            feed(tool, part)
        block, events = grant(tool)
        assert block[3:5].hex() == "0907"
        assert not sent(events)
        assert sent(feed(tool, parts[3])) == b"\x04\x06"

    def test_an_unreadable_item(self):
        """The tool says S9F7, the host aborts with F0."""
        for end, answer in ((End.EQUIPMENT, "0907"), (End.HOST, "0600")):
            here = opened(end)
            message = Message(6, 11, wait=True, system=7)
            (part,) = blocks(message, b"\x41\x05x", to_host=end is End.HOST)
            feed(here, part)
            block, _ = grant(here)
            assert block[3:5].hex() == answer


class TestFailure:
    """The line is given up."""

    def test_nak_storm(self):
        """F13: after RTY the line has failed; all that was open is aborted."""
        host = opened(End.HOST)
        for _ in range(2):
            _, frame = host.request(1, 1, None, 0.0)
            host.post(frame, 0.0)
        events = []
        naks = 0
        while not only(Closed, events):
            host.receive(b"\x04", 0.0)
            events = host.receive(b"\x15", 0.0)
            naks += 1
        assert naks == 4
        assert [event.outcome.code for event in only(Concluded, events)] == ["link", "link"]
        assert host.state is HsmsState.NOT_CONNECTED
        assert host.receive(b"\x05", 0.0) == []

    def test_no_peer(self):
        """Nobody answers ENQ."""
        wire = Wire(retries=1, t2=2.0)
        wire.host.faults = dict.fromkeys(range(100), DROP)
        wire.request(wire.host)
        wire.run()
        assert wire.host.closed == [
            "SECS-I send failure: no EOT within T2 (2.0 s), tried 2 times",
        ]

    def test_can_be_connected_again(self):
        """With nothing of the former link."""
        host = opened(End.HOST)
        _, frame = host.request(1, 1, None, 0.0)
        host.post(frame, 0.0)
        host.disconnected("unplugged")
        assert host.connected(5.0) == [Selected()]
        assert host.next_deadline() == float("inf")
        system, frame = host.request(1, 1, None, 5.0)
        assert system == 2
        assert sent(host.post(frame, 5.0)) == b"\x05"

    def test_a_line_that_falls_behind_has_failed(self):
        """Memory is bounded."""
        host = opened(End.HOST)
        events = []
        while not only(Closed, events):
            events += host.post(host.send(7, 3, B(bytes(7_000_000))), 0.0)
        assert sent(events) == b"\x05"
        assert only(Closed, events)[0].why == "35000090 bytes wait for the line"

    def test_second_host_is_turned_away(self):
        """Its link is closed at once."""
        second = Secs1Connection(Secs1Settings(End.EQUIPMENT), refuse=True)
        (closed,) = second.connected(0.0)
        assert not closed.was_selected


class TestLinktest:
    """A host asks S1F1 after a silence."""

    def test_a_peer_that_answers_is_there(self):
        """Nobody else is told."""
        wire = Wire(linktest=30.0)
        wire.run(until=100.0)
        assert [message.name for message in wire.tool.primaries] == ["S1F1"] * 3
        assert not wire.host.concluded
        assert not wire.host.closed

    def test_the_silence_that_is_borne_may_change(self):
        """A tool without a job is asked less often."""
        host = opened(End.HOST, linktest=30.0)
        host.tolerate_silence(600.0)
        assert host.next_deadline() == 600.0

    def test_a_frozen_peer_is_noticed(self):
        """Within the linktest's period and T2 × (RTY + 1)."""
        host = opened(End.HOST, linktest=30.0, t2=1.0, retries=1)
        assert sent(host.expire(30.0)) == b"\x05"
        assert sent(host.expire(31.0)) == b"\x05"
        assert only(Closed, host.expire(32.0))

    def test_a_peer_that_takes_blocks_but_never_answers(self):
        """T3 ends it."""
        host = opened(End.HOST, linktest=30.0)
        host.expire(30.0)
        grant(host, 30.0)
        (closed,) = host.expire(75.0)
        assert "silent" in closed.why

    def test_the_equipment_never_asks(self):
        """It talks when it has something to say."""
        assert opened(End.EQUIPMENT, linktest=30.0).next_deadline() == float("inf")


def test_reply_reaches_whoever_asked():
    """The outcome holds the message as it came."""
    wire = Wire(device_id=9)
    wire.request(wire.tool, A("x"))
    wire.run()
    (concluded,) = only(Concluded, wire.tool.events)
    assert isinstance(concluded.outcome, Reply)
    assert concluded.outcome.message.device == 9
    assert concluded.outcome.message.item == A("x")
