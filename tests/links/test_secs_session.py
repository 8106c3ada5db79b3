"""A session over the in-memory wire: outcomes, ends, reconnecting. All in virtual time."""

import asyncio

import pytest
from wire_rig import Rig, virtually

from fabctl.links.link import LinkError
from fabctl.links.memory import Towards
from fabctl.links.session import SecsSession
from fabctl.secs.codec import CodecError
from fabctl.secs.hsms_settings import End, HsmsSettings, Role
from fabctl.secs.hsms_state import HsmsState
from fabctl.secs.items import U1, A, B, L
from fabctl.secs.outcome import Aborted, Reply, TimedOut


class TestRequest:
    """Every request has an outcome."""

    @virtually
    async def test_reply(self):
        """The reply's message."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        outcome = await rig.host.request(2, 25, B(b"abc"))
        assert isinstance(outcome, Reply)
        assert outcome.message.item == B(b"abc")
        assert rig.clock.wire() == 0.0

    @virtually
    async def test_no_reply_within_t3(self):
        """TimedOut after T3, and the session goes on."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        rig.answers = False
        assert isinstance(await rig.host.request(2, 41, L()), TimedOut)
        assert rig.clock.wire() == 45.0
        assert rig.host.selected

    @virtually
    async def test_time_of_its_own(self):
        """A request may wait less than T3."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        rig.answers = False
        await rig.host.request(2, 41, L(), timeout=1.5)
        assert rig.clock.wire() == 1.5

    @virtually
    async def test_lost_link(self):
        """Aborted at once, with code "link"."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        rig.answers = False
        request = asyncio.create_task(rig.host.request(2, 41, L()))
        await asyncio.sleep(1)
        rig.wire.drop()
        assert await request == Aborted("link dropped", "link")
        assert rig.clock.wire() == 1.0

    @virtually
    async def test_without_session(self):
        """Aborted, and nothing is sent."""
        rig = Rig()
        outcome = await rig.host.request(1, 1)
        assert isinstance(outcome, Aborted)
        assert outcome.code == "link"

    @virtually
    async def test_aborted_by_the_peer(self):
        """Function 0."""
        rig = Rig()
        rig.tool.on_primary = rig.tool.abort
        await rig.host.open(rig.wire.dial)
        outcome = await rig.host.request(1, 3, L())
        assert isinstance(outcome, Aborted)
        assert outcome.code == "S1F0"

    @virtually
    async def test_unwritable_item(self):
        """CodecError comes to the caller."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        with pytest.raises(CodecError):
            await rig.host.request(1, 3, U1(256))

    @virtually
    async def test_many_at_once(self):
        """Each gets its own reply."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        outcomes = await asyncio.gather(*(rig.host.request(2, 25, U1(n)) for n in range(100)))
        assert [o.message.item for o in outcomes if isinstance(o, Reply)] == [
            U1(n) for n in range(100)
        ]

    @virtually
    async def test_cancelled_caller(self):
        """Its reply harms nobody."""
        rig = Rig()
        rig.wire.latency = 1.0
        await rig.host.open(rig.wire.dial)
        request = asyncio.create_task(rig.host.request(1, 1))
        await asyncio.sleep(0.5)
        request.cancel()
        await asyncio.sleep(5)
        assert isinstance(await rig.host.request(1, 1), Reply)

    @virtually
    async def test_fifteen_megabytes(self):
        """There and back, whole."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        item = L(A("P"), B(bytes(15_000_000)))
        outcome = await rig.host.request(7, 3, item)
        assert isinstance(outcome, Reply)
        assert outcome.message.item == item


class TestPrimaries:
    """What the tool tells unasked."""

    @virtually
    async def test_sent_without_w(self):
        """It arrives, and no answer can be sent."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        assert rig.tool.send(6, 11, L(U1(1)))
        await asyncio.sleep(0)
        kind, message = rig.told[-1]
        assert kind == "primary"
        assert not rig.host.reply(message, B(0))

    @virtually
    async def test_send_without_session(self):
        """False: it was not sent."""
        assert not Rig().tool.send(6, 11, L())

    @virtually
    async def test_events_outrun_replies(self):
        """The order of the wire is kept."""
        rig = Rig()
        rig.tool.on_primary = lambda message: (
            rig.tool.send(6, 11, L()),
            rig.tool.reply(message, B(4)),
        )
        await rig.host.open(rig.wire.dial)
        await rig.host.request(2, 41, L())
        assert rig.what() == ["selected", "primary"]

    @virtually
    async def test_both_may_ask_at_once(self):
        """A request from inside a callback is answered."""
        rig = Rig()
        asked = []
        rig.host.on_primary = lambda message: asked.append(
            asyncio.create_task(rig.host.request(1, 1)) and rig.host.reply(message, B(0))
        )
        await rig.host.open(rig.wire.dial)
        assert isinstance(await rig.tool.request(6, 11, L()), Reply)
        assert asked == [True]

    @virtually
    async def test_a_broken_listener_costs_no_message(self):
        """What it raises is reported to the loop; the next message is handled."""
        rig = Rig()
        reported = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _loop, context: reported.append(context["exception"])
        )
        rig.host.on_primary = lambda _message: 1 / 0
        await rig.host.open(rig.wire.dial)
        rig.tool.send(6, 11, L())
        assert isinstance(await rig.host.request(1, 1), Reply)
        assert [type(error) for error in reported] == [ZeroDivisionError]


