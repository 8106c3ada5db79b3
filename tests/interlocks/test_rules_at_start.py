"""The same rules before START: on the wafer as it is, the tool's own program, the real wait."""

import pytest
from interlock_rig import film, measure, steps, table
from shipped_rules import shipped_rules

import sequences
from fabctl.interlocks import RulePack, Verdict, audit, audit_recipe
from fabctl.interlocks.demand import Order
from fabctl.interlocks.demand_time import Queue
from fabctl.interlocks.examples import at_start
from fabctl.interlocks.queue import queue
from fabctl.interlocks.trace import trace
from fabctl.process.errors import InputError
from fabctl.tools.fab import load_fab
from fabctl.tools.fab_list import listed
from fabctl.tools.models import FabModels

PACK = shipped_rules()
BUILT_IN = sequences.data("fabs", "built-in.yaml")
MODELS = FabModels(BUILT_IN)
WAITS = [rule for rule in PACK if isinstance(rule.demand, Queue)]
LATER = [rule for rule in PACK if isinstance(rule.demand, Order) and rule.demand.later]
"""What comes later is not known before START: it is audited, and told as still owed."""
VETOES = [rule for rule in PACK if rule not in WAITS and rule not in LATER]
LEAD = film(material="Sn-Pb").replace("chamber: film", "chamber: film-pb")
PECVD = (
    "- {id: next, kind: cvd, operation: deposit, recipe: {chamber: pecvd, material: SiOC, "
    "thickness: 650 nm, temperature: 350 degC}}\n"
)


def named(rule):
    return rule.code


def illegal(rule):
    """Every example that its author calls illegal or not shown."""
    return [each for each in rule.examples if each.verdict is not Verdict.LEGAL]


@pytest.mark.parametrize("rule", WAITS, ids=named)
def test_every_queue_time_trips_on_the_real_wait_and_not_before(rule):
    seen = trace(illegal(rule)[0].sequence, table())[-1]
    longest = float(rule.demand.within.value)

    def judged(waited: float | None) -> Verdict:
        only = RulePack({rule.code: rule})
        (found,) = queue(only, seen.step, seen.before, table(), lambda _step: waited)
        return found.verdict

    assert judged(longest) is Verdict.LEGAL
    assert judged(longest + 0.5) is Verdict.ILLEGAL
    assert judged(None) is Verdict.NOT_SHOWN


@pytest.mark.parametrize("rule", VETOES, ids=named)
def test_every_other_rule_vetoes_the_start_of_its_own_illegal_examples(rule):
    only = RulePack({rule.code: rule})
    for example in illegal(rule):
        found = [
            finding.verdict
            for seen in trace(example.sequence, table())
            for finding in audit_recipe(
                seen.recipe, example.sequence, seen.step, seen.before, only, table(), MODELS
            )
        ]
        assert example.verdict in (found + at_start(only, example, table()))


class TestContamination:
    def test_a_wafer_only_rises(self):
        first, second = trace(steps(film() + LEAD.replace("film-1", "film-2")), table())
        states = (first.before, first.after, second.after)
        assert [each.contamination for each in states] == ["clean", "Sn", "Pb"]

    def test_a_finding_tells_what_made_the_wafer_so(self):
        only = RulePack({"ST203": PACK["ST203"]})
        (finding,) = audit(steps(LEAD + measure() + PECVD), only, table(), MODELS).all
        assert finding.witness == "film-1, next in CVD01 pecvd"
        assert finding.message == (
            "CVD01 pecvd takes wafers up to class Sn, and since film-1 this one is of class Pb"
        )

    def test_a_fab_that_keeps_no_classes_is_told_once_a_class_and_not_stopped(self, tmp_path):
        fab = tmp_path / "plain.yaml"
        tool = "{id: CVD01, kind: cvd, dictionary: CVD01.yaml}"
        fab.write_text(f"fab: plain\nwafer: 200 mm\ntools: [{tool}]\n")
        only = RulePack({"ST203": PACK["ST203"]})
        text = film() + PECVD + LEAD.replace("film-1", "film-2")
        report = audit(steps(text), only, table(), FabModels(fab))
        assert [each.step for each in report.not_shown] == ["film-1", "film-2"]
        assert report.legal

    def test_a_class_that_is_not_on_the_ladder_is_refused(self, tmp_path):
        text = BUILT_IN.read_text(encoding="utf-8").replace("film-pb: Pb", "film-pb: Hg")
        fab = tmp_path / "fab.yaml"
        fab.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="film-pb can't accept 'Hg'"):
            listed(fab)

    def test_every_module_of_the_built_in_fab_says_what_it_takes(self):
        said = {each.id: set(each.accepts) for each in MODELS._by_id.values()}
        for tool in load_fab(BUILT_IN).tools:
            assert said[tool.id] == set(tool.chambers)
