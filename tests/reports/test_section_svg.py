"""The picture is the snapshot: same areas, same names, and every film can be seen."""

import functools
import re
import xml.etree.ElementTree as ET

import pytest
import shapely
from msgspec.structs import replace

from fabctl.reports.film_strip import strip
from fabctl.reports.palette import lightness
from fabctl.reports.section_paths import VISIBLE
from fabctl.reports.section_svg import draw, draw_all
from fabctl.structure.predicates import mean_thickness
from fabctl.structure.section import Region, Section

SVG = "{http://www.w3.org/2000/svg}"


def wafer(newest="film-1"):
    section = Section.bare(4000)
    layers = [("d", "SiOC", 650.0), ("stop", "SiN", 50.0), (newest, "Sn", 1.0)]
    level = 0.0
    for name, material, height in layers:
        film = shapely.box(0, level, 4000, level + height)
        section = section.with_regions(
            (*section.regions, Region(name, material, film, "j")),
            section.ambient.difference(film),
        )
        level += height
    return section


def drawn_areas(picture):
    """Area of each named path of the main plot, from its own coordinates."""
    plot = ET.fromstring(picture).find(f"{SVG}svg")
    found = {}
    for path in plot.findall(f"{SVG}path"):
        rings = [
            [tuple(map(float, point)) for point in re.findall(r"(-?[\d.]+) (-?[\d.]+)", run)]
            for run in path.get("d").strip("Z").split("ZM")
        ]
        shape = functools.reduce(shapely.symmetric_difference, map(shapely.Polygon, rings))
        found[path.get("data-name")] = shape.area
    return found


def test_the_drawn_areas_are_the_snapshots():
    """Of flat layers, of a body with holes, and of one of several parts, one with a hole."""
    frame = shapely.box(0, 800, 900, 1000).difference(shapely.box(100, 850, 400, 950))
    holed = frame.difference(shapely.Polygon([(500, 820), (800, 820), (600, 990)]))
    apart = shapely.union_all(
        [
            shapely.box(1000, 701, 1300, 900).difference(shapely.box(1100, 800, 1200, 850)),
            shapely.Polygon([(1500, 701), (1900, 701), (1700, 1100)]),
            shapely.box(1100, 810, 1150, 840),
        ]
    )
    section = with_film(wafer(), "holed", "Cu", holed)
    section = with_film(section, "apart", "TaN", apart)
    drawn = drawn_areas(draw(section, "x"))
    assert drawn["holed"] == pytest.approx(900 * 200 - 300 * 100 - 300 * 170 / 2)
    assert drawn["apart"] == pytest.approx(300 * 199 - 100 * 50 + 400 * 399 / 2 + 50 * 30)
    for region in section.regions:
        clipped = region.shape.intersection(shapely.box(0, -400, 4000, 9000)).area
        assert drawn[region.name] == pytest.approx(clipped, rel=0.01)


def test_a_film_below_the_visible_width_gets_a_stroke_of_its_own_colour():
    picture = draw(wafer(), "x")
    path = next(
        each
        for each in ET.fromstring(picture).find(f"{SVG}svg").findall(f"{SVG}path")
        if each.get("data-name") == "film-1"
    )
    assert path.get("stroke") == path.get("fill")
    assert float(path.get("stroke-width")) == VISIBLE


def test_the_true_thickness_stands_in_the_picture_and_how_much_the_inset_shows():
    written = [each.text for each in texts(draw(wafer(), "x"))]
    assert "A: Sn film-1: 1.0 nm" in written
    assert "8 nm across" in written


def test_a_regions_tooltip_tells_its_thickness_but_not_how_deep_the_substrate_is_drawn():
    plot = ET.fromstring(draw(wafer(), "x")).find(f"{SVG}svg")
    told = [each.text for each in plot.iter(f"{SVG}title")]
    assert "substrate: Si" in told
    assert "stop: SiN, 50.0 nm" in told


def texts(picture):
    return [each for each in ET.fromstring(picture).iter(f"{SVG}text") if each.text]


def test_the_count_of_voids_is_not_printed_over_the_insets_label():
    """In a picture as low as its legend allows, where both stand in the same column."""
    section = replace(wafer(), voids=(shapely.box(100, 700, 101, 701),))
    rows = {each.text: float(each.get("y")) for each in texts(draw(section, "x"))}
    label = next(y for text, y in rows.items() if text.startswith("A: "))
    assert label - rows["voids: 1"] >= 12


def test_a_long_name_is_cut_and_its_thickness_is_not():
    labels = [each.text for each in texts(draw(wafer("film-of-the-" + "long-" * 12), "x"))]
    assert max(map(len, labels)) <= 44
    assert sum("…  1.0 nm" in each for each in labels) == 1
    assert sum("…: 1.0 nm" in each for each in labels) == 1


