"""Whatever a host, an operator and the link do: what must always hold of a simulated tool."""

import pytest
from gem_rig import Host, program
from hypothesis import given
from hypothesis import strategies as st

from fabctl.secs.items import A, B, L
from simulators import machine as seam

STEPS = st.one_of(
    st.tuples(st.just("start"), st.sampled_from(["J1", "J2", "J3"])),
    st.tuples(st.just("load"), st.sampled_from(["W1", "W2"])),
    st.tuples(st.just("unload"), st.sampled_from(["W1", "W2"])),
    st.tuples(st.just("command"), st.sampled_from(["STOP", "ABORT", "PAUSE", "LOCAL", "REMOTE"])),
    st.tuples(st.just("panel"), st.sampled_from(["local", "remote", "abort", "stop", "offline"])),
    st.tuples(st.just("online"), st.just("")),
    st.tuples(st.just("select"), st.sampled_from(["R1", "R2"])),
    st.tuples(st.just("download"), st.sampled_from(["R1", "R2"])),
    st.tuples(st.just("link"), st.just("")),
    st.tuples(st.just("wait"), st.sampled_from(["1", "10", "100"])),
)


def take(host, step):
    match step:
        case "start", job:
            return host.command("START", LOTID=A(job))
        case "load", wafer:
            host.command("LOAD", SUBSTID=A(wafer))
        case "unload", wafer:
            host.command("UNLOAD", SUBSTID=A(wafer))
        case "command", rcmd:
            host.command(rcmd)
        case "panel", action:
            host.tool.panel.press(action)
        case "online", _:
            host.ask(1, 17)
        case "select", name:
            host.command("PP-SELECT", PPID=A(name))
        case "download", name:
            host.ask(7, 23, program(name, temp=300 + len(host.told)))
        case "link", _:
            host.keep(host.tool.lost(host.now))
            host.keep(host.tool.selected(host.now))
            host.ask(1, 13, L())
        case "wait", seconds:
            host.wait(float(seconds))
    return None


@given(st.lists(STEPS, max_size=40))
def test_jobs_start_once_and_only_on_a_wafer_in_the_tool(steps):
    host = Host()
    host.ready()
    accepted = []
    for step in steps:
        if take(host, step) == 4:
            accepted.append(step[1])
        held = [wafer for wafer, place in host.places.where.items() if place]
        assert len(held) <= 1
    starts = [each for each in host.machine.inputs if isinstance(each, seam.Start)]
    assert [each.job for each in starts] == accepted
    assert len(set(accepted)) == len(accepted)
    assert all(each.wafer for each in starts)
    assert [job.job for job in host.tool.jobs._jobs.values()] == accepted


@pytest.mark.long
@given(st.lists(STEPS, max_size=40))
def test_same_acts_bring_the_same_messages(steps):
    def run():
        host = Host()
        host.listen()
        host.ready()
        for step in steps:
            take(host, step)
        return [(each.stream, each.function, each.item) for each in host.told], host.order

    assert run() == run()


@given(st.lists(STEPS, max_size=40))
def test_nothing_but_s1f13_and_the_last_event_leaves_a_tool_off_line(steps):
    host = Host()
    host.listen()
    host.ready()
    host.tool.panel.press("offline")
    host.wait(0)
    host.told.clear()
    for step in steps:
        if step[0] != "online":
            take(host, step)
    assert {(each.stream, each.function) for each in host.told} <= {(1, 13)}
    assert host.ask(1, 3, L()) is None
    assert B(1) == host.ask(1, 17)
