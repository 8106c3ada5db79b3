"""Nasty inputs, each through reader, loader and audit: the verdict of a careful reviewer."""

import pytest
from shipped_rules import shipped_rules

from fabctl.interlocks import RulePack, audit
from fabctl.process.errors import InputError
from fabctl.process.loader import load_sequence
from fabctl.process.material import materials

PACK = shipped_rules()
RULES = RulePack({code: rule for code, rule in PACK.rules.items() if code != "TR101"}, PACK.files)
"""All but the trajectory rule, which asks a furnace and not the file."""
TEXT = """\
sequence: nasty
title: a film and its anneal
practises: []
layout: single-line
steps:
  - id: film
    kind: cvd
    operation: deposit
    recipe:
      chamber: film
      material: Sn
      thickness: 120 Å
      temperature: 25 degC
  - id: check
    kind: metrology
    operation: measure
    recipe: {quantity: film_thickness, material: Sn, sites: 9}
  - id: react
    kind: furnace
    operation: anneal
    recipe:
      temperature: 200 degC
      ramp: 5 degC/min
      hold: 15 min
      ambient: N2
"""
THICKNESS, TEMPERATURE = 12, 22
"""The lines that these two stand in."""


def said(tmp_path, data: str | bytes) -> list[tuple[str, int, int]]:
    """Code, line and column of every error."""
    file = tmp_path / "nasty.yaml"
    file.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    try:
        report = audit(load_sequence(file), RULES, materials())
    except InputError as error:
        return [(each.code, each.mark.line, each.mark.column) for each in error.problems]
    return [
        (each.code, each.mark.line, each.mark.column)
        for each in report.all
        if each.severity == "error"
    ]


def with_thickness(value: str) -> str:
    return TEXT.replace("thickness: 120 Å", f"thickness: {value}")


def with_temperature(value: str) -> str:
    return TEXT.replace("temperature: 200 degC", f"temperature: {value}")


@pytest.mark.parametrize(
    "value",
    ["120 \u00c5", "120 \u212b", "120 A\u030a", "5e-6 cm", "50 nm", "0.05 \u00b5m", "0.05 \u03bcm"],
)
def test_one_length_in_any_spelling_is_legal(tmp_path, value):
    assert said(tmp_path, with_thickness(value)) == []


@pytest.mark.parametrize("value", ["399.99999999999999999 degC", "751.9 degF", "673.149 K"])
def test_below_the_limit_is_legal_in_the_file(tmp_path, value):
    assert said(tmp_path, with_temperature(value)) == []


@pytest.mark.parametrize("value", ["752 degF", "400 degC", "673.15 K", "4e2 degC"])
def test_at_the_limit_is_illegal_at_its_place(tmp_path, value):
    assert said(tmp_path, with_temperature(value)) == [("LM102", TEMPERATURE, 20)]


@pytest.mark.parametrize(
    "value",
    [
        ".nan",
        ".nan degC",
        "1e400 degC",
        "6:40",
        "0400 degC",
        "0x190",
        "0x190 degC",
        "1_000 degC",
        '"200 degC"',
        "'200 degC'",
        "\uff12\uff10\uff10 degC",
        "\u0662\u0660\u0660 degC",
        "200,5 degC",
        "200",
        "200 delta_K",
        "200 delta_degC",
        "200 Å",
        "200 degrees",
        "-1 K",
        "[200 degC]",
        "~",
        "yes",
        "!!float 200",
        "&hot 200 degC",
        "*hot",
    ],
)
def test_what_means_no_temperature_is_refused_at_its_place(tmp_path, value):
    found = said(tmp_path, with_temperature(value))
    assert found
    assert {line for _, line, _ in found} == {TEMPERATURE}
    assert all(code[:2] in ("IN", "TY", "UN") for code, _, _ in found)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TEXT.replace("  chamber: film\n", "  chamber: film\n      chamber: film-pb\n", 1), 11),
        (TEXT.replace("      ramp:", "      <<: {hold: 1 min}\n      ramp:"), 23),
        (TEXT + "---\nsequence: second\n", 26),
        (TEXT.replace("    kind: furnace\n", "    kind: furnace\n    disabled: true\n"), 20),
        (TEXT.replace("    kind: furnace\n", "    kind: furnace\n    skip: yes\n"), 20),
        (TEXT.replace("title: a film", "title: a \u202efilm"), 2),
        (TEXT.replace("title: a film", "title: a \u2066film"), 2),
        (TEXT.replace("title: a film", "title: a \u200bfilm"), 2),
        (TEXT.replace("title: a film", "title: a \x00film"), 2),
    ],
)
def test_what_a_reader_could_take_in_two_ways_is_refused_at_its_place(tmp_path, text, line):
    assert line in {each[1] for each in said(tmp_path, text)}


def test_crlf_reads_as_lf(tmp_path):
    text = with_temperature("400 degC").replace("\n", "\r\n")
    assert said(tmp_path, text) == [("LM102", TEMPERATURE, 20)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "latin-1"])
def test_another_encoding_is_refused(tmp_path, encoding):
    (first, *_) = said(tmp_path, TEXT.encode(encoding))
    assert first[0].startswith("IN")


def test_a_byte_order_mark_is_read_or_refused_but_never_part_of_a_key(tmp_path):
    found = said(tmp_path, b"\xef\xbb\xbf" + TEXT.encode())
    assert found == [] or found[0][1:] == (1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 500_000,
        "steps: " + "{a: " * 100_000,
        "- " * 100_000,
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
    ],
)
def test_bombs_are_refused(tmp_path, text):
    assert said(tmp_path, text)
