"""A rule file that does not say all that a rule must is refused, with the place."""

import pytest
from interlock_rig import written
from msgspec.structs import replace
from shipped_rules import shipped_rules

import sequences
from fabctl.interlocks import load_rules
from fabctl.process.errors import InputError

GOOD = sequences.data("rules", "claims.yaml").read_text(encoding="utf-8")


def refused(tmp_path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        load_rules([written(tmp_path / "pack.yaml", text)])
    return str(caught.value)


def with_slip(text: str, old: str, new: str) -> str:
    """The first rule of a pack and those in which something can go wrong, with the slip."""
    head, first, *rules = text.split("\n  - ")
    spoilt = [rule for rule in rules if old in rule]
    assert spoilt or old in first
    return "\n  - ".join([head, first, *spoilt]).replace(old, new)


def test_the_claims_load():
    pack = shipped_rules("claims")
    assert {"LM101", "LM102"} <= set(pack.rules)
    assert pack["LM102"].elements == ("cap.6.a", "cap.13.a")


def test_a_rule_knows_its_place():
    pack = shipped_rules("claims")
    line = GOOD.splitlines()[pack["LM101"].mark.line - 1]
    assert "LM101" in line


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("waivable: false", "waiveable: false", "a rule has no key waiveable"),
        ("waivable: false", 'waivable: "false"', "TY102 waivable: true and false are written with"),
        ("code: LM101", "code: XX101", "XX101 is no code for it"),
        ("code: LM101", "code: LM1", "LM1 is no code for it"),
        ("code: LM102", "code: LM101", "LM101 stands already at"),
        ("operation: [deposit]", "operation: [deposits]", "an operation can't be deposits"),
        ("operation: [deposit]", "operation: []", "operation has at least one item"),
        ("material_class: film", "material_class: fillm", "material_class can't be fillm"),
        ("wafer_has: [film]", "wafer_has: [ice]", "wafer_has can't be ice"),
        ("[temperature, boat_in]", "[temprature]", "can't be temprature"),
        ("[temperature, boat_in]", "[temperature, hold]", "hold is a time, temperature is a temp"),
        ("[temperature, boat_in]", "[ambient]", "ambient is a word, and words have no limits"),
        (
            "plausible: {at_least: 5 degC,",
            "plausible: {at_least: 1201 degC,",
            "no value is at least",
        ),
        ("below: 400 degC", "below: 400 nm", "400 nm is a length, not a temperature"),
        ("below: 400 degC", "below: 400", "lacks its unit"),
        ("below: 400 degC", "below: 400 delta_K", "not a temperature"),
        (", below: 400 degC", "", "a limit has a lower or an upper end"),
        ("at_least: 10 Å, at_most: 500 Å", "at_least: 500 Å, at_most: 10 Å", "no value is"),
        ("at_least: 10 Å", "at_least: 10 Å, above: 10 Å", "are the same end"),
        ("wafer: film_thickness, at_least", "wafer: film_mass, at_least", "can't be film_mass"),
        ("element: cap.5.a", "element: cap.5", "there is no claim element cap.5"),
        ("code: LM101", "code: RL101", "RL101 is no code for it"),
        ("applies: always", "applies: practised", "a rule with a live part applies always"),
        ("applies: always", "applies: sometimes", "applies can't be sometimes"),
        ("limit: {para", "order: {para", "order has no key parameters"),
        ("limit: {para", "forbidden: true\n    limit: {para", "this has limit and forbidden"),
        ("[temperature, boat_in]", "[boat_in]", "degas has no boat_in"),
        ("anneal, cure, degas, preclean", "anneal, expose", "expose has no temperature or boat_in"),
        (
            "operation: [anneal, cure], wafer",
            "operation: [bake], wafer",
            "an operation can't be bake",
        ),
        (
            "operation: [anneal, cure], wafer",
            "operation: [anneal], tone: x, wafer",
            "have a material",
        ),
        ("element: cap.5.a", "elephant: cap.5.a", "a citation has no key elephant"),
        ("verdict: illegal", "verdict: bad", "verdict can't be bad"),
        ("verdict: illegal", "verdict: legal", "a rule has an example that is illegal"),
        ("fresh_for: 35 s", "fresh_for: 0 s", "fresh_for must be above 0 s"),
        ("fresh_for: 35 s", "fresh_for: 35 nm", "fresh_for: 35 nm is a length, not a time"),
        ("signal: temperature", "signal: temprature", "did you mean temperature?"),
        ("signal: temperature", "signal: film_thickness", "film_thickness is a length"),
        (
            "plausible: {at_least: 5 degC, at_most: 1200 degC}",
            "plausible: {at_least: 5 nm, at_most: 1200 nm}",
            "plausible is a length",
        ),
        ("measured: film_thickness", "measured: weight", "measured can't be weight"),
        ("temperature: 399.9 degC", "temperature: 3_99 degC", "underscore"),
    ],
)
def test_a_slip_is_refused_with_its_place(tmp_path, old, new, said):
    text = refused(tmp_path, with_slip(GOOD, old, new))
    assert said in text
    assert "pack.yaml:" in text


