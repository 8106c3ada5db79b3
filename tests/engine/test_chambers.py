"""A chamber remembers what no wafer shows: what it laid down last, in runs before."""

import dataclasses
from functools import lru_cache

import pytest
from engine_rig import Rig, go, sequence
from engine_rig import guard as claims_guard
from msgspec.structs import replace
from shipped_rules import shipped_rules

from fabctl.clock import run
from fabctl.engine.bypass import Bypass, bypass
from fabctl.engine.cause import Look, look_for_causes
from fabctl.engine.chambers import Chambers
from fabctl.engine.guard import Guard
from fabctl.engine.person import reset
from fabctl.engine.plan import Plan
from fabctl.interlocks.rule import RulePack
from fabctl.journal import Journal

DEPOSIT = (
    "- {{id: {step}, kind: cvd, operation: deposit, recipe: {{chamber: film, material: {material}, "
    "thickness: 120 Å, temperature: 25 degC}}}}"
)


ANNEAL = (
    "\n- {id: react, kind: furnace, operation: anneal, recipe: {temperature: 160 degC, "
    "ramp: 5 degC/min, hold: 15 min, ambient: N2}}"
)
CODES = ("ST204", "ST213", "ST214")


@lru_cache(maxsize=1)
def guard() -> Guard:
    rules = shipped_rules("general")
    return replace(claims_guard(), rules=RulePack({code: rules[code] for code in CODES}))


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """Makes runs one after the other on the same tools; gives the rig and the last result."""
    monkeypatch.setattr("engine_rig.guard", guard)

    def ran(*plans, between=None, **scripts):
        async def main():
            rig = Rig(tmp_path / "runs", **scripts)
            for plan in plans:
                rig.plan = plan
                result = await rig.host()
                if between is not None:
                    between(rig, result)
            return rig, result

        return go(main())

    return ran


def laying(
    name: str, material: str, fab: str = "lab", knows: str = "lab", *, heated: bool = False
) -> Plan:
    """A run of one film; `knows` is the fab whose earlier runs it asks about."""
    text = DEPOSIT.format(step=name, material=material) + (ANNEAL if heated else "")
    steps = replace(sequence(text), practises=())
    tools = {name: "CVD01", "react": "FUR01"} if heated else {name: "CVD01"}
    return Plan(name, steps, tools, "", {"fab": fab}, {}, knows)


def heating(name: str) -> Plan:
    """A run of one anneal of a bare wafer."""
    plan = laying(name, "Sn", heated=True)
    return dataclasses.replace(plan, sequence=replace(plan.sequence, steps=plan.sequence.steps[1:]))


def lifting(*codes: str):
    """Two people lift these for the run `dummy` as soon as it is held."""

    def lift(rig, result):
        if result.outcome != "held":
            return
        journal = Journal.open(rig.path, durable=False)
        for code in codes:
            asked = Bypass(code, 60, "Ada", "Grace", "this wafer is the dummy")
            bypass(journal, "dummy", asked, guard().rules, rig.clock.utc())
        reset(journal, "dummy", "Ada", "this wafer is the dummy", rig.clock.utc(), Look())
        journal.close()

    return lift


def tripped(result) -> list[tuple[str, str, str]]:
    """Rule, cause and what was seen, of each trip."""
    trips = [each["trip"] for each in result.document["trips"]]
    return [(each["rule"], each["cause"], each["saw"]) for each in trips]


def test_another_material_than_the_run_before_keeps_the_job_from_starting(lab):
    rig, result = lab(laying("a", "Al"), laying("b", "Sn"))
    assert result.outcome == "held"
    (trip,) = result.document["trips"]
    assert (trip["trip"]["rule"], trip["trip"]["cause"]) == ("ST204", "not seasoned")
    assert "film laid down Al last, in a of a at " in trip["message"]
    assert len(rig.world.starts) == 1


def test_the_same_material_is_no_change(lab):
    assert lab(laying("a", "Sn"), laying("b", "Sn"))[1].outcome == "completed"


def test_another_fabs_tool_of_that_name_is_another_chamber(lab):
    assert lab(laying("a", "Al", "there"), laying("b", "Sn"))[1].outcome == "completed"


def test_tools_that_are_made_for_each_run_remember_nothing(lab):
    assert lab(laying("a", "Al"), laying("b", "Sn", knows=""))[1].outcome == "completed"


def test_the_dummys_run_takes_two_people_and_seasons_the_chamber(lab):
    """The chamber then knows the new material, and holds no later wafer."""
    dummy = laying("dummy", "Sn")
    rig, result = lab(laying("a", "Al"), dummy, dummy, laying("b", "Sn"), between=lifting("ST204"))
    assert result.outcome == "completed"
    assert len(rig.world.starts) == 3


