"""A pack may ask more than fabctl's own rule of a code, and never less of a claim."""

import pytest
from interlock_rig import written

import sequences
from fabctl.interlocks import load_rules
from fabctl.process.errors import InputError

CLAIMS = sequences.data("rules", "claims.yaml").read_text(encoding="utf-8")
GENERAL = sequences.data("rules", "general.yaml").read_text(encoding="utf-8")


UNLESS = "      unless: {operation: [clean]}\n"


def one(code: str, text: str = CLAIMS) -> str:
    """A pack of one rule of ours."""
    start = text.index(f"  - code: {code}\n")
    end = text.find("\n  - code: ", start)
    return f"rules: own\ntitle: t\nentries:\n{text[start:end]}\n"


@pytest.fixture
def load(tmp_path):
    """Loads a rule of ours with one thing put in place of another."""

    def load(pack: str, old: str, new: str) -> None:
        assert old in pack
        load_rules([written(tmp_path / "own.yaml", pack.replace(old, new, 1))])

    return load


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("LM102", "waivable: false", "waivable: true"),
        ("LM102", "severity: error", "severity: warning"),
        ("LM102", "below: 400 degC", "below: 401 degC"),
        ("LM102", "below: 400 degC", "at_most: 400 degC"),
        ("LM102", "parameters: [temperature, boat_in]", "parameters: [temperature]"),
        ("LM102", "wafer_has: [film]}", "film_of: [Sn]}"),
        ("LM102", "wafer_has: [film]}", "wafer_has: [film, metal]}"),
        ("LM102", "blind_for: 2 min", "blind_for: 3 min"),
        ("LM102", "fresh_for: 35 s", "fresh_for: 1 min"),
        ("LM102", "      frozen_after: 2 min\n", ""),
        ("LM102", "      plausible: {at_least: 5 degC, at_most: 1200 degC}\n", ""),
        ("LM102", "begins: arming", "begins: start"),
        ("LM101", "at_least: 10 Å", "at_least: 9.9 Å"),
        ("LM101", ", at_most: 500 Å", ""),
        (
            "LM101",
            "[anneal, cure], wafer_has: [film]}",
            "[anneal, cure], wafer_has: [film, metal]}",
        ),
        ("MS101", "one_of: [Cu]", "one_of: [Cu, Al]"),
        ("OR101", "material_class: film}\n", f"material_class: film}}\n{UNLESS}"),
    ],
)
def test_less_than_a_claim_asks_is_refused_where_it_stands(load, code, old, new):
    with pytest.raises(InputError, match=f"own.yaml:.*{code} is weaker here: fabctl's own"):
        load(one(code), old, new)


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("LM102", "below: 400 degC", "below: 390 degC"),
        ("LM102", "fresh_for: 35 s", "fresh_for: 20 s"),
        ("LM102", "hint: 200 degC", "hint: 201 degC"),
        ("LM101", "at_least: 10 Å", "above: 10 Å"),
        ("LM101", "material_class: film", "material_class: [film, metal]"),
    ],
)
def test_as_much_or_more_is_taken(load, code, old, new):
    pack = one(code).replace("399.9 degC", "389.9 degC")
    load(pack, old, new)


def test_an_order_that_nothing_takes_away_is_more(load):
    pack = one("OR106", sequences.data("rules", "claims-resist.yaml").read_text(encoding="utf-8"))
    load(pack, "      unless: {operation: [strip], material_class: resist}\n", "")


def test_a_step_that_must_come_between_is_more_and_its_lack_is_less(load):
    resist = sequences.data("rules", "claims-resist.yaml").read_text(encoding="utf-8")
    bake, soft = one("OR116", resist), one("OR106", resist)
    with pytest.raises(InputError, match="OR116 is weaker here"):
        load(bake, "      after: {operation: [develop]}\n", "")
    later = "      later: {operation: [soft_bake]}\n"
    load(soft, later, f"{later}      after: {{operation: [coat]}}\n")


def test_the_place_is_the_value_that_is_laxer(load):
    with pytest.raises(InputError) as caught:
        load(one("LM102"), "waivable: false", "waivable: true")
    (problem,) = caught.value.problems
    assert (problem.mark.line, problem.mark.column) == (8, 15)


def test_a_rule_of_the_general_pack_may_be_a_sites_own(load):
    """A queue time that can be waived is site practice."""
    load(one("QT202", GENERAL), "within: 12 h", "within: 13 h")


def test_what_cant_be_waived_is_not_made_waivable(load):
    with pytest.raises(InputError, match="fabctl's own can't be waived"):
        load(one("ST202", GENERAL), "waivable: false", "waivable: true")
