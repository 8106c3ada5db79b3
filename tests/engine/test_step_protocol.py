"""The step protocol, fault by fault: what is sent, what is recorded, and where the run ends."""

import pytest
from engine_rig import Rig, go, plan

from fabctl.clock import VIRTUAL_EPOCH
from fabctl.engine.cause import Look
from fabctl.engine.errors import ResumeRefusedError
from fabctl.engine.person import reset, resolve
from fabctl.engine.summary import summary
from fabctl.journal import Journal, JournalError
from fabctl.tools.port import ChangedConstant, Control, Grade, JobPhase


@pytest.fixture
def host(tmp_path):
    """Runs one host on scripted tools; returns the rig and the result."""

    def run_it(prepare=lambda rig: None, *, despite_findings=False, **scripts):
        async def main():
            rig = Rig(tmp_path / "runs", **scripts)
            prepare(rig)
            return rig, await rig.host(despite_findings=despite_findings)

        return go(main())

    return run_it


def after(seconds, act):
    """A script's `during` that acts once, some seconds after START."""
    state = {"done": False}

    def during(tool, t):
        if t >= seconds and not state["done"]:
            state["done"] = True
            act(tool)

    return during


def test_a_whole_run_completes_and_leaves_no_wafer_in_a_tool(host):
    rig, result = host()
    assert result.outcome == "completed"
    assert rig.world.places == {}
    assert [step["outcome"] for step in result.document["steps"]] == ["done"] * 4


def test_the_intent_is_written_before_start_is_sent(host):
    seen = []

    def prepare(rig):
        tool = rig.world.tools["CVD01"]
        begin = tool._begin
        tool._begin = lambda job: (seen.append(rig.kinds()[-1]), begin(job))[1]

    host(prepare)
    assert seen == ["INTENT"]


class TestAudit:
    def test_an_illegal_sequence_is_refused_before_any_tool_is_touched(self, host):
        def prepare(rig):
            rig.plan = plan(react_1={"temperature": "400 degC"})

        rig, result = host(prepare)
        assert result.outcome == "refused"
        assert [tool.sent for tool in rig.world.tools.values()] == [[]] * 4
        assert result.document["findings"][0]["code"] == "LM102"

    def test_a_dry_run_may_be_told_to_go_on_despite_findings(self, host):
        def prepare(rig):
            rig.plan = plan(react_1={"temperature": "400 degC"})

        _, result = host(prepare, despite_findings=True)
        assert result.outcome == "completed"
        assert result.document["findings"]

    def test_a_tool_that_can_not_be_reached_refuses_a_new_run(self, host):
        rig, result = host(CVD01={"replies": {"connect": ["mute"]}})
        assert (result.outcome, rig.world.starts) == ("refused", {})


class TestStartReplies:
    def test_f04_a_lost_reply_is_resolved_by_asking(self, host):
        rig, result = host(CVD01={"replies": {"start": ["lost"]}})
        assert result.outcome == "completed"
        assert rig.world.starts["r1.film-1.1"] == 1
        assert "NO_REPLY" in rig.kinds()

    def test_a_start_that_never_arrived_is_sent_again_once_under_a_new_job(self, host):
        rig, result = host(CVD01={"replies": {"start": ["dropped"]}})
        assert result.outcome == "completed"
        assert "r1.film-1.1" not in rig.world.starts
        assert rig.world.starts["r1.film-1.2"] == 1

    def test_two_starts_that_never_arrived_hold_the_run(self, host):
        rig, result = host(CVD01={"replies": {"start": ["dropped"] * 3}})
        assert result.outcome == "held"
        assert rig.world.tools["CVD01"].sent.count("start") == 2

    def test_f05_a_start_accepted_after_it_was_not_seen_holds_and_is_aborted(self, host):
        rig, result = host(CVD01={"replies": {"start": ["late"]}})
        assert result.outcome == "held"
        assert rig.world.starts == {"r1.film-1.1": 1}
        assert rig.world.tools["CVD01"].state == "IDLE"
        assert "resolve" in result.document["do"]

    def test_a_refused_start_holds_and_may_be_tried_again(self, host):
        rig, result = host(CVD01={"replies": {"start": ["refuse"]}})
        assert (result.outcome, rig.world.starts) == ("held", {})
        assert result.document["do"] == "fabctl runs resume r1"

    def test_without_a_job_memory_a_lost_reply_ends_in_a_question(self, host):
        rig, result = host(
            CVD01={"grade": Grade.C, "replies": {"start": ["dropped"]}, "duration": 10.0}
        )
        assert result.outcome == "held"
        assert rig.world.tools["CVD01"].sent.count("start") == 1
        assert "resolve" in result.document["do"]


