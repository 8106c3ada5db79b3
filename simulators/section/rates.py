"""How fast an etch takes each region."""

from collections.abc import Mapping

from fabctl.structure.section import Region

Rates = Mapping[str, float]
"""Material (or ``material:tag``) → nm/s. A material that is not named is not etched."""


def rate_of(region: Region, rates: Rates) -> float:
    """The region's etch rate, nm/s; a tagged rate (``SiOC:damaged``) wins over the plain one."""
    for tag in sorted(region.tags):
        if f"{region.material}:{tag}" in rates:
            return rates[f"{region.material}:{tag}"]
    return rates.get(region.material, 0.0)
