"""Before a latch is reset its tools are asked whether what tripped still stands."""

import itertools
import math
import sys

import pytest
from engine_rig import Rig, go, guard
from msgspec.structs import replace
from test_interlocks_live import living, only

from fabctl.clock import VIRTUAL_EPOCH
from fabctl.engine.bypass import Bypass, bypass
from fabctl.engine.cause import Look, look_for_causes
from fabctl.engine.errors import EngineError
from fabctl.engine.person import reset
from fabctl.interlocks.chamber import Memory
from fabctl.interlocks.rule import RulePack
from fabctl.interlocks.trip import Cause, Trip
from fabctl.journal import Journal


@pytest.fixture
def looked(tmp_path):
    """Has a run trip by scripts, changes what its furnace tells, and looks for the causes."""

    def look(tripping, now=None, *, asked=None, **scripts):
        async def main():
            rig = Rig(tmp_path / "runs", **{"FUR01": {"signal": tripping}, **scripts})
            assert (await rig.host()).outcome == "held"
            furnace = rig.world.tools["FUR01"]
            if now is not None:
                furnace.script.signal = now
            if asked is not None:
                asked(rig)
            journal = Journal.open(rig.path, durable=False)
            try:
                records = journal.records("r1")
            finally:
                journal.close()
            sequence = rig.plan.sequence
            found = await look_for_causes(
                records, sequence, rig.world.tools, waivable_guard(), rig.clock, nothing_known
            )
            return rig, found

        return go(main())

    return look


def nothing_known(_tool):
    """No other run was in any chamber."""
    return Memory()


def waivable_guard():
    rules = {code: replace(rule, waivable=True) for code, rule in guard().rules.rules.items()}
    return replace(guard(), rules=RulePack(rules))


def always(wrong):
    """All zones but one live, at rest too."""
    ticks = itertools.count()

    def signal(channel, t):
        return wrong(t) if channel == "Zone2Temp" else living(channel, next(ticks) / 100)

    return signal


@pytest.mark.parametrize(
    ("wrong", "cause", "saw"),
    [
        (lambda t: 405.0, "already violated", "405 degC"),
        (lambda t: math.nan, "nan", "nan"),
        (lambda t: None, "missing", "no value for"),
        (lambda t: 0.0, "unplugged", "0 degC"),
        (lambda t: 33.3, "frozen", "33.3 degC"),
    ],
)
def test_a_cause_that_still_stands_is_told_with_its_value(looked, wrong, cause, saw):
    _, found = looked(only("Zone2Temp", wrong), always(wrong))
    (standing,) = found.standing
    assert (standing.rule, standing.cause.value, standing.channel) == ("LM102", cause, "Zone2Temp")
    assert saw in standing.saw


@pytest.mark.parametrize("wrong", [lambda t: 405.0, lambda t: math.nan, lambda t: None])
def test_a_cause_that_is_gone_is_told_with_what_was_seen(looked, wrong):
    _, found = looked(only("Zone2Temp", wrong), living)
    assert (found.standing, found.unknown) == ((), ())
    assert any(each.startswith("FUR01 temperature Zone2Temp 26.2") for each in found.seen)


def test_a_sensor_that_moves_again_is_not_frozen(looked):
    ticks = itertools.count()
    moves = always(lambda t: 25 + next(ticks) / 100)
    _, found = looked(only("Zone2Temp", lambda t: 33.3), moves)
    assert (found.standing, found.unknown) == ((), ())


def test_a_tool_that_does_not_answer_leaves_it_unknown(looked):
    _, found = looked(
        only("Zone2Temp", lambda t: 405.0),
        asked=lambda rig: rig.world.tools["FUR01"].script.replies.update(watch=["mute"]),
    )
    assert (found.standing, found.seen) == ((), ())
    assert "FUR01" in found.unknown[0]


def test_a_rule_that_binds_no_more_leaves_it_unknown(looked, monkeypatch):
    """Rules that were changed since do not make a cause go away."""
    rules = {code: rule for code, rule in guard().rules.rules.items() if code != "LM102"}
    without = replace(guard(), rules=RulePack(rules))
    monkeypatch.setattr(sys.modules[__name__], "waivable_guard", lambda: without)
    _, found = looked(only("Zone2Temp", lambda t: 405.0))
    assert found.standing == ()
    assert "LM102 tripped" in found.unknown[0]


def test_a_film_measured_too_thick_is_still_so(looked):
    _, found = looked(living, MET01={"measured": 60.0})
    (standing,) = found.standing
    assert (standing.rule, standing.cause.value) == ("LM101", "over")


def test_of_what_is_bypassed_no_cause_stands(looked, tmp_path):
    def lift(rig):
        journal = Journal.open(rig.path, durable=False)
        asked = Bypass("LM101", 30, "Ada", "Grace", "measured off-line")
        bypass(journal, "r1", asked, waivable_guard().rules, rig.clock.utc())
        journal.close()

    _, found = looked(living, asked=lift, MET01={"measured": 60.0})
    assert found == Look()


class TestReset:
    @pytest.fixture
    def attempt(self, looked, tmp_path):
        looked(only("Zone2Temp", lambda t: 405.0))

        def reset_it(look):
            journal = Journal.open(tmp_path / "runs", durable=False)
            try:
                reset(journal, "r1", "Ada", "PID retuned", VIRTUAL_EPOCH, look)
                return journal.records("r1")[-1]
            finally:
                journal.close()

        return reset_it

    def test_none_where_a_cause_stands(self, attempt):
        hot = Trip("LM102", Cause.OVER, "temperature", "Zone2Temp", "405 degC", "< 400 degC", 1.0)
        with pytest.raises(EngineError, match=r"still stands: LM102 over.*405 degC"):
            attempt(Look(standing=(hot,)))

    def test_none_where_nothing_shows_that_it_is_gone(self, attempt):
        with pytest.raises(EngineError, match="FUR01 does not answer"):
            attempt(Look(unknown=("FUR01 does not answer",)))

    def test_a_persons_word_for_what_can_not_be_asked_goes_on_record(self, attempt):
        word = "the handheld reads 24 degC"
        record = attempt(Look(unknown=("FUR01 does not answer",), word=word))
        assert record.kind == "RESET"
        assert (record.body["word"], record.body["unknown"]) == (word, ["FUR01 does not answer"])

    def test_what_was_seen_goes_on_record(self, attempt):
        assert attempt(Look(seen=("FUR01 25 degC",))).body["seen"] == ["FUR01 25 degC"]