class TestConstants:
    """What a tool's models go by: a soak band, the fastest ramp."""

    BAND = ChangedConstant("SoakBand", "2.5 delta_degC", "1 delta_degC")

    def test_a_run_does_not_begin_while_one_is_changed(self, host):
        rig, result = host(FUR01={"constants": lambda _tool: (self.BAND,)})
        assert (result.outcome, rig.world.starts, rig.world.places) == ("refused", {}, {})
        assert "SoakBand is 2.5 delta_degC on FUR01, not 1 delta_degC" in result.why

    def test_a_step_is_not_started_after_one_was_changed(self, host):
        changed = lambda tool: (self.BAND,) if tool.selected else ()  # noqa: E731
        rig, result = host(FUR01={"constants": changed})
        assert (result.outcome, result.why[:9]) == ("held", "constants")
        assert "r1.check-1.1" in rig.world.starts
        assert "r1.react-1.1" not in rig.world.starts

    def test_one_that_can_not_be_asked_for_is_not_taken_as_unchanged(self, host):
        rig, result = host(FUR01={"replies": {"constants": ["mute"]}})
        assert (result.outcome, rig.world.starts) == ("refused", {})

    def test_how_a_tool_talks_is_no_matter_of_the_process(self, host):
        slow = ChangedConstant("EstablishCommunicationsTimeout", "20 s", "10 s", of_process=False)
        _, result = host(FUR01={"constants": lambda _tool: (slow,)})
        assert result.outcome == "completed"


class TestPrograms:
    def test_f42_a_program_changed_on_the_tool_is_not_started(self, host):
        rig, result = host(FUR01={"changes_program": True})
        assert result.outcome == "held"
        assert "not the one that was sent" in result.why
        assert "r1.react-1.1" not in rig.world.starts

    def test_f25_a_program_edited_while_it_runs_is_recorded(self, host):
        _rig, result = host(FUR01={"during": after(60, lambda tool: tool.edit_program())})
        assert result.outcome == "completed"
        assert [each["tool"] for each in result.document["deviations"]] == ["FUR01"]

    def test_a_recipe_that_the_tool_can_not_be_told_is_refused_before_the_first_step(self, host):
        rig, result = host(FUR01={"replies": {"unencodable": []}})
        assert (result.outcome, rig.world.starts) == ("refused", {})

    def test_an_install_without_a_reply_is_repeated(self, host):
        rig, result = host(CVD01={"replies": {"install": ["lost"]}})
        assert result.outcome == "completed"
        assert rig.world.tools["CVD01"].sent.count("install") == 2


class TestMaterial:
    def test_f43_a_wafer_that_is_not_ours_holds(self, host):
        _rig, result = host(lambda rig: rig.world.places.update({"other": "CVD01"}))
        assert result.outcome == "held"
        assert "not ours" in result.why

    def test_f43_our_wafer_where_nobody_brought_it_holds(self, host):
        _, result = host(lambda rig: rig.world.places.update({"r1.1": "CVD01"}))
        assert result.outcome == "held"
        assert "nobody brought it" in result.why

    def test_a_lost_reply_to_the_move_is_resolved_by_looking(self, host):
        _, result = host(CVD01={"replies": {"place": ["lost"], "remove": ["lost"]}})
        assert result.outcome == "completed"

    def test_a_wafer_that_never_arrives_holds(self, host):
        rig, result = host(CVD01={"replies": {"place": ["dropped"]}})
        assert (result.outcome, rig.world.starts) == ("held", {})


