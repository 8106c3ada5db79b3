"""The same recipes on tools that do otherwise: what was sent is the same, the wafer is not."""

import functools
import json
import re
import xml.etree.ElementTree as ET

import pytest
import shapely

import sequences
from fabctl.structure.snapshot import from_document

pytestmark = pytest.mark.long

SVG = "{http://www.w3.org/2000/svg}"
OTHER = ["etch-slow", "polish-slow", "wrong-bath"]


@pytest.fixture
def runs(dry_run):
    """Dry runs of cap-line by the name of their fault file: what each wrote, and its records."""

    def made(fault):
        faults = ["--faults", sequences.data("faults", f"{fault}.yaml")] if fault else []
        out = dry_run("cap-line", *faults).out
        lines = (out / "journal.jsonl").read_text(encoding="utf-8").splitlines()
        return out, [json.loads(line) for line in lines]

    return made


def bodies(records, kind):
    return [each["body"] for each in records if each["kind"] == kind]


def hashes(records):
    return {each["step"]: each["recipe_sha256"] for each in bodies(records, "INTENT")}


def last_section(records):
    return from_document(bodies(records, "SECTION")[-1]["section"])


@pytest.fixture
def same(dry_run, tmp_path):
    """The same with a fault that changes nothing, though its file is another."""
    file = tmp_path / "same.yaml"
    fault = "{tool: ETC01, fault: rate, factor: 1.0, material: SiOC, operation: etch}"
    file.write_text(f"faults:\n  - {fault}\n", encoding="utf-8")
    out = dry_run("cap-line", "--faults", file).out
    return [json.loads(line) for line in (out / "journal.jsonl").read_text("utf-8").splitlines()]


def measured(records):
    """Every region's material and area after every step, and all that was measured."""
    sections = [from_document(each["section"]) for each in bodies(records, "SECTION")]
    regions = [
        [(region.material, region.shape.area) for region in each.regions] for each in sections
    ]
    return regions, [each["values"] for each in bodies(records, "MEASURED")]


def test_tools_that_do_the_same_leave_the_same_wafer_whatever_their_file_says(runs, same):
    """Or nobody could tell what another tool changes from another throw of the dice."""
    assert measured(same) == measured(runs("")[1])


@pytest.mark.parametrize("fault", OTHER)
def test_every_tool_is_told_the_same(runs, fault):
    assert hashes(runs(fault)[1]) == hashes(runs("")[1])


@pytest.mark.parametrize("fault", OTHER)
def test_the_wafer_is_another(runs, fault):
    sound, other = last_section(runs("")[1]), last_section(runs(fault)[1])
    areas = [
        {each.material: round(each.shape.area) for each in section.regions}
        for section in (sound, other)
    ]
    assert areas[0] != areas[1]


def drawn(picture):
    """The area of each region in a picture, from its path's own coordinates."""
    areas = []
    for path in ET.parse(picture).getroot().find(f"{SVG}svg").findall(f"{SVG}path"):
        rings = [
            [tuple(map(float, point)) for point in re.findall(r"(-?[\d.]+) (-?[\d.]+)", run)]
            for run in path.get("d").strip("MZ").split("ZM")
        ]
        if path.get("data-name"):
            shells = [shapely.Polygon(ring) for ring in rings]
            areas.append(functools.reduce(shapely.symmetric_difference, shells).area)
    return areas


def test_every_picture_of_a_run_has_the_areas_of_its_snapshot(runs):
    out, records = runs("")
    sections = [each["section"] for each in bodies(records, "SECTION")]
    pictures = sorted(out.glob("[0-9]*.svg"))
    assert len(pictures) == len(sections) > 30
    for picture, section in zip(pictures, sections, strict=True):
        areas = sorted(each.shape.area for each in from_document(section).regions)
        assert sorted(drawn(picture)) == pytest.approx(areas, rel=0.01)  # thin films are drawn last


@pytest.mark.parametrize("fault", OTHER)
def test_the_picture_is_another(runs, fault):
    name = "030-measure-copper-2.svg"
    assert (runs("")[0] / name).read_bytes() != (runs(fault)[0] / name).read_bytes()


@pytest.mark.parametrize("fault", ["etch-slow", "polish-slow"])
def test_the_measured_copper_is_another(runs, fault):
    values = [
        next(
            m["values"]
            for m in bodies(runs(name)[1], "MEASURED")
            if m["step"] == "measure-copper-2"
        )
        for name in ("", fault)
    ]
    assert values[0] != values[1]


def test_half_the_etch_rate_leaves_half_the_dielectric_under_the_line(runs):
    section = last_section(runs("etch-slow")[1])
    copper = max(each.shape.area for each in section.of_material("Cu"))
    assert copper < 0.6 * max(
        each.shape.area for each in last_section(runs("")[1]).of_material("Cu")
    )


def test_the_wrong_bath_leaves_the_film(runs):
    assert not last_section(runs("")[1]).of_material("Sn")
    assert last_section(runs("wrong-bath")[1]).of_material("Sn")


def test_the_wrong_bath_is_noticed_in_the_claim(runs):
    out, _ = runs("wrong-bath")
    claims = json.loads((out / "result.json").read_text(encoding="utf-8"))["claims"]
    assert claims["cap.1.e"]["standing"] == "not satisfied"