class TestOpening:
    """From nothing to SELECTED."""

    @virtually
    async def test_nobody_there(self):
        """LinkError says why."""
        rig = Rig()
        rig.wire.refused = "connection refused"
        with pytest.raises(LinkError, match="refused"):
            await rig.host.open(rig.wire.dial)

    @virtually
    async def test_no_answer_to_select(self):
        """T6, then LinkError."""
        rig = Rig()
        rig.wire.lose(Towards.LISTENER)
        with pytest.raises(LinkError, match="T6"):
            await rig.host.open(rig.wire.dial)
        assert rig.clock.wire() == 5.0
        assert rig.told == []

    @virtually
    async def test_passive_end_is_not_opened(self):
        """It is dialled."""
        rig = Rig()
        with pytest.raises(ValueError, match="passive"):
            await rig.tool.open(rig.wire.dial)

    @virtually
    async def test_nobody_selects(self):
        """T7 ends a link that is never selected."""
        rig = Rig()
        lost = []

        class Silent:
            def received(self, data):
                raise AssertionError(data)

            def lost(self, reason):
                lost.append(reason)

        await rig.wire.dial(Silent())
        await asyncio.sleep(11)
        assert lost == ["closed by the peer"]
        assert rig.tool.state is HsmsState.NOT_CONNECTED

    @virtually
    async def test_second_host_is_turned_away(self):
        """The first one's session goes on."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        second = SecsSession(HsmsSettings(Role.ACTIVE, End.HOST), rig.clock)
        with pytest.raises(LinkError, match="status 3"):
            await second.open(rig.wire.dial)
        assert isinstance(await rig.host.request(1, 1), Reply)

    @virtually
    async def test_next_host_after_the_first_left(self):
        """One after the other is fine."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        await rig.host.close()
        await rig.host.open(rig.wire.dial)
        assert rig.what() == ["selected", "lost", "selected"]


