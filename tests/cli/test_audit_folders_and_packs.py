"""Folders are audited whole; nothing matched is no pass; a pack changes all uses of a rule."""

import json
from xml.etree import ElementTree as ET

import pytest
from command_line import FILM_LINE

import sequences
from fabctl.interlocks.rule_schema import rule_schema

PACKS = sequences.packs()


def test_a_folder_is_audited_whole_and_in_order(fabctl) -> None:
    done = fabctl("audit", sequences.data("rules"), "--json")
    assert done.code == 0
    assert [each["file"] for each in done.document["files"]] == [str(path) for path in PACKS]


def test_a_folder_that_is_linked_to_is_audited_with_it_once(fabctl, tmp_path) -> None:
    """By a link only where there is no other way, and a ring has an end."""
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "folder"
    (folder / "own").mkdir(parents=True)
    elsewhere.mkdir()
    for path in (elsewhere / "far.yaml", folder / "own" / "near.yaml"):
        path.write_bytes(FILM_LINE.read_bytes())
    (folder / "a-link").symlink_to(elsewhere)
    (folder / "b-link").symlink_to(folder / "own")
    (elsewhere / "ring").symlink_to(folder)
    files = [each["file"] for each in fabctl("audit", folder, "--json").document["files"]]
    assert files == [str(folder / "a-link/far.yaml"), str(folder / "own/near.yaml")]


def test_a_folder_without_anything_to_audit_is_no_pass(fabctl, tmp_path) -> None:
    (tmp_path / "notes.yaml").write_text("notes: none\n", encoding="utf-8")
    assert fabctl("audit", tmp_path).code == 2


def test_what_cant_be_read_in_a_folder_is_no_pass(fabctl, tmp_path) -> None:
    (tmp_path / "bad.yaml").write_text("sequence: [", encoding="utf-8")
    assert fabctl("audit", tmp_path).code == 2


@pytest.fixture
def mixed(tmp_path):
    """A folder with a rule pack, and a file whose first key is misspelt."""
    pack = tmp_path / "claims.YAML"
    pack.write_text(PACKS[0].read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "line.yaml").write_text("sequense: my-line\n", encoding="utf-8")
    return tmp_path


def test_a_suffix_in_capitals_is_audited_too(fabctl, mixed) -> None:
    """A file that Windows wrote is no other file."""
    (audited,) = fabctl("audit", mixed, "--json").document["files"]
    assert audited["file"].endswith("claims.YAML")


def test_what_a_folder_holds_and_is_skipped_is_told(fabctl, mixed) -> None:
    """A misspelt key must not take a file out of the audit unseen."""
    done = fabctl("audit", mixed)
    assert done.code == 0
    assert f"{mixed}/line.yaml:1:1: IN209 skipped" in done.out
    assert "did you mean sequence?" in done.out


@pytest.mark.parametrize("form", ["text", "github"])
def test_what_nothing_hints_at_is_told_in_one_line(fabctl, mixed, form) -> None:
    """A folder of layouts and tables is no page of notes; JSON names each."""
    for number in range(9):
        (mixed / f"table-{number}.yaml").write_text("physics: {}\n", encoding="utf-8")
    done = fabctl("audit", mixed, "--format", form)
    assert done.out.count("IN209") == 2
    assert "9 files skipped" in done.out
    assert len(fabctl("audit", mixed, "--json").document["skipped"]) == 10


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "github"])
def test_every_format_tells_what_was_skipped(fabctl, mixed, form) -> None:
    """A machine learns it as a note, not as a failure."""
    done = fabctl("audit", mixed, "--format", form)
    assert done.code == 0
    assert "IN209" in done.out
    assert "line.yaml" in done.out


def test_a_folder_with_nothing_but_skipped_files_names_them(fabctl, tmp_path) -> None:
    """The one file that was meant is found by its hint."""
    (tmp_path / "line.yaml").write_text("sequense: my-line\n", encoding="utf-8")
    done = fabctl("audit", tmp_path)
    assert done.code == 2
    assert "did you mean sequence?" in done.err


def test_asking_tools_needs_a_fab_with_addresses(fabctl) -> None:
    assert fabctl("audit", "cap-line", "--on-tools").code == 2
    built_in = sequences.data("fabs", "built-in.yaml")
    assert fabctl("audit", "cap-line", "--on-tools", "--fab", built_in).code == 2


def test_asking_tools_needs_a_sequence(fabctl) -> None:
    """A rule pack has no programs that a tool could store, so nothing was asked."""
    done = fabctl("audit", PACKS[0], "--on-tools", "--fab", "built-in")
    assert done.code == 2
    assert "--on-tools asks tools for a sequence's programs, and none was given" in done.err


def test_the_schema_for_editors_is_printed(fabctl) -> None:
    assert fabctl("rules", "schema").document == json.loads(json.dumps(rule_schema()))
    assert fabctl("rules", "schema", "sequence").document["title"] != rule_schema()["title"]


