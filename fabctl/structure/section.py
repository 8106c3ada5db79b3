"""The cross-section: regions, ambient, voids, and what every etch removed, kept for ever."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import shapely
from msgspec import Struct, field
from msgspec.structs import replace
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from fabctl.structure.tolerances import AREA_FLOOR, AREA_TOLERANCE, GRID, ROUNDED

AnyShape = TypeVar("AnyShape", bound=BaseGeometry)
Shapes = NDArray[np.object_]
Areas = NDArray[np.float64]

SUBSTRATE = "substrate"
"""Name of the region that every wafer begins with."""
MIXED = "mixed"
"""Tag of what two coats of resist have mixed to: it is neither of them, and does not develop."""


class Region(Struct, frozen=True):
    """One deposit: what it is made of, where it is, and the job that made it.

    `name` identifies the deposit, not the material, because two barriers may both be TaN.
    `tags` say what is left to know of it: ``gelled`` resist, ``damaged`` low-k ...
    """

    name: str
    material: str
    shape: BaseGeometry
    job: str
    tags: frozenset[str] = frozenset()


class Opening(Struct, frozen=True):
    """What one etch removed, kept whatever fills it later."""

    name: str
    shape: BaseGeometry
    job: str


class Growth(Struct, frozen=True):
    """What the ambient's face has grown from: films on it that came straight after each other."""

    base: BaseGeometry
    """The ambient before the first of them."""
    thickness: float
    """nm of all of them together."""
    coverage: float
    """Side-wall over top thickness."""
    left: BaseGeometry
    """The ambient that they left; where the section has another, they are history."""


class Section(Struct, frozen=True):
    """A wafer's cross-section between x = 0 and `width`, z = `floor` and `ceiling` (nm)."""

    width: float
    floor: float
    ceiling: float
    regions: tuple[Region, ...]
    ambient: BaseGeometry
    voids: tuple[Polygon, ...] = ()
    openings: tuple[Opening, ...] = field(default=())
    growth: Growth | None = None
    """How the last films grew, for the next one to go on from; no part of a snapshot."""

    @classmethod
    def bare(
        cls, width: float, *, material: str = "Si", depth: float = 400.0, headroom: float = 8000.0
    ) -> "Section":
        """A bare substrate whose surface lies at z = 0."""
        substrate = Region(SUBSTRATE, material, shapely.box(0, -depth, width, 0), job="")
        return cls(width, -depth, headroom, (substrate,), shapely.box(0, 0, width, headroom))

    @property
    def domain(self) -> Polygon:
        """The whole rectangle."""
        return shapely.box(0, self.floor, self.width, self.ceiling)

    def missing(self) -> float:
        """How much area (nm²) the parts lack of the domain; below 0 where they have too much."""
        parts_ = [*(each.shape for each in self.regions), self.ambient, *self.voids]
        return self.width * (self.ceiling - self.floor) - float(shapely.area(parts_).sum())

    @property
    def is_plain(self) -> bool:
        """Whether it is the same all along: nothing on it begins or ends between its sides."""
        xs = shapely.get_coordinates([*(each.shape for each in self.regions), *self.voids])[:, 0]
        return not self.openings and bool(((xs <= ROUNDED) | (xs >= self.width - ROUNDED)).all())

    @property
    def sides(self) -> BaseGeometry:
        """The two edges at which the section ends and the wafer goes on: no surface of anything."""
        return shapely.MultiLineString(
            [[(x, self.floor), (x, self.ceiling)] for x in (0.0, self.width)]
        )

    def of_material(self, *materials: str) -> tuple[Region, ...]:
        """The regions made of one of the materials."""
        return tuple(region for region in self.regions if region.material in materials)

    def named(self, name: str) -> Region:
        """The region of that name. Raises KeyError where there is none (any more)."""
        for region in self.regions:
            if region.name == name:
                return region
        raise KeyError(f"no region {name!r}; there are {[region.name for region in self.regions]}")

    def opening(self, name: str) -> Opening:
        """The opening of that name. Raises KeyError where there is none."""
        for opening in self.openings:
            if opening.name == name:
                return opening
        raise KeyError(f"no opening {name!r}; there are {[each.name for each in self.openings]}")

    def solids(self) -> BaseGeometry:
        """Everything that is neither ambient nor void."""
        return self.domain.difference(united([self.ambient, *self.voids]))

    def with_regions(self, regions: Iterable[Region], ambient: BaseGeometry) -> "Section":
        """The same wafer with other regions; a crumb of one goes to whatever it touches."""
        kept: list[Region] = []
        crumbs: list[BaseGeometry] = []
        for region in regions:
            if region.shape.area > AREA_FLOOR:
                kept.append(region)
            elif region.shape.area > 0:
                crumbs.append(region.shape)
        for crumb in crumbs:
            near = crumb.buffer(ROUNDED)
            touched = [place for place, each in enumerate(kept) if near.intersects(each.shape)]
            if near.intersects(ambient) or not touched:
                ambient = polygonal(ambient.union(crumb))
            else:
                host = kept[touched[0]]
                kept[touched[0]] = replace(host, shape=polygonal(host.shape.union(crumb)))
        return replace(self, regions=tuple(kept), ambient=ambient)

    def as_wide(self, width: float) -> "Section":
        """The same wafer in a section of another width (nm), all of it stretched sideways.

        Before its first exposure a wafer is the same all over, and no section wider than another.
        """
        if self.width == width:
            return self
        factor = width / self.width

        def stretched(shape: AnyShape) -> AnyShape:
            return shapely.transform(shape, lambda points: points * [factor, 1.0])

        return replace(
            self,
            width=width,
            regions=tuple(replace(each, shape=stretched(each.shape)) for each in self.regions),
            ambient=stretched(self.ambient),
            voids=tuple(stretched(void) for void in self.voids),
            openings=tuple(replace(each, shape=stretched(each.shape)) for each in self.openings),
        )

    def with_opening(self, opening: Opening) -> "Section":
        """The same wafer with one opening more, if anything was removed at all."""
        if opening.shape.area <= AREA_FLOOR:
            return self
        return replace(self, openings=(*self.openings, opening))


