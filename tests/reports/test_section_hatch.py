"""Two deposits of one material never look alike: in the picture, in its inset, in its legend."""

import re
import xml.etree.ElementTree as ET

import pytest
import shapely

from fabctl.reports.palette import MATERIALS, lightness, seam
from fabctl.reports.section_hatch import HATCHES, hatch, looks
from fabctl.reports.section_svg import draw
from fabctl.structure.section import Region, Section

SVG = "{http://www.w3.org/2000/svg}"
LOWER, UPPER = shapely.box(0, 0, 4000, 10), shapely.box(0, 10, 4000, 25)


def capped():
    section = Section.bare(4000)
    barriers = Region("barrier-1", "TaN", LOWER, "j"), Region("barrier-2", "TaN", UPPER, "k")
    return section.with_regions(
        (*section.regions, *barriers), section.ambient.difference(shapely.union(LOWER, UPPER))
    )


def paints(picture):
    """Each paint with the lines of its hatch, by what it fills: plot, inset or legend."""
    root = ET.fromstring(picture)
    lines = {
        f"url(#{each.get('id')})": re.search(r"rotate.*", each.get("patternTransform"))[0]
        for each in root.iter(f"{SVG}pattern")
    }

    def filled(at, tag):
        return {lines.get(each.get("fill"), each.get("fill")) for each in at.findall(SVG + tag)}

    plot, inset = root.findall(f"{SVG}svg")
    swatches = [each for each in root.findall(f"{SVG}rect") if each.get("height") == "12"]
    legend = {lines.get(each.get("fill"), each.get("fill")) for each in swatches}
    return filled(plot, "path"), filled(inset, "path"), legend


def test_the_second_of_two_barriers_looks_the_same_everywhere_and_unlike_the_first():
    plot, inset, legend = paints(draw(capped(), "x"))
    assert plot == legend == {"#8c8c8c", "#262626", "rotate(45)"}
    assert inset == plot


def test_a_thin_hatched_films_stroke_is_hatched_too():
    plot = ET.fromstring(draw(capped(), "x")).find(f"{SVG}svg")
    upper = next(each for each in plot.iter(f"{SVG}path") if each.get("data-name") == "barrier-2")
    assert upper.get("fill").startswith("url(#")
    assert upper.get("stroke") == upper.get("fill")


def test_every_paint_is_defined_once_on_a_page_of_two_pictures():
    page = draw(capped(), "one") + draw(capped(), "two")
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) == set(ids)


def test_looks_go_by_order_of_appearance_and_a_deposit_keeps_its_own():
    bodies = [
        ("a", "TaN", ()),
        ("d", "SiOC", ()),
        ("b", "TaN", ()),
        ("d", "SiOC", ("damaged",)),
        ("e", "SiOC", ()),
        ("a", "TaN", ()),
        ("c", "TaN", ()),
    ]
    made = [Region(name, of, LOWER, "j", frozenset(tags)) for name, of, tags in bodies]
    assert looks(made) == [0, 0, 1, 0, 1, 0, 2]


def test_hatches_that_follow_each_other_differ_in_angle_and_in_pitch():
    for one, other in zip(HATCHES, (*HATCHES[1:], HATCHES[0]), strict=True):
        assert one[0] != other[0]
        assert one[1] != other[1]
    assert len(set(HATCHES)) == len(HATCHES)


@pytest.mark.parametrize("scale", [0.1, 1.0, 4.0])
def test_a_hatchs_lines_are_as_far_apart_on_the_page_whatever_the_scale(scale):
    _, element = hatch("#262626", 1, "k", scale)
    pattern = ET.fromstring(element)
    factor = float(re.match(r"scale\(([^)]+)\)", pattern.get("patternTransform"))[1])
    assert float(pattern.get("width")) * factor * scale == pytest.approx(5.0)


def test_a_hatch_is_seen_in_grey_print_on_every_material():
    lines = {"#444": "#444444"}
    assert [
        each
        for each in MATERIALS.values()
        if abs(lightness(each) - lightness(lines.get(seam(each), seam(each)))) < 15
    ] == []
