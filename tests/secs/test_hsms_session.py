"""HSMS-SS: selecting, ending, and what each state refuses (semantics of E37 and E37.1)."""

import pytest
from hsms_ends import Pair, closed, frame, host, others, selected_host, selected_tool, sent, tool

from fabctl.secs.hsms import HsmsConnection
from fabctl.secs.hsms_events import Closed, Deselected, Discarded, Selected
from fabctl.secs.hsms_frames import SelectStatus
from fabctl.secs.hsms_settings import End, HsmsSettings, Role
from fabctl.secs.hsms_state import HsmsState

SELECT_REQ = frame(1, 7)


class TestSelect:
    """Getting to SELECTED."""

    def test_host_asks_at_once(self):
        """The active end sends Select.req as soon as TCP is up."""
        assert sent(host().connected(0.0)).hex() == "0000000affff0000000100000001"

    def test_tool_waits_to_be_asked(self):
        """The passive end sends nothing."""
        assert tool().connected(0.0) == []

    def test_both_ends_become_selected(self):
        """Select.req, Select.rsp 0."""
        pair = Pair()
        pair.connect()
        assert pair.host_events == [Selected()]
        assert pair.tool_events == [Selected()]
        assert pair.host.state is pair.tool.state is HsmsState.SELECTED

    def test_session_id_may_be_the_device_id(self):
        """Some tools put the device ID where 0xFFFF belongs."""
        end = host(device_id=3)
        end.connected(0.0)
        assert end.receive(frame(2, 1, session=3), 0.0) == [Selected()]

    def test_second_select_is_answered_already_active(self):
        """The session goes on."""
        end = selected_tool()
        assert sent(end.receive(SELECT_REQ, 0.0)) == frame(2, 7, byte3=1)
        assert end.state is HsmsState.SELECTED

    @pytest.mark.parametrize("status", [1, 2, 3, 99])
    def test_refusal_closes(self, status: int):
        """A Select.rsp other than 0 is no success."""
        end = host()
        end.connected(0.0)
        assert f"status {status}" in closed(end.receive(frame(2, 1, byte3=status), 0.0))

    def test_a_tool_that_serves_another_host_is_told_as_such(self):
        end = host()
        end.connected(0.0)
        why = closed(end.receive(frame(2, 1, byte3=SelectStatus.EXHAUSTED), 0.0))
        assert why.endswith("status 3, another host is connected to it")

    def test_rejected_select_closes(self):
        """A peer that knows no Select.req can't be selected."""
        end = host()
        end.connected(0.0)
        assert "Reject" in closed(end.receive(frame(7, 1, byte2=1, byte3=1), 0.0))

    def test_second_host_is_turned_away(self):
        """Select.rsp 3, then close."""
        settings = HsmsSettings(Role.PASSIVE, End.EQUIPMENT)
        end = HsmsConnection(settings, refuse=SelectStatus.EXHAUSTED)
        end.connected(0.0)
        events = end.receive(SELECT_REQ, 0.0)
        assert sent(events) == frame(2, 7, byte3=3)
        assert "EXHAUSTED" in closed(events)

    def test_select_to_the_active_end_is_not_ready(self):
        """Only the active end selects."""
        end = host()
        end.connected(0.0)
        assert sent(end.receive(SELECT_REQ, 0.0)) == frame(2, 7, byte3=2)

    def test_active_tool_selects_a_passive_host(self):
        """Role and end are independent."""
        pair = Pair(
            host=HsmsConnection(HsmsSettings(Role.ACTIVE, End.EQUIPMENT)),
            tool=HsmsConnection(HsmsSettings(Role.PASSIVE, End.HOST)),
        )
        pair.connect()
        assert pair.host_events == pair.tool_events == [Selected()]


class TestNotSelected:
    """A passive end that is not selected takes Select.req only."""

    @pytest.mark.parametrize(
        ("message", "answer"),
        [
            (frame(0, 5, session=0, byte2=0x81, byte3=1), frame(7, 5, byte2=0, byte3=4)),
            (frame(5, 5), frame(6, 5)),
            (frame(3, 5), frame(4, 5, byte3=1)),
            (frame(6, 5), frame(7, 5, byte2=6, byte3=3)),
            (frame(12, 5), frame(7, 5, byte2=12, byte3=1)),
        ],
        ids=["data", "linktest", "deselect", "linktest answer", "unknown"],
    )
    def test_anything_else_closes(self, message: bytes, answer: bytes):
        """It is answered as generic E37 says, then the connection ends as HSMS-SS says."""
        end = tool()
        end.connected(0.0)
        events = end.receive(message, 0.0)
        if message[9] != 3:  # Deselect leaves the closing to T7
            closed(events)
        assert sent(events) == answer

    def test_select_with_a_body_closes(self):
        """A control message is 10 bytes long."""
        end = tool()
        end.connected(0.0)
        assert "not 10" in closed(end.receive(frame(1, 5, body=b"\1\0"), 0.0))

    def test_separate_is_ignored(self):
        """There is nothing to separate."""
        end = tool()
        end.connected(0.0)
        assert end.receive(frame(9, 5), 0.0) == []
        assert end.state is HsmsState.NOT_SELECTED

    def test_active_end_rejects_data_and_waits_on(self):
        """A tool that speaks too soon is told so, and may select still."""
        end = host()
        end.connected(0.0)
        events = end.receive(frame(0, 5, session=0, byte2=0x81, byte3=13), 0.0)
        assert sent(events) == frame(7, 5, byte2=0, byte3=4)
        assert end.receive(frame(2, 1), 0.0) == [Selected()]

    def test_nothing_after_closing_counts(self):
        """Frames behind the one that closed are not looked at."""
        end = tool()
        end.connected(0.0)
        events = end.receive(frame(5, 5) + SELECT_REQ, 0.0)
        assert Selected() not in events
        assert end.receive(SELECT_REQ, 0.0) == []


