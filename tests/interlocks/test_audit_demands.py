"""What rules demand beyond limits: materials, relations, orders, and what is never done."""

import pytest
from interlock_rig import anneal, copper, film, measure, steps, strip, table
from msgspec.structs import replace
from shipped_rules import shipped_rules

import sequences
from fabctl.interlocks import RulePack, Verdict, audit, run_examples
from fabctl.process.claim import ElementKind, claims
from fabctl.process.loader import load_sequence
from fabctl.tools.models import FabModels

MODELS = FabModels(sequences.data("fabs", "built-in.yaml"))
PACK = shipped_rules()
RULED = {ElementKind.LIMIT, ElementKind.ORDER, ElementKind.RELATION, ElementKind.MATERIAL}

ETCH = (
    "- {id: open, kind: etcher, operation: etch, "
    "recipe: {chamber: ccp, material: SiOC, time: 60 s}}\n"
)
COAT = (
    "- {id: coat, kind: spin_coater, operation: coat, "
    "recipe: {material: resist-n1, cast_speed: 3000 rpm, cast_time: 33 s}}\n"
)
METAL = (
    "- {id: metal, kind: cvd, operation: deposit, recipe: {chamber: mocvd-cu, material: Cu, "
    "thickness: 750 nm, temperature: 200 degC}}\n"
)


def only(code: str) -> RulePack:
    return RulePack({code: PACK[code]})


def practising(text: str, *names: str):
    return replace(steps(text), practises=names)


def judged(code: str, text: str, *practises: str) -> list[tuple[str, Verdict]]:
    report = audit(practising(text, *practises), only(code), table())
    return [(each.step, each.verdict) for each in report.all]


def deposit(material: str, step: str) -> str:
    return (
        f"- {{id: {step}, kind: cvd, operation: deposit, recipe: {{chamber: pecvd, "
        f"material: {material}, thickness: 100 nm, temperature: 350 degC}}}}\n"
    )


def spin_on(material: str, step: str = "fill") -> str:
    return (
        f"- {{id: {step}, kind: spin_coater, operation: spin_on, recipe: {{material: {material}, "
        "cast_speed: 2500 rpm, cast_time: 30 s, plate_1: 150 degC, plate_2: 200 degC, "
        "plate_3: 350 degC, plate_time: 60 s}}\n"
    )


@pytest.mark.parametrize("rule", list(PACK), ids=lambda rule: rule.code)
def test_every_rule_tells_its_own_examples_apart(rule):
    results = run_examples(only(rule.code), table(), MODELS)
    assert [str(each) for each in results if not each.passed] == []


def test_every_limit_order_relation_and_material_of_the_claims_is_a_rule():
    stated = {element for rule in PACK for element in rule.elements}
    for claim in claims().values():
        for element in claim.elements:
            if RULED & set(element.kinds):
                assert element.name in stated, element.name


@pytest.mark.parametrize("name", [path.stem for path in sequences.listed()])
def test_the_sequences_that_come_with_fabctl_keep_every_rule(name):
    assert audit(load_sequence(sequences.find(name)), PACK, table(), MODELS).all == ()


class TestWhichSequencesARuleBinds:
    def test_one_that_practises_the_claim(self):
        assert judged("MS101", deposit("SiOC", "d") + deposit("W", "m"), "cap.2")

    def test_one_that_practises_a_claim_that_hangs_on_it(self):
        text = deposit("SiOC", "d") + film(material="a-Ge:H")
        assert judged("MS105", text, "cap.4") == [("film-1", Verdict.NOT_SHOWN)]

    def test_no_other(self):
        assert judged("MS101", deposit("SiOC", "d") + deposit("W", "m"), "cap.1") == []

    def test_a_claim_that_is_practised_by_no_step_is_not_shown(self):
        assert judged("OR103", film(), "cap.7") == [("film-1", Verdict.NOT_SHOWN)]


class TestMaterials:
    @pytest.mark.parametrize("word", ["Sn", "tin", "stannum", "SnPb", "aluminium"])
    def test_aliases_are_the_material(self, word):
        assert judged("MS103", deposit("SiOC", "d") + film(material=word), "cap.4") == []

    def test_one_outside_the_group_is_refused(self):
        text = deposit("SiOC", "d") + film(material="indium")
        assert judged("MS103", text, "cap.4") == [("film-1", Verdict.ILLEGAL)]

    def test_one_that_the_table_lacks_is_not_shown(self):
        assert judged("MS201", film(material="adamantium")) == [("film-1", Verdict.NOT_SHOWN)]

    def test_nor_is_one_whose_appearance_ends_an_etch(self):
        text = (
            "- {id: open, kind: etcher, operation: etch, recipe: {chamber: ccp, material: SiOC, "
            "endpoint: adamantium}}\n"
        )
        assert judged("MS201", text) == [("open", Verdict.NOT_SHOWN)]

    def test_nor_is_one_at_whose_first_sight_a_polish_ends(self):
        text = (
            "- {id: land, kind: cmp, operation: polish, recipe: {platen: barrier, material: Cu, "
            "first_seen: adamantium, pressure: 1.3 psi}}\n"
        )
        assert judged("MS201", text) == [("land", Verdict.NOT_SHOWN)]

    def test_the_second_level_has_its_own_rule(self):
        levels = deposit("SiOC", "d1") + deposit("Cu", "m1") + deposit("SiOC", "d2")
        text = levels + deposit("W", "m2")
        assert judged("MS101", text, "cap.2") == []
        assert judged("MS102", text, "cap.9") == [("m2", Verdict.ILLEGAL)]


