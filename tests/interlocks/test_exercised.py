"""A rule is exercised by what could have broken it, and by nothing else."""

from interlock_rig import anneal, film, measure, steps, strip, table
from shipped_rules import shipped_rules

from fabctl.engine.guard import Guard
from fabctl.interlocks import RulePack, Verdict, audit
from fabctl.interlocks.every_path import unmatched

COPPER = (
    "- {id: copper, kind: cvd, operation: deposit, recipe: {chamber: mocvd-cu, material: Cu, "
    "thickness: 650 nm, temperature: 200 degC}}\n"
)

GENERAL = shipped_rules("general")


def exercised(text: str, code: str) -> tuple[str, ...]:
    report = audit(steps(text), RulePack({code: GENERAL[code]}), table())
    assert (code in report.coverage.exercised) != (code in report.coverage.never_exercised)
    return report.coverage.exercised.get(code, ())


class TestNothingMatched:
    """That nothing was found shows nothing where no step could have broken a rule."""

    WAITS = RulePack({"QT202": GENERAL["QT202"]})

    def test_a_rule_that_binds_but_could_not_be_broken_is_none(self):
        sequence = steps(film(material="Al") + anneal())
        report = audit(sequence, self.WAITS, table())
        assert report.coverage.idle == {"QT202"}
        found = unmatched(sequence, report)
        assert found is not None
        assert (found.code, found.verdict) == ("CV102", Verdict.NOT_SHOWN)

    def test_a_rule_that_could_be_broken_is_one(self):
        sequence = steps(film() + anneal())
        assert unmatched(sequence, audit(sequence, self.WAITS, table())) is None

    def test_a_run_is_not_legal_where_no_rule_binds(self):
        found = Guard(self.WAITS, table()).audit(steps(film()))
        assert [each.code for each in found.all] == ["CV102"]
        assert not found.legal

    def test_a_run_may_rest_on_what_is_judged_before_start(self):
        """The wait before it, or what the chamber ran, is in no file."""
        assert Guard(self.WAITS, table()).audit(steps(film(material="Al") + anneal())).legal


class TestHeat:
    def test_a_cold_step_could_not_have_been_too_long(self):
        assert exercised(COPPER + anneal("200 degC"), "HB201") == ()

    def test_a_hot_one_could(self):
        assert exercised(COPPER + anneal("380 degC"), "HB201") == ("react-1",)


class TestWait:
    def test_one_that_nothing_began_could_not_be_over(self):
        assert exercised(film(material="Al") + anneal(), "QT202") == ()

    def test_one_that_began_could(self):
        assert exercised(film() + anneal(), "QT202") == ("react-1",)


class TestChamber:
    def test_one_that_the_wafer_never_saw_tells_of_no_change(self):
        assert exercised(film(), "ST204") == ()

    def test_one_that_it_saw_does(self):
        assert exercised(film() + film(step="film-2"), "ST204") == ("film-2",)


class TestClass:
    def test_a_clean_wafer_goes_everywhere(self):
        assert exercised(measure(), "ST203") == ()

    def test_one_with_copper_does_not(self):
        assert "check-1" in exercised(COPPER + measure(), "ST203")


class TestForbidden:
    def test_a_step_that_no_wafer_would_forbid_exercises_nothing(self):
        assert exercised(strip(), "ST202") == ()

    def test_one_that_another_wafer_would_forbid_does(self):
        assert exercised(COPPER, "ST202") == ("copper",)


def test_what_is_found_is_exercised():
    text = film() + COPPER + "".join(anneal("380 degC", f"hot-{n}") for n in range(9))
    text = text.replace("hold: 15 min", "hold: 90 min")
    report = audit(steps(text), RulePack({"HB201": GENERAL["HB201"]}), table())
    assert report.findings
    assert {each.step for each in report.all} <= set(report.coverage.exercised["HB201"])


def test_a_rule_that_binds_and_has_nothing_to_judge_is_idle():
    report = audit(
        steps(film()), RulePack({code: GENERAL[code] for code in ("ST204", "QT202")}), table()
    )
    assert report.coverage.idle == {"ST204"}
    assert set(report.coverage.never_exercised) == {"ST204", "QT202"}