class TestSelected:
    """What control messages do to a session."""

    def test_linktest_is_answered(self):
        """Linktest.rsp with the same system bytes."""
        assert sent(selected_tool().receive(frame(5, 9), 0.0)) == frame(6, 9)

    def test_separate_ends_it_unanswered(self):
        """Closed at once."""
        end = selected_tool()
        assert end.receive(frame(9, 9), 0.0) == [Closed("separated by the peer", was_selected=True)]

    def test_own_separate(self):
        """Separate.req, then closed."""
        pair = Pair()
        pair.connect()
        pair.exchange(pair.host.separate())
        assert closed(pair.host_events) == "separated by this end"
        assert closed(pair.tool_events) == "separated by the peer"

    def test_deselect_is_answered(self):
        """Connected still, but not selected."""
        end = selected_tool()
        events = end.receive(frame(3, 9), 0.0)
        assert sent(events) == frame(4, 9)
        assert others(events) == [Deselected("deselected by the peer")]
        assert others(end.receive(SELECT_REQ, 0.0)) == [Selected()]

    def test_own_deselect(self):
        """Both ends are NOT SELECTED after it."""
        pair = Pair()
        pair.connect()
        pair.exchange(pair.host.deselect(0.0))
        assert pair.host.state is pair.tool.state is HsmsState.NOT_SELECTED

    def test_deselect_by_the_passive_end(self):
        """Its own answer does not close it."""
        pair = Pair()
        pair.connect()
        pair.exchange(from_tool=pair.tool.deselect(0.0))
        assert pair.host.state is pair.tool.state is HsmsState.NOT_SELECTED

    @pytest.mark.parametrize("stype", [2, 4, 6])
    def test_answers_to_nothing_are_rejected(self, stype: int):
        """Reject.req reason 3."""
        end = selected_host()
        assert sent(end.receive(frame(stype, 99), 0.0)) == frame(7, 99, byte2=stype, byte3=3)
        assert end.state is HsmsState.SELECTED

    @pytest.mark.parametrize("stype", [8, 10, 11, 255])
    def test_unknown_stype_is_rejected(self, stype: int):
        """Reject.req reason 1, whatever its length."""
        end = selected_host()
        message = frame(stype, 99, body=b"xyz")
        assert sent(end.receive(message, 0.0)) == frame(7, 99, byte2=stype, byte3=1)

    def test_unknown_ptype_is_rejected(self):
        """Reject.req reason 2 cites the PType."""
        end = selected_host()
        assert sent(end.receive(frame(0, 99, ptype=5), 0.0)) == frame(7, 99, byte2=5, byte3=2)

    def test_reject_of_nothing_is_dropped(self):
        """Written down, not answered."""
        (event,) = selected_host().receive(frame(7, 99, byte3=3), 0.0)
        assert isinstance(event, Discarded)

    def test_lost_link_is_told_once(self):
        """TCP went; a second loss is none."""
        end = selected_host()
        assert end.disconnected("reset") == [Closed("reset", was_selected=True)]
        assert end.disconnected("reset") == []

    def test_can_be_connected_again(self):
        """A connection object serves one link after the other, with fresh system bytes."""
        end = selected_host()
        end.receive(b"\0\0\0", 0.0)
        end.disconnected("reset")
        (ask,) = end.connected(5.0)
        assert end.receive(frame(2, int.from_bytes(ask.data[-4:])), 5.0) == [Selected()]


class TestSettings:
    """What can't be set."""

    @pytest.mark.parametrize(
        "wrong",
        [
            {"device_id": 0x8000},
            {"t3": 0},
            {"t8": float("nan")},
            {"linktest": -1},
            {"linktest_misses": 0},
            {"max_length": 9},
        ],
    )
    def test_refused(self, wrong: dict):
        """ValueError says which."""
        with pytest.raises(ValueError, match=next(iter(wrong)).split("_")[0]):
            HsmsSettings(Role.ACTIVE, End.HOST, **wrong)
