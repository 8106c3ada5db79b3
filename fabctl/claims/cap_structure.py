"""The finished structure with its protective layers (cap.15 to cap.20)."""

from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.cap_level import Level, fill, layer_on, made_of_metal, protective_on, stops_on
from fabctl.claims.findings import Findings
from fabctl.claims.history import History, is_there, of_jobs, shape
from fabctl.claims.layers import etched, mostly
from fabctl.claims.readings import nm, nm2
from fabctl.structure import predicates as ask
from fabctl.structure.section import Region, Section, parts
from fabctl.structure.tolerances import BESIDE, OVERLAPPED, SUNK, THINNEST


def structure(found: Findings, levels: list[Level]) -> None:
    """Judge the finished wafer."""
    history = found.history
    section, end = history.last, len(history.done) - 1
    lower = levels[0]
    dielectric = lower.made.dielectric(section)
    opening = lower.made.opening
    opened = is_there(dielectric) and is_there(opening)
    found.put(
        "cap.15.a",
        f"dielectric 1 has {'an' if opened else 'no'} opening",
        end,
        holds=opened,
        by=_makers(history, lower),
        opening=nm2(opening),
    )
    metal = of_jobs(section, lower.metal_jobs)
    held = is_there(metal) and all(
        ask.inside(each, opening.buffer(BESIDE)) for each in parts(metal)
    )
    found.put(
        "cap.15.b",
        f"metal 1 is {'' if held else 'not '}in the opening",
        end,
        holds=held,
        by=history.places(*lower.metals),
        metal=nm2(metal),
    )
    _protected(found, "cap.15.c", levels, 0, section, end)
    _copper(found, "cap.16.a", lower, end)
    _stop(found, "cap.17.a", lower, section, end, right_through=True)
    if len(levels) > 1:
        _upper(found, levels, section, end)


def _upper(found: Findings, levels: list[Level], section: Section, end: int) -> None:
    history = found.history
    lower, upper = levels[:2]
    over = upper.made.dielectric(section)
    protective = protective_on(history, section, lower)
    whole_layer = protective_on(history, history.after(upper.begins), lower)
    metal, metal_below = (of_jobs(section, level.metal_jobs) for level in (upper, lower))
    opening = upper.made.opening
    lies_over = is_there(over) and over.bounds[1] >= _top(section, lower) - OVERLAPPED
    cut = (
        is_there(opening)
        and is_there(protective)
        and is_there(opening.intersection(whole_layer))
        and ask.cuts_through(opening, protective)
        and _reaches(metal_below, opening)
    )
    found.put(
        "cap.18.a",
        "dielectric 2 lies over dielectric 1, and opening 2 in it cuts through protective layer 1"
        if lies_over and cut
        else "dielectric 2 does not lie over dielectric 1"
        if cut
        else "opening 2 does not cut through protective layer 1 down to metal 1",
        end,
        holds=lies_over and cut,
        protective_layer=nm2(protective),
        by=[*_makers(history, upper), *_cuts(history, upper, lower)],
    )
    # the polish took the opening's rim away, and some of the metal's top with it
    whole = opening.intersection(
        _below(section, [over, *_shapes(stops_on(history, section, upper.made))])
    )
    whole_metal = made_of_metal(history, section, upper)
    rest = whole.intersection(_below(section, [whole_metal]))
    full = (
        is_there(rest)
        and ask.filled(rest, fill(history, section, upper))
        and mostly(whole_metal, rest)
        and whole.bounds[3] - rest.bounds[3] < SUNK
    )
    found.put(
        "cap.18.b",
        "metal 2 fills opening 2" if full else "opening 2 is not full",
        end,
        holds=is_there(metal) and full,
        by=history.places(*upper.metals),
        opening=nm2(rest),
        metal_in_opening=nm2(metal.intersection(rest)),
    )
    _protected(found, "cap.18.c", levels, 1, section, end)
    _copper(found, "cap.19.a", upper, end)
    _stop(found, "cap.20.a", upper, section, end, right_through=False)


def _copper(found: Findings, element: str, level: Level, end: int) -> None:
    if level.metals:
        found.made_of(element, "the metal", level.metals)
    else:
        found.put(element, "the metal is missing", end, holds=False)


def _makers(history: History, level: Level) -> list[int]:
    """The jobs that laid a level's dielectric, and those that made its opening."""
    return [*history.places_of([*level.made.dielectrics.values()]), *level.made.etches]


def _cuts(history: History, upper: Level, lower: Level) -> Iterator[int]:
    """The jobs that cut through the lower level's protective layer before the upper metal."""
    for at in etched(history, start=upper.begins, end=upper.etched_until):
        if history.took(at, protective_on(history, history.before(at), lower)):
            yield at


def _protected(
    found: Findings, element: str, levels: list[Level], number: int, section: Section, end: int
) -> None:
    history = found.history
    level = levels[number]
    metal = of_jobs(section, level.metal_jobs)
    protective = protective_on(history, section, level)
    others = [
        each.shape
        for each in section.regions
        if each.job not in level.metal_jobs
        and history.class_of(each.material) not in ("compound", "film")
    ]
    # film and metal react a little at once; what is thinner than the thinnest film is no layer
    layer = is_there(protective) and ask.mean_thickness(protective) >= THINNEST
    covers = layer and ask.covers_exposed(protective, metal, section.sides, *others)
    found.put(
        element,
        "the protective layer lies on all of the metal's surface that the dielectric leaves free"
        if covers
        else "the metal's surface is not protected",
        end,
        holds=covers,
        mean_thickness=nm(ask.mean_thickness(protective)),
        by=history.places_of([each.job for each in layer_on(history, section, level)]),
    )


def _stop(
    found: Findings, element: str, level: Level, section: Section, end: int, *, right_through: bool
) -> None:
    """Judge a stop layer and its opening.

    `right_through`: whether what the opening must come to lies below the dielectric. That an upper
    opening stops short of what lies there is another element's matter (cap.18.a), but it must go on
    from the stop layer into the dielectric.
    """
    history = found.history
    dielectric = level.made.dielectric(section)
    stops = stops_on(history, section, level.made)
    if not stops:
        found.put(element, "there is no stop layer on the dielectric", end, holds=False)
        return
    opening = level.made.opening
    through = ask.cuts_through(opening, shapely.union_all([each.shape for each in stops]))
    in_dielectric = opening.bounds[1] < dielectric.bounds[3] - BESIDE
    further = ask.cuts_through(opening, dielectric) if right_through else in_dielectric
    goes = "right through" if right_through else "into"
    found.put(
        element,
        f"the opening {'passes' if through else 'does not pass'} through the stop layer and "
        f"{'goes' if further else 'does not go'} {goes} the dielectric below",
        end,
        holds=through and further,
        by=[*history.places_of([each.job for each in stops]), *level.made.etches],
        stop_layer=nm2(shape(stops)),
    )


def _shapes(regions: list[Region]) -> list[BaseGeometry]:
    return [each.shape for each in regions]


def _below(section: Section, bodies: list[BaseGeometry]) -> BaseGeometry:
    """Everything below the highest point of some bodies."""
    top = max((body.bounds[3] for body in bodies if is_there(body)), default=section.floor)
    return shapely.box(0, section.floor, section.width, top)


def _top(section: Section, level: Level) -> float:
    return float(level.made.dielectric(section).bounds[3])


def _reaches(metal: BaseGeometry, opening: BaseGeometry) -> bool:
    return bool(metal.distance(opening) < BESIDE)
