"""What is true of every section after every step; a breach is a fault of the program."""

import numpy as np
import shapely

from fabctl.structure.section import Section
from fabctl.structure.tolerances import AREA_TOLERANCE


class BrokenSectionError(AssertionError):
    """The partition is no partition any more: says which part and by how much."""


def check(section: Section) -> None:
    """Raise `BrokenSectionError` unless the parts are valid, do not overlap and fill the domain."""
    shapes = np.array(
        [*(region.shape for region in section.regions), section.ambient, *section.voids]
    )
    labels = [region.name for region in section.regions]
    labels += ["ambient", *(f"void {number}" for number in range(len(section.voids)))]
    for place in np.flatnonzero(~shapely.is_valid(shapes)):
        raise BrokenSectionError(f"{labels[place]}: {shapely.is_valid_reason(shapes[place])}")
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    overlaps = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    for place in np.flatnonzero(overlaps > AREA_TOLERANCE):
        raise BrokenSectionError(
            f"{labels[first[place]]} and {labels[second[place]]} "
            f"overlap by {overlaps[place]:.3g} nm²"
        )
    missing = section.domain.area - float(shapely.area(shapes).sum())
    if abs(missing) > AREA_TOLERANCE:
        raise BrokenSectionError(f"the parts miss the domain by {missing:.3g} nm²")
