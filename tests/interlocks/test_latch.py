"""A latch holds until a named person resets it with a reason."""

import json

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fabctl.interlocks import Cause, Latch, LatchError, LatchState, Trip


def trip(code: str = "LM102", at: float = 1.0, tool_time: str = "") -> Trip:
    return Trip(code, Cause.OVER, "temperature", "Zone1Temp", "401 degC", "below", at, tool_time)


@pytest.fixture
def latch() -> Latch:
    return Latch([trip()])


def test_a_new_latch_holds_nothing():
    assert not Latch().held


def test_a_trip_holds(latch):
    assert latch.held


def test_acknowledging_is_not_resetting(latch):
    latch.acknowledge("Ada")
    assert latch.held
    assert latch.state is LatchState.ACKNOWLEDGED


def test_a_trip_after_acknowledging_wants_to_be_seen_again(latch):
    latch.acknowledge("Ada")
    latch.trip(trip())
    assert latch.state is LatchState.LATCHED


def test_a_named_person_with_a_reason_resets(latch):
    latch.reset("Ada", "thermocouple replaced")
    assert not latch.held
    assert latch.trips == ()


@pytest.mark.parametrize(
    ("by", "reason"), [("", "why"), ("Ada", ""), ("\u200b.", "why"), ("Ada", "\t")]
)
def test_nobody_resets_without_name_and_reason(latch, by, reason):
    with pytest.raises(LatchError):
        latch.reset(by, reason)
    assert latch.held


def test_a_cause_that_still_stands_is_not_reset(latch):
    with pytest.raises(LatchError, match="the cause still stands"):
        latch.reset("Ada", "why", standing=[trip()])
    assert latch.held


def test_a_clear_latch_can_not_be_reset():
    with pytest.raises(LatchError, match="nothing to reset: the latch is clear"):
        Latch().reset("Ada", "why")


def test_first_out_goes_by_the_tools_time():
    latch = Latch([trip("LM101", 1.0, "20000101120005"), trip("LM102", 2.0, "20000101120001")])
    assert latch.first_out.rule == "LM102"


def test_first_out_goes_by_our_time_where_a_tool_tells_none():
    latch = Latch([trip("LM101", 1.0, "20000101120005"), trip("LM102", 2.0)])
    assert latch.first_out.rule == "LM101"


def test_a_latch_is_rebuilt_from_the_journal(latch):
    body = json.loads(json.dumps([each.as_dict() for each in latch.trips]))
    again = Latch([Trip.from_dict(each) for each in body])
    assert again.held
    assert again.first_out == latch.first_out


class LatchMachine(RuleBasedStateMachine):
    """Only a proper reset ever clears a latch, whatever else is tried."""

    def __init__(self):
        super().__init__()
        self.latch = Latch()
        self.expected = False

    @rule()
    def trips(self):
        self.latch.trip(trip())
        self.expected = True

    @rule(by=st.sampled_from(["", "Ada"]))
    def acknowledges(self, by):
        try:
            self.latch.acknowledge(by)
        except LatchError:
            return

    @rule(by=st.sampled_from(["", "Ada"]), reason=st.sampled_from(["", "fixed"]))
    def resets(self, by, reason):
        try:
            self.latch.reset(by, reason)
        except LatchError:
            return
        assert by
        assert reason
        self.expected = False

    @invariant()
    def holds_as_expected(self):
        assert self.latch.held is self.expected


TestLatchMachine = LatchMachine.TestCase
