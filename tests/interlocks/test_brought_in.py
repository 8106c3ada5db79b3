"""What was done to a wafer elsewhere counts for a fab's own rules, and for no claim."""

import pytest
from interlock_rig import anneal, copper, film, measure, steps, table
from msgspec.structs import replace
from shipped_rules import shipped_rules

import sequences
from fabctl.interlocks import Verdict, audit
from fabctl.interlocks.obligation import still_owed
from fabctl.interlocks.wafer_state import Has, brought_in
from fabctl.process.stock_loader import load_stock

PACK = shipped_rules()
LINE = load_stock(sequences.data("wafers", "copper-line.yaml"))
CLEAN = "- {id: soak, kind: etcher, operation: clean, recipe: {bath: citric, time: 45 s}}\n"
PRECLEAN = (
    "- {id: pre, kind: cvd, operation: preclean, recipe: {chamber: preclean, gas: H2, "
    "temperature: 200 degC, time: 30 s, cool_to: 25 degC}}\n"
)
READY = CLEAN + PRECLEAN
CLASS = "ST203"
"""No fab says which contamination class a module takes: a warning."""
SPUN = (
    "- {id: spun, kind: spin_coater, operation: spin_on, recipe: {material: porous-MSQ, "
    "cast_speed: 2000 rpm, cast_time: 30 s, plate_1: 150 degC, plate_2: 200 degC, "
    "plate_3: 350 degC, plate_time: 60 s}}\n"
)


def found(text, stock=LINE):
    return {each.code: each for each in audit(steps(text, stock=stock), PACK, table()).all}


def deposit(material, chamber, temperature):
    return (
        f"- {{id: laid, kind: cvd, operation: deposit, recipe: {{chamber: {chamber}, material: "
        f"{material}, thickness: 100 nm, temperature: {temperature}}}}}\n"
    )


def test_a_film_on_copper_brought_in_is_legal():
    assert set(found(READY + film())) == {CLASS}


def test_a_film_on_a_bare_wafer_has_nothing_to_react_with():
    assert set(found(READY + film(), stock=None)) == {"OR206", CLASS}


@pytest.mark.parametrize("text", [film(), CLEAN + film(), PRECLEAN + film()])
def test_how_long_ago_copper_brought_in_was_polished_is_not_known(text):
    finding = found(text)["QT204"]
    assert finding.verdict is Verdict.NOT_SHOWN
    assert finding.related[0].mark.file.endswith("copper-line.yaml")


def test_copper_brought_in_bears_no_more_heat_than_any():
    hot = anneal("421 degC", "grain")
    assert "LM201" in found(hot)
    assert "LM201" not in found(hot, stock=None)


def test_copper_brought_in_soils_a_module_as_any():
    assert CLASS in found(CLEAN)
    assert CLASS not in found(CLEAN, stock=None)


def test_copper_may_go_on_a_barrier_brought_in():
    laid = deposit("Cu", "mocvd-cu", "200 degC")
    assert "OR201" not in found(laid, stock=copper())
    assert "OR201" in found(laid, stock=None)


def test_a_dielectric_on_copper_brought_in_begins_the_next_level():
    state = brought_in(LINE, table())
    assert (state.level, state.level_has_metal) == (1, True)
    (step,) = steps(deposit("SiOC", "pecvd", "350 degC")).steps
    assert state.act(step.id, step.recipe, table()).level == 2


def test_a_wafer_brought_in_has_its_metal_and_no_film():
    assert brought_in(LINE, table()).has == {Has.METAL}


def test_a_claim_does_not_count_what_was_done_elsewhere():
    """Its spun-on dielectric has to be compared with one that this sequence has deposited."""
    lowk = shipped_rules("claims-lowk")
    sequence = replace(steps(SPUN, stock=LINE), practises=("lowk.1",))
    finding = next(each for each in audit(sequence, lowk, table()).all if each.code == "RL101")
    assert finding.verdict is Verdict.NOT_SHOWN


def test_nothing_is_owed_for_what_was_done_elsewhere():
    assert still_owed(brought_in(LINE, table()), PACK, table()) == ()


def test_an_anneal_of_a_wafer_brought_in_is_a_reaction_only_with_a_film_of_this_run():
    assert "LM102" not in found(READY + anneal("410 degC"))
    assert "LM102" in found(READY + film() + measure() + anneal("410 degC"))
