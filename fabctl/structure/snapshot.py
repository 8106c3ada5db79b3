"""A section as JSON and back: the form in which metrology sends it and the journal keeps it."""

import json
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Opening, Region, Section, parts


def to_json(section: Section) -> str:
    """The section as canonical JSON: the same wafer always gives the same bytes."""
    document = {
        "unit": "nm",
        "width": section.width,
        "floor": section.floor,
        "ceiling": section.ceiling,
        "regions": [
            {
                "name": region.name,
                "material": region.material,
                "job": region.job,
                "tags": sorted(region.tags),
                "shape": _rings(region.shape),
            }
            for region in section.regions
        ],
        "ambient": _rings(section.ambient),
        "voids": [_rings(void) for void in section.voids],
        "openings": [
            {"name": opening.name, "job": opening.job, "shape": _rings(opening.shape)}
            for opening in section.openings
        ],
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=True)


def from_json(text: str) -> Section:
    """The section that `to_json` wrote. Raises ValueError where the text is something else."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not a section snapshot: {error!r}") from error
    return from_document(document)


def from_document(document: Any) -> Section:
    """The section in a snapshot that was read as JSON. Raises ValueError where there is none."""
    try:
        return Section(
            document["width"],
            document["floor"],
            document["ceiling"],
            tuple(
                Region(
                    each["name"],
                    each["material"],
                    _shape(each["shape"]),
                    each["job"],
                    frozenset(each["tags"]),
                )
                for each in document["regions"]
            ),
            _shape(document["ambient"]),
            tuple(part for void in document["voids"] for part in parts(_shape(void))),
            tuple(
                Opening(each["name"], _shape(each["shape"]), each["job"])
                for each in document["openings"]
            ),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a section snapshot: {error!r}") from error


def _rings(shape: BaseGeometry) -> list[list[list[list[float]]]]:
    polygons = []
    for part in getattr(shape, "geoms", (shape,)):
        assert isinstance(part, Polygon)
        rings = [part.exterior, *part.interiors]
        polygons.append([_points(ring) for ring in rings])
    return polygons


def _points(ring: Any) -> list[list[float]]:
    # unrounded: a rounded vertex leaves the edge of its neighbour, and the partition is none
    return [[x + 0.0, z + 0.0] for x, z in ring.coords[:-1]]


def _shape(polygons: list[list[list[list[float]]]]) -> BaseGeometry:
    made = [Polygon(rings[0], rings[1:]) for rings in polygons]
    return made[0] if len(made) == 1 else shapely.normalize(MultiPolygon(made))
