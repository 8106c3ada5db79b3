"""Standings follow the wafer: neither names nor what a file says of itself move one."""

import pytest
import yaml
from sequence_rig import executed

import sequences
from fabctl.claims.chart import chart
from fabctl.claims.hints import false_hints, hinted
from fabctl.process.loader import load_sequence

pytestmark = pytest.mark.long

NAMES = ("lowk-one-level", "resist-plug-and-line", "cap-two-level")


def read(name):
    return yaml.safe_load(sequences.find(name).read_text(encoding="utf-8"))


def carried_out(document, folder):
    """The sequence, and all its elements' verdicts."""
    path = folder / f"{document['sequence']}.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    sequence = load_sequence(path)
    return sequence, chart(sequence.practises, executed(sequence))


def verdicts(standings):
    return {name: each.verdict for name, each in standings.items()}


@pytest.fixture(params=NAMES)
def document(request):
    return read(request.param)


def test_other_names_for_everything_leave_the_standings(document, tmp_path):
    _, before = carried_out(document, tmp_path)
    document["sequence"] = "nameless"
    for number, step in enumerate(document["steps"]):
        step["id"] = f"x{number}"
        if "forms" in step:
            step["forms"] = f"y{number}"
    _, after = carried_out(document, tmp_path)
    assert verdicts(after) == verdicts(before)


def test_without_hints_the_standings_are_the_same(document, tmp_path):
    _, before = carried_out(document, tmp_path)
    for step in document["steps"]:
        step.pop("does", None)
    sequence, after = carried_out(document, tmp_path)
    assert verdicts(after) == verdicts(before)
    assert list(false_hints(hinted(sequence), after)) == []


def test_swapped_hints_move_nothing_and_are_found(document, tmp_path):
    _, before = carried_out(document, tmp_path)
    having = [step for step in document["steps"] if "does" in step]
    said = [step["does"] for step in having]
    for step, other in zip(having, reversed(said), strict=True):
        step["does"] = other
    sequence, after = carried_out(document, tmp_path)
    assert verdicts(after) == verdicts(before)
    assert list(false_hints(hinted(sequence), after))


@pytest.mark.parametrize(
    ("name", "step", "element"),
    [
        ("cap-two-level", "prime-1", "cap.1.d"),
        ("cap-two-level", "etch-dielectric-1", "cap.8.b"),
        ("lowk-one-level", "clean-1", "lowk.1.e"),
        ("resist-plug-and-line", "liner-1", "resist.1.b"),
        ("cap-two-level", "measure-copper-4", "cap.15.c"),
    ],
)
def test_a_step_that_claims_what_it_did_not_do_is_found(name, step, element, tmp_path):
    document = read(name)
    (lying,) = [each for each in document["steps"] if each["id"] == step]
    lying["does"] = [element]
    sequence, standings = carried_out(document, tmp_path)
    found = {(each.step, each.element) for each in false_hints(hinted(sequence), standings)}
    assert found == {(step, element)}


def test_the_host_tells_of_a_false_hint_and_where_it_stands(fabctl, tmp_path):
    """A warning: the run is as legal as it was, and so are its standings."""
    text = sequences.find("cap-line").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("does: [cap.1.e]", "does: [cap.1.e, cap.1.d]"), encoding="utf-8")
    line = text[: text.index("does: [cap.1.e]")].count("\n") + 1
    done = fabctl("dry-run", path, "--json")
    (told,) = done.document["findings"]
    assert (told["code"], told["elements"], told["at"]) == (
        "ID102",
        ["cap.1.d"],
        f"mine.yaml:{line}:21",
    )
    standings = {each["standing"] for each in done.document["claims"].values()}
    assert (done.code, standings) == (0, {"satisfied", "not practised"})
