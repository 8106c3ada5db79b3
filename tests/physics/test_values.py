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
        ("source: a paper", "source: a paper, unverified: [share, Al]", 2, "IN206"),
        ("source: a paper", "source: a paper, unverified: [source]", 2, "IN206"),
        ("source: a paper", "source: a paper, unverified: share", 2, "IN203"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, old, new, line, code):
    assert old in GOOD
    with pytest.raises(InputError) as refused:
        table(tmp_path, GOOD.replace(old, new))
    (problem,) = refused.value.problems
    assert (problem.code, problem.mark.line) == (code, line)


def test_single_values_are_told_to_be_unverified(tmp_path):
    marked = GOOD.replace("source: a paper", "source: a paper, unverified: [share, Cu]")
    assert table(tmp_path, marked) == table(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("name", "of", "values"),
    [
        ("reactions", "Sn", ["g"]),
        ("cold-tin", "Sn", ["q_ev"]),
        ("deposition", "SiN", ["ea_kj_mol", "sigma", "coverage"]),
        ("deposition", "Cu", ["sigma", "coverage"]),
        ("deposition", "TaN", ["sigma", "coverage"]),
        ("wet-etching", "can", ["TaN", "Cu3Sn", "CuAl2", "ea_ev", "sigma"]),
        ("wet-etching", "pan", ["CuAl2", "ea_ev", "sigma"]),
        ("wet-etching", "bhf", ["SiOC", "SiN", "Cu", "ea_ev", "sigma"]),
    ],
)
def test_no_value_stands_under_a_source_that_is_not_its(name, of, values):
    ((_, entries),) = read_file(sequences.data("physics", f"{name}.yaml")).items
    (entry,) = [node for key, node in entries.items if key.text == of]
    (unverified,) = [node for key, node in entry.items if key.text == "unverified"]
    assert set(values) <= {each.text for each in unverified.items}


def test_every_table_that_comes_with_fabctl_names_its_sources():
    for path in sequences.data("physics").glob("*.yaml"):
        ((_, values),) = read_file(path).items
        for name, entry in values.items:
            assert "source" in {key.text for key, _ in entry.items}, (path.name, name.text)
