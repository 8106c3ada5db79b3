"""A section as JSON and back: the form in which metrology sends it and the journal keeps it."""

import json
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from json.encoder import encode_basestring_ascii as _quoted  # the wire has 7 bits
from typing import Any

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.section import Opening, Region, Section, parts

Rings = list[list[list[float]]]
"""A polygon: its outline and its holes, each a list of points without the closing one."""


def to_json(section: Section) -> str:
    """The section as canonical JSON: the same wafer always gives the same bytes."""
    regions = (
        f'{{"name":{_quoted(each.name)},"material":{_quoted(each.material)},'
        f'"job":{_quoted(each.job)},"tags":[{",".join(map(_quoted, sorted(each.tags)))}],'
        f'"shape":{_shape_text(each.shape)}}}'
        for each in section.regions
    )
    openings = (
        f'{{"name":{_quoted(each.name)},"job":{_quoted(each.job)},'
        f'"shape":{_shape_text(each.shape)}}}'
        for each in section.openings
    )
    return (
        f'{{"unit":"nm","width":{json.dumps(section.width)},"floor":{json.dumps(section.floor)},'
        f'"ceiling":{json.dumps(section.ceiling)},"regions":[{",".join(regions)}],'
        f'"ambient":{_shape_text(section.ambient)},'
        f'"voids":[{",".join(map(_shape_text, section.voids))}],"openings":[{",".join(openings)}]}}'
    )


def from_document(document: Any) -> Section:
    """The section in a snapshot that was read as JSON. Raises ValueError where there is none."""
    return Snapshots().section(document)


class Snapshots:
    """Reads snapshots of one wafer, one after the other: what stayed as it was is read once.

    So is a document that comes again, the very object: nobody changes one that was read.
    """

    def __init__(self) -> None:
        self._read: dict[int, tuple[Any, Section]] = {}
        self._document: Any = None
        self._section: Section
        self._shapes: dict[tuple[float, ...], tuple[list[Rings], BaseGeometry]] = {}

    def section(self, document: Any) -> Section:
        """The section in a snapshot that was read as JSON. Raises ValueError where there is none.

        A snapshot equal to the one before gives the very same section.
        """
        read = self._read.get(id(document))
        if read is not None:
            return read[1]
        if self._document is not None and document == self._document:
            self._read[id(document)] = document, self._section
            return self._section
        old, self._shapes = self._shapes, {}
        try:
            section = Section(
                document["width"],
                document["floor"],
                document["ceiling"],
                tuple(
                    Region(
                        each["name"],
                        each["material"],
                        self._shape(each["shape"], old),
                        each["job"],
                        frozenset(each["tags"]),
                    )
                    for each in document["regions"]
                ),
                self._shape(document["ambient"], old),
                tuple(part for void in document["voids"] for part in parts(_shape(void))),
                tuple(
                    Opening(each["name"], self._shape(each["shape"], old), each["job"])
                    for each in document["openings"]
                ),
            )
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"not a section snapshot: {error!r}") from error
        self._document, self._section = document, section
        self._read[id(document)] = document, section
        return section

    def _shape(
        self,
        polygons: list[Rings],
        old: dict[tuple[float, ...], tuple[list[Rings], BaseGeometry]],
    ) -> BaseGeometry:
        if not polygons:
            return _shape(polygons)
        key = (len(polygons), len(polygons[0][0]), *polygons[0][0][0])
        known = old.get(key)
        shape = known[1] if known is not None and known[0] == polygons else _shape(polygons)
        self._shapes[key] = polygons, shape
        return shape


@lru_cache(maxsize=256)  # most of a wafer stays as it was from one step to the next
def _shape_text(shape: BaseGeometry) -> str:
    pieces: Iterable[BaseGeometry] = getattr(shape, "geoms", (shape,))
    rings = [[_listed(ring) for ring in shapely.get_rings(piece)] for piece in pieces]
    return msgspec.json.encode(rings).decode()


def _listed(ring: BaseGeometry) -> list[list[float]]:
    # unrounded: a rounded vertex leaves the edge of its neighbour, and the partition is none
    points: list[list[float]] = (shapely.get_coordinates(ring)[:-1] + 0.0).tolist()
    return points


def _shape(polygons: list[Rings]) -> BaseGeometry:
    made = [Polygon(_points(rings[0]), [_points(ring) for ring in rings[1:]]) for rings in polygons]
    return made[0] if len(made) == 1 else shapely.normalize(MultiPolygon(made))


def _points(ring: list[list[float]]) -> NDArray[np.float64]:
    if {*map(len, ring)} - {2}:
        raise ValueError("not a section snapshot: a point is an x and a z")
    return np.fromiter(chain.from_iterable(ring), np.float64, 2 * len(ring)).reshape(-1, 2)
