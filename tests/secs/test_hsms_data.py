"""Data messages: matching replies, stream 9, and bytes cut anyhow."""

import pytest
from hsms_ends import Pair, frame, others, selected_host, selected_tool, sent

from fabctl.secs.codec import CodecError, encode
from fabctl.secs.hsms_events import Concluded, Discarded, Primary
from fabctl.secs.items import U1, A, B, L
from fabctl.secs.message import Message
from fabctl.secs.outcome import Aborted, Rejected, Reply


def data(stream: int, function: int, system: int, item=None, *, wait=False, device=0) -> bytes:
    """A data frame."""
    body = b"" if item is None else encode(item)
    byte2 = stream | (0x80 if wait else 0)
    return frame(0, system, session=device, byte2=byte2, byte3=function, body=body)


class TestReplies:
    """A reply matches by direction, system bytes, stream and function."""

    def test_frame_of_a_request(self):
        """S1F13 W with an empty list, device 0."""
        _, written = selected_host().request(1, 13, L(), 0.0)
        assert written.hex() == "0000000c0000810d0000000000020100"

    def test_reply(self):
        """Function + 1."""
        end = selected_host()
        system, _ = end.request(1, 1, None, 0.0)
        (event,) = end.receive(data(1, 2, system, L()), 0.0)
        assert event == Concluded(system, Reply(Message(1, 2, wait=False, item=L(), system=system)))
        assert end.open_transactions == 0

    def test_function_0_aborts(self):
        """SxF0 of the same stream."""
        end = selected_host()
        system, _ = end.request(1, 1, None, 0.0)
        (event,) = end.receive(data(1, 0, system), 0.0)
        assert isinstance(event.outcome, Aborted)
        assert event.outcome.code == "S1F0"

    @pytest.mark.parametrize(("stream", "function"), [(2, 2), (1, 4), (2, 0)])
    def test_other_messages_with_our_system_bytes_are_no_replies(self, stream: int, function: int):
        """They are dropped; the transaction stays open."""
        end = selected_host()
        system, _ = end.request(1, 1, None, 0.0)
        (event,) = end.receive(data(stream, function, system), 0.0)
        assert isinstance(event, Discarded)
        assert end.open_transactions == 1

    def test_a_primary_with_our_system_bytes_is_a_primary(self):
        """Both ends count for themselves."""
        end = selected_host()
        system, _ = end.request(6, 10, None, 0.0)
        (event,) = end.receive(data(6, 11, system, wait=True), 0.0)
        assert isinstance(event, Primary)
        assert end.open_transactions == 1

    def test_replies_in_any_order(self):
        """Several transactions may be open at once."""
        end = selected_host()
        systems = [end.request(1, 3, U1(n), 0.0)[0] for n in range(5)]
        chunk = b"".join(data(1, 4, system, U1(system)) for system in reversed(systems))
        events = end.receive(chunk, 0.0)
        assert [event.system for event in events] == systems[::-1]

    def test_late_reply_is_dropped(self):
        """After T3 the transaction is over."""
        end = selected_host(linktest=0)
        system, _ = end.request(1, 1, None, 0.0)
        end.expire(45.0)
        (event,) = end.receive(data(1, 2, system), 46.0)
        assert isinstance(event, Discarded)

    def test_reject_fails_it_at_once(self):
        """Without waiting for T3."""
        end = selected_host()
        system, _ = end.request(1, 1, None, 0.0)
        (event,) = end.receive(frame(7, system, byte2=0, byte3=4), 0.0)
        assert event == Concluded(system, Rejected("Reject.req, reason 4 NOT_SELECTED"))

    def test_lost_link_aborts_all(self):
        """Each is told before the end of the connection."""
        end = selected_host()
        systems = [end.request(1, 1, None, 0.0)[0] for _ in range(3)]
        *told, _closed = end.disconnected("reset")
        assert told == [Concluded(system, Aborted("reset", "link")) for system in systems]

    def test_unreadable_reply(self):
        """An outcome of its own, not a time-out."""
        end = selected_host()
        system, _ = end.request(1, 1, None, 0.0)
        events = end.receive(frame(0, system, session=0, byte2=1, byte3=2, body=b"\x01\x05"), 0.0)
        assert [e.outcome.code for e in events if isinstance(e, Concluded)] == ["unreadable"]

    def test_an_item_that_cant_be_written_opens_nothing(self):
        """CodecError, and no transaction."""
        end = selected_host()
        with pytest.raises(CodecError):
            end.request(1, 1, U1(300), 0.0)
        assert end.open_transactions == 0

    def test_system_bytes_skip_open_ones(self):
        """Even after 2^32 messages."""
        end = selected_host()
        system, _ = end.request(1, 1, None, 0.0)
        end._transactions._last = 0xFFFFFFFF
        found = {end.request(1, 1, None, 0.0)[0] for _ in range(3)}
        assert found == {1, 3, 4}
        assert system == 2