class TestEvents:
    def test_f26_a_duplicate_event_is_recorded_once(self, host):
        def twice(tool, job):
            for _ in range(2):
                tool.job_event(JobPhase.COMPLETED, job, "T1")

        rig, result = host(CVD01={"events": twice})
        assert result.outcome == "completed"
        ends = [
            e for e in rig.bodies("EVENT") if e["phase"] == "COMPLETED" and e["tool_time"] == "T1"
        ]
        assert len(ends) == 1

    def test_f27_an_end_told_too_early_ends_nothing(self, host):
        early = after(60, lambda tool: tool.job_event(JobPhase.COMPLETED, tool.job, "T0"))
        rig, result = host(CVD01={"during": early})
        assert result.outcome == "completed"
        found = [each["found"] for each in rig.bodies("RECONCILED") if each["step"] == "film-1"]
        assert found == ["RUNNING", "DONE"]

    def test_another_jobs_end_is_not_ours(self, host):
        other = after(60, lambda tool: tool.job_event(JobPhase.COMPLETED, "r0.film-1.1", "T0"))
        rig, result = host(CVD01={"during": other})
        found = [each["found"] for each in rig.bodies("RECONCILED") if each["step"] == "film-1"]
        assert (result.outcome, found) == ("completed", ["DONE"])

    def test_f28_a_lost_end_is_found_by_asking_at_the_deadline(self, host):
        _rig, result = host(CVD01={"events": lambda tool, job: None})
        assert result.outcome == "completed"

    def test_a_job_that_never_ends_is_stopped_and_held(self, host):
        rig, result = host(WET01={"duration": 1e6})
        assert result.outcome == "held"
        assert rig.world.tools["WET01"].state == "IDLE"
        assert "OVERDUE" in rig.kinds()


class TestAlarms:
    @pytest.mark.parametrize("category", [1, 2, 5])
    def test_an_alarm_that_stops_the_sequence_stops_the_job(self, host, category):
        alarmed = after(60, lambda tool: tool.alarm(7, category))
        rig, result = host(FUR01={"during": alarmed})
        assert result.outcome == "held"
        assert "stop" in rig.world.tools["FUR01"].sent
        assert rig.world.tools["FUR01"].state == "IDLE"

    def test_a_job_that_the_tool_itself_aborts_is_aborted_though_it_was_told_to_stop(self, host):
        def alarm_and_abort(tool):
            tool.alarm(7, 2)
            tool._end(JobPhase.ABORTED)

        _rig, result = host(FUR01={"during": after(60, alarm_and_abort)})
        steps = {each["id"]: each["outcome"] for each in result.document["steps"]}
        assert steps["react-1"] == "aborted"

    @pytest.mark.parametrize("category", [3, 4, 6, 7, 8])
    def test_another_alarm_is_only_recorded(self, host, category):
        alarmed = after(60, lambda tool: tool.alarm(7, category))
        _rig, result = host(FUR01={"during": alarmed})
        assert result.outcome == "completed"
        assert len(result.document["alarms"]) == 1


class TestControl:
    def test_f24_a_job_goes_on_when_its_operator_takes_over_and_nothing_more_is_sent(self, host):
        taken = after(60, lambda tool: tool.switch(Control.LOCAL))
        rig, result = host(CVD01={"during": taken})
        assert result.outcome == "held"
        assert result.document["steps"][0]["outcome"] == "done"
        assert rig.world.tools["CVD01"].sent[-1] not in ("remove", "start", "abort", "stop")

    def test_f24_once_handed_back_the_run_goes_on_from_there(self, tmp_path):
        async def main():
            taken = after(60, lambda tool: tool.switch(Control.LOCAL))
            rig = Rig(tmp_path / "runs", CVD01={"during": taken})
            assert (await rig.host()).outcome == "held"
            rig.world.tools["CVD01"].switch(Control.REMOTE)
            result = await rig.host()
            assert result.outcome == "completed"
            assert set(rig.world.starts.values()) == {1}

        go(main())


class TestJournalFailure:
    def test_f35_with_a_full_disk_the_step_is_seen_to_its_end_and_nothing_new_is_started(
        self, tmp_path
    ):
        async def main():
            rig = Rig(tmp_path / "runs")
            full = {"now": False}
            append = Journal.append

            def failing(self, run, kind, body, at):
                if full["now"]:
                    raise JournalError("disk full")
                return append(self, run, kind, body, at)

            rig.world.tools["CVD01"].script.during = after(60, lambda _: full.update(now=True))
            Journal.append = failing
            try:
                result = await rig.host()
            finally:
                Journal.append = append
            assert result.outcome == "held"
            assert "disk full" in result.journal_failure
            assert result.document["steps"][0]["outcome"] == "done"
            assert list(rig.world.starts) == ["r1.film-1.1"]

        go(main())

    def test_a_start_is_not_sent_when_its_intent_can_not_be_written(self, tmp_path, monkeypatch):
        append = Journal.append

        def failing(self, run, kind, body, at):
            if kind == "INTENT":
                raise JournalError("disk full")
            return append(self, run, kind, body, at)

        monkeypatch.setattr(Journal, "append", failing)

        async def main():
            rig = Rig(tmp_path / "runs")
            result = await rig.host()
            assert (result.outcome, rig.world.starts) == ("held", {})

        go(main())


