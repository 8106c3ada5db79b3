"""Makes the wafers that are brought in, by their file: no tool here has touched them."""

import shapely
from msgspec.structs import replace
from shapely.geometry.base import BaseGeometry

from fabctl.process.material import MaterialClass, materials
from fabctl.process.stock import Deposited, Making, Opened, PolishedTo, Stock
from fabctl.structure.section import Opening, Section, parts, polygonal, united
from simulators.section.cut import Cut
from simulators.section.cutting import cut_away
from simulators.section.films import deposit
from simulators.section.polishing import Stop, polish_to, stop_level

HOLD_OPENINGS = (MaterialClass.DIELECTRIC, MaterialClass.STOP)
"""What an opening is made in."""


def made_elsewhere(stock: Stock) -> Cut:
    """Give such a wafer; its regions and openings are of no job."""
    section = Section.bare(float(stock.layout.width.in_unit("nm")))
    for number, making in enumerate(stock.made):
        section = _after(section, making, stock, f"{number}/")
    return Cut(section)


def _after(section: Section, making: Making, stock: Stock, name: str) -> Section:
    match making:
        case Deposited(material, thickness):
            nm = float(thickness.in_unit("nm"))
            return deposit(section, name + material, material, nm, job="")
        case Opened(reticle, depth):
            windows = stock.layout.masks[reticle].windows
            top = max(region.shape.bounds[3] for region in section.regions)
            floor = top - float(depth.in_unit("nm"))
            body = united(
                [
                    shapely.box(
                        float(each.left.in_unit("nm")),
                        floor,
                        float(each.right.in_unit("nm")),
                        section.ceiling,
                    )
                    for each in windows
                ]
            )
            return _opened(section, body, name + reticle)
        case PolishedTo(material):
            field = _outside_openings(section, material)
            return polish_to(section, stop_level(field, (material,), Stop.CLEAR), job="")


def _outside_openings(section: Section, material: str) -> Section:
    """What a pad looks at to stop: a material, but for what lies under an opening in it."""
    columns = united(
        [
            shapely.box(part.bounds[0], section.floor, part.bounds[2], section.ceiling)
            for opening in section.openings
            for part in parts(opening.shape)
        ]
    )
    left = [
        replace(region, shape=polygonal(region.shape.difference(columns)))
        for region in section.of_material(material)
    ]
    return section.with_regions(left, section.ambient)


def _opened(section: Section, body: BaseGeometry, name: str) -> Section:
    held = united(
        [
            region.shape
            for region in section.regions
            if materials().class_of(region.material) in HOLD_OPENINGS
        ]
    )
    opening = Opening(name, polygonal(body.intersection(held)), job="")
    cuts = {region.name: body for region in section.regions}
    return cut_away(section, cuts, job="", air=body).with_opening(opening)
