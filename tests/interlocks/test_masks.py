"""An oxide that is laid as a mask and taken off again is no dielectric of a level."""

import pytest
from interlock_rig import steps, table
from msgspec.structs import replace
from shipped_rules import shipped_rules

from fabctl.interlocks import audit
from fabctl.interlocks.static import audit_recipe
from fabctl.interlocks.trace import trace

LOW_K = {"LM103", "LM104", "MS106"}


def laid(name, material, thickness="50 nm"):
    return (
        f"- {{id: {name}, kind: cvd, operation: deposit, recipe: {{chamber: pecvd, "
        f"material: {material}, thickness: {thickness}, temperature: 350 degC}}}}\n"
    )


def etched(recipe, name="off", material="SiO2"):
    return (
        f"- {{id: {name}, kind: etcher, operation: etch, "
        f"recipe: {{material: {material}, {recipe}}}}}\n"
    )


COAT = (
    "- {id: coat, kind: spin_coater, operation: coat, "
    "recipe: {material: resist-n1, cast_speed: 3000 rpm, cast_time: 33 s}}\n"
)
OFF = etched("bath: bhf, time: 40 s")


def low_k(text):
    practises = ("lowk.5", "lowk.10", "lowk.11")
    return replace(steps(laid("d", "SiOC", "600 nm") + text), practises=practises)


def found(text):
    """The low-k rules that bind the oxide, and find it."""
    sequence = low_k(text)
    report = audit(sequence, shipped_rules("claims-lowk"), table())
    return {each.code for each in report.findings if each.step == "oxide"} & LOW_K


def test_an_oxide_that_stays_is_a_dielectric_of_its_level():
    assert found(laid("oxide", "SiO2")) == LOW_K


def test_one_that_is_taken_off_again_is_a_mask():
    assert found(laid("oxide", "SiO2") + OFF) == set()


@pytest.mark.parametrize(
    "after",
    [
        etched("bath: bhf, time: 20 s"),  # 30 nm at the least
        etched("bath: bhf, depth: 40 nm"),
        etched("chamber: ccp, endpoint: SiOC"),  # which may level it only
        COAT + OFF,  # under resist it stays beside what is etched
        laid("cap", "SiOC") + OFF,  # nothing gets at it
        etched("bath: bhf, time: 40 s", material="SiOC"),
    ],
)
def test_one_that_is_not_shown_to_be_gone_is_none(after):
    assert found(laid("oxide", "SiO2") + after) == LOW_K


@pytest.mark.parametrize(("after", "codes"), [("", LOW_K), (OFF, set())])
def test_the_tools_own_recipe_is_audited_alike(after, codes):
    sequence = low_k(laid("oxide", "SiO2") + after)
    seen = trace(sequence, table())[1]
    rules = shipped_rules("claims-lowk")
    told = audit_recipe(seen.recipe, sequence, seen.step, seen.before, rules, table())
    assert {each.code for each in told} & LOW_K == codes


def test_what_is_spun_on_is_compared_with_the_levels_dielectric_and_not_with_its_mask():
    spun = (
        "- {id: fill, kind: spin_coater, operation: spin_on, recipe: {material: SiOC, "
        "cast_speed: 2500 rpm, cast_time: 30 s, plate_1: 150 degC, plate_2: 200 degC, "
        "plate_3: 350 degC, plate_time: 60 s}}\n"
    )
    sequence = low_k(laid("oxide", "SiO2") + OFF + spun)
    report = audit(sequence, shipped_rules("claims-lowk"), table())
    assert "RL101" in {each.code for each in report.findings}
