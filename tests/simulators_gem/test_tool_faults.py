"""Each fault of a fault file does what it says, when it says, and as often."""

import math
from fractions import Fraction

import pytest
from gem_rig import Host

from fabctl.process.errors import Mark
from fabctl.secs.codec import encode
from fabctl.secs.items import U4, U8, A, L
from fabctl.tools.dictionary import Role, Variable
from fabctl.tools.faults import FAULTS, Fault
from simulators.faults import ACTS, LINE, MACHINE, STATES, ToolFaults
from simulators.gem.outgoing import LinkFault

MESSAGES = {
    "no-reply", "slow-reply", "abort-transaction", "error-message", "refuse", "no-effect",
    "event-lost", "event-duplicate", "event-before-reply",
}  # fmt: skip


def fault(name, operation="", after=0, times=0, **parameters):
    values = {k: v if isinstance(v, str) else Fraction(v) for k, v in parameters.items()}
    return Fault("TST01", name, values, operation, Fraction(after), times, Mark("f", 1, 1))


def host_with(*faults):
    host = Host(faults)
    host.listen()
    host.ready()
    host.told.clear()
    host.order.clear()
    return host


def start(host, job="J1"):
    return host.command("START", LOTID=A(job))


def temp(host):
    return host.sv("Temp").value[0]


def test_every_fault_is_somebodys():
    assert set(FAULTS) == ACTS | STATES | MACHINE | MESSAGES | LINE


def test_frozen_signal_keeps_its_value_while_the_job_runs():
    host = host_with(fault("signal-freeze", "anneal", after=10, channel="Temp"))
    start(host)
    host.wait(20)
    assert temp(host) == 400
    host.machine.temp = 410.0
    assert temp(host) == 400
    host.wait(100)
    assert temp(host) == 410


def test_fault_of_another_operation_does_not_happen():
    host = host_with(fault("signal-nan", "deposit", channel="Temp"))
    start(host)
    assert temp(host) == 400


@pytest.mark.parametrize(
    ("name", "parameters", "shown"),
    [("signal-scale", {"factor": "1.5"}, 600), ("signal-offset", {"offset": -10}, 390)],
)
def test_signal_is_distorted(name, parameters, shown):
    numbers = {key: Fraction(value) for key, value in parameters.items()}
    host = host_with(fault(name, channel="Temp", **numbers))
    assert temp(host) == shown


def test_signal_becomes_nan():
    assert math.isnan(temp(host_with(fault("signal-nan", channel="Temp"))))


def test_every_site_of_an_array_is_distorted():
    host = host_with(fault("signal-scale", channel="Temp", factor=10))
    host.machine.temp = (1.0, 2.0)
    assert host.sv("Temp").value == (10.0, 20.0)


def test_what_the_equipment_itself_tells_can_freeze():
    host = host_with(fault("signal-freeze", channel="ProcessState"))
    before = host.sv("ProcessState")
    start(host)
    assert host.sv("ProcessState") == before


@pytest.mark.parametrize(
    ("channel", "factor", "shown"),
    [("Temp", 1e300, math.inf), ("Temp", -1e300, -math.inf), ("WaferCount", -2, 0)],
)
def test_what_the_format_can_not_hold_is_told_as_its_end(channel, factor, shown):
    host = host_with(fault("signal-scale", channel=channel, factor=factor))
    encode(host.sv(channel))
    assert host.sv(channel).value == (shown,)


def found(faults: ToolFaults, now: float) -> bool:
    """Whether the result of a measurement is spoilt."""
    variable = Variable(1, Role.SV, "Thickness", "F4")
    return faults.distorted(variable, 5.0, now) != 5.0


def test_what_a_job_found_stays_spoilt_until_the_next():
    told = fault("signal-scale", "measure", after=10, channel="Thickness", factor=2)
    faults = ToolFaults([told], {"Thickness"})
    measure, other = frozenset({"measure"}), frozenset({"inspect"})
    faults.job_began(measure, 0.0)
    faults.job_over(5.0)
    assert not found(faults, 20.0)  # it was over before
    faults.job_began(measure, 100.0)
    faults.job_over(150.0)
    assert found(faults, 200.0)
    faults.job_began(other, 300.0)
    faults.job_over(310.0)
    assert not found(faults, 320.0)


def test_trace_falls_silent():
    host = host_with(fault("trace-silent", after=45))
    host.ask(2, 23, L(U4(7), A("000010"), U4(100), U4(1), L(U4(1601))))
    host.wait(100)
    assert 0 < sum((each.stream, each.function) == (6, 1) for each in host.told) < 9


def test_command_without_reply_is_carried_out_once():
    host = host_with(fault("no-reply", message="S2F41 START"))
    assert start(host) == -1
    host.wait(100)
    assert host.sv("LastJobs").value[0].value[0] == A("J1")
    assert start(host, "J2") == 4


def test_slow_reply_comes_later():
    host = host_with(fault("slow-reply", message="S2F41 START", delay=30))
    assert start(host) == -1
    host.wait(31)
    assert "S2F42" in host.order


