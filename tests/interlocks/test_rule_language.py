"""What a rule of one's own may ask of the wafer and the material, and which codes it may have."""

import pytest
from interlock_rig import film, steps, strip, table, written
from msgspec.structs import replace

from fabctl.interlocks import audit, load_rules
from fabctl.process.errors import InputError
from fabctl.process.material import Materials

PACK = """\
rules: own
title: Rules of one's own
entries:
  - code: {code}
    name: {name}
    title: A rule of one's own.
    severity: error
    waivable: true
    applies: always
    binds: {binds}
    {demand}
    cites: [{{source: a test, words: none, reading: none}}]
    hint: none
    examples:
      - verdict: legal
        steps: [{legal}]
      - verdict: illegal
        steps: [{illegal}]
"""

FILM, STRIP = (each.removeprefix("- ").strip() for each in (film(), strip()))
COAT = (
    "- {id: coat, kind: spin_coater, operation: coat, recipe: "
    "{material: resist-n1, cast_speed: 3000 rpm, cast_time: 33 s}}\n"
)
DEVELOP = (
    "- {id: develop, kind: spin_coater, operation: develop, recipe: "
    "{developer: TMAH, time: 60 s}}\n"
)
ETCH = (
    "- {id: etch, kind: etcher, operation: etch, recipe: "
    "{chamber: ccp, material: SiOC, depth: 50 nm}}\n"
)


@pytest.fixture
def pack(tmp_path):
    """Loads a pack of one rule."""

    def pack(binds, demand, code="ST901", name="own-rule"):
        text = PACK.format(
            code=code, name=name, binds=binds, demand=demand, legal=FILM, illegal=STRIP
        )
        return load_rules([written(tmp_path / "own.yaml", text)])

    return pack


def found(pack, text: str) -> list[str]:
    return [each.step for each in audit(steps(text), pack, table()).all]


LIMIT = "limit: {parameters: [temperature], at_most: 20 degC}"


@pytest.mark.parametrize("written_so", ["tin", "Sn", "stannum"])
def test_an_alias_in_a_rule_means_the_material(pack, written_so):
    rules = pack("{operation: [deposit]}", f"material: {{one_of: [{written_so}]}}", "MS901")
    assert found(rules, film(material="Sn") + film(step="other", material="Al")) == ["other"]


def test_an_alias_in_a_selector_means_the_material(pack):
    rules = pack(
        "{operation: [deposit], material: [tin]}",
        "limit: {parameters: [temperature], at_most: 20 degC}",
        "LM901",
    )
    assert found(rules, film(material="Sn") + film(step="other", material="Al")) == ["film-1"]


def test_a_selector_asks_for_one_of_several_classes(pack):
    rules = pack("{operation: [deposit], material_class: [barrier, film]}", LIMIT, "LM901")
    text = film() + film(step="liner", material="TaN") + film(step="metal", material="Cu")
    assert found(rules, text) == ["film-1", "liner"]


@pytest.mark.parametrize("classes", ["[]", "[films]", "[film, films]"])
def test_classes_are_those_of_the_table(pack, classes):
    with pytest.raises(InputError, match="material_class"):
        pack(f"{{operation: [deposit], material_class: {classes}}}", LIMIT, "LM901")


def test_two_names_of_one_material_are_the_same_layer(pack):
    rules = pack(
        "{operation: [deposit], material_class: film}",
        "order: {later: {operation: [strip]}, same: layer}",
        "OR901",
    )
    assert found(rules, film(material="tin") + strip(material="Sn")) == []


def test_the_same_material_counts_at_whatever_level(pack):
    rules = pack(
        "{operation: [strip]}",
        "order: {earlier: {operation: [deposit]}, same: material}",
        "OR901",
    )
    text = film(material="tin") + strip() + strip(step="other", material="Al")
    assert found(rules, text) == ["other"]


def test_a_rule_can_bind_a_wafer_that_lacks_something(pack):
    rules = pack("{operation: [develop], wafer_lacks: [resist]}", "forbidden: true")
    assert found(rules, DEVELOP) == ["develop"]
    assert found(rules, COAT + DEVELOP) == []


