"""The physics' numbers are data: typed, closed, and none without its source."""

import pytest

import sequences
from fabctl.process.errors import InputError
from fabctl.process.yaml_reader import read_file
from simulators.physics.values import read_table

KEYS = ("rate", "share", "rates")
GOOD = "values:\n  A: {rate: 0.6 um/min, share: 1.5 %, rates: {Cu: 3 nm/min}, source: a paper}\n"


def table(tmp_path, text):
    path = tmp_path / "table.yaml"
    path.write_text(text, encoding="utf-8")
    return read_table(
        path, KEYS, lambda v: (v.value("rate", "nm/min"), v.share("share"), v.rates("rates"))
    )


def test_numbers_are_told_in_one_unit(tmp_path):
    assert table(tmp_path, GOOD) == {"A": (600.0, 0.015, {"Cu": 3.0})}


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        (", source: a paper", "", 2, "IN202"),
        ("share: 1.5 %", "share: 1.5", 2, "TY101"),
        ("rate: 0.6 um/min", "rate: 0.6 degC", 2, "TY101"),
        ("Cu: 3 nm/min", "Cu: fast", 2, "TY101"),
        ("rate: 0.6 um/min, ", "", 2, "IN202"),
        ("share:", "part:", 2, "IN201"),
        ("values:", "figures:", 1, "IN201"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, old, new, line, code):
    assert old in GOOD
    with pytest.raises(InputError) as refused:
        table(tmp_path, GOOD.replace(old, new))
    (problem,) = refused.value.problems
    assert (problem.code, problem.mark.line) == (code, line)


def test_every_table_that_comes_with_fabctl_names_its_sources():
    for path in sequences.data("physics").glob("*.yaml"):
        ((_, values),) = read_file(path).items
        for name, entry in values.items:
            assert "source" in {key.text for key, _ in entry.items}, (path.name, name.text)
