"""`fabctl claims`, and what a run says of the claims."""

import pytest
import yaml

import sequences
from fabctl.process.claim import claims

FAB = sequences.data("fabs", "built-in.yaml")


def test_all_49_claims_are_listed_and_each_is_practised(fabctl):
    """By a sequence that comes with fabctl, parents implied."""
    listed = fabctl("claims", "list", "--json").document
    assert len(listed) == 49
    assert {each["claim"] for each in listed if not each["sequences"]} == set()


def test_a_claim_is_practised_by_what_practises_one_that_hangs_on_it(fabctl):
    """resist.14 stands behind 15 to 17."""
    by_name = {
        each["claim"]: each["sequences"] for each in fabctl("claims", "list", "--json").document
    }
    for claim in claims().values():
        if claim.parent:
            assert set(by_name[claim.name]) <= set(by_name[claim.parent])


def lying(folder, step, element):
    """cap-line, where a step claims what it did not do."""
    document = yaml.safe_load(sequences.find("cap-line").read_text(encoding="utf-8"))
    (it,) = [each for each in document["steps"] if each["id"] == step]
    it["does"] = [element]
    path = folder / "lying.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    return path


@pytest.mark.long
def test_a_hint_that_the_wafer_contradicts_is_a_warning(fabctl, tmp_path):
    """It moves no standing, and the exit code stays 0."""
    done = fabctl("dry-run", lying(tmp_path, "clean-1", "cap.1.b"), "--json")
    found = [each for each in done.document["findings"] if each["code"] == "ID102"]
    assert [(each["step"], each["elements"], each["severity"]) for each in found] == [
        ("clean-1", ["cap.1.b"], "warning")
    ]
    assert done.code == 0
    assert done.document["claims"]["cap.1.b"]["standing"] == "satisfied"


@pytest.mark.long
def test_without_metrology_no_effect_and_no_structure_is_shown(fabctl, tmp_path):
    """What nobody looked at is not satisfied, and not lost either."""
    lines = FAB.read_text(encoding="utf-8").splitlines()
    fab = tmp_path / "fab.yaml"
    fab.write_text("\n".join(each for each in lines if "MET01" not in each), encoding="utf-8")
    done = fabctl("dry-run", "cap-line-tin-lead", "--fab", fab, "--despite-findings", "--json")
    standings = done.document["claims"]
    seen = {
        element.name
        for claim in claims().values()
        for element in claim.elements
        if {"effect", "structure"} & set(element.kinds)
    }
    practised = {name for name in seen if standings[name]["standing"] != "not practised"}
    assert practised >= {"cap.1.a", "cap.1.d", "cap.15.c", "cap.17.a"}
    assert {standings[name]["standing"] for name in practised} == {"not shown"}
