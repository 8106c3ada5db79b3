"""The JSON Schemas that editors get accept what the loaders accept, and refuse most slips."""

import json
from functools import cache

import jsonschema_rs
import pytest
import yaml

import sequences
from fabctl.interlocks.rule_schema import rule_schema
from fabctl.process.sequence_schema import sequence_schema
from fabctl.process.vocabulary import OPERATIONS

SEQUENCES = sequences.listed()
PACKS = sequences.packs()


READ = yaml.CSafeLoader


@cache
def validator(make):
    return jsonschema_rs.Draft202012Validator(make())


def errors(make, document) -> list[str]:
    return [error.message for error in validator(make).iter_errors(document)]


def sequence(text_old: str = "", text_new: str = ""):
    text = sequences.find("cap-line").read_text(encoding="utf-8")
    assert text_old in text
    return yaml.load(text.replace(text_old, text_new, 1), READ)


@pytest.mark.parametrize("schema", [sequence_schema(), rule_schema()], ids=["sequence", "rules"])
def test_each_is_a_schema_and_json(schema):
    jsonschema_rs.meta.validate(schema)
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("path", SEQUENCES, ids=lambda path: path.stem)
def test_the_sequences_that_come_with_fabctl_fit(path):
    assert errors(sequence_schema, yaml.load(path.read_text(encoding="utf-8"), READ)) == []


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_the_rules_that_come_with_fabctl_fit(path):
    assert errors(rule_schema, yaml.load(path.read_text(encoding="utf-8"), READ)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("operation: deposit", "operation: deposits"),
        ("thickness: 650 nm", "thickness: 650"),
        ("thickness: 650 nm", "thickness: 650 degC"),
        ("thickness: 650 nm", "thicknes: 650 nm"),
        ("thickness: 650 nm, ", ""),
        ("kind: cvd", "kind: furnace"),
        ("practises: [cap.1", "practises: [cap.99"),
        ("title: Copper", "titel: Copper"),
        ("developer: TMAH", "developer: water"),
        ("thickness: 650 nm", "thickness: -650 nm"),
        ("dose: ", "dose: -"),
        ("sites: 9", "sites: -9"),
    ],
)
def test_a_slip_is_marked(old, new):
    assert errors(sequence_schema, sequence(old, new))


def test_every_operation_has_its_recipe():
    conditions = sequence_schema()["$defs"]["step"]["allOf"]
    named = [each["if"]["properties"]["operation"]["const"] for each in conditions]
    assert named == list(OPERATIONS)


CHOICES = """\
sequence: s
title: t
parameters: {dip: {value: 30 s, window: [20 s, 40 s], tolerance: 5 %}}
steps:
  - alternatives: way
    ways:
      a: [{id: a-1, kind: etcher, operation: clean, recipe: {bath: citric, time: $dip}}]
      b: [{any_order: b, steps: [
        {id: b-1, kind: etcher, operation: clean, recipe: {bath: citric, time: 30 s}},
        {id: b-2, kind: etcher, operation: clean, recipe: {bath: citric, time: 30 s}}]}]
  - rework: again
    at_most: 2
    steps: [{id: c-1, kind: etcher, operation: clean, recipe: {bath: citric, time: 30 s}}]
    undo: [{id: c-2, kind: etcher, operation: clean, recipe: {bath: citric, time: 30 s}}]
"""


@pytest.mark.parametrize(
    ("old", "new", "slips"),
    [
        ("", "", 0),
        ("at_most: 2", "at_most: 0", 1),
        ("    at_most: 2\n", "", 1),
        ("undo:", "undoing:", 1),
        ("ways:", "way:", 2),
        ("time: $dip", "tim: $dip", 2),
        ("tolerance", "tolerence", 1),
    ],
)
def test_choices_are_known_and_slips_in_them_marked(old, new, slips):
    document = yaml.load(CHOICES.replace(old, new, 1), READ)
    assert len(errors(sequence_schema, document)) == slips


@pytest.mark.parametrize("text", ["-20 degC", "-4 degF", "253 K", "+253 K", "-0 K"])
def test_a_temperature_below_zero_is_one_in_degrees(text):
    document = sequence("temperature: 350 degC", f"temperature: {text}")
    assert errors(sequence_schema, document) == []


def test_no_kelvin_is_below_zero():
    assert errors(sequence_schema, sequence("temperature: 350 degC", "temperature: -1 K")) != []


def test_a_focus_lies_above_the_surface_or_below_it():
    assert errors(sequence_schema, sequence("focus: 0 um", "focus: -50 nm")) == []


def test_a_blank_citation_is_none():
    """Its words are what a reader goes by."""
    pack = yaml.load(PACKS[0].read_text(encoding="utf-8"), READ)
    pack["entries"][0]["cites"][0]["words"] = " \t"
    assert errors(rule_schema, pack)
