"""`fabctl audit`: what it refuses, what it passes, and every way of telling it."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import sequences

CAP_LINE = sequences.data("cap-line.yaml")


def position(text: str) -> tuple[int, int]:
    """Line and column of a text in cap-line."""
    for number, line in enumerate(CAP_LINE.read_text(encoding="utf-8").splitlines(), start=1):
        if text in line:
            return number, line.index(text) + 1
    raise AssertionError(text)


def finding(done, code: str):
    (found,) = [each for each in done.document["files"][0]["findings"] if each["code"] == code]
    return found


class TestClaimedLimits:
    @pytest.mark.parametrize("value", ["501 Å", "9.99 Å", "50.1 nm"])
    def test_a_film_outside_its_claim_is_refused(self, fabctl, value: str) -> None:
        done = fabctl("audit", "cap-line", "--set", f"film-1.thickness={value}", "--json")
        assert done.code == 1
        assert finding(done, "LM101")["saw"] == value

    @pytest.mark.parametrize("value", ["10 Å", "500 Å", "50 nm"])
    def test_a_film_at_either_end_is_legal(self, fabctl, value: str) -> None:
        done = fabctl("audit", "cap-line", "--set", f"film-1.thickness={value}", "--json")
        codes = [each["code"] for each in done.document["files"][0]["findings"]]
        assert "LM101" not in codes

    @pytest.mark.parametrize("value", ["400 degC", "752 degF", "673.15 K"])
    def test_an_anneal_at_400_degrees_is_refused_in_any_unit(self, fabctl, value: str) -> None:
        done = fabctl("audit", "cap-line", "--set", f"react-1.temperature={value}", "--json")
        assert done.code == 1
        assert finding(done, "LM102")["saw"] == value

    def test_an_anneal_whose_predicted_peak_is_too_high_is_told(self, fabctl) -> None:
        done = fabctl("audit", "cap-line", "--set", "react-1.temperature=399.9 degC", "--json")
        found = finding(done, "TR101")
        assert (done.code, found["severity"], found["verdict"]) == (1, "error", "illegal")
        assert found["witness"].endswith("FUR01 peaks at 401.1 ± 3 degC")

    def test_both_units_are_told(self, fabctl) -> None:
        done = fabctl("audit", "cap-line", "--set", "react-1.temperature=752 degF")
        assert "752 degF = 400 degC" in done.out
        done = fabctl("audit", "cap-line", "--set", "react-1.temperature=400 °C")
        assert "400 °C = 752 degF" in done.out

    def test_a_value_in_the_rules_own_unit_is_told_in_another_one_too(self, fabctl) -> None:
        done = fabctl("audit", "cap-line", "--set", "film-1.thickness=501 Å")
        assert "value: 501 Å = 50.1 nm" in done.out

    def test_the_claim_and_the_limit_are_told(self, fabctl) -> None:
        done = fabctl("audit", "cap-line", "--set", "react-1.temperature=752 degF")
        assert "cap.6.a" in done.out
        assert "below 400 degC" in done.out

    def test_the_finding_has_its_place_in_the_file(self, fabctl) -> None:
        done = fabctl("audit", "cap-line", "--set", "film-1.thickness=501 Å", "--json")
        found = finding(done, "LM101")
        assert (found["line"], found["column"]) == position("$film_thickness")

    def test_a_caret_points_at_it(self, fabctl) -> None:
        done = fabctl("audit", "cap-line", "--set", "film-1.thickness=501 Å")
        assert f"| {' ' * (position('$film_thickness')[1] - 1)}^^^^" in done.out

    def test_a_reference_is_no_value_on_the_command_line(self, fabctl) -> None:
        done = fabctl("audit", "cap-line", "--set", "film-1.thickness=$film_thickness")
        assert "$film_thickness stands where a value belongs" in done.out


class TestSeverity:
    @pytest.fixture
    def warned(self, fabctl):
        """Audit a film so near to its end that some of the wafer may have too much."""

        def run(form: str):
            return fabctl("audit", "cap-line", "--set", "film-1.thickness=490 Å", "--format", form)

        return run

    def test_warnings_alone_are_0(self, warned) -> None:
        assert warned("text").code == 0

    def test_the_text_says_warning(self, warned) -> None:
        assert "TR102 warning: " in warned("text").out
        assert "legal, 1 warning; " in warned("text").out

    def test_the_text_says_error(self, fabctl) -> None:
        out = fabctl("audit", "cap-line", "--set", "film-1.thickness=501 Å").out
        assert "LM101 error, illegal: " in out
        assert "not legal, 1 error; " in out

    def test_a_warning_is_no_failure_of_junit(self, warned) -> None:
        suite = ET.fromstring(warned("junit").out).find("testsuite")
        assert suite is not None
        assert suite.get("failures") == "0"

    def test_steps_are_counted_once(self, fabctl) -> None:
        out = fabctl("audit", "cap-line").out
        assert int(out.split("looked at ")[1].split()[0]) <= 30


class TestFormats:
    @pytest.fixture
    def broken(self, fabctl):
        def run(form: str):
            return fabctl("audit", "cap-line", "--set", "film-1.thickness=501 Å", "--format", form)

        return run

    @pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github"])
    def test_the_exit_code_is_the_same_in_all(self, broken, form: str) -> None:
        assert broken(form).code == 1

    def test_sarif_points_at_line_and_column(self, broken) -> None:
        results = json.loads(broken("sarif").out)["runs"][0]["results"]
        region = next(
            each["locations"][0]["physicalLocation"]["region"]
            for each in results
            if each["ruleId"] == "LM101"
        )
        assert (region["startLine"], region["startColumn"]) == position("$film_thickness")

    def test_every_sarif_finding_names_a_described_rule(self, broken) -> None:
        run = json.loads(broken("sarif").out)["runs"][0]
        described = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
        assert {result["ruleId"] for result in run["results"]} <= described

    def test_junit_counts_the_failure(self, broken) -> None:
        suite = ET.fromstring(broken("junit").out).find("testsuite")
        assert suite is not None
        assert suite.get("failures") == "1"

    def test_github_annotates_the_line(self, broken) -> None:
        lines = broken("github").out.splitlines()
        assert any(
            line.startswith("::error file=") and f"line={position('$film_thickness')[0]}," in line
            for line in lines
        )


class TestWhatIsAudited:
    def test_the_built_in_sequences_are_legal(self, fabctl) -> None:
        assert fabctl("audit", *(path.stem for path in sequences.listed())).code == 0

    def test_the_built_in_fab_can_do_cap_line(self, fabctl) -> None:
        fab = sequences.data("fabs", "built-in.yaml")
        assert fabctl("audit", "cap-line", "cap-line-aluminium", "--fab", fab).code == 0

    def test_a_fab_without_the_tool_is_a_finding(self, fabctl, tmp_path: Path) -> None:
        fab = tmp_path / "small.yaml"
        fab.write_text(
            "fab: small\nwafer: 200 mm\n"
            "tools:\n  - {id: FUR01, kind: furnace, dictionary: FUR01.yaml}\n"
        )
        done = fabctl("audit", "cap-line", "--fab", fab, "--json")
        codes = {each["code"] for each in done.document["files"][0]["findings"]}
        assert done.code == 1
        assert "TC101" in codes

    def test_a_value_that_the_tool_refuses_is_a_finding(self, fabctl) -> None:
        fab = sequences.data("fabs", "built-in.yaml")
        setting = "react-1.ramp=2000 degC/min"
        done = fabctl("audit", "cap-line", "--fab", fab, "--set", setting, "--json")
        codes = {each["code"] for each in done.document["files"][0]["findings"]}
        assert "TC102" in codes

    def test_rule_packs_are_audited_by_their_examples(self, fabctl) -> None:
        done = fabctl("audit", sequences.data("rules", "claims.yaml"), "--json")
        assert done.code == 0
        assert done.document["files"][0]["examples"]

    def test_fab_files_are_audited(self, fabctl) -> None:
        assert fabctl("audit", sequences.data("fabs", "built-in.yaml")).code == 0

    def test_nothing_to_audit_does_not_look_clean(self, fabctl) -> None:
        assert fabctl("audit").code == 2


class TestBadInput:
    @pytest.fixture
    def bad(self, tmp_path: Path) -> Path:
        path = tmp_path / "bad.yaml"
        path.write_text("sequence: bad\ntitle: one\ntitle: two\nsteps: []\n")
        return path

    def test_it_is_2(self, fabctl, bad: Path) -> None:
        assert fabctl("audit", bad).code == 2

    def test_its_place_is_told(self, fabctl, bad: Path) -> None:
        assert f"{bad}:3:1: " in fabctl("audit", bad).out

    @pytest.mark.parametrize("form", ["json", "sarif", "junit", "github"])
    def test_every_format_tells_it(self, fabctl, bad: Path, form: str) -> None:
        assert "IN105" in fabctl("audit", bad, "--format", form).out

    def test_a_file_that_is_not_there_is_2(self, fabctl, tmp_path: Path) -> None:
        assert fabctl("audit", tmp_path / "none.yaml").code == 2

    def test_the_other_files_are_audited_all_the_same(self, fabctl, bad: Path) -> None:
        done = fabctl("audit", bad, "cap-line", "--json")
        assert done.code == 2
        assert [each["legal"] for each in done.document["files"]] == [False, True]

    def test_a_setting_for_a_step_that_is_not_there_is_2(self, fabctl) -> None:
        assert fabctl("audit", "cap-line", "--set", "film-9.thickness=20 Å").code == 2