class TestSummary:
    def test_the_summary_from_the_journal_is_the_one_that_the_run_gave(self, host, tmp_path):
        _, result = host()
        journal = Journal.open(tmp_path / "runs")
        assert summary(journal.records("r1")) == result.document
        journal.close()

    def test_claim_limits_stand_on_what_was_measured(self, host):
        _, result = host(FUR01={"peak": 207.0})
        claims = result.document["claims"]
        assert claims["cap.5.a"]["standing"] == "satisfied"
        assert claims["cap.6.a"]["standing"] == "satisfied"
        assert "207" in claims["cap.6.a"]["evidence"]
        assert claims["cap.1.d"]["standing"] == "not shown"
        assert claims["lowk.1.a"]["standing"] == "not practised"

    def test_two_dry_runs_export_the_same_bytes(self, tmp_path):
        def one(name):
            async def main():
                rig = Rig(tmp_path / name)
                await rig.host()

            go(main())
            journal = Journal.open(tmp_path / name)
            lines = list(journal.export("r1"))
            journal.close()
            return lines

        assert one("a") == one("b")


class TestPersons:
    def test_an_unknown_end_waits_for_a_person_and_goes_on_with_the_answer(self, tmp_path):
        async def main():
            rig = Rig(tmp_path / "runs", CVD01={"grade": Grade.C, "duration": 10.0})
            assert (await rig.host()).outcome == "held"
            journal = Journal.open(rig.path)
            assert resolve(journal, "r1", "done", "mk", "seen it", VIRTUAL_EPOCH) == "film-1"
            journal.close()
            rig.world.tools["CVD01"].grade = Grade.A
            result = await rig.host()
            assert result.outcome == "completed"
            assert rig.world.tools["CVD01"].sent.count("start") == 1

        go(main())

    @pytest.mark.parametrize("answer", ["done", "not-done", "scrap"])
    def test_nobody_answers_for_a_job_before_its_tool_was_asked(self, tmp_path, answer):
        async def main():
            rig = Rig(tmp_path / "runs")
            await rig.host()
            at = rig.kinds().index("ACCEPTED") + 1
            rig = Rig(tmp_path / "killed")
            assert not await rig.killed_host(at, after=True)
            journal = Journal.open(rig.path)
            with pytest.raises(ResumeRefusedError, match=r"was not asked yet.* fabctl runs resume"):
                resolve(journal, "r1", answer, "mk", "I guess", VIRTUAL_EPOCH)
            journal.close()
            assert (await rig.host()).outcome == "completed"

        go(main())

    def test_an_aborted_job_is_done_again_only_after_rework(self, tmp_path):
        async def main():
            broken = after(60, lambda tool: tool._end(JobPhase.ABORTED))
            rig = Rig(tmp_path / "runs", WET01={"during": broken})
            assert (await rig.host()).outcome == "held"
            with pytest.raises(ResumeRefusedError, match="runs resolve r1 --step strip-1"):
                await rig.host()
            journal = Journal.open(rig.path)
            resolve(journal, "r1", "rework", "mk", "stripped by hand", VIRTUAL_EPOCH)
            journal.close()
            result = await rig.host()
            assert result.outcome == "completed"
            assert rig.world.starts == {
                **dict.fromkeys(("r1.film-1.1", "r1.check-1.1", "r1.react-1.1"), 1),
                "r1.strip-1.1": 1,
                "r1.strip-1.2": 1,
            }

        go(main())

    def test_scrap_ends_the_run(self, tmp_path):
        async def main():
            rig = Rig(tmp_path / "runs", CVD01={"replies": {"start": ["refuse"]}})
            assert (await rig.host()).outcome == "held"
            journal = Journal.open(rig.path)
            resolve(journal, "r1", "scrap", "mk", "dropped", VIRTUAL_EPOCH)
            assert summary(journal.records("r1"))["outcome"] == "aborted"
            journal.close()
            with pytest.raises(ResumeRefusedError, match="over"):
                await rig.host()

        go(main())

    def test_a_reset_needs_a_latch(self, host, tmp_path):
        host(CVD01={"replies": {"start": ["refuse"]}})
        journal = Journal.open(tmp_path / "runs")
        with pytest.raises(Exception, match="nothing to reset"):
            reset(journal, "r1", "mk", "because", VIRTUAL_EPOCH, Look())
        journal.close()
