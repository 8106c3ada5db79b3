"""A layout of the user's own is what the simulated tools expose."""

import json

import pytest

pytestmark = pytest.mark.long

LAYOUT = """\
layout: mine
title: One line of 0.6 µm
width: 3000 nm
masks:
  MINE-1:
    polarity: clear-field
    windows:
      - {left: 1200 nm, right: 1800 nm}
"""
STEPS = """\
sequence: printed
title: A line in resist
practises: []
layout: mine
steps:
  - id: coat
    kind: spin_coater
    operation: coat
    recipe: {material: resist-n1, cast_speed: 3000 rpm, cast_time: 33 s}
  - id: soft-bake
    kind: spin_coater
    operation: soft_bake
    recipe: {temperature: 110 degC, time: 60 s}
  - id: expose
    kind: stepper
    operation: expose
    recipe: {reticle: MINE-1, dose: 90 mJ/cm2, focus: 0 um}
  - id: post-exposure-bake
    kind: spin_coater
    operation: post_exposure_bake
    recipe: {temperature: 110 degC, time: 60 s}
  - id: develop
    kind: spin_coater
    operation: develop
    recipe: {developer: TMAH, time: 60 s}
"""


@pytest.fixture
def sequence(tmp_path):
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "mine.yaml").write_text(LAYOUT, encoding="utf-8")
    path = tmp_path / "printed.yaml"
    path.write_text(STEPS, encoding="utf-8")
    return path


def edges(folder):
    """Where the resist begins and ends along the section, after the last step."""
    lines = (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    seen = [body["body"] for body in map(json.loads, lines) if body["kind"] == "SECTION"]
    (resist,) = (each for each in seen[-1]["section"]["regions"] if each["material"] != "Si")
    points = [x for body in resist["shape"] for ring in body for x, _ in ring]
    return sorted({round(x) for x in points})


def test_a_dry_run_prints_it(fabctl, sequence, tmp_path):
    done = fabctl("dry-run", sequence, "--out", tmp_path / "out", "--json")
    assert done.document["outcome"] == "completed"
    first, left, right, last = edges(tmp_path / "out")
    assert (first, last) == (0, 3000)
    assert (left, right) == (pytest.approx(1200, abs=30), pytest.approx(1800, abs=30))


@pytest.mark.wire
def test_so_does_a_run_on_the_built_in_fab(fabctl, sequence):
    done = fabctl("run", sequence, "--speed", "2000", "--json")
    assert done.document["outcome"] == "completed"
    assert done.document["wafer"][-1]["material"] == "resist-n1"