class TestClass:
    """A chamber that ran a dirtier class than what comes in next, on another wafer."""

    def test_lead_before_keeps_tin_out(self, lab):
        _, result = lab(laying("a", "Sn-Pb"), laying("b", "Sn"))
        assert result.outcome == "held"
        assert tripped(result) == [
            ("ST204", "not seasoned", "Sn-Pb"),
            ("ST213", "not clean", "Pb"),
        ]
        assert result.document["trips"][1]["message"].startswith(
            "ST213: film ran class Pb in a of a at 2000-01-01T"
        )

    def test_tin_before_lets_lead_in(self, lab):
        _, result = lab(laying("a", "Sn"), laying("b", "Sn-Pb"))
        assert tripped(result) == [("ST204", "not seasoned", "Sn")]

    def test_what_was_cleaner_in_between_cleans_nothing(self, lab):
        """As where a run was made by other rules: nobody has seen to the chamber."""
        _, result = lab(laying("a", "Sn-Pb"), laying("b", "Sn", knows=""), laying("c", "Sn"))
        assert tripped(result) == [("ST213", "not clean", "Pb")]

    def test_the_dummys_run_cleans_the_chamber(self, lab):
        dummy = laying("dummy", "Sn")
        runs = (laying("a", "Sn-Pb"), dummy, dummy, laying("b", "Sn"))
        rig, result = lab(*runs, between=lifting("ST204", "ST213"))
        assert result.outcome == "completed"
        assert len(rig.world.starts) == 3

    def test_a_tube_that_heated_lead_takes_no_wafer_without(self, lab):
        _, result = lab(laying("a", "Sn-Pb", heated=True), heating("b"))
        assert tripped(result) == [("ST214", "not clean", "Pb")]

    def test_copper_and_tin_share_a_tube(self, lab):
        _, result = lab(laying("a", "Sn", heated=True), heating("b"))
        assert result.outcome == "completed"


class TestReset:
    @pytest.fixture
    def look(self, lab):
        """Looks whether the chamber is still unseasoned, as the person at the latch does."""

        def look_again(*more):
            rig, _ = lab(laying("a", "Al"), laying("b", "Sn"), *more)
            plan = laying("b", "Sn")
            journal = Journal.open(rig.path, durable=False)
            try:
                records, memory = journal.records("b"), Chambers(journal, "b", "lab").of
                asked = look_for_causes(records, plan.sequence, {}, guard(), rig.clock, memory)
                return run(asked, virtual=True)
            finally:
                journal.close()

        return look_again

    def test_none_before_the_chamber_is_seasoned(self, look):
        (standing,) = look().standing
        assert (standing.rule, standing.saw) == ("ST204", "Al")


class TestChambers:
    @pytest.fixture
    def last(self, lab):
        """Tells in which run a chamber laid something down last, as another run is told."""

        def look_up(*plans, asking="x", chamber="film", **scripts):
            rig, _ = lab(*plans, **scripts)
            journal = Journal.open(rig.path, durable=False)
            try:
                laid = Chambers(journal, asking, "lab").of("CVD01").laid.get(chamber)
            finally:
                journal.close()
            return laid and laid.run

        return look_up

    def test_the_last_run_counts(self, last):
        assert last(laying("a", "Sn"), laying("b", "Sn")) == "b"

    def test_not_the_one_that_asks_nor_what_was_judged_as_it_came_in(self, last):
        assert last(laying("a", "Sn"), laying("b", "Sn"), asking="b") is None

    def test_nor_another_chamber(self, last):
        assert last(laying("a", "Sn"), chamber="pecvd") is None

    def test_a_start_that_was_refused_laid_nothing_down(self, last):
        assert last(laying("a", "Al"), CVD01={"replies": {"start": ["refuse"]}}) is None


class TestVisits:
    """A run that was in a chamber before, and another between its two visits."""

    @pytest.fixture
    def chambers(self, tmp_path):
        """Makes the journal of these visits, and gives what run a then finds."""

        def after(*visits):
            journal = Journal.open(tmp_path / "journal.sqlite3", durable=False)
            for plan in (laying("a", "Sn"), laying("b", "Sn-Pb")):
                journal.own(plan.run)
                steps = [
                    {"id": each.id, "recipe": {"chamber": "film", "material": plan.run}}
                    for each in plan.sequence.steps
                ]
                body = {"inputs": {"fab": "lab"}, "steps": steps}
                journal.append(plan.run, "RUN", body, "2000-01-01T00:00:00.000Z")
            for number, name in enumerate(visits):
                body = {"job": f"{name}.{number}", "step": name, "tool": "CVD01"}
                body |= {"operation": "deposit", "leaves": {"a": "Sn", "b": "Pb"}[name]}
                journal.append(name, "INTENT", body, f"2000-01-01T00:00:0{number + 1}.000Z")
            return Chambers(journal, "a", "lab")

        return after

    def test_what_ran_before_the_first_was_judged_then(self, chambers):
        found = chambers("b", "a").of("CVD01")
        assert (found.left, found.laid) == ({}, {})

    def test_what_ran_between_them_counts(self, chambers):
        found = chambers("a", "b").of("CVD01")
        assert list(found.left["film"]) == ["Pb"]
        assert found.laid["film"].run == "b"

    def test_a_visit_of_this_process_is_one(self, chambers):
        known = chambers("b")
        assert known.of("CVD01").left
        known.enter("CVD01", laying("a", "Sn").sequence.steps[0].recipe)
        assert not known.of("CVD01").left
