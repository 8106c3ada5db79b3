"""A bypass: one interlock, one run, minutes, two people, and never an unwaivable one."""

from datetime import timedelta

import engine_rig
import pytest
from engine_rig import Rig, go, guard
from msgspec.structs import replace

from fabctl.clock import VIRTUAL_EPOCH
from fabctl.engine.bypass import Bypass, active, as_request, bypass, check
from fabctl.engine.cause import Look
from fabctl.engine.errors import EngineError
from fabctl.engine.guard import Guard
from fabctl.engine.history import History
from fabctl.engine.person import reset
from fabctl.engine.records import Kind, stamp
from fabctl.interlocks.rule import RulePack
from fabctl.journal import Journal, Record

ASKED = Bypass("LM102", 30, "ann", "bob", "thermocouple of zone 2 reads high")


@pytest.fixture
def waivable(monkeypatch):
    """The claims' rules, as a pack would be in which the anneal's limit may be waived."""
    pack = guard().rules
    rules = {**pack.rules, "LM102": replace(pack["LM102"], waivable=True)}
    changed = Guard(RulePack(rules, pack.files), guard().materials)
    monkeypatch.setattr(engine_rig, "guard", lambda: changed)
    return changed.rules


def too_hot(name, t):
    return 405.0 + len(name) if name == "Zone2Temp" and 100 < t < 200 else 25.0 + max(t, 0) / 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "LM999"},
        {"rule": "MS101"},
        {"approver": "Ann "},
        {"approver": "a. nn"},
        {"approver": "\uff41nn"},
        {"approver": "b\u043eb"},
        {"approver": "..."},
        {"approver": ""},
        {"by": ""},
        {"minutes": 0},
        {"minutes": 61},
        {"reason": " "},
    ],
)
def test_what_must_not_be_is_refused(waivable, wrong):
    check(ASKED, waivable)
    with pytest.raises(EngineError):
        check(replace(ASKED, **wrong), waivable)


def test_an_unwaivable_interlock_has_no_bypass():
    with pytest.raises(EngineError, match="can't be bypassed"):
        check(ASKED, guard().rules)


def started(tmp_path, asked, *, signal=too_hot):
    async def main():
        rig = Rig(tmp_path / "runs", FUR01={"signal": signal})
        if asked is not None:

            def ask(record):
                if record.kind == "RUN":
                    rig.clock._loop.call_soon(rig_helm[0].bypass, asked.by, as_request(asked))

            import fabctl.engine.run as engine_run

            rig_helm = []
            helm = engine_run.Helm

            class Kept(helm):
                def __init__(self, *args):
                    super().__init__(*args)
                    rig_helm.append(self)

            engine_run.Helm = Kept
            try:
                rig.records = Listening(ask)
                return rig, await rig.host()
            finally:
                engine_run.Helm = helm
        return rig, await rig.host()

    return go(main())


class Listening(list):
    def __init__(self, listener):
        super().__init__()
        self.listener = listener

    def append(self, record):
        super().append(record)
        self.listener(record)


def test_what_a_bypass_held_back_is_recorded_and_nothing_trips(tmp_path, waivable):
    rig, result = started(tmp_path, replace(ASKED, minutes=60))
    assert rig.bodies("BYPASSED") == [replace(ASKED, minutes=60).as_dict()]
    held = rig.bodies("HELD_BACK")
    assert [(each["trip"]["cause"], each["trip"]["channel"]) for each in held] == [
        ("over", "Zone2Temp")
    ]
    assert result.outcome == "completed"
    assert result.document["trips"] == []


def test_a_runs_document_tells_its_bypasses_and_what_they_held_back(tmp_path, waivable):
    """Who reads the result sees what was lifted, by whom, and what it kept from tripping."""
    _, result = started(tmp_path, replace(ASKED, minutes=60))
    (told,) = result.document["bypasses"]
    assert told.pop("at").endswith("Z")
    assert told == replace(ASKED, minutes=60).as_dict()
    (kept,) = result.document["held_back"]
    assert (kept["trip"]["rule"], kept["tool"]) == ("LM102", "FUR01")
    assert kept["at"].endswith("Z")


def test_a_bypass_that_is_over_holds_nothing_back(tmp_path, waivable):
    rig, result = started(tmp_path, replace(ASKED, minutes=1))
    assert result.outcome == "held"
    assert rig.bodies("HELD_BACK") == []


@pytest.mark.parametrize(
    ("after_s", "lifted"), [(-1, False), (0, True), (1799, True), (1800, False)]
)
def test_it_holds_for_its_minutes_and_a_clock_put_back_makes_them_no_more(after_s, lifted):
    at = stamp(VIRTUAL_EPOCH)
    history = History([Record("r1", 1, at, Kind.BYPASSED, ASKED.as_dict(), "", "")])
    assert active(history, "LM102", VIRTUAL_EPOCH + timedelta(seconds=after_s)) is lifted


def test_one_that_may_not_be_is_recorded_as_not_done(tmp_path):
    rig, result = started(tmp_path, ASKED)
    assert result.outcome == "held"
    (asked,) = rig.bodies("ASKED")
    assert (asked["action"], asked["done"]) == ("bypass", False)
    assert rig.bodies("BYPASSED") == []


def test_a_run_that_stands_still_is_bypassed_in_its_journal(tmp_path, waivable):
    rig, result = started(tmp_path, None)
    assert result.outcome == "held"
    journal = Journal.open(rig.path, durable=False)
    try:
        reset(journal, "r1", "ann", "seen", VIRTUAL_EPOCH, Look())
        bypass(journal, "r1", ASKED, waivable, VIRTUAL_EPOCH)
        assert [each.kind for each in journal.records("r1")][-2:] == ["RESET", "BYPASSED"]
        with pytest.raises(EngineError):
            bypass(journal, "r2", ASKED, waivable, VIRTUAL_EPOCH)
    finally:
        journal.close()


def test_an_input_that_a_bypass_lets_be_missing_holds_up_no_start(tmp_path, waivable):
    def silent(name, t):
        return None if name == "Zone2Temp" else 25.0 + max(t, 0) / 10 + len(name) / 7

    rig, result = started(tmp_path, replace(ASKED, minutes=60), signal=silent)
    assert result.outcome == "completed"
    assert [each["trip"]["cause"] for each in rig.bodies("HELD_BACK")] == ["missing"]
