"""One colour a material: told apart by the colour-blind, and by lightness alone in print.

Hues follow Okabe and Ito's set (Color Universal Design, 2008). What lies side by side on a wafer
differs in lightness too, and coats of resist keep doing so in every state.
"""

from functools import lru_cache
from zlib import crc32

MATERIALS = {
    "Si": "#8c8c8c",
    "SiOC": "#b3cfe3",
    "SiO2": "#dcecf5",
    "MSQ": "#faf3b4",
    "SiN": "#0c4f7b",
    "SiCN": "#14415c",
    "TaN": "#262626",
    "Cu": "#e08a2e",
    "Sn": "#8a72ad",
    "Sn-Pb": "#847a9c",
    "Pb": "#5b5b66",
    "Al": "#b7b7ac",
    "a-Si:H": "#a2708a",
    "Cu3Sn": "#8f2d56",
    "Cu6Sn5": "#b8557f",
    "CuAl2": "#8a2a6c",
    "Cu3Si": "#85364d",
    "resist": "#cdebcf",
    "resist-n1": "#cdebcf",
    "resist-n2": "#b3aa52",
    "resist-p1": "#a094cf",
    "resist-p2": "#7264ad",
}
RESIST_STATES = {
    "resist-n1": {"gelled": "#247a4d", "lit": "#8fc49f"},
    "resist-n2": {"gelled": "#5f5510", "lit": "#978c34"},
    "resist-p1": {"gelled": "#3d2f86", "lit": "#e3dff5"},
    "resist-p2": {"gelled": "#1d1447", "lit": "#c4bbe6"},
}
"""Resist on which light has worked, and what a bake has linked."""
STATES = {
    "mixed": "#d9739f",
    "gelled": "#247a4d",
    "lit": "#8fc49f",
    "damaged": "#e39a80",
    "porogen": "#dfcf62",
}
"""What process has made of any other material: low-k that has lost its carbon, or still holds what
its pores will be; what two coats have mixed to."""
SPARE = ("#009e73", "#f0e442", "#56b4e9", "#cc79a7", "#999999", "#d55e00")
AMBIENT = "#ffffff"
DARKEST = 45.0
"""Lightness below which a seam must be light to be seen."""


def colour(material: str, tags: frozenset[str] = frozenset()) -> str:
    """The fill of a material, in the state that its tags tell."""
    own = RESIST_STATES.get(material, {})
    for tag, fill in STATES.items():
        if tag in tags:
            return own.get(tag, fill)
    known = MATERIALS.get(material)
    return known or SPARE[crc32(material.encode()) % len(SPARE)]


@lru_cache(maxsize=256)
def seam(fill: str) -> str:
    """The colour of a line that parts two bodies of this fill."""
    return "#c8c8c8" if lightness(fill) < DARKEST else "#444"


def lightness(fill: str) -> float:
    """L* of CIE 1976 of an sRGB colour, 0 black to 100 white."""
    red, green, blue = (_linear(int(fill[place : place + 2], 16) / 255) for place in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    cubic = luminance ** (1 / 3) if luminance > 0.008856 else 7.787 * luminance + 16 / 116
    return 116 * cubic - 16


def _linear(share: float) -> float:
    """Light of a share of an sRGB channel (IEC 61966-2-1)."""
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
