"""What holds on whatever surface: a film's thickness, and that a bath's parts make the bath."""

import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from topographies import BUSY, MANY, nm, surfaces

from fabctl.structure.invariants import check
from simulators.section.films import deposit
from simulators.section.isotropic import etch_all_round


@pytest.mark.long
@MANY
@given(surfaces(), st.sampled_from((1.0, 5.0, 10.0, 50.0)))
def test_a_film_has_its_thickness_everywhere_on_its_face(surface, thickness):
    """At every vertex of the face, and in the middle between any two."""
    check(surface)
    grown = deposit(surface, "film", "TaN", thickness, "j")
    check(grown)
    corners = shapely.get_coordinates(grown.ambient)
    points = [*corners, *(corners[1:] + corners[:-1]) / 2]
    face = [point for point in points if point[1] < grown.ceiling / 2]
    found = shapely.distance(shapely.points(face), surface.solids())
    assert abs(found - thickness).max() <= max(0.006 * thickness, 0.01)


def bath(surface, depth):
    return etch_all_round(surface, {"SiOC": 1.0}, depth, "j")


@pytest.mark.long
@BUSY
@given(surfaces(), st.one_of(nm(0.05, 2), nm(2, 50)), st.integers(2, 5))
def test_a_bath_in_parts_takes_what_it_takes_at_once(surface, depth, parts):
    """No less than a bath 0.1 % or 0.01 nm less deep, and no more than one so much deeper."""
    assume(not surface.voids)
    left = surface
    for _ in range(parts):
        left = bath(left, depth / parts)
    check(left)
    off = max(0.001 * depth, 0.01)
    less, more = bath(surface, depth - off).ambient, bath(surface, depth + off).ambient
    for between in (less.difference(left.ambient), left.ambient.difference(more)):
        assert between.buffer(-0.005, quad_segs=1).is_empty