def test_transaction_is_aborted_and_nothing_done():
    host = host_with(fault("abort-transaction", message="S2F41 START"))
    start(host)
    assert host.answered.function == 0
    assert host.sv("StartCount").value == (0,)


def test_error_message_in_place_of_a_reply():
    host = host_with(fault("error-message", message="S2F41 START", function=7))
    assert start(host) == -1
    assert (host.told[-1].stream, host.told[-1].function) == (9, 7)


def test_command_is_refused_as_often_as_said():
    host = host_with(fault("refuse", command="START", hcack=2, times=2))
    assert [start(host), start(host), start(host)] == [2, 2, 4]


def test_accepted_command_has_no_effect():
    host = host_with(fault("no-effect", command="START"))
    assert start(host) == 4
    assert host.sv("StartCount").value == (0,)


def test_event_is_lost():
    host = host_with(fault("event-lost", "anneal", event="ProcessingCompleted"))
    start(host)
    host.wait(100)
    assert "ProcessingStarted" in host.events()
    assert "ProcessingCompleted" not in host.events()


def test_event_comes_twice():
    host = host_with(fault("event-duplicate", event="ProcessingStarted"))
    start(host)
    assert host.events().count("ProcessingStarted") == 2


def test_event_outruns_the_reply():
    host = host_with(fault("event-before-reply", command="START"))
    assert start(host) == 4
    assert host.order[0] == "S6F11"
    assert host.order[-1] == "S2F42"


def test_alarm_happens_once():
    host = host_with(fault("alarm", "anneal", after=10, alarm="PadLife"))
    start(host)
    host.wait(100)
    start(host, "J2")
    host.wait(100)
    assert host.events().count("AlarmDetected") == 1


def test_alarm_flood_ends_with_the_job():
    host = host_with(fault("alarm-flood", "anneal", alarm="PadLife", period=1))
    start(host)
    host.wait(300)
    events = host.events()
    assert events.count("AlarmDetected") == events.count("AlarmCleared") > 20
    assert host.tool.wake_at is None


def test_operator_aborts():
    host = host_with(fault("operator", "anneal", after=10, action="abort"))
    start(host)
    host.wait(20)
    assert {"OperatorCommandIssued", "ProcessingAborted"} <= set(host.events())


def test_program_is_edited_between_select_and_start():
    host = Host([fault("program-edit", after=20)])
    host.listen()
    host.ready()
    host.wait(20)
    assert "ProcessProgramChange" in host.events()
    assert start(host) == 2


def test_clock_jumps():
    host = host_with(fault("clock-jump", after=3600, by=-3600))
    host.wait(3600 - host.now)
    assert host.ask(2, 17) == A("2000010100000000")


def test_clock_that_jumps_on_and_on_stays_where_a_clock_can_be_set():
    host = host_with(fault("clock-jump", after=20, times=3, by=60 * 365 * 86400))
    host.wait(60 - host.now)
    assert host.ask(2, 17) == A("2099123123595999")


def test_wafer_is_lost():
    host = host_with(fault("lost-wafer", after=20))
    host.wait(20)
    assert host.sv("MaterialLocations") == L()
    assert start(host) == 2
    assert host.command("LOAD", SUBSTID=A("W1")) == 2


def test_restart_loses_the_job_and_the_set_up():
    host = host_with(fault("restart", "anneal", after=10))
    start(host)
    host.wait(20)
    assert host.link == [LinkFault("link-drop")]
    assert host.sv("LastJobs").value[0].value[1].value == (2,)
    assert host.sv("EventsEnabled") == L()


def test_ids_of_the_wrong_width():
    host = host_with(fault("wrong-id-width"))
    start(host)
    assert host.told[0].item.value[1] == U8(11)


def test_texts_are_padded():
    assert host_with(fault("padded-text")).sv("PPExecName") == A("R1".ljust(40))


@pytest.mark.parametrize("name", ["link-drop", "separate", "second-host"])
def test_link_is_spoilt(name):
    host = host_with(fault(name, "anneal", after=10))
    start(host)
    host.wait(20)
    assert host.link == [LinkFault(name)]


def test_link_stalls_for_its_time():
    host = host_with(fault("link-stall", after=20, duration=7))
    host.wait(20)
    assert host.link == [LinkFault("link-stall", 7.0)]


def test_act_of_a_job_that_ended_before_does_not_happen():
    host = host_with(fault("alarm", "anneal", after=1000, alarm="PadLife"))
    start(host)
    host.wait(2000)
    assert "AlarmDetected" not in host.events()


def test_machine_faults_are_left_to_the_machine():
    assert ToolFaults([fault("rate", factor=2)]).due is None


def test_faults_are_the_same_each_time():
    def run():
        host = host_with(fault("alarm", "anneal", after=10, alarm="PadLife"))
        start(host)
        host.wait(100)
        return [(each.stream, each.function, each.item) for each in host.told]

    assert run() == run()
