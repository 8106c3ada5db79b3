"""HSMS timers: T3, T6, T7, T8 and the linktest."""

from hsms_ends import closed, frame, host, selected_host, selected_tool, sent, tool

from fabctl.secs.hsms_events import Concluded
from fabctl.secs.hsms_frames import FRAME
from fabctl.secs.hsms_state import HsmsState
from fabctl.secs.outcome import TimedOut

NEVER = float("inf")


def test_no_deadline_while_not_connected():
    """Nothing is due, and expire does nothing."""
    end = host()
    assert end.next_deadline() == NEVER
    assert end.expire(1e9) == []


def test_t6_on_select_closes():
    """An active end that gets no Select.rsp gives up."""
    end = host()
    end.connected(10.0)
    assert end.next_deadline() == 15.0
    assert end.expire(14.9) == []
    assert "T6" in closed(end.expire(15.0))


def test_t7_closes():
    """A passive end that nobody selects gives up."""
    end = tool()
    end.connected(10.0)
    assert end.next_deadline() == 20.0
    assert "T7" in closed(end.expire(20.0))


def test_t7_ends_with_select():
    """Once selected, T7 is no more."""
    end = selected_tool(linktest=0)
    assert end.next_deadline() == NEVER


def test_t7_again_after_deselect():
    """A deselected connection has T7 to be selected again."""
    end = selected_tool(linktest=0)
    end.receive(frame(3, 9), 50.0)
    assert "T7" in closed(end.expire(60.0))


def test_t8_closes():
    """A message that stops half-way ends the connection."""
    end = selected_host(linktest=0)
    end.receive(frame(5, 1)[:6], 1.0)
    assert end.next_deadline() == 6.0
    assert "T8" in closed(end.expire(6.0))


def test_t8_starts_anew_with_each_byte():
    """It is the gap that counts, not the whole."""
    end = selected_host(linktest=0)
    whole = frame(5, 1)
    for at, byte in enumerate(whole):
        assert end.expire(4.0 * at) == []
        end.receive(bytes((byte,)), 4.0 * at)
    assert end.next_deadline() == NEVER


def test_t8_within_the_length_field():
    """Two bytes of a length field are a message begun."""
    end = selected_host(linktest=0)
    end.receive(b"\0\0", 0.0)
    assert "T8" in closed(end.expire(5.0))


def test_t3_ends_that_transaction_only():
    """The others and the session go on."""
    end = selected_host(linktest=0)
    first, _ = end.request(1, 1, None, 0.0)
    second, _ = end.request(1, 3, None, 10.0)
    assert end.next_deadline() == 45.0
    (event,) = end.expire(45.0)
    assert event == Concluded(first, TimedOut("no reply to S1F1 within 45.0 s"))
    assert end.state is HsmsState.SELECTED
    (event,) = end.expire(55.0)
    assert event.system == second


def test_t3_per_request():
    """A request may have a time of its own."""
    end = selected_host(linktest=0)
    end.request(1, 1, None, 0.0)
    end.request(1, 3, None, 0.0, 2.0)
    assert end.next_deadline() == 2.0
    assert len(end.expire(2.0)) == 1


def test_t3_of_equipment_sends_s9f9():
    """SHEAD is the header of the primary that was not answered."""
    end = selected_tool(linktest=0, device_id=3)
    _system, primary = end.request(6, 11, None, 0.0)
    events = end.expire(45.0)
    s9f9 = sent(events)
    assert s9f9[6:8] == b"\x09\x09"
    assert s9f9[14:] == b"\x21\x0a" + primary[4:14]


def test_linktest_after_silence():
    """Asked only when nothing was heard for the period."""
    end = selected_host(linktest=30.0)
    end.receive(frame(5, 1), 20.0)
    assert end.expire(30.0) == []
    assert end.next_deadline() == 50.0
    assert sent(end.expire(50.0)) == frame(5, 2)


def test_the_silence_that_is_borne_may_change():
    """It counts from the last byte heard, and 0 means for ever; a new connection keeps it."""
    end = selected_host(linktest=30.0)
    end.tolerate_silence(600.0)
    assert end.next_deadline() == 600.0
    end.tolerate_silence(0.0)
    assert end.next_deadline() == float("inf")
    end.tolerate_silence(10.0)
    end.disconnected("gone")
    end.connected(100.0)
    end.receive(frame(2, 2), 101.0)
    assert end.next_deadline() == 111.0


def test_answered_linktest_starts_the_period_anew():
    """And no T6 is left."""
    end = selected_host(linktest=30.0)
    end.expire(30.0)
    assert end.next_deadline() == 35.0
    end.receive(frame(6, 2), 31.0)
    assert end.next_deadline() == 61.0


def test_unanswered_linktest_closes():
    """T6 on a linktest is a communication failure."""
    end = selected_host(linktest=30.0)
    end.expire(30.0)
    assert "LINKTEST_REQ" in closed(end.expire(35.0))


def test_misses_may_be_allowed():
    """With two allowed, the second one closes."""
    end = selected_host(linktest=30.0, linktest_misses=2)
    end.expire(30.0)
    assert sent(end.expire(35.0)) == frame(5, 3)
    closed(end.expire(40.0))


def test_a_message_longer_than_agreed_closes():
    """Before any of its body is kept."""
    end = selected_host(max_length=100)
    assert "101 bytes" in closed(end.receive(FRAME.pack(101, 0, 1, 1, 0, 0, 1), 0.0))


def test_equipment_tells_that_it_was_too_long():
    """S9F11 cites its header, then the connection closes."""
    end = selected_tool(max_length=100)
    header = FRAME.pack(101, 0, 0x81, 1, 0, 0, 1)
    events = end.receive(header, 0.0)
    assert sent(events)[6:8] == b"\x09\x0b"
    assert sent(events)[-10:] == header[4:]
    closed(events)


def test_a_message_shorter_than_a_header_closes():
    """Length 9 can't be."""
    end = selected_host()
    assert "9 bytes" in closed(end.receive(b"\0\0\0\x09", 0.0))


def test_memory_is_bounded_whatever_the_length_says():
    """A length of 16 MB costs nothing until bytes come."""
    end = selected_host()
    end.receive(b"\x01\x00\x00\x00", 0.0)
    assert end.state is HsmsState.SELECTED
    assert "T8" in closed(end.expire(5.0))
