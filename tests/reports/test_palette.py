"""What lies side by side on a wafer is told apart: in grey print, and without green and red."""

import math

import pytest

from fabctl.reports.palette import AMBIENT, MATERIALS, colour, lightness

GELLED, LIT = frozenset({"gelled"}), frozenset({"lit"})
NEIGHBOURS = [
    ("Si", "SiOC"),
    ("Si", "TaN"),
    ("SiOC", "SiN"),
    ("SiOC", "TaN"),
    ("SiOC", "MSQ"),
    ("SiN", "Cu"),
    ("TaN", "Cu"),
    ("TaN", "MSQ"),
    ("Cu", "Sn"),
    ("Cu", "Sn-Pb"),
    ("Cu", "Al"),
    ("Cu", "a-Si:H"),
    *((film, below) for film in ("Sn", "Sn-Pb", "Al", "a-Si:H") for below in ("SiN", "SiOC")),
    *(("Cu", compound) for compound in ("Cu3Sn", "Cu6Sn5", "CuAl2", "Cu3Si")),
    ("Cu3Sn", "Sn"),
    ("Cu3Sn", "Cu6Sn5"),
    ("Cu3Sn", "SiOC"),
    ("CuAl2", "Al"),
    ("Pb", "Sn-Pb"),
    ("resist-n1", "SiOC"),
    ("resist-n1", "SiN"),
    ("resist-n1", "resist-n2"),
    ("resist-n2", "SiOC"),
    ("resist-p1", "resist-p2"),
    ("resist-p1", "SiOC"),
]
STATES = [
    (("resist-n1", GELLED), ("resist-n1", frozenset())),
    (("resist-n1", LIT), ("resist-n1", frozenset())),
    (("resist-n2", GELLED), ("resist-n2", frozenset())),
    (("resist-n1", GELLED), ("resist-n2", GELLED)),
    (("resist-n1", GELLED), ("resist-n2", frozenset())),
    (("resist-n1", GELLED), ("resist-n2", LIT)),
    (("resist-n1", frozenset()), ("resist-n2", LIT)),
    (("resist-n1", GELLED), ("SiOC", frozenset())),
    (("resist-n1", GELLED), ("SiN", frozenset())),
    (("resist-n2", frozenset({"mixed"})), ("resist-n1", frozenset())),
    (("resist-n2", frozenset({"mixed"})), ("resist-n2", frozenset())),
    (("resist-n2", frozenset({"mixed"})), ("resist-n1", GELLED)),
    (("resist-p1", GELLED), ("resist-p1", frozenset())),
    (("resist-p2", GELLED), ("resist-p2", frozenset())),
    (("resist-p1", GELLED), ("resist-p2", GELLED)),
    (("resist-p1", GELLED), ("resist-p2", frozenset())),
    (("resist-p1", GELLED), ("resist-p2", LIT)),
    (("resist-p1", GELLED), ("SiOC", frozenset())),
    (("resist-p1", GELLED), ("SiN", frozenset())),
    (("SiOC", frozenset({"damaged"})), ("SiOC", frozenset())),
    (("MSQ", frozenset({"porogen"})), ("TaN", frozenset())),
]
PAIRS = [
    *((colour(one), colour(other)) for one, other in NEIGHBOURS),
    *((colour(*one), colour(*other)) for one, other in STATES),
]


def lab(fill):
    """L*, a*, b* of an sRGB colour (D65)."""
    return _lab([_linear(int(fill[at : at + 2], 16) / 255) for at in (1, 3, 5)])


def without_green(fill):
    """The same as a deuteranope sees it (Viénot, Brettel and Mollon 1999)."""
    red, green, blue = (_linear(int(fill[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return _lab(
        [
            0.29275 * red + 0.70725 * green,
            0.29275 * red + 0.70725 * green,
            -0.02234 * red + 0.02234 * green + blue,
        ]
    )


def _linear(share):
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _lab(rgb):
    rows = (0.4125, 0.3576, 0.1804), (0.2127, 0.7152, 0.0722), (0.0193, 0.1192, 0.9503)
    xyz = [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in rows]
    white = (0.9505, 1.0, 1.089)
    x, y, z = (
        (v / w) ** (1 / 3) if v / w > 0.008856 else 7.787 * v / w + 16 / 116
        for v, w in zip(xyz, white, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_neighbours_differ_in_grey():
    alike = [pair for pair in PAIRS if abs(lightness(pair[0]) - lightness(pair[1])) < 6]
    assert alike == []


def test_neighbours_differ_without_green():
    alike = [pair for pair in PAIRS if math.dist(*map(without_green, pair)) < 15]
    assert alike == []


def test_air_is_lighter_than_any_solid():
    assert [each for each in MATERIALS if lightness(AMBIENT) - lightness(colour(each)) < 4] == []


@pytest.mark.parametrize("film", ["Sn", "Sn-Pb", "Al", "a-Si:H", "TaN", "SiN"])
def test_a_film_two_pixels_wide_is_seen_against_the_air(film):
    assert lightness(AMBIENT) - lightness(colour(film)) >= 20


def test_lightness_is_that_of_cie():
    assert lightness("#ffffff") == pytest.approx(100, abs=0.01)
    assert lightness("#8c8c8c") == pytest.approx(lab("#8c8c8c")[0], abs=0.1)
