"""A job on a simulated tool: what it takes to start one, and what the host is told of it."""

import pytest
from gem_rig import Host, program

from fabctl.secs.items import F4, A, L
from simulators.processing import State
from simulators.robot import Robot


def test_start_runs_to_its_end_and_tells_each_step_in_order():
    host = Host()
    host.listen()
    host.ready()
    host.told.clear()
    assert host.command("START", LOTID=A("J1")) == 4
    host.wait(100)
    assert host.events() == [
        "ProcessStateChange", "ProcessingStarted", "StepStarted",
        "StepCompleted", "ProcessingCompleted", "ProcessStateChange",
    ]  # fmt: skip


def test_reply_comes_before_the_events_it_announces():
    host = Host()
    host.listen()
    host.ready()
    host.order.clear()
    host.command("START", LOTID=A("J1"))
    assert host.order[:2] == ["S2F42", "S6F11"]


def test_start_without_program_is_refused():
    host = Host()
    host.command("LOAD", SUBSTID=A("W1"))
    host.wait(10)
    assert host.command("START", LOTID=A("J1")) == 2
    assert host.machine.state is State.IDLE


def test_start_without_wafer_is_refused():
    host = Host()
    host.ask(7, 23, program())
    host.command("PP-SELECT", PPID=A("R1"))
    assert host.command("START", LOTID=A("J1")) == 2


def test_start_without_job_id_is_refused():
    host = Host()
    host.ready()
    assert host.command("START") == 3


def test_start_with_a_job_id_seen_before_is_refused():
    host = Host()
    host.ready()
    host.command("START", LOTID=A("J1"))
    host.wait(100)
    assert host.command("START", LOTID=A("J1")) == 3
    assert host.sv("StartCount").value == (1,)


def test_second_start_while_running_is_refused():
    host = Host()
    host.ready()
    host.command("START", LOTID=A("J1"))
    assert host.command("START", LOTID=A("J2")) == 2


def test_start_of_a_program_changed_since_it_was_selected_is_refused():
    host = Host()
    host.ready()
    host.ask(7, 23, program(temp=300))
    assert host.command("START", LOTID=A("J1")) == 2


def test_start_in_local_is_refused():
    host = Host()
    host.ready()
    host.tool.panel.press("local")
    assert host.command("START", LOTID=A("J1")) == 2


@pytest.mark.parametrize("dose", [9.99, 1000.1, float("nan")])
def test_start_parameter_out_of_range_is_refused(dose):
    host = Host()
    host.ready()
    assert host.command("START", LOTID=A("J1"), DOSE=F4(dose)) == 3


def test_start_parameter_reaches_the_machine():
    host = Host()
    host.ready()
    assert host.command("START", LOTID=A("J1"), DOSE=F4(200)) == 4
    assert host.machine.inputs[-1].parameters == {"DOSE": 200.0}


def test_bad_parameters_are_named_with_their_fault():
    host = Host()
    reply = host.ask(2, 41, L(A("PP-SELECT"), L(L(A("PPIDD"), A("R1")))))
    bad = {row.value[0].value: row.value[1].value[0] for row in reply.value[1].value}
    assert bad == {"PPIDD": 1, "PPID": 2}


def test_unknown_command_is_refused():
    assert Host().command("DANCE") == 1


def test_stop_while_idle_is_already_done():
    assert Host().command("STOP") == 5


def test_abort_ends_the_job_as_aborted():
    host = Host()
    host.listen()
    host.ready()
    host.command("START", LOTID=A("J1"))
    assert host.command("ABORT") == 4
    assert "ProcessingAborted" in host.events()
    job = host.sv("LastJobs").value[0].value
    assert (job[0], job[1].value) == (A("J1"), (2,))


def test_running_job_has_result_255():
    host = Host()
    host.ready()
    host.command("START", LOTID=A("J1"))
    assert host.sv("LastJobs").value[0].value[1].value == (255,)


def test_last_hundred_jobs_are_kept():
    host = Host()
    host.ready()
    for number in range(103):
        assert host.command("START", LOTID=A(f"J{number}")) == 4
        host.wait(100)
    jobs = [row.value[0].value for row in host.sv("LastJobs").value]
    assert jobs == [f"J{number}" for number in range(3, 103)]
    assert host.command("START", LOTID=A("J0")) == 3


def test_job_goes_on_while_the_host_is_away():
    host = Host()
    host.ready()
    host.command("START", LOTID=A("J1"))
    host.keep(host.tool.lost(host.now))
    host.now += 100
    host.keep(host.tool.selected(host.now))
    host.ask(1, 13, L())
    assert host.sv("LastJobs").value[0].value[1].value == (0,)


def test_wafer_is_received_with_its_id():
    host = Host()
    host.listen()
    assert host.command("LOAD", SUBSTID=A("W7")) == 4
    assert "MaterialReceived" not in host.events()
    host.wait(10)
    assert "MaterialReceived" in host.events()
    assert host.sv("MaterialLocations") == L(L(A("STAGE"), A("W7")))


def test_wafer_in_another_tool_is_refused():
    host = Host()
    host.places.where["W1"] = "CVD01"
    assert host.command("LOAD", SUBSTID=A("W1")) == 2


def test_wafer_on_its_way_to_one_tool_is_not_to_be_had_for_another():
    host = Host()
    host.command("LOAD", SUBSTID=A("W1"))
    assert Robot("CVD01", host.places).why_not_load("W1") == "W1 is in TST01"


def test_second_wafer_is_refused():
    host = Host()
    host.command("LOAD", SUBSTID=A("W1"))
    assert host.command("LOAD", SUBSTID=A("W2")) == 2
    host.wait(10)
    assert host.command("LOAD", SUBSTID=A("W2")) == 2


def test_unload_takes_the_wafer_to_the_stocker():
    host = Host()
    host.ready()
    assert host.command("UNLOAD", SUBSTID=A("W1")) == 4
    host.wait(10)
    assert host.places.where == {"W1": ""}


def test_wafer_is_not_taken_while_the_job_runs():
    host = Host()
    host.ready()
    host.command("START", LOTID=A("J1"))
    assert host.command("UNLOAD", SUBSTID=A("W1")) == 2


def test_alarm_with_reaction_abort_aborts_the_job():
    host = Host()
    host.listen()
    host.ready()
    host.command("START", LOTID=A("J1"))
    host.tool.production.alarm(host.tool.alarms.named("OverTemperature"))
    host.wait(0)
    assert host.machine.state is State.IDLE
    assert host.events()[-3:] == ["ProcessStateChange", "ProcessingAborted", "ProcessStateChange"]
