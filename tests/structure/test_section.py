"""The partition is exact, and its snapshot is the same wafer."""

import json

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fabctl.structure.invariants import BrokenSectionError, check
from fabctl.structure.section import Opening, Region, Section
from fabctl.structure.snapshot import Snapshots, from_document, to_json


def layered(heights):
    section = Section.bare(1000)
    level = 0.0
    for number, height in enumerate(heights):
        film = shapely.box(0, level, 1000, level + height)
        section = section.with_regions(
            (*section.regions, Region(f"film-{number}", "SiOC", film, f"job-{number}")),
            section.ambient.difference(film),
        )
        level += height
    return section.with_opening(Opening("o", shapely.box(10, 0, 20, 5), "job-x"))


@given(st.lists(st.floats(0.5, 500), max_size=8))
def test_a_snapshot_read_back_is_the_same_wafer(heights):
    section = layered(heights)
    again = from_document(json.loads(to_json(section)))
    check(again)
    assert to_json(again) == to_json(section)
    assert [region.name for region in again.regions] == [r.name for r in section.regions]


def test_an_overlap_is_noticed():
    section = layered([100.0])
    twice = (*section.regions, replace(section.regions[1], name="again"))
    with pytest.raises(BrokenSectionError, match="film-0 and again overlap"):
        check(replace(section, regions=twice))


@pytest.mark.parametrize("substrate_at", [0, 1])
def test_an_overlap_with_what_was_there_before_is_noticed(substrate_at):
    before = layered([100.0])
    regions = [replace(before.regions[1], shape=shapely.box(0, -1, 1000, 100))]
    regions.insert(substrate_at, before.regions[0])
    with pytest.raises(BrokenSectionError, match="overlap by 1e\\+03"):
        check(replace(before, regions=tuple(regions)), before)


def test_what_was_there_before_is_not_there_twice():
    before = layered([100.0])
    twice = (*before.regions, replace(before.regions[1], name="again"))
    with pytest.raises(BrokenSectionError, match="miss the domain by -1e\\+05"):
        check(replace(before, regions=twice), before)


def test_a_gap_is_noticed():
    section = layered([100.0])
    with pytest.raises(BrokenSectionError, match="miss the domain by 1e\\+05"):
        check(replace(section, regions=section.regions[:1]))


def test_an_opening_that_is_lost_or_changed_is_noticed():
    section = layered([100.0]).with_opening(Opening("p", shapely.box(50, 0, 60, 5), "job-y"))
    check(section, section)
    check(section.as_wide(500), section)
    with pytest.raises(BrokenSectionError, match="opening p is gone"):
        check(replace(section, openings=section.openings[:1]), section)
    other = Opening("p", shapely.box(50, 0, 60, 6), "job-y")
    with pytest.raises(BrokenSectionError, match="opening p is not as it was"):
        check(replace(section, openings=(section.openings[0], other)), section)
    with pytest.raises(BrokenSectionError, match="opening o is not as it was"):
        check(replace(section, openings=section.openings[1:]), section)


def test_an_opening_outside_of_the_domain_is_noticed():
    section = layered([100.0]).with_opening(Opening("p", shapely.box(990, 0, 1010, 5), "job-y"))
    with pytest.raises(BrokenSectionError, match="opening p reaches out of the domain"):
        check(section)


def test_a_body_that_hangs_on_nothing_is_noticed():
    section = layered([100.0])
    leaf, on_it = shapely.box(10, 200, 90, 210), shapely.box(10, 210, 90, 220)
    regions = (Region("leaf", "Cu", leaf, "j"), Region("on it", "Sn", on_it, "j"))
    air = section.ambient.difference(shapely.union(leaf, on_it))
    with pytest.raises(BrokenSectionError, match="leaf hangs on nothing, x 10 to 90 nm, z 200 to"):
        check(section.with_regions((*section.regions, *regions), air))


def test_air_from_which_no_way_leads_to_the_top_is_noticed_unless_it_is_a_void():
    section = layered([100.0])
    pocket = shapely.box(10, 20, 90, 30)
    film = section.regions[-1]
    regions = (*section.regions[:-1], replace(film, shape=film.shape.difference(pocket)))
    check(replace(section, regions=regions, voids=(pocket,)))
    with pytest.raises(BrokenSectionError, match="ambient is shut in, x 10 to 90 nm, z 20 to 30"):
        check(replace(section, regions=regions, ambient=section.ambient.union(pocket)))


def test_an_invalid_shape_is_noticed():
    bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    section = Section.bare(1000)
    with pytest.raises(BrokenSectionError, match="Self-intersection"):
        check(replace(section, regions=(*section.regions, Region("x", "SiOC", bow_tie, "j"))))


def test_a_crumb_is_given_to_its_neighbour():
    section = Section.bare(1000)
    crumb = shapely.box(0, 0, 0.1, 0.1)
    left = section.with_regions(
        (*section.regions, Region("crumb", "Cu", crumb, "j")), section.ambient.difference(crumb)
    )
    check(left)
    assert left.of_material("Cu") == ()


@pytest.mark.parametrize("document", [[], {}, {"width": 1}, None, ""])
def test_what_is_no_snapshot_is_refused(document):
    with pytest.raises(ValueError, match="not a section snapshot"):
        from_document(document)


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(KeyError, match="substrate"):
        Section.bare(10).named("copper")


@pytest.mark.parametrize("point", ["[0.0,8000.0,1.0]", "[0.0]", '["a",1.0]', "[]"])
def test_a_point_that_is_none_is_refused(point):
    text = to_json(Section.bare(1000))
    assert "[0.0,8000.0]" in text
    with pytest.raises(ValueError, match=r".+"):
        from_document(json.loads(text.replace("[0.0,8000.0]", point, 1)))


def test_snapshots_in_turn_are_read_as_each_alone():
    first = Section.bare(1000)
    film = Region("f", "Cu", shapely.box(0, 0, 1000, 50), "j")
    second = first.with_regions((*first.regions, film), first.ambient.difference(film.shape))
    texts = [to_json(each) for each in (first, second, second, first)]
    reader = Snapshots()
    read = [reader.section(json.loads(text)) for text in texts]
    assert [to_json(each) for each in read] == texts
    assert read[2] is read[1]
    assert read[1].regions[0].shape is read[0].regions[0].shape


def test_a_snapshot_that_comes_again_is_not_read_again():
    reader = Snapshots()
    first, second = (json.loads(to_json(Section.bare(width))) for width in (1000, 2000))
    read = [reader.section(each) for each in (first, second, first, second)]
    assert read[2] is read[0]
    assert read[3] is read[1]
