"""A sequence with choices is audited on every path, and the failing one is told."""

import json

import pytest
from interlock_rig import anneal, claims_rules, copper, film, strip, table, written
from msgspec.structs import replace
from shipped_rules import shipped_rules

from fabctl.interlocks import Verdict, audit, every_path
from fabctl.process.loader import load_sequence
from fabctl.reports import audit_github, audit_json, audit_junit, audit_sarif, audit_text
from fabctl.reports.audited import Audited, AuditedFile, Sort

HEAD = "sequence: s\ntitle: t\n"


@pytest.fixture
def audited(tmp_path):
    """Audits the steps of a sequence."""

    def audited(steps, head=""):
        path = written(tmp_path / "s.yaml", f"{HEAD}{head}steps:\n{steps}")
        return audit(load_sequence(path), claims_rules(), table())

    return audited


def ways(**ways):
    """Alternatives called metal, from lists of steps."""
    text = "- alternatives: metal\n  ways:\n"
    for name, steps in ways.items():
        text += f"    {name}:\n" + "".join(f"    {line}\n" for line in steps.splitlines())
    return text


def rework(steps, undo="", at_most=1):
    text = f"- rework: again\n  at_most: {at_most}\n  steps:\n"
    text += "".join(f"  {line}\n" for line in steps.splitlines())
    if undo:
        text += "  undo:\n" + "".join(f"  {line}\n" for line in undo.splitlines())
    return text


def any_order(steps):
    lines = "".join(f"  {line}\n" for line in steps.splitlines())
    return f"- any_order: free\n  steps:\n{lines}"


class TestVerdicts:
    def test_each_way_is_judged(self, audited):
        """One way is legal, the other is not: the finding stands in it."""
        report = audited(ways(thin=film(), thick=film("501 Å", "film-2")))
        (finding,) = report.findings
        assert (finding.code, finding.step) == ("LM101", "film-2")
        assert str(finding.path) == "metal=thick (1 of 2 paths)"
        assert [step.message for step in finding.path.steps] == ["film-2"]

    def test_a_finding_on_every_path_is_told_once(self, audited):
        """With the first of them, and how many there are."""
        report = audited(ways(a=film(), b=film("121 Å", "film-2")) + anneal("400 degC"))
        (finding,) = report.findings
        assert (finding.code, str(finding.path)) == ("LM102", "metal=a (2 of 2 paths)")

    def test_rework_that_undoes_nothing_adds_to_the_film(self, audited):
        """200 Å three times are more than 500 Å; the first pass alone is legal."""
        report = audited(rework(film("200 Å"), at_most=2))
        (finding,) = report.findings
        assert (finding.step, finding.mark.line) == ("film-1_r2", 7)
        assert str(finding.path) == "again=2 (1 of 3 paths)"

    def test_rework_that_strips_first_is_legal(self, audited):
        """Each pass begins without a film."""
        assert audited(rework(film("200 Å"), strip(), at_most=2)).all == ()

    def test_steps_without_an_order_are_judged_in_each(self, audited):
        """Before the film the anneal is no reaction anneal; after it, 450 °C is too hot."""
        report = audited(any_order(anneal("450 degC") + film()))
        (finding,) = report.findings
        assert (finding.code, finding.step) == ("LM102", "react-1")
        assert str(finding.path) == "free=film-1,react-1 (1 of 2 paths)"

    def test_a_window_is_proved_on_each_path(self, audited):
        """460 Å once are legal, twice they are not."""
        head = "parameters:\n  thick: {value: 120 Å, window: [20 Å, 460 Å]}\n"
        report = audited(rework(film("$thick")), head)
        (finding,) = report.findings
        assert finding.witness == (
            "film-1.thickness = 460 Å, film-1_r1.thickness = 460 Å: together 920 Å"
        )

    def test_findings_stand_in_the_order_of_the_file(self, audited):
        """Whichever path they are found on."""
        report = audited(
            ways(a=film("501 Å", "film-1"), b=film("502 Å", "film-2")) + anneal("400 degC")
        )
        assert [finding.step for finding in report.findings] == ["film-1", "film-2", "react-1"]

    def test_coverage_tells_of_all_paths(self, audited):
        """What bound on one of them was exercised."""
        coverage = audited(ways(a=film(), b=film("121 Å", "film-2"))).coverage
        assert coverage.exercised["LM101"] == ("film-1", "film-2")
        assert coverage.unseen == {"film-1": ("temperature",), "film-2": ("temperature",)}

    def test_a_hint_that_is_true_on_one_path_is_true(self, audited):
        """The anneal reacts a film where it comes second."""
        hinted = anneal().replace("recipe", "does: [cap.6.a], recipe")
        head = "practises: [cap.6]\n"
        found = audited(any_order(film() + hinted), head).all
        assert [finding.code for finding in found if finding.code == "ID101"] == []

    def test_more_paths_than_are_judged_are_not_shown(self, audited, monkeypatch):
        """The bound is told, never passed over."""
        monkeypatch.setattr(every_path, "MOST_PATHS", 2)
        (finding,) = audited(rework(film("10 Å"), at_most=2)).all
        assert (finding.code, finding.verdict) == ("CV101", Verdict.NOT_SHOWN)
        assert finding.message == (
            "there are 3 paths, of which 2 were judged: nothing is shown of the others"
        )
        assert (finding.mark.line, finding.mark.column) == (4, 11)

    @pytest.mark.timeout(10)
    def test_more_orders_than_anybody_can_walk_are_left_alone(self, audited, monkeypatch):
        """Twelve steps in any order have 479 001 600."""
        monkeypatch.setattr(every_path, "MOST_STEPS", 30)
        found = audited(any_order("".join(film("10 Å", f"f{n}") for n in range(12)))).all
        assert [each.message for each in found if each.code == "CV101"] == [
            "there are 479001600 paths, of which 9 were judged: nothing is shown of the others"
        ]

    def test_a_waiver_covers_what_was_found_on_every_path(self, tmp_path):
        """Tin on a hot wafer may be waived; a variant on another path is not in the waiver."""
        pack = shipped_rules("general")
        hot = film("20 Å").replace("25 degC", "120 degC")
        marks = set()
        for at_most in (1, 2):
            path = written(tmp_path / "s.yaml", f"{HEAD}steps:\n{rework(hot, at_most=at_most)}")
            sequence = replace(load_sequence(path), stock=copper())
            (finding,) = audit(sequence, pack, table()).findings
            assert finding.code == "LM203"
            marks.add(finding.fingerprint)
        assert len(marks - {""}) == 2