@pytest.fixture
def strict_pack(tmp_path):
    """The claims' rules with 190 °C in place of 400 °C."""
    text = sequences.data("rules", "claims.yaml").read_text(encoding="utf-8")
    pack = tmp_path / "strict.yaml"
    text = text.replace("below: 400 degC", "below: 190 degC").replace("399.9 degC", "189.9 degC")
    text = text.replace("plausible: {at_least: 10 degC", "plausible: {at_least: 9 degC")
    pack.write_text(text, encoding="utf-8")
    return pack


@pytest.fixture
def own_pack(tmp_path):
    """Writes a pack of one rule on a cure, with changes."""

    def own(old: str = "", new: str = ""):
        example = "operation: cure, recipe: {temperature: %s, ramp: 5 degC/min, hold: 15 min,"
        rule = f"""\
rules: own
title: Own rules
entries:
  - code: LM901
    name: cool-cures
    title: Cures stay below 420 °C.
    binds: {{operation: [cure]}}
    limit: {{parameters: [temperature], below: 420 degC}}
    severity: error
    waivable: true
    applies: always
    cites: [{{source: our process manual, words: below 420 °C, reading: strict}}]
    hint: cure cooler
    examples:
      - verdict: legal
        steps: [{{id: cure-1, kind: furnace, {example % "400 degC"} ambient: N2}}}}]
      - verdict: illegal
        steps: [{{id: cure-1, kind: furnace, {example % "430 degC"} ambient: N2}}}}]
"""
        assert old in rule
        path = tmp_path / "own.yaml"
        path.write_text(rule.replace(old, new) if old else rule, encoding="utf-8")
        return path

    return own


def test_a_pack_that_fails_its_own_examples_judges_nothing(fabctl, own_pack) -> None:
    """A rule that can't tell its examples apart would pass everything in silence."""
    pack = own_pack("below: 420 degC}", "below: 440 degC}")
    done = fabctl("audit", "cap-line", "--rules", pack)
    assert done.code == 2
    assert f"{pack}:" in done.err
    assert "LM901 is legal of this example, not illegal" in done.err


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "github"])
def test_a_bad_pack_is_told_in_the_format_that_was_asked_for(fabctl, own_pack, form) -> None:
    """Whatever reads the output gets a document, with the error and its place in it."""
    pack = own_pack("severity: error", "severity: eror")
    done = fabctl("audit", "cap-line", "--rules", pack, "--format", form)
    assert done.code == 2
    assert "eror" in done.out
    match form:
        case "json":
            (problem,) = json.loads(done.out)["problems"]
            assert (problem["code"], problem["file"]) == ("IN206", str(pack))
        case "sarif":
            (result,) = json.loads(done.out)["runs"][0]["results"]
            assert result["level"] == "error"
        case "junit":
            assert ET.fromstring(done.out).find("testsuite/testcase/error") is not None
        case "github":
            assert done.out.startswith("::error file=")
    assert "IN206" in done.err


def test_what_can_not_be_asked_is_told_so_too(fabctl) -> None:
    done = fabctl("audit", "cap-line", "--on-tools", "--fab", "built-in", "--format", "sarif")
    (result,) = json.loads(done.out)["runs"][0]["results"]
    assert "no tool of built-in can be asked" in result["message"]["text"]


def test_rules_of_which_none_matches_are_no_pass(fabctl, own_pack, tmp_path) -> None:
    """Nothing found is not clean where nothing was looked at."""
    path = tmp_path / "rinse.yaml"
    rinse = "{id: rinse-1, kind: etcher, operation: clean, recipe: {bath: citric, time: 9 s}}"
    path.write_text(f"sequence: rinse\ntitle: A rinse\nsteps:\n  - {rinse}\n", encoding="utf-8")
    done = fabctl("audit", path, "--rules", own_pack())
    assert done.code == 2
    assert "CV102 no rule matched any step, so nothing was audited" in done.out


@pytest.mark.long
def test_one_pack_changes_audit_explanation_and_live_trip(fabctl, strict_pack) -> None:
    audited = fabctl("audit", "cap-line", "--rules", strict_pack, "--json").document
    assert {each["code"] for each in audited["files"][0]["findings"]} == {"LM102"}
    explained = fabctl("rules", "explain", "LM102", "--rules", strict_pack)
    assert "below 190 degC" in explained.out
    assert fabctl("dry-run", "cap-line", "--rules", strict_pack, "--json").code == 1
    ran = fabctl("dry-run", "cap-line", "--rules", strict_pack, "--despite-findings", "--json")
    assert ran.document["outcome"] == "held"
    assert [(each["trip"]["rule"], each["trip"]["limit"]) for each in ran.document["trips"]][
        :1
    ] == [("LM102", "below 190 degC")]


def test_a_pack_that_takes_fabctls_code_for_another_rule_is_refused(fabctl, own_pack) -> None:
    pack = own_pack("code: LM901", "code: LM101")
    for command in (("audit", "cap-line", "--rules", pack), ("rules", "test", "--rules", pack)):
        done = fabctl(*command)
        assert done.code == 2
        assert f"{pack}:4:5: IN204 LM101 is the code of fabctl's own rule" in done.err
