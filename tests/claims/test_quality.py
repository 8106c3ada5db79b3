"""What makes scrap of a wafer with a protective layer, though no claim asks for it."""

import shapely
from cap_line import one_level, two_levels

from fabctl.claims.history import Done, History
from fabctl.claims.quality import flaws
from fabctl.process.material import materials
from fabctl.structure.section import Region, Section


def told(history):
    return [(each.code, each.step, each.why) for each in flaws(history)]


def finished(*bodies):
    """A wafer that one job left with some bodies: material, x from and to, z from and to."""
    section = Section.bare(1000)
    regions = [
        Region(f"{material}-{left}", material, shapely.box(left, low, right, high), "job-1")
        for material, left, right, low, high in bodies
    ]
    ambient = section.ambient.difference(shapely.union_all([each.shape for each in regions]))
    made = section.with_regions([*section.regions, *regions], ambient)
    return History(section, [Done("made", "job-1", "TOOL", "deposit", {}, made)], materials())


def test_a_finished_wafer_has_no_flaw():
    assert told(one_level()) == []
    assert told(two_levels()) == []


def test_film_that_a_strip_was_too_short_for_is_told_with_the_step_that_laid_it():
    ((code, step, why),) = told(one_level(strip_s=3.0))
    assert (code, step) == ("QA101", "step-11")
    assert why.endswith("nm² of unreacted Sn are left")


def test_a_layer_that_lies_off_the_metal_is_told():
    copper = ("Cu", 100, 300, 0, 200)
    on, off = ("Cu3Sn", 100, 300, 200, 220), ("Cu3Sn", 600, 700, 0, 20)
    assert told(finished(copper, on)) == []
    assert told(finished(copper, on, off)) == [
        ("QA102", "made", "2000 nm² of Cu3Sn lie off the metal")
    ]


def test_a_layer_that_joins_two_lines_is_told():
    lines = ("Cu", 100, 300, 0, 200), ("Cu", 500, 700, 0, 200)
    apart = ("Cu3Sn", 100, 300, 200, 220), ("Cu3Sn", 500, 700, 200, 220)
    assert told(finished(*lines, *apart)) == []
    assert told(finished(*lines, ("Cu3Sn", 100, 700, 200, 220))) == [
        ("QA102", "made", "Cu3Sn joins two lines of metal")
    ]


def test_of_a_wafer_that_was_not_seen_nothing_is_told():
    assert (
        told(History(None, [Done("made", "job-1", "TOOL", "deposit", {}, None)], materials())) == []
    )
