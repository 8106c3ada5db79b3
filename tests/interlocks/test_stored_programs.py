"""What tools store is uploaded, decoded, audited, and compared with what was approved."""

from interlock_rig import anneal, claims_rules, film, measure, steps, table
from msgspec.structs import replace

import sequences
from fabctl import clock
from fabctl.clock import Clock
from fabctl.engine.program import program_name
from fabctl.interlocks import Verdict
from fabctl.interlocks.rule import Severity
from fabctl.interlocks.stored import audit_stored
from fabctl.secs.items import F4, U2, U4, Item, L
from fabctl.secs.outcome import Reply
from fabctl.tools.drivers import open_tools, simulate
from fabctl.tools.fab import load_fab
from fabctl.tools.port import Accepted


def edited(block, at: int, value):
    """Set one parameter of a block."""
    given = (*block.parameters[:at], value, *block.parameters[at + 1 :])
    return replace(block, parameters=given)


TEXT = film() + measure() + anneal()
TOOLS = {"film-1": "CVD01", "check-1": "MET01", "react-1": "FUR01"}
FAB = load_fab(sequences.data("fabs", "built-in.yaml"))


def stored(
    changed: str | None = None,
    *,
    missing: str = "",
    cut_off: str = "",
    text: str = TEXT,
    constants: Item | None = None,
    edit=None,
):
    """Install the approved programs, put another recipe under one name, and ask the tools.

    `edit` changes the blocks of the anneal's.
    The tool `cut_off` loses its link before it is asked; the furnace is told `constants` by S2F15.
    """
    sequence = steps(text)

    async def main():
        fab = replace(FAB, tools=tuple(each for each in FAB.tools if each.id in TOOLS.values()))
        now = Clock()
        simulated = simulate(fab, now)
        await simulated.open()
        drivers = open_tools(fab, now, lambda entry: simulated.dial(entry.id))
        tools = {step.id: drivers[TOOLS[step.id]] for step in sequence.steps if step.id in TOOLS}
        for driver in drivers.values():
            await driver.connect()
        for step in sequence.steps:
            tool = tools.get(step.id)
            if tool is None:
                continue
            recipe = step.recipe
            if step.id == "react-1" and changed is not None:
                recipe = steps(film() + measure() + anneal(changed)).steps[-1].recipe
            if step.id != missing:
                program = tool.encode(program_name(step), recipe)
                if step.id == "react-1" and edit is not None:
                    program = replace(program, body=edit(program.body))
                done = await tool.install(program)
                assert isinstance(done, Accepted), done
        if constants is not None:
            told = await drivers["FUR01"]._session.request(2, 15, constants)
            assert isinstance(told, Reply), told
        if cut_off:
            await drivers[cut_off].disconnect()
        found = await audit_stored(sequence, tools, program_name, claims_rules(), table())
        for driver in drivers.values():
            await driver.disconnect()
        await simulated.close()
        return found

    return clock.run(main(), virtual=True)


def test_what_was_approved_is_no_finding():
    assert stored() == ()


def test_a_recipe_that_was_edited_on_the_tool_is_one():
    (found,) = stored("210 degC")
    assert (found.code, found.step, found.parameter) == ("PR101", "react-1", "temperature")
    assert (found.saw, found.limit) == ("210 degC", "200 degC")
    assert found.mark.line == 3


def test_an_illegal_one_also_breaks_its_rule():
    found = stored("410 degC")
    assert {each.code for each in found} == {"PR101", "LM102"}


def test_an_edit_that_is_of_no_recipe_is_told_as_a_difference():
    """A constant of the template, which decodes to nothing."""
    (found,) = stored(edit=lambda body: (edited(body[0], 1, 220.0), *body[1:]))
    assert (found.code, found.step, found.verdict) == ("PR101", "react-1", Verdict.ILLEGAL)
    assert found.message == (
        "the program on FUR01 differs from what is approved: "
        "PUSH.Speed is 220 mm/min, 200 mm/min was sent"
    )


def test_a_program_that_is_not_there_is_not_shown():
    (found,) = stored(missing="film-1")
    assert (found.code, found.verdict) == ("PR102", Verdict.NOT_SHOWN)


def test_a_constant_that_was_changed_on_the_tool_is_told_where_the_tool_is_first_used():
    wider = L(L(U4(3603), F4(2.5)))  # the soak band, of which the trajectory rule's error is made
    (found,) = stored(text=TEXT + anneal(step="react-2"), constants=wider)
    assert (found.code, found.step, found.severity) == ("PR103", "react-1", Severity.WARNING)
    assert (found.saw, found.limit) == ("2.5 delta_degC", "1 delta_degC")
    assert found.witness == "FUR01.SoakBand = 2.5 delta_degC"


def test_a_constant_that_was_changed_is_of_the_process_or_of_how_the_tool_talks():
    """Both are told in an audit; only the first keeps a run from its START."""

    async def main():
        fab = replace(FAB, tools=tuple(each for each in FAB.tools if each.id == "FUR01"))
        now = Clock()
        simulated = simulate(fab, now)
        await simulated.open()
        (driver,) = open_tools(fab, now, lambda entry: simulated.dial(entry.id)).values()
        await driver.connect()
        told = L(L(U4(1), U2(20)), L(U4(3603), F4(2.5)))
        assert isinstance(await driver._session.request(2, 15, told), Reply)
        changed = await driver.changed_constants()
        await driver.disconnect()
        await simulated.close()
        return [(each.name, each.of_process) for each in changed]

    assert clock.run(main(), virtual=True) == [
        ("EstablishCommunicationsTimeout", False),
        ("SoakBand", True),
    ]


def test_a_tool_that_is_cut_off_keeps_no_other_from_being_asked():
    found = stored("210 degC", cut_off="CVD01")
    assert [(each.code, each.step) for each in found] == [
        ("PR102", "film-1"),
        ("PR101", "react-1"),
    ]


def test_a_step_that_no_tool_does_keeps_no_tool_from_being_asked():
    """What the fab lacks is a finding of its own (TC101)."""
    text = TEXT + film(step="film-2").replace("chamber: film", "chamber: cellar")
    (found,) = stored("210 degC", text=text)
    assert (found.code, found.step) == ("PR101", "react-1")
