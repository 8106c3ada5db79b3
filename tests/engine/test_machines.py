"""What the tables of job and run allow, and above all what they do not."""

import pytest
from transitions import MachineError

from fabctl.engine import job_machine, run_machine
from fabctl.engine.deadlines import deadline_s, expected_s
from fabctl.engine.job_machine import JobMachine, JobState
from fabctl.engine.run_machine import RunMachine, RunState
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity


def reachable(table, start):
    seen, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        for row in table:
            sources = row["source"] if isinstance(row["source"], list) else [row["source"]]
            if state in sources and row["dest"] not in seen:
                seen.add(row["dest"])
                waiting.append(row["dest"])
    return seen


def sources(table, dest):
    found = set()
    for row in table:
        if row["dest"] is dest:
            found.update(row["source"] if isinstance(row["source"], list) else [row["source"]])
    return found


@pytest.mark.parametrize(
    ("table", "start", "states"),
    [
        (job_machine.TRANSITIONS, JobState.INTENDED, JobState),
        (run_machine.TRANSITIONS, RunState.PLANNED, RunState),
    ],
)
def test_every_state_can_be_reached(table, start, states):
    assert reachable(table, start) == set(states)


def test_nothing_leads_back_to_an_intent():
    assert sources(job_machine.TRANSITIONS, JobState.INTENDED) == set()


def test_a_job_is_concluded_on_evidence_only():
    assert sources(job_machine.TRANSITIONS, JobState.CONCLUDED) == {
        JobState.REFUSED,
        JobState.NOT_SEEN,
        JobState.ENDED,
    }


def test_a_running_job_can_not_just_be_concluded():
    job = JobMachine()
    job.move("accepted")
    with pytest.raises(MachineError):
        job.move("concluded")


def test_an_accepted_job_that_its_tool_does_not_know_is_unknown_and_no_proof():
    job = JobMachine()
    job.move("accepted")
    job.move("found_not_seen")
    assert job.state is JobState.UNKNOWN


def test_jobs_do_not_share_their_state():
    one, other = JobMachine(), JobMachine()
    one.move("accepted")
    assert other.state is JobState.INTENDED


@pytest.mark.parametrize("end", [RunState.COMPLETED, RunState.ABORTED, RunState.REFUSED])
def test_what_is_over_stays_over(end):
    run = RunMachine(end)
    assert not any(run.may(row["trigger"]) for row in run_machine.TRANSITIONS)


def test_a_run_that_was_held_reconciles_before_it_runs():
    run = RunMachine(RunState.HELD)
    assert not run.may("go_on")
    assert run.move("reconcile") is RunState.RECONCILING
    assert run.move("go") is RunState.RUNNING


def test_ramp_hold_and_cooling_are_expected_to_take_their_time():
    told = {"temperature": "325 degC", "ramp": "1 degC/min", "hold": "15 min", "cool": "2 degC/min"}
    anneal = Recipe("anneal", {name: Quantity.parse(text) for name, text in told.items()})
    bare = (300 + 15 + 150) * 60
    assert bare < expected_s("furnace", anneal) < bare + 3600
    assert deadline_s("furnace", anneal) > 2 * expected_s("furnace", anneal)


def test_atomic_layers_are_expected_to_take_their_time():
    thick = {"chamber": "ald", "material": "TaN", "thickness": Quantity.parse("50 nm")}
    assert 5000 < expected_s("cvd", Recipe("deposit", thick)) < 6000
