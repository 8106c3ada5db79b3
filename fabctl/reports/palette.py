"""One colour a material: told apart by the colour-blind, and by lightness alone in print.

Hues follow Okabe and Ito's set (Color Universal Design, 2008), darkened or lightened so that
neighbours on a wafer differ in lightness too.
"""

from zlib import crc32

MATERIALS = {
    "Si": "#8c8c8c",
    "SiOC": "#cfe8f7",
    "SiO2": "#e3f0f8",
    "MSQ": "#f5f7c4",
    "SiN": "#0b6fa4",
    "SiCN": "#1f5f80",
    "TaN": "#3d3d3d",
    "Cu": "#e08a2e",
    "Sn": "#d9c9e8",
    "Sn-Pb": "#b9a5d2",
    "Al": "#d7dde0",
    "a-Si:H": "#b58aa5",
    "Cu3Sn": "#8f2d56",
    "Cu6Sn5": "#b0537a",
    "CuAl2": "#7a1f5c",
    "Cu3Si": "#6b2a3f",
    "resist": "#c4e8cc",
    "resist-n1": "#c4e8cc",
    "resist-n2": "#e2efb0",
    "resist-p1": "#c9dcef",
    "resist-p2": "#dcd5ee",
}
STATES = {"gelled": "#2f8f5f", "lit": "#7cc79a", "damaged": "#f2b8a2", "porogen": "#e3dd7f"}
"""What process has made of a material: resist that light has linked, or will once it is baked;
low-k that has lost its carbon, or still holds what its pores will be."""
SPARE = ("#009e73", "#f0e442", "#56b4e9", "#cc79a7", "#999999", "#d55e00")
AMBIENT = "#ffffff"


def colour(material: str, tags: frozenset[str] = frozenset()) -> str:
    """The fill of a material, in the state that its tags tell."""
    for tag, fill in STATES.items():
        if tag in tags:
            return fill
    known = MATERIALS.get(material)
    return known or SPARE[crc32(material.encode()) % len(SPARE)]