def test_a_name_stands_once_though_the_inset_shows_its_region_again():
    names = [each.get("data-name") for each in ET.fromstring(draw(wafer(), "x")).iter(f"{SVG}path")]
    assert names.count("film-1") == 1


def test_a_title_is_text_not_markup():
    ET.fromstring(draw(wafer(), "film-1 <5 & 6>"))


@pytest.mark.parametrize(("width", "height"), [(4000, 1), (10, 600), (300, 300)])
def test_mean_thickness_is_the_shorter_side_of_a_rectangle(width, height):
    assert mean_thickness(shapely.box(0, 0, width, height)) == pytest.approx(min(width, height))


def test_the_newest_film_is_shown_again_though_an_older_one_is_thinner():
    section = wafer()
    layer = shapely.box(1000, 701, 1400, 721)
    regions = (*section.regions, Region("cap-1", "Cu3Sn", layer, "k"))
    picture = draw(section.with_regions(regions, section.ambient.difference(layer)), "x")
    assert "A: Cu3Sn cap-1: 20.0 nm<" in picture
    assert "160 nm across" in picture


def test_a_films_stroke_ends_where_the_film_does():
    """A film on part of the wafer, at the visible width, reaches over nothing beside it."""
    section = Section.bare(4000)
    film = shapely.box(1000, 0, 2000, 1)
    section = section.with_regions(
        (*section.regions, Region("film-1", "Sn", film, "j")), section.ambient.difference(film)
    )
    plot = ET.fromstring(draw(section, "x")).find(f"{SVG}svg")
    clip = {each.get("id"): each.find(f"{SVG}rect") for each in plot.iter(f"{SVG}clipPath")}
    path = next(each for each in plot.iter(f"{SVG}path") if each.get("data-name") == "film-1")
    shown = clip[path.get("clip-path")[5:-1]]
    assert (float(shown.get("x")), float(shown.get("width"))) == (1000, 1000)
    assert float(shown.get("height")) > 2 * 4000 / 640


def test_two_deposits_of_one_dark_material_have_a_light_seam():
    plot = ET.fromstring(draw(wafer(), "x")).find(f"{SVG}svg")
    seams = {each.get("data-name"): each.get("stroke") for each in plot.iter(f"{SVG}path")}
    assert lightness(seams["stop"]) - lightness("#0c4f7b") > 30
    assert lightness("#b3cfe3") - lightness("#444444") > 30
    assert seams["d"] == "#444"


def test_clips_of_two_pictures_on_one_page_are_not_mistaken_for_each_other():
    ids = [re.findall('id="([^"]+)"', draw(wafer(), title)) for title in ("film-1", "film-2")]
    assert all(ids)
    assert not set(ids[0]) & set(ids[1])