class TestEnds:
    """How a session ends."""

    @virtually
    async def test_close_separates(self):
        """Both ends are told once."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        await rig.host.close()
        await asyncio.sleep(0)
        assert rig.told[1:] == [("lost", "separated by this end")]
        assert rig.tool_lost == ["separated by the peer"]

    @virtually
    async def test_close_twice(self):
        """Nothing happens the second time."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        await rig.host.close()
        await rig.host.close()
        assert rig.what().count("lost") == 1

    @virtually
    async def test_silent_peer(self):
        """A stalled link is noticed by linktest and T6."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        rig.wire.stall()
        await asyncio.sleep(36)
        assert ("lost", "no answer to LINKTEST_REQ within T6 (5.0 s)") in rig.told

    @virtually
    async def test_linktests_keep_it_alive(self):
        """An idle session stays for hours."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        await asyncio.sleep(36_000)
        assert rig.what() == ["selected"]

    @virtually
    async def test_short_stall(self):
        """Bytes held back arrive in order."""
        rig = Rig()
        await rig.host.open(rig.wire.dial)
        rig.wire.stall(Towards.DIALLER)
        requests = [asyncio.create_task(rig.host.request(2, 25, U1(n))) for n in range(3)]
        await asyncio.sleep(10)
        rig.wire.resume()
        outcomes = await asyncio.gather(*requests)
        assert all(isinstance(outcome, Reply) for outcome in outcomes)


class TestReconnecting:
    """A lost link is dialled again."""

    @virtually
    async def test_after_t5(self):
        """Not sooner, so that a tool is not hammered."""
        rig = Rig()
        await rig.host.open(rig.wire.dial, reconnect=True)
        await asyncio.sleep(1)
        rig.wire.drop()
        await asyncio.sleep(9.9)
        assert not rig.host.selected
        await asyncio.sleep(0.2)
        assert rig.told == [("selected", 0.0), ("lost", "link dropped"), ("selected", 11.0)]
        await rig.host.close()

    @virtually
    async def test_until_it_works(self):
        """Every T5."""
        rig = Rig()
        await rig.host.open(rig.wire.dial, reconnect=True)
        rig.wire.refused = "down"
        rig.wire.drop()
        await asyncio.sleep(105)
        rig.wire.refused = ""
        await asyncio.sleep(10)
        assert rig.host.selected
        await rig.host.close()

    @virtually
    async def test_not_after_close(self):
        """Closed is closed."""
        rig = Rig()
        await rig.host.open(rig.wire.dial, reconnect=True)
        await rig.host.close()
        await asyncio.sleep(100)
        assert rig.what() == ["selected", "lost"]

    @virtually
    async def test_close_while_waiting(self):
        """It is not dialled any more."""
        rig = Rig()
        await rig.host.open(rig.wire.dial, reconnect=True)
        rig.wire.drop()
        await asyncio.sleep(1)
        await rig.host.close()
        await asyncio.sleep(100)
        assert not rig.host.selected

    @virtually
    async def test_old_replies_stay_unsent(self):
        """An answer to a primary of the former link is not sent over the new one."""
        rig = Rig()
        await rig.host.open(rig.wire.dial, reconnect=True)
        rig.answers = False
        request = asyncio.create_task(rig.host.request(1, 1))
        await asyncio.sleep(1)
        rig.wire.drop()
        await request
        await asyncio.sleep(20)
        assert not rig.tool.reply(rig.heard[0], L())
        await rig.host.close()


@virtually
async def test_wrong_device_is_told_by_the_tool():
    """S9F1 fails the request at once."""
    rig = Rig()
    host = SecsSession(HsmsSettings(Role.ACTIVE, End.HOST, device_id=9), rig.clock)
    await host.open(rig.wire.dial)
    outcome = await host.request(1, 1)
    assert isinstance(outcome, Aborted)
    assert outcome.code == "S9F1"


@virtually
async def test_tool_that_waits_in_vain_sends_s9f9():
    """T3 of the equipment's own primary."""
    rig = Rig(linktest=0)
    await rig.host.open(rig.wire.dial)
    assert isinstance(await rig.tool.request(6, 11, L()), TimedOut)
    await asyncio.sleep(0)
    assert [m.name for kind, m in rig.told if kind == "primary"] == ["S6F11", "S9F9"]