class TestReports:
    @pytest.fixture
    def told(self, audited):
        report = audited(ways(thin=film(), thick=film("501 Å", "film-2")))
        return Audited((AuditedFile(report.file, Sort.SEQUENCE, report),), tuple(claims_rules()))

    def test_text_prints_the_path(self, told):
        """The choices as the command line takes them, and the steps."""
        assert "= path: metal=thick (1 of 2 paths): film-2\n" in audit_text.render(told)

    def test_json_has_the_path(self, told):
        """Choices by name, each step with its place."""
        (finding,) = json.loads(json.dumps(audit_json.render(told)))["files"][0]["findings"]
        path = finding["path"]
        assert path["choices"] == {"metal": "thick"}
        assert (path["failing"], path["of"]) == (1, 2)
        assert [(step["message"], step["line"]) for step in path["steps"]] == [("film-2", 9)]

    def test_sarif_has_a_code_flow(self, told):
        """One location for each step of the path."""
        ((flow,),) = [r["codeFlows"] for r in audit_sarif.render(told)["runs"][0]["results"]]
        assert flow["message"]["text"] == "on the path metal=thick (1 of 2 paths)"
        ((location,),) = [thread["locations"] for thread in flow["threadFlows"]]
        assert location["location"]["message"]["text"] == "film-2"
        assert location["location"]["physicalLocation"]["region"]["startLine"] == 9

    def test_github_and_junit_name_it(self, told):
        """In the words of the finding."""
        for text in (audit_github.render(told), audit_junit.render(told)):
            assert " on the path metal=thick (1 of 2 paths)" in text

    def test_a_plain_sequence_has_no_path_to_tell(self, audited):
        """There is only one."""
        (finding,) = audited(film("501 Å")).findings
        assert finding.path is None