def test_what_it_lacks_is_said(pack):
    rules = pack("{operation: [develop], wafer_lacks: [exposed_resist]}", "forbidden: true")
    (finding,) = audit(steps(COAT + DEVELOP), rules, table()).all
    assert finding.witness == "develop on a wafer without exposed resist"


def test_the_uppermost_coat_counts(pack):
    rules = pack("{operation: [develop], wafer_has: [undeveloped_resist]}", "forbidden: true")
    again = COAT.replace("id: coat", "id: coat-2") + DEVELOP.replace("id: dev", "id: second-dev")
    assert found(rules, COAT + DEVELOP + again) == ["develop", "second-develop"]


def test_a_rule_can_bind_a_film_of_a_material(pack):
    rules = pack("{operation: [strip], film_of: [tin]}", "forbidden: true")
    assert found(rules, film(material="Sn") + strip()) == ["strip-1"]
    assert found(rules, film(material="Al") + strip(material="Al")) == []


def test_what_never_is_a_film_is_refused(pack):
    with pytest.raises(InputError, match="Cu is no film that reacts"):
        pack("{operation: [strip], film_of: [Cu]}", "forbidden: true")


def test_a_parameter_that_need_not_be_stated_is_judged_where_it_is(pack):
    rules = pack(
        "{operation: [etch]}",
        "limit: {parameters: [time], above: 0 s, where_stated: true}",
        "LM901",
    )
    assert found(rules, ETCH) == []
    assert found(rules, ETCH.replace("depth: 50 nm", "time: 0 s")) == ["etch"]


def test_where_stated_goes_with_parameters(pack):
    with pytest.raises(InputError, match="where_stated goes with parameters"):
        pack(
            "{operation: [deposit], material_class: film}",
            "limit: {wafer: film_thickness, above: 0 Å, where_stated: true}",
            "LM901",
        )


def test_levels_count_from_1(pack):
    """Level 0 would bind nothing that has a dielectric, in silence."""
    with pytest.raises(InputError, match="levels count from 1"):
        pack("{operation: [strip], wafer_has: [film], level: 0}", "forbidden: true")


class TestCodes:
    def test_a_code_of_fabctls_own_for_another_rule_is_refused(self, pack):
        """LM101 in a report must mean the same to everybody."""
        with pytest.raises(InputError) as refused:
            pack("{operation: [deposit]}", LIMIT, code="LM101", name="our-tin-anneal")
        assert "LM101 is the code of fabctl's own rule protective-film-thickness" in str(
            refused.value
        )
        assert "own.yaml:4:5" in str(refused.value)

    def test_the_same_rule_with_another_limit_is_not(self, pack):
        assert pack("{operation: [deposit]}", LIMIT, code="LM206", name="dose-above-zero")


class TestUnknownFigure:
    """A relation of k points at the step whose material's k nobody tells, and says which are."""

    FIRST = (
        "- {id: below, kind: cvd, operation: deposit, recipe: {chamber: pecvd, material: %s, "
        "thickness: 300 nm, temperature: 350 degC}}\n"
        "- {id: above, kind: cvd, operation: deposit, recipe: {chamber: pecvd, material: %s, "
        "thickness: 300 nm, temperature: 350 degC}}\n"
    )

    @pytest.mark.parametrize(
        ("first", "second", "step"),
        [("dark-k", "SiOC", "below"), ("SiOC", "dark-k", "above"), ("nil", "SiOC", "below")],
    )
    def test_it_points_at_the_material_that_is_not_known(self, pack, first, second, step):
        rule = "relation: {to: {operation: [deposit]}, material: k, is: below}"
        rules = pack("{operation: [deposit]}", rule, code="RL901")
        dark = replace(next(e for e in table() if e.name == "SiOC"), name="dark-k", aliases=())
        dark = replace(dark, k=None, k_range=None)
        known = Materials([*table(), dark])
        report = audit(steps(self.FIRST % (first, second)), rules, known)
        (finding,) = [each for each in report.all if "no step before" not in each.message]
        assert (finding.step, finding.parameter) == (step, "material")
        if "dark-k" in (first, second):
            assert finding.message == "the materials table tells no k of dark-k"
            assert finding.hint == "it tells that of SiOC, MSQ, SiO2"
