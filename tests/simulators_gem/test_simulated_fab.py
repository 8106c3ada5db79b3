"""The built-in fab, simulated: every tool of it answers, in memory and on real sockets."""

import pytest

from fabctl.clock import Clock, run
from fabctl.links.session import SecsSession
from fabctl.links.tcp import tcp_dial
from fabctl.secs.hsms_settings import End
from fabctl.secs.items import U4, A, B, Format, L
from fabctl.secs.outcome import Reply
from fabctl.tools.dictionary import Role as VariableRole
from fabctl.tools.errors import NoToolError
from fabctl.tools.fab import load_fab
from fabctl.tools.session_settings import session_settings
from sequences import data
from simulators.fab import SimulatedFab


def built_in():
    return load_fab(data("fabs", "built-in.yaml"))


async def host(fab, clock, tool, dial):
    settings = session_settings(fab.tool(tool).dictionary, End.HOST, linktest=False)
    session = SecsSession(settings, clock)
    session.on_primary = lambda message: session.reply(
        message, L(B(0), L()) if message.name == "S1F13" else B(0)
    )
    await session.open(dial)
    assert isinstance(await session.request(1, 13, L()), Reply)
    return session


def play(script, *, virtual=True):
    async def main():
        clock = Clock(600)
        fab = built_in()
        tools = SimulatedFab(fab, clock, seed=1)
        await tools.open()
        try:
            return await script(fab, clock, tools)
        finally:
            await tools.close()

    return run(main(), virtual=virtual)


@pytest.mark.parametrize("tool", [entry.id for entry in built_in().tools])
def test_all_variables_and_constants_are_named_with_their_units(tool):
    async def script(_fab, clock, tools):
        session = await host(built_in(), clock, tool, tools.dial(tool))
        replies = [await session.request(*key, L()) for key in ((1, 11), (1, 21), (2, 29))]
        await session.close()
        return [reply.message.item.value for reply in replies]

    assert all(play(script))


@pytest.mark.parametrize("tool", [entry.id for entry in built_in().tools])
def test_every_status_variable_has_its_format(tool):
    async def script(fab, clock, tools):
        session = await host(fab, clock, tool, tools.dial(tool))
        statuses = [
            each for each in fab.tool(tool).dictionary.variables if each.role is VariableRole.SV
        ]
        reply = await session.request(1, 3, L(*(U4(each.vid) for each in statuses)))
        await session.close()
        return statuses, reply.message.item.value

    statuses, values = play(script)
    wrong = [
        (variable.name, value)
        for variable, value in zip(statuses, values, strict=True)
        if value.format is not Format[variable.format]
    ]
    assert not wrong


def test_wafer_goes_from_tool_to_tool_and_is_never_in_two():
    async def script(fab, clock, tools):
        acks = []
        sessions = {
            tool: await host(fab, clock, tool, tools.dial(tool)) for tool in ("CVD01", "FUR01")
        }
        for tool, rcmd in (
            ("CVD01", "LOAD"), ("FUR01", "LOAD"), ("CVD01", "UNLOAD"), ("FUR01", "LOAD"),
        ):  # fmt: skip
            reply = await sessions[tool].request(
                2, 41, L(A(rcmd), L(L(A("SUBSTID"), A("run-1.1"))))
            )
            acks.append(reply.message.item.value[0])
            await clock.sleep_process(60)
        return acks, tools.store.place_of("run-1.1")

    assert play(script) == ([B(4), B(2), B(4), B(4)], "FUR01")


def test_fab_is_idle_until_somebody_comes_and_after_he_went():
    async def script(fab, clock, tools):
        before = tools.idle_since
        session = await host(fab, clock, "CVD01", tools.dial("CVD01"))
        while_there = tools.idle_since
        await clock.sleep(5)
        await session.close()
        await clock.sleep(1)
        return before, while_there, round(tools.idle_since)

    assert play(script) == (0, None, 5)


def test_unknown_tool():
    async def script(_fab, _clock, tools):
        with pytest.raises(NoToolError):
            tools.dial("XYZ")

    play(script)


@pytest.mark.wire
def test_every_tool_is_served_on_a_socket_of_its_own():
    async def script(fab, clock, tools):
        addresses = await tools.serve("127.0.0.1")
        names = []
        for tool, address in addresses.items():
            session = await host(fab, clock, tool, tcp_dial(*address))
            reply = await session.request(1, 1)
            names.append(reply.message.item.value[0].value)
            await session.close()
        return names

    fab = built_in()
    assert play(script, virtual=False) == [entry.dictionary.mdln for entry in fab.tools]