GENERAL = sequences.data("rules", "general.yaml").read_text(encoding="utf-8")
STRAYS = "parameters: [temperature], margin: "


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("peak: temperature", STRAYS + "6 K", "6 K is no temperature difference and no ratio"),
        ("peak: temperature", STRAYS + "6 %", "strays by a difference, not by a ratio"),
        ("peak: temperature", "parameters: [temperature]", "a trajectory has a margin, or asks"),
        ("peak: temperature", "peak: pressure", "can't be pressure"),
        ("peak: temperature", "peak: ambient", "ambient is a word, and words have no limits"),
        ("peak: temperature", "peak: temperature, margin: 6 delta_K", "its model's own error"),
        ("peak: temperature, below: 400 degC", "peak: temperature", "a lower or an upper end"),
        ("margin: 7.5 %", "margin: 0 %", "above 0"),
        ("margin: 7.5 %", "margin: 97 %", "WN101 no value is at least 10 Å and at most 500 Å"),
        ("margin: 7.5 %", "margin: 246 Å", "though it strays by 246 Å"),
        ("material: [Sn, Sn-Pb]", "material: [tinn]", "no material named tinn"),
        ("words: {gas: [O2]}", "words: {gas: [O3]}", "gas is never O3"),
        ("known: true", "known: false", "known can't be false"),
        ("earlier: {operation: [degas]}", "nearby: {operation: [degas]}", "no key nearby"),
        (", wafer_has: [resist]}", "}", "this would forbid an operation for good"),
        ("since: {operation: [clean]}", "before: {operation: [clean]}", "before goes with later"),
        ("since: {operation: [clean]}", "after: {operation: [clean]}", "after goes with later"),
        ("same: level", "same: wafer", "same can't be wafer"),
    ],
)
def test_a_slip_in_another_demand_is_refused_with_its_place(tmp_path, old, new, said):
    assert said in refused(tmp_path, with_slip(GENERAL, old, new))


BAKES = "relation: {to: {operation: [soft_bake]}, parameter: temperature, is: below}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("parameter: temperature, ", "", "a relation is of the material or of a parameter"),
        ("parameter: temperature", "parameter: temprature", "can't be temprature"),
        ("parameter: temperature", "parameter: ramp", "ramp"),
        ("[soft_bake]", "[coat]", "can't be temperature"),
        ("is: below", "is: different", "a parameter is below, above, at most or at least another"),
        ("parameter: temperature", "parameter: temperature, material: k", "of the material or of"),
        (
            "{operation: [soft_bake]}, parameter: temperature",
            "{operation: [etch]}, parameter: chamber",
            "can't be chamber",
        ),
    ],
)
def test_a_relation_of_parameters_names_one_that_both_steps_have(tmp_path, old, new, said):
    """A slip is refused with its place."""
    lines = GOOD.splitlines()
    at = next(i for i, line in enumerate(lines) if "limit: {parameters: [temperature" in line)
    lines[at] = f"    {BAKES.replace(old, new)}"
    text = refused(tmp_path, "\n".join(lines).replace("code: LM102", "code: RL902"))
    assert f"pack.yaml:{at + 1}:" in text
    assert said in text


def test_a_rule_without_citation_is_refused(tmp_path):
    lines = GOOD.splitlines()
    start = next(i for i, line in enumerate(lines) if "cites:" in line)
    end = next(i for i, line in enumerate(lines) if "hint:" in line)
    text = "\n".join([*lines[:start], "    cites: []", *lines[end:]])
    assert "a rule without a citation is none" in refused(tmp_path, text)


def test_a_code_is_not_used_twice_over_two_files(tmp_path):
    with pytest.raises(InputError, match="LM101 stands already at"):
        load_rules([written(tmp_path / f"{n}.yaml", GOOD) for n in (1, 2)])


def test_a_file_without_rules_is_refused(tmp_path):
    assert "entries has at least one item" in refused(tmp_path, "rules: x\ntitle: x\nentries: []\n")


def test_rules_that_were_proved_before_are_the_same_without_their_examples():
    paths = sequences.packs()
    bare = load_rules(paths, examples=False)
    assert [replace(rule, examples=()) for rule in load_rules(paths)] == list(bare)