class TestRelations:
    def test_a_smaller_k_of_the_same_level_is_legal(self):
        assert judged("RL101", deposit("SiOC", "d") + spin_on("MSQ"), "lowk.1") == []

    def test_the_same_k_is_not_smaller(self):
        text = deposit("SiOC", "d") + spin_on("CDO")
        assert judged("RL101", text, "lowk.1") == [("fill", Verdict.ILLEGAL)]

    def test_without_a_first_there_is_nothing_to_show(self):
        assert judged("RL101", spin_on("MSQ"), "lowk.1") == [("fill", Verdict.NOT_SHOWN)]

    def test_a_first_one_may_be_spun_on_too(self):
        text = spin_on("MSQ", "d1") + spin_on("MSQ")
        assert judged("RL101", text, "lowk.1") == [("fill", Verdict.ILLEGAL)]
        assert judged("RL101", text.replace("MSQ", "CDO", 1), "lowk.1") == []

    def test_the_first_of_another_level_does_not_count(self):
        level_1 = deposit("SiOC", "d1") + deposit("Cu", "m1")
        text = level_1 + deposit("MSQ", "d2") + spin_on("SiOC")
        assert judged("RL101", text, "lowk.1") == [("fill", Verdict.ILLEGAL)]


class TestOrders:
    def test_an_obligation_that_is_open_at_the_end_is_a_violation(self):
        report = audit(practising(film() + measure() + anneal(), "cap.1"), only("OR101"), table())
        (finding,) = report.findings
        assert finding.witness == "react-1, then the sequence's end"

    def test_an_obligation_that_is_met_is_legal(self):
        assert judged("OR101", film() + anneal() + strip(), "cap.1") == []

    def test_something_forbidden_in_between_is_a_violation_with_its_witness(self):
        (finding,) = audit(steps(ETCH + deposit("SiOC", "d")), only("OR204"), table()).findings
        assert finding.witness == "open, d"
        assert finding.related[0].mark.line == 2

    def test_a_wash_that_is_not_known_to_take_the_film_shows_nothing(self):
        text = film() + anneal() + strip().replace("msa", "hf")
        (finding,) = audit(practising(text, "cap.1"), only("OR101"), table()).all
        assert finding.verdict is Verdict.NOT_SHOWN
        assert "does not tell that hf takes Sn, as strip-1 needs it to" in finding.message
        assert finding.hint == "take it off in msa or msa-pb"
        assert judged("OR101", text + strip("strip-2"), "cap.1") == []

    def test_nor_does_it_before_the_next_level(self):
        level = film() + anneal() + strip().replace("msa", "glycolic")
        text = deposit("SiOC", "d1") + METAL + level + deposit("SiOC", "d2")
        assert judged("OR102", text, "cap.8") == [("d2", Verdict.NOT_SHOWN)]
        known = text.replace("glycolic", "msa")
        assert judged("OR102", known, "cap.8") == []


class TestTrajectories:
    @pytest.mark.parametrize("thickness", ["10.9 Å", "465 Å", "46.5 nm"])
    def test_a_target_whose_spread_stays_inside_is_legal(self, thickness):
        text = film(thickness)
        assert audit(steps(text), only("TR102"), table()).all == ()

    def test_the_whole_films_spread_counts(self):
        text = film("240 Å", "film-a") + film("240 Å", "film-b")
        (finding,) = audit(steps(text), only("TR102"), table()).findings
        assert "480 Å, which may stray to 516 Å" in finding.message

    def test_a_value_that_breaks_the_limit_itself_is_said_once(self):
        report = audit(steps(film("501 Å"), stock=copper()), PACK, table())
        assert [each.code for each in report.findings] == ["LM101"]


class TestTwoCoatsOfResist:
    def spin(self, material: str, step: str) -> str:
        return COAT.replace("resist-n1", material).replace("id: coat", f"id: {step}")

    def bake(self, operation: str) -> str:
        return (
            f"- {{id: {operation}, kind: spin_coater, operation: {operation}, "
            "recipe: {temperature: 110 degC, time: 60 s}}\n"
        )

    def test_the_same_solvent_dissolves_the_first(self):
        text = self.spin("resist-n1", "one") + self.spin("resist-n1", "two")
        assert judged("RL201", text) == [("two", Verdict.ILLEGAL)]

    def test_another_solvent_spares_it(self):
        text = self.spin("resist-n1", "one") + self.spin("resist-n2", "two")
        assert judged("RL201", text) == []

    def test_a_hardened_one_bears_any(self):
        develop = (
            "- {id: develop, kind: spin_coater, operation: develop, "
            "recipe: {developer: TMAH, time: 60 s}}\n"
        )
        hard = develop + self.bake("hard_bake")
        text = self.spin("resist-n1", "one") + hard + self.spin("resist-n1", "two")
        assert judged("RL201", text) == []

    def test_a_hard_bake_without_development_hardens_nothing(self):
        text = self.spin("resist-n1", "one") + self.bake("hard_bake")
        assert judged("RL201", text + self.spin("resist-n1", "two")) == [("two", Verdict.ILLEGAL)]


class TestNeverDone:
    def test_a_wafer_with_lead_in_another_chamber(self):
        leaded = film(material="tin-lead").replace("chamber: film", "chamber: film-pb")
        text = leaded + strip(material="Sn-Pb") + deposit("SiOC", "d")
        assert judged("ST202", text) == [("d", Verdict.ILLEGAL)]

    def test_resist_in_a_furnace(self):
        assert judged("ST201", COAT + anneal()) == [("react-1", Verdict.ILLEGAL)]
        assert judged("ST201", anneal()) == []