class TestAnswering:
    """Replies of ours."""

    def test_reply_echoes(self):
        """Same system bytes and stream, function + 1, no W."""
        end = selected_tool()
        (event,) = end.receive(data(1, 1, 77, wait=True), 0.0)
        assert end.reply(event.message, L()) == data(1, 2, 77, L())

    def test_only_once(self):
        """A second reply to one primary is not sent."""
        end = selected_tool()
        (event,) = end.receive(data(1, 1, 77, wait=True), 0.0)
        end.reply(event.message, L())
        assert end.reply(event.message, L()) == b""

    def test_not_without_w(self):
        """A primary without W awaits nothing."""
        end = selected_tool()
        (event,) = end.receive(data(1, 1, 77), 0.0)
        assert end.reply(event.message, L()) == b""

    def test_not_over_another_connection(self):
        """The peer may have begun to count anew."""
        end = selected_tool()
        (event,) = end.receive(data(1, 1, 77, wait=True), 0.0)
        end.disconnected("reset")
        end.connected(1.0)
        end.receive(frame(1, 1), 1.0)
        end.receive(data(1, 1, 77, wait=True), 1.0)
        assert end.reply(event.message, L()) == b""


class TestStream9:
    """Errors that equipment tells."""

    def mhead(self, written: bytes) -> B:
        return B(written[4:14])

    @pytest.mark.parametrize("function", [1, 3, 5, 7, 11])
    def test_fails_the_cited_transaction_at_once(self, function: int):
        """MHEAD names it; the message is passed on as well."""
        end = selected_host()
        system, written = end.request(2, 41, None, 0.0)
        events = end.receive(data(9, function, 9000, self.mhead(written)), 0.0)
        assert [type(event) for event in events] == [Concluded, Primary]
        assert events[0].system == system
        assert events[0].outcome.code == f"S9F{function}"

    def test_s9f9_cites_the_tools_own_primary(self):
        """So it never ends one of ours, even with equal system bytes."""
        end = selected_host()
        _, written = end.request(2, 41, None, 0.0)
        end.receive(data(9, 9, 9000, self.mhead(written)), 0.0)
        assert end.open_transactions == 1

    @pytest.mark.parametrize("item", [None, B(b"short"), L(), B(b"\0\0\x82\x29\0\0\0\0\0\x63")])
    def test_citing_nothing_of_ours(self, item):
        """No transaction ends."""
        end = selected_host()
        end.request(2, 41, None, 0.0)
        end.receive(data(9, 5, 9000, item), 0.0)
        assert end.open_transactions == 1

    def test_s9f1_is_heard_whatever_its_device(self):
        """The device ID is just what the two do not agree on."""
        end = selected_host(device_id=5)
        _, written = end.request(1, 1, None, 0.0)
        events = end.receive(data(9, 1, 9000, self.mhead(written), device=7), 0.0)
        assert events[0].outcome.code == "S9F1"

    def test_equipment_tells_of_a_wrong_device(self):
        """S9F1, and the message is dropped."""
        end = selected_tool(device_id=5)
        wrong = data(1, 1, 3, wait=True, device=6)
        events = end.receive(wrong, 0.0)
        assert sent(events)[6:8] == b"\x09\x01"
        assert sent(events)[-10:] == wrong[4:14]
        assert isinstance(others(events)[0], Discarded)

    def test_host_is_silent_about_a_wrong_device(self):
        """A host never sends stream 9."""
        end = selected_host(device_id=5)
        (event,) = end.receive(data(6, 11, 3, wait=True, device=6), 0.0)
        assert isinstance(event, Discarded)

    def test_equipment_tells_of_unreadable_data(self):
        """S9F7."""
        bad = frame(0, 3, session=0, byte2=0x81, byte3=3, body=b"\x01\x05")
        events = selected_tool().receive(bad, 0.0)
        assert sent(events)[6:8] == b"\x09\x07"

    def test_host_aborts_unreadable_data(self):
        """SxF0, so that the tool does not wait for T3."""
        bad = frame(0, 3, session=0, byte2=0x86, byte3=11, body=b"\x01\x05")
        assert sent(selected_host().receive(bad, 0.0)) == data(6, 0, 3)


class TestLarge:
    """15 MB whole, both ways."""

    def test_fifteen_megabytes_each_way(self):
        """In chunks as a network gives them."""
        pair = Pair()
        pair.connect()
        item = L(A("RECIPE"), B(bytes(15_000_000)))
        for here, there in ((pair.host, pair.tool), (pair.tool, pair.host)):
            events = []
            _, written = here.request(7, 3, item, 0.0)
            for start in range(0, len(written), 1 << 16):
                events += there.receive(written[start : start + (1 << 16)], 0.0)
            assert [event.message.item == item for event in events] == [True]
