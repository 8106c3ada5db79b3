"""Whether a fab's tools can do what a sequence asks."""

import dataclasses
from functools import lru_cache

import pytest
from interlock_rig import anneal, claims_rules, film, measure, steps, table
from msgspec.structs import replace
from shipped_rules import shipped_rules

import sequences
from fabctl.interlocks import Finding, RulePack, audit, audit_on_tools
from fabctl.process.loader import load_sequence
from fabctl.quantities import Quantity
from fabctl.tools.fab import Fab, load_fab
from fabctl.tools.prediction import NOBODY, Peak


@lru_cache(maxsize=1)
def fab() -> Fab:
    return load_fab(sequences.data("fabs", "built-in.yaml"))


def on_tools(text: str) -> tuple[Finding, ...]:
    return audit_on_tools(steps(text), fab(), claims_rules(), table())


@pytest.mark.long
@pytest.mark.parametrize("name", [path.stem for path in sequences.listed()])
def test_the_built_in_fab_does_the_sequences_that_come_with_it(name):
    sequence = load_sequence(sequences.find(name))
    assert audit_on_tools(sequence, fab(), claims_rules(), table()) == ()


def test_an_alias_of_a_material_is_the_material_that_the_tool_knows():
    assert on_tools(film(material="tin") + measure(material="stannum") + anneal()) == ()


def test_a_step_that_no_tool_does_points_at_the_step():
    text = film().replace("chamber: film", "chamber: cellar")
    (finding,) = on_tools(text)
    assert (finding.code, finding.parameter) == ("TC101", "")


def test_a_value_outside_the_range_points_at_the_value():
    (finding,) = on_tools(film() + measure() + anneal().replace("5 degC/min", "60 degC/min"))
    assert (finding.code, finding.step, finding.parameter) == ("TC102", "react-1", "ramp")
    assert finding.saw == "60 degC/min"
    assert finding.excerpt.text[finding.excerpt.column - 1 :].startswith("60 degC/min")


def test_a_value_that_its_chamber_does_not_take_is_refused():
    (finding,) = on_tools(film().replace("25 degC", "200 degC"))
    assert (finding.code, finding.parameter) == ("TC102", "temperature")
    assert "the tool takes at least 15 degC and at most 150 degC in film" in finding.message


def test_a_legal_value_that_the_wire_would_carry_as_an_illegal_one_is_refused():
    text = film() + measure() + anneal("399.99999999999999999 degC")
    assert audit(steps(text), claims_rules(), table()).all == ()
    (finding,) = on_tools(text)
    assert finding.code == "LM102"
    assert finding.message == "on the tool, temperature is 400 degC, but must be below 400 degC"


def test_what_the_file_itself_breaks_is_not_said_twice():
    assert on_tools(film("501 Å") + measure() + anneal()) == ()


def test_a_tool_that_never_reports_what_a_rule_watches_is_refused():
    def mute(tool):
        return replace(tool, dictionary=dataclasses.replace(tool.dictionary, watches=()))

    silent = replace(fab(), tools=tuple(map(mute, fab().tools)))
    text = film() + measure() + anneal()
    found = audit_on_tools(steps(text), silent, claims_rules(), table())
    told = {(each.code, each.step, each.parameter) for each in found}
    assert told == {("TC106", "film-1", "film_thickness"), ("TC106", "react-1", "temperature")}
    assert "reports no temperature during anneal" in found[-1].message
    # an anneal of copper without a film is watched by no rule
    alone = audit_on_tools(steps(anneal()), silent, claims_rules(), table())
    assert [each.code for each in alone] == []


def test_a_tool_for_other_wafers_is_refused():
    other = replace(fab(), wafer_mm=300)
    (finding,) = audit_on_tools(steps(film()), other, claims_rules(), table())
    assert finding.message == "CVD01: takes 200 mm wafers, the fab's are 300 mm"


def test_a_window_that_leaves_the_range_is_refused(tmp_path):
    path = tmp_path / "windowed.yaml"
    path.write_text(
        "sequence: windowed\ntitle: A window too wide\n"
        "parameters:\n  soak: {value: 200 degC, window: [150 degC, 500 degC]}\n"
        "steps:\n  - id: grain\n    kind: furnace\n    operation: anneal\n"
        "    recipe: {temperature: $soak, ramp: 5 degC/min, hold: 15 min, ambient: N2}\n"
    )
    sequence = load_sequence(path)
    (finding,) = audit_on_tools(sequence, fab(), claims_rules(), table())
    assert finding.code == "TC102"
    assert "may be 500 degC" in finding.message


