"""A wafer seen in section at its centre, and how its other sites differ from there."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import shapely
from msgspec import Struct, field
from msgspec.structs import replace

from fabctl.structure.predicates import contact, thickness_at
from fabctl.structure.section import Region, Section, parts
from fabctl.structure.tolerances import CONTACT, LEAST_CONTACT, ROUNDED
from simulators.physics.imaging import Piece
from simulators.physics.uniformity import SITES
from simulators.section.levels import top_at
from simulators.section.reaction import merged

CENTRE = 0
"""Index of the wafer's centre among `simulators.physics.uniformity.SITES`."""
BARE_NM = 4000.0
"""Width of the section until a reticle says how wide its layout is."""
EDGE_NM = 20.0
"""Beside an opening's wall its lining is no field."""
FIELD_NM = 50.0
"""Distance from the section's side at which the field is looked at: layouts keep it plain."""


Deposit = tuple[str, str]
"""What one job laid down of one material: (job, material)."""


class Cut(Struct, frozen=True):
    """The section; the thickness of each deposit at every site, relative to the centre's."""

    section: Section
    spread: Mapping[Deposit, tuple[float, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Deposit → factor at each site."""
    light: Mapping[Deposit, tuple[Piece, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Coat → dose (mJ/cm²) at its bottom, along the section, that no bake has linked."""
    linked: Mapping[Deposit, tuple[Piece, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Negative coat → the dose that bakes have linked."""
    converted: Mapping[Deposit, float] = field(default_factory=lambda: MappingProxyType({}))
    """Half-lives through which heat has taken a coat towards hardness, a film's porogen out."""
    solvent: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Coat, by its job → share of solvent left in it."""

    @classmethod
    def bare(cls) -> "Cut":
        """A bare wafer."""
        return cls(Section.bare(BARE_NM))

    def to(self, section: Section) -> "Cut":
        """The same wafer with another section, a job's pieces of one material made one region."""
        if section is self.section:
            return self
        return replace(self, section=replace(section, regions=tuple(merged([*section.regions]))))

    def spreading(self, job: str, material: str, factors: tuple[float, ...]) -> "Cut":
        """The same wafer, knowing how a deposit varies over the sites."""
        relative = tuple(factor / factors[CENTRE] for factor in factors)
        return replace(self, spread=MappingProxyType({**self.spread, (job, material): relative}))

    def pattern(self) -> tuple[tuple[float, float], ...]:
        """The lateral extents (nm) of everything that was etched into the wafer."""
        shapes = [opening.shape for opening in self.section.openings]
        extents = [
            (part.bounds[0], part.bounds[2])
            for shape in shapes
            for part in getattr(shape, "geoms", (shape,))
        ]
        return tuple(each for each in extents if each[0] > 1.0 and each[1] < self.section.width - 1)

    def middle(self) -> float:
        """Where the widest thing that was etched is looked at; the field where nothing was."""
        widest = max(self.pattern(), key=lambda each: each[1] - each[0], default=None)
        return FIELD_NM if widest is None else (widest[0] + widest[1]) / 2

    def uppermost(self, material: str, x: float) -> tuple[float, ...]:
        """Thickness (nm) of a material's uppermost layer at x, at every site; empty if none.

        Coats of it that lie on each other are one layer.
        """
        layer: tuple[float, ...] = ()
        for thick, region in self.uppermost_coats(material, x):
            own = [thick * factor for factor in self._spread(region.job, material)]
            layer = tuple(map(sum, zip(layer, own, strict=True))) if layer else tuple(own)
        return layer

    def places_of(self, material: str) -> tuple[float, ...]:
        """Where (nm along the section) a material's uppermost body is looked at; empty if none.

        Of several as high the widest: its middle, and a point in it where its middle is not.
        """
        bodies = [body for each in self.section.of_material(material) for body in parts(each.shape)]
        if not bodies:
            return ()
        top = max(body.bounds[3] for body in bodies) - CONTACT
        high = [body for body in bodies if body.bounds[3] >= top]
        widest = max(high, key=lambda body: body.bounds[2] - body.bounds[0])
        return ((widest.bounds[0] + widest.bounds[2]) / 2, widest.representative_point().x)

    def uppermost_coats(self, material: str, x: float) -> list[tuple[float, Region]]:
        """What a material's uppermost layer is made of at x, from the top: nm of each region."""
        coats = sorted(
            (
                (top_at(region.shape, x), runs[0], region)
                for region in self.section.of_material(material)
                if (runs := thickness_at(region.shape, x))
            ),
            key=lambda coat: (*coat[:2], coat[2].job),
            reverse=True,
        )
        layer: list[tuple[float, Region]] = []
        bottom = math.inf
        for top, thick, region in coats:
            if layer and top < bottom - CONTACT:
                break
            layer.append((thick, region))
            bottom = top - thick
        return layer

    def height_leaving(
        self, material: str, nm: float, over_sites: Callable[[Sequence[float]], float]
    ) -> float:
        """How low (nm) a pad must come to leave `nm` of a material anywhere outside of the pattern.

        `over_sites` says which of the sites' thicknesses counts (max, mean). Infinite where there
        is no more of it already.
        """
        pattern = self.pattern()
        lowest = float("inf")
        for region in self.section.of_material(material):
            allowed = nm / over_sites(self._spread(region.job, material))
            for x in self._places(region.shape, pattern):
                thickest = max(thickness_at(region.shape, x), default=0.0)
                if thickest > allowed:
                    lowest = min(lowest, top_at(region.shape, x) - thickest + allowed)
        return lowest

    def has(self, material: str, tag: str) -> bool:
        """Whether any of a material bears a tag (``porogen``, ``damaged``, ``gelled``)."""
        return any(tag in each.tags for each in self.section.of_material(material))

    def open_materials(self) -> frozenset[str]:
        """The materials that lie open to the ambient somewhere, with nothing on them at all."""
        return frozenset(
            region.material
            for region in self.section.regions
            if contact(region.shape, self.section.ambient, within=ROUNDED) > LEAST_CONTACT
        )

    def _spread(self, job: str, material: str) -> tuple[float, ...]:
        return self.spread.get((job, material), (1.0,) * len(SITES))

    def _places(
        self, shape: shapely.Geometry, pattern: tuple[tuple[float, float], ...]
    ) -> list[float]:
        """Where to look at a body outside of the pattern: beside each of its vertices."""
        edges = sorted({float(x) for x in shapely.get_coordinates(shape)[:, 0]})
        middles = [(left + right) / 2 for left, right in itertools.pairwise(edges)]
        return [
            x
            for x in middles
            if not any(left - EDGE_NM <= x <= right + EDGE_NM for left, right in pattern)
        ]

    def surface(self, x: float) -> float:
        """Height (nm) of the open surface at x."""
        return max(top_at(each.shape, x) for each in self.section.regions)
