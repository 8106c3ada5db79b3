"""What can be asked of a section. All lengths nm, areas nm²; every tolerance is in one file."""

from fabctl.structure.predicates.contact import (
    conducts,
    contact,
    covers_exposed,
    enclosed,
    lies_on,
    separated,
)
from fabctl.structure.predicates.films import (
    continuous,
    mean_thickness,
    planarity,
    smallest_thickness,
    thickness,
    thickness_at,
    thicknesses,
    voids_in,
)
from fabctl.structure.predicates.openings import (
    bare_top,
    between,
    count,
    cuts_through,
    exposes,
    filled,
    inside,
    stepped,
)

__all__ = [
    "bare_top",
    "between",
    "conducts",
    "contact",
    "continuous",
    "count",
    "covers_exposed",
    "cuts_through",
    "enclosed",
    "exposes",
    "filled",
    "inside",
    "lies_on",
    "mean_thickness",
    "planarity",
    "separated",
    "smallest_thickness",
    "stepped",
    "thickness",
    "thickness_at",
    "thicknesses",
    "voids_in",
]