def test_what_no_tool_does_on_one_path_names_the_path(tmp_path):
    """One way asks for a chamber that the fab lacks."""
    ways = [
        f"      {way}:\n        {film(step=way).replace('chamber: film', chamber)}"
        for way, chamber in (("here", "chamber: film"), ("nowhere", "chamber: cellar"))
    ]
    path = tmp_path / "ways.yaml"
    head = "sequence: ways\ntitle: Two ways\nsteps:\n  - alternatives: at\n    ways:\n"
    path.write_text(head + "".join(ways), encoding="utf-8")
    (finding,) = audit_on_tools(load_sequence(path), fab(), claims_rules(), table())
    assert (finding.code, finding.step) == ("TC101", "nowhere")
    assert str(finding.path) == "at=nowhere (1 of 2 paths)"


def windowed(tmp_path, parameter, rules=None, predicts=NOBODY) -> tuple[Finding, ...]:
    """Audit a film and its reaction anneal at a sequence parameter, on the built-in fab."""
    rules = rules or claims_rules()
    path = tmp_path / "windowed.yaml"
    text = "".join(f"  {line}\n" for line in (film() + measure() + anneal("$soak")).splitlines())
    path.write_text(
        f"sequence: windowed\ntitle: A window\nparameters:\n  soak: {parameter}\nsteps:\n{text}",
        encoding="utf-8",
    )
    sequence = load_sequence(path)
    assert audit(sequence, rules, table(), predicts).all == ()
    return audit_on_tools(sequence, fab(), rules, table(), predicts)


def test_the_end_of_a_window_is_judged_as_the_wire_would_carry_it(tmp_path):
    (finding,) = windowed(tmp_path, "{value: 390 degC, window: [380 degC, 399.99999999 degC]}")
    assert (finding.code, finding.parameter) == ("LM102", "temperature")
    assert finding.witness == "react-1.temperature = 400 degC"
    assert finding.message == "on the tool, temperature may be 400 degC, but must be below 400 degC"
    (window,) = finding.related
    assert window.message == "on the tool the window allows 380 degC to 400 degC"


def test_the_end_of_a_tolerance_is_judged_as_the_wire_would_carry_it(tmp_path):
    (finding,) = windowed(tmp_path, "{value: 399 degC, tolerance: 0.99999999 delta_K}")
    assert finding.code == "LM102"
    assert finding.witness == "react-1.temperature = 400 degC"


def test_a_window_that_the_wire_carries_as_a_legal_one_is_legal(tmp_path):
    assert windowed(tmp_path, "{value: 390 degC, window: [380 degC, 399.9 degC]}") == ()


class Reaching:
    """Predicts that a furnace peaks right at its set-point, 10 °C off at most."""

    def stays_below(self, signal, step, recipe, bound):
        return False

    def peak(self, signal, step, recipe):
        return Peak("FUR01", recipe.parameters[signal], Quantity.parse("10 delta_K"))


def test_a_peak_that_only_the_wire_makes_names_the_window_as_the_tool_holds_it(tmp_path):
    rules = shipped_rules("general")
    pack = RulePack({"TR101": rules["TR101"]})
    soak = "{value: 385 degC, window: [380 degC, 389.99999999 degC]}"
    (found,) = windowed(tmp_path, soak, rules=pack, predicts=Reaching())
    assert found.code == "TR101"
    assert found.related[0].message == "on the tool the window allows 380 degC to 390 degC"


def test_what_the_tool_cant_be_told_points_at_the_value():
    """This controller shows tenths of a degree."""
    bench = load_fab(sequences.data("fabs", "bench.yaml"))
    text = film() + measure() + anneal("200.05 degC")
    found = audit_on_tools(steps(text), bench, claims_rules(), table())
    (finding,) = [each for each in found if each.step == "react-1"]
    assert (finding.code, finding.parameter) == ("TC103", "temperature")
    assert finding.excerpt.text[finding.excerpt.column - 1 :].startswith("200.05 degC")
