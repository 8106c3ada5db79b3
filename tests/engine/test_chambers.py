"""A chamber remembers what no wafer shows: what it laid down last, in runs before."""

from dataclasses import replace

import pytest
from engine_rig import Rig, go, sequence
from engine_rig import guard as claims_guard

import sequences
from fabctl.clock import run
from fabctl.engine.bypass import Bypass, bypass
from fabctl.engine.cause import Look, look_for_causes
from fabctl.engine.chambers import Chambers
from fabctl.engine.guard import Guard
from fabctl.engine.person import reset
from fabctl.engine.plan import Plan
from fabctl.interlocks.rule import RulePack
from fabctl.interlocks.rule_file import load_rules
from fabctl.journal import Journal

DEPOSIT = (
    "- {{id: {step}, kind: cvd, operation: deposit, recipe: {{chamber: film, material: {material}, "
    "thickness: 120 Å, temperature: 25 degC}}}}"
)


def guard() -> Guard:
    rules = load_rules([sequences.data("rules", "general.yaml")])
    return replace(claims_guard(), rules=RulePack({"ST204": rules["ST204"]}))


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


def laying(name: str, material: str, fab: str = "lab", knows: str = "lab") -> Plan:
    """A run of one film; `knows` is the fab whose earlier runs it asks about."""
    steps = replace(sequence(DEPOSIT.format(step=name, material=material)), practises=())
    return Plan(name, steps, {name: "CVD01"}, "", {"fab": fab}, {}, knows)


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

    def lift(rig, result):
        if result.outcome != "held":
            return
        journal = Journal.open(rig.path, durable=False)
        asked = Bypass("ST204", 60, "Ada", "Grace", "this wafer is the dummy")
        bypass(journal, "dummy", asked, guard().rules, rig.clock.utc())
        reset(journal, "dummy", "Ada", "this wafer is the dummy", rig.clock.utc(), Look())
        journal.close()

    dummy = laying("dummy", "Sn")
    rig, result = lab(laying("a", "Al"), dummy, dummy, laying("b", "Sn"), between=lift)
    assert result.outcome == "completed"
    assert len(rig.world.starts) == 3


class TestReset:
    @pytest.fixture
    def look(self, lab):
        """Looks whether the chamber is still unseasoned, as the person at the latch does."""

        def look_again(*more):
            rig, _ = lab(laying("a", "Al"), laying("b", "Sn"), *more)
            plan = laying("b", "Sn")
            journal = Journal.open(rig.path, durable=False)
            try:
                records, last = journal.records("b"), Chambers(journal, "b", "lab").last
                asked = look_for_causes(records, plan.sequence, {}, guard(), rig.clock, last)
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
                laid = Chambers(journal, asking, "lab").last("CVD01", chamber)
            finally:
                journal.close()
            return laid and laid.run

        return look_up

    def test_the_last_run_counts(self, last):
        assert last(laying("a", "Sn"), laying("b", "Sn")) == "b"

    def test_not_the_one_that_asks(self, last):
        assert last(laying("a", "Sn"), laying("b", "Sn"), asking="b") == "a"

    def test_nor_another_chamber(self, last):
        assert last(laying("a", "Sn"), chamber="pecvd") is None

    def test_a_start_that_was_refused_laid_nothing_down(self, last):
        assert last(laying("a", "Al"), CVD01={"replies": {"start": ["refuse"]}}) is None
