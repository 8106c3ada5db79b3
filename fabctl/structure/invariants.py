"""What is true of every section after every step; a breach is a fault of the program."""

import shapely

from fabctl.structure.section import Section

AREA_TOLERANCE = 1e-6
"""nm²."""


class BrokenSectionError(AssertionError):
    """The partition is no partition any more: says which part and by how much."""


def check(section: Section) -> None:
    """Raise `BrokenSectionError` unless the parts are valid, do not overlap and fill the domain."""
    shapes = [region.shape for region in section.regions]
    labels = [region.name for region in section.regions]
    shapes += [section.ambient, *section.voids]
    labels += ["ambient", *(f"void {number}" for number in range(len(section.voids)))]
    for label, shape in zip(labels, shapes, strict=True):
        if not shape.is_valid:
            raise BrokenSectionError(f"{label}: {shapely.is_valid_reason(shape)}")
    tree = shapely.STRtree(shapes)
    for first, second in zip(*tree.query(shapes, predicate="intersects"), strict=True):
        if first < second:
            overlap = shapes[first].intersection(shapes[second]).area
            if overlap > AREA_TOLERANCE:
                raise BrokenSectionError(
                    f"{labels[first]} and {labels[second]} overlap by {overlap:.3g} nm²"
                )
    missing = section.domain.area - sum(shape.area for shape in shapes)
    if abs(missing) > AREA_TOLERANCE:
        raise BrokenSectionError(f"the parts miss the domain by {missing:.3g} nm²")
