"""What became of a safe action: it is called safe only where a tool was seen to obey."""

import math

import pytest
from engine_rig import Rig, go
from test_interlocks_live import living, only

from fabctl.engine.history import History
from fabctl.engine.records import Kind
from fabctl.engine.safe_record import Became
from fabctl.journal import Record

HOT = {"signal": only("Zone2Temp", lambda t: 405.0)}
JOB = "r1.react-1.1"


def hosted(path, **furnace):
    async def main():
        rig = Rig(path / "runs", FUR01=furnace)
        return rig, await rig.host()

    return go(main())


@pytest.fixture(scope="module")
def deaf(tmp_path_factory):
    """A furnace that refuses every ABORT, and finishes its anneal."""
    path = tmp_path_factory.mktemp("deaf")
    return hosted(path, **HOT, replies={"abort": ["refuse"] * 99}, duration=1800.0)


class TestATool:
    def test_that_never_obeys_is_never_called_safe(self, deaf):
        rig, _ = deaf
        assert "SAFE" not in rig.kinds()
        assert rig.kinds().count("ESCALATED") == rig.kinds().count("UNHEEDED") == 1

    def test_that_never_obeys_is_told_with_what_was_tried_and_how_it_ended(self, deaf):
        rig, result = deaf
        (action,) = result.document["safe_actions"]
        attempts = len(rig.bodies("SAFE_ACTION"))
        assert attempts > 5
        assert action["answers"] == {"refused: the script says so": attempts}
        assert (action["step"], action["command"]) == ("react-1", "abort")
        assert (action["became"], action["failed"]) == ("finished by itself", True)
        assert action["since"] < action["escalated"] < action["ended"]

    def test_that_never_obeys_leaves_a_step_that_is_not_plainly_done(self, deaf):
        _, result = deaf
        steps = {each["id"]: each for each in result.document["steps"]}
        assert (steps["react-1"]["outcome"], steps["react-1"]["despite"]) == ("done", "abort")
        assert (steps["film-1"]["outcome"], steps["film-1"]["despite"]) == ("done", "")

    def test_that_never_obeys_is_why_the_run_is_held(self, deaf):
        _, result = deaf
        assert result.why.startswith("trip: LM102 over")
        assert result.why.endswith(f"FUR01 finished {JOB} by itself: ABORT did not stop it")

    def test_that_obeys_is_told_as_seen_stopped(self, tmp_path):
        _, result = hosted(tmp_path, **HOT)
        (action,) = result.document["safe_actions"]
        told = [action[name] for name in ("became", "attempts", "escalated", "failed")]
        assert told == ["seen stopped", 1, "", False]


def told(*records: tuple[Kind, dict]) -> Became:
    """What the records of a job say of the one ABORT that its tool was told."""
    step = {"id": "react-1", "tool": "FUR01", "operation": "anneal"}
    job = {"job": JOB, "step": "react-1", "tool": "FUR01"}
    tried = {"command": "abort", "attempt": 1, "outcome": "NoReply", "why": "T3"}
    all_of_them = [
        (Kind.RUN, {"steps": [step]}),
        (Kind.INTENT, job),
        (Kind.ACCEPTED, job),
        (Kind.SAFE_ACTION, {**job, **tried}),
        *((kind, {**job, **body}) for kind, body in records),
    ]
    at = "2000-01-01T00:00:00.000Z"
    folded = History(
        Record("r1", n, at, kind, b, "", "") for n, (kind, b) in enumerate(all_of_them)
    )
    return folded.safe_actions[JOB].became


FOUND = {"evidence": {}, "grade": "A"}


class TestAnAbortWhoseProcessDied:
    def test_is_not_seen_to_have_worked(self):
        assert told() is Became.UNSEEN

    @pytest.mark.parametrize(
        ("found", "outcome", "became"),
        [("DONE", "done", Became.FINISHED), ("FAILED", "aborted", Became.STOPPED)],
    )
    def test_is_judged_by_how_the_job_was_concluded(self, found, outcome, became):
        asked = (Kind.RECONCILED, {**FOUND, "found": found})
        assert told(asked, (Kind.CONCLUDED, {"outcome": outcome})) is became

    def test_is_never_judged_by_what_a_person_says_of_the_step(self):
        said = {"answer": "done", "by": "A. Tester", "reason": "looked"}
        concluded = (Kind.CONCLUDED, {"outcome": "done"})
        assert told((Kind.ANSWERED, said), concluded) is Became.ANSWERED


@pytest.mark.parametrize(
    ("found", "became"),
    [("DONE", Became.FINISHED), ("UNKNOWN", Became.AT_REST), ("FAILED", Became.STOPPED)],
)
def test_what_earlier_versions_called_safe_is_read_as_what_it_was(found, became):
    assert told((Kind.SAFE, {"evidence": {"found": found}})) is became


def test_a_sensor_that_flickers_is_one_caution_with_its_count(tmp_path):
    def flickers(channel, t):
        bad = channel == "Zone2Temp" and 100 < t < 200 and t // 10 % 2
        return math.nan if bad else living(channel, t)

    zones = (frozenset(f"Zone{n}Temp" for n in (1, 2, 3)),)
    rig, result = hosted(tmp_path, signal=flickers, redundant=zones)
    (caution,) = result.document["cautions"]
    assert caution["times"] == len(rig.bodies("CAUTION")) > 1
    assert (caution["step"], caution["caution"]["channel"]) == ("react-1", "Zone2Temp")
    assert caution["at"] < caution["last"]