def parts(shape: BaseGeometry) -> Iterator[Polygon]:
    """The polygons of a geometry that are larger than a crumb."""
    for part in getattr(shape, "geoms", (shape,)):
        if isinstance(part, Polygon) and part.area > AREA_FLOOR:
            yield part


def united(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """All that some bodies take up, as one; one alone is that body itself.

    An overlay of nearly equal outlines may fail: it is made on a grid then.
    """
    if len(shapes) == 1:
        return shapes[0]
    try:
        return shapely.union_all(shapes)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapes, grid_size=GRID)


def polygonal(shape: BaseGeometry) -> BaseGeometry:
    """The areas of a geometry, without the lines and points that an overlay may leave."""
    if isinstance(shape, Polygon | MultiPolygon):
        return shape
    found = [part for part in getattr(shape, "geoms", ()) if isinstance(part, Polygon)]
    return MultiPolygon(found) if len(found) != 1 else found[0]


def one_ring(shape: BaseGeometry) -> bool:
    """Whether it is one polygon without holes."""
    return isinstance(shape, Polygon) and shapely.get_num_interior_rings(shape) == 0


def common_areas(bodies: Shapes, others: Shapes) -> Areas:
    """The area (nm²) that each body has in common with the other at its place.

    An overlay of nearly equal outlines may take bodies that only touch for one: what it finds is
    asked again on a grid.
    """
    areas: Areas = shapely.area(shapely.intersection(bodies, others))
    for place in np.flatnonzero(areas > AREA_TOLERANCE):
        again = shapely.intersection(bodies[place], others[place], grid_size=GRID)
        areas[place] = min(areas[place], again.area)
    return areas
