"""What a wafer is owed when a run ends early is named, by rule and step."""

from interlock_rig import steps, table
from msgspec.structs import replace
from shipped_rules import shipped_rules

from fabctl.interlocks import RulePack
from fabctl.interlocks.demand import Order
from fabctl.interlocks.obligation import still_owed
from fabctl.interlocks.selector import Selector
from fabctl.interlocks.trace import trace

RULES = shipped_rules("general")
ETCH = (
    "- {id: open, kind: etcher, operation: etch, "
    "recipe: {chamber: ccp, material: SiOC, time: 60 s}}\n"
)
CLEAN = "- {id: clean, kind: etcher, operation: clean, recipe: {bath: glycolic, time: 90 s}}\n"


def owed(text: str, rules: RulePack = RULES) -> list[str]:
    state = trace(steps(text), table())[-1].after
    return [str(each) for each in still_owed(state, rules, table())]


def test_a_clean_is_owed_after_a_fluorocarbon_etch():
    assert owed(ETCH) == ["open needs a later clean, before the next deposit or spin on (OR204)"]


def test_nothing_is_owed_once_it_is_done():
    assert owed(ETCH + CLEAN) == []


def test_it_is_owed_again_for_the_next():
    assert len(owed(ETCH + CLEAN + ETCH.replace("id: open", "id: again"))) == 1


def test_nothing_is_owed_for_what_was_taken_off_again():
    coat = (
        "- {id: coat, kind: spin_coater, operation: coat, "
        "recipe: {material: resist-n1, cast_speed: 3000 rpm, cast_time: 33 s}}\n"
    )
    ash = (
        "- {id: ash, kind: etcher, operation: strip, recipe: {chamber: ash, material: resist-n1, "
        "gas: N2/H2, time: 4 min, temperature: 250 degC}}\n"
    )
    rules = shipped_rules("claims-resist")
    assert any("soft bake" in each for each in owed(coat, rules))
    assert owed(coat + ash, rules) == []


def test_a_later_step_does_not_count_before_the_one_that_it_comes_after():
    degas = (
        "- {id: degas, kind: cvd, operation: degas, "
        "recipe: {chamber: degas, temperature: 250 degC, time: 90 s}}\n"
    )
    clean = Selector(operations=("clean",))
    demand = Order(later=Selector(operations=("degas",)), after=clean)
    rules = RulePack({"OR204": replace(RULES["OR204"], demand=demand)})
    assert owed(ETCH + degas + CLEAN, rules) == ["open needs a later degas (after a clean) (OR204)"]
    assert owed(ETCH + CLEAN + degas, rules) == []


def test_what_came_too_late_stays_owed():
    deposit = (
        "- {id: liner, kind: cvd, operation: deposit, "
        "recipe: {chamber: ald, material: TaN, thickness: 10 nm, temperature: 300 degC}}\n"
    )
    assert len(owed(ETCH + deposit + CLEAN)) == 1