def test_a_strip_keeps_every_picture_whole_and_none_across_the_end_of_a_page():
    pictures = [draw(wafer(), f"step {number}") for number in range(9)]
    root = ET.fromstring(strip(pictures))
    inner = root.findall(f"{SVG}svg")
    assert [each.find(f"{SVG}title").text for each in inner] == [f"step {n}" for n in range(9)]
    *_, width, height = map(float, root.get("viewBox").split())
    page = width * 297 / 210
    boxes = [
        shapely.box(x, y, x + float(each.get("width")), y + float(each.get("height")))
        for each in inner
        for x, y in [(float(each.get("x")), float(each.get("y")))]
    ]
    assert not any(one.intersects(other) for one in boxes for other in boxes if one is not other)
    assert all(box.bounds[1] // page == box.bounds[3] // page for box in boxes)
    assert (root.get("width"), root.get("height")) == ("210mm", f"{round(height / page) * 297}mm")


def test_a_strips_labels_are_printed_in_seven_points_or_more():
    root = ET.fromstring(strip([draw(wafer(), "x")]))
    points = float(root.get("width").removesuffix("mm")) * 72 / 25.4
    pixels = float(root.get("viewBox").split()[2])
    sizes = [float(each.get("font-size")) for each in root.iter() if each.get("font-size")]
    assert min(sizes) * points / pixels >= 7


def test_a_strip_has_no_more_between_two_pictures_than_between_them_and_its_edge():
    inner = ET.fromstring(strip([draw(wafer(), "x"), draw(wafer(), "y")])).findall(f"{SVG}svg")
    assert [float(each.get("x")) for each in inner] == [20, 20]
    assert float(inner[1].get("y")) - float(inner[0].get("y")) - float(inner[0].get("height")) == 20


def with_film(section, name, material, film, *tags, job="k"):
    """The section with a film that takes the place of what is there."""
    regions = [replace(each, shape=each.shape.difference(film)) for each in section.regions]
    made = Region(name, material, film, job, frozenset(tags))
    return section.with_regions((*regions, made), section.ambient.difference(film))


def without(section, body):
    """The section with a body of air in place of what is there."""
    regions = [replace(each, shape=each.shape.difference(body)) for each in section.regions]
    return replace(section, regions=tuple(regions), ambient=section.ambient.union(body))


def in_inset(picture):
    return next(each.text for each in texts(picture) if each.text.startswith("A: "))


def test_the_inset_shows_what_the_step_made_though_a_newer_film_is_as_thin():
    """A plasma's skin on a dielectric stands beside that among the regions, a barrier last."""
    before = with_film(Section.bare(4000), "d", "SiOC", shapely.box(0, 0, 4000, 600))
    before = with_film(before, "barrier", "TaN", shapely.box(0, 600, 1000, 610))
    after = with_film(before, "d~damaged", "SiOC", shapely.box(1000, 570, 4000, 600), "damaged")
    order = [1, 0, 3, 2]
    after = replace(after, regions=tuple(after.regions[place] for place in order))
    assert "barrier" in in_inset(draw(after, "x"))
    assert "d~damaged: 30.0 nm, damaged" in in_inset(draw(after, "x", before))


def test_the_inset_shows_the_film_of_which_the_step_took_most_where_it_made_none():
    before = with_film(Section.bare(4000), "d", "SiOC", shapely.box(0, 0, 4000, 600))
    before = with_film(before, "liner", "TaN", shapely.box(0, 600, 2000, 610))
    before = with_film(before, "cap", "Cu3Sn", shapely.box(2000, 600, 4000, 640))
    after = without(before, shapely.box(0, 609.9, 4000, 1000))
    assert "cap" in in_inset(draw(after, "x", before))


def test_of_two_films_that_lost_the_same_share_the_inset_shows_the_thinner():
    before = with_film(Section.bare(4000), "stop", "SiN", shapely.box(0, 0, 4000, 50))
    before = with_film(before, "liner", "TaN", shapely.box(0, 50, 4000, 60))
    before = with_film(before, "film", "Sn", shapely.box(0, 60, 500, 65))
    after = without(before, shapely.box(1000, 0, 2000, 60))
    assert "liner" in in_inset(draw(after, "x", before))


def test_the_inset_keeps_the_newest_thin_film_where_the_step_touched_none():
    before = wafer()
    thick = shapely.box(0, 701, 4000, 1500)
    after = with_film(before, "r", "resist-n1", thick)
    assert "film-1" in in_inset(draw(after, "coat", before))
    assert "film-1" in in_inset(draw(before, "look", before))


def test_the_inset_shows_no_layer_within_its_own_material():
    """What formed as a film grew lies in the middle of what a bake made of the rest."""
    before = with_film(Section.bare(4000), "cap", "CuAl2", shapely.box(1600, 0, 2400, 16))
    before = with_film(before, "seed", "CuAl2", shapely.box(1600, 8, 2400, 8.5))
    after = without(before, shapely.box(1800, 0, 2200, 16))
    assert "cap" in in_inset(draw(after, "x", before))


@pytest.mark.parametrize("nm", range(1, 24))
def test_a_film_is_drawn_no_thinner_than_a_thinner_one(nm):
    def width(thickness):
        """Pixels of its own colour, at 0.16 a nm."""
        section = with_film(Section.bare(4000), "film", "TaN", shapely.box(0, 0, 4000, thickness))
        plot = ET.fromstring(draw(section, "x")).find(f"{SVG}svg")
        path = next(each for each in plot.iter(f"{SVG}path") if each.get("data-name") == "film")
        assert path.get("stroke") == path.get("fill")
        return 0.16 * thickness + float(path.get("stroke-width"))

    assert width(nm) >= VISIBLE
    assert width(nm + 1) >= width(nm) - 1e-6


def test_nothing_bulky_is_drawn_over_a_thin_film():
    """What is cast or filled in later would cover half of the stroke by which the film is seen."""
    section = with_film(Section.bare(4000), "liner", "TaN", shapely.box(1000, 0, 1010, 500))
    section = with_film(section, "d2", "MSQ", shapely.box(1010, 0, 4000, 500))
    plot = ET.fromstring(draw(section, "x")).find(f"{SVG}svg")
    names = [each.get("data-name") for each in plot.iter(f"{SVG}path")]
    assert names.index("liner") > names.index("d2")


def test_a_run_of_looks_is_drawn_each_beside_the_one_before():
    before = with_film(Section.bare(4000), "d", "SiOC", shapely.box(0, 0, 4000, 600))
    before = with_film(before, "barrier", "TaN", shapely.box(0, 600, 1000, 610))
    after = with_film(before, "d~damaged", "SiOC", shapely.box(1000, 570, 4000, 600), "damaged")
    after = replace(after, regions=(*after.regions[:2], after.regions[3], after.regions[2]))
    looks = [("", before), ("ash", after)]
    assert list(draw_all(looks)) == [
        ("", draw(before, "the wafer as it was brought")),
        ("ash", draw(after, "ash", before)),
    ]
