"""The metal, film and heat of one level: of what, how thick, how hot."""

import itertools
from math import isfinite

from fabctl.claims.cap_film import film_of, heats_of, laid_in
from fabctl.claims.cap_level import Level
from fabctl.claims.findings import Findings
from fabctl.claims.history import Deposit, History, Measured, is_there, of_jobs
from fabctl.claims.reached import judge_peaks
from fabctl.claims.readings import Reading
from fabctl.interlocks.wafer_state import REMOVALS
from fabctl.process.material import Conductive
from fabctl.quantities import Quantity, exact
from fabctl.structure.tolerances import THINNED

SHOWN = "Å"
"""The unit in which a film's thickness is told."""


TAKES = (*REMOVALS, "clean", "preclean")
"""What takes a film away; while it waits it only sinks, as it reacts."""


def conditions(found: Findings, level: Level, elements: tuple[str, str, str, str, str]) -> None:
    """Put the elements of the metal, the film and the heat: what, how thick, how hot."""
    copper, known, group, thickness, thermal = elements
    history = found.history
    if level.metals:
        found.made_of(copper, "the metal", level.metals)
    else:
        found.put(copper, "the metal is missing", level.filled_at, holds=False)
    films, reactions = film_of(history, level)
    if not films:
        for element in (known, group, thickness, thermal):
            found.put(element, "there is no film", holds=False)
        return
    coats = _lasting(history, films)
    found.made_of(known, "the film", coats)
    table = [history.materials.find(each.material) for each in coats]
    if all(each is not None and each.conductive is Conductive.NO for each in table):
        found.not_practised(group, "the film is not conductive")
    else:
        found.made_of(group, "the film", coats)
    _measured_film(found, thickness, coats, level.ends)
    _peak(found, level, thermal, films, reactions[:1])


def _lasting(history: History, films: list[Deposit]) -> list[Deposit]:
    """The coats of the film that no step took away again before the last of them was laid."""
    last = films[-1].at
    return [
        each
        for each in films
        if is_there(of_jobs(history.after(last), [each.job]))
        or not any(
            history.took(at, of_jobs(history.before(at), [each.job]))
            for at in history.span(each.at, last)
        )
    ]


def _measured_film(found: Findings, element: str, coats: list[Deposit], end: int) -> None:
    """Judge the thickness of the film itself, all its coats together.

    Another film's measurement says nothing of it; one of a material tells of all its coats that lie
    on each other. The coats' thicknesses add up, and so do their uncertainties.
    """
    history = found.history
    values: tuple[float, ...] = ()
    uncertainty, at, by = 0.0, coats[-1].at, history.places(*coats)
    read: list[Reading | None] = []
    for pile in _piles(coats):
        seen = _thicknesses_of(history, pile, end)
        if not seen:
            what = "the film" if len(coats) == 1 else f"the film's {pile[-1].material}"
            why = f"{what} was not measured as it was laid, before the thermal process"
            found.not_shown(element, why, pile[-1].at, history.places(*coats))
            return
        by += [here for _, here in seen]
        sites = [_in_shown(site, each.unit) for each, _ in seen for site in each.values]
        values = _added(values, tuple(sites))
        uncertainties = [_in_shown(each.uncertainty, each.unit) for each, _ in seen]
        uncertainty += max(uncertainties, key=lambda each: (not isfinite(each), each))
        at = max(at, *by)
        read += [Reading.mean(*each) for each in seen]
    found.within(element, values, uncertainty, SHOWN, at, by)
    found.cite(element, *read)


def _piles(coats: list[Deposit]) -> list[list[Deposit]]:
    """The coats in order, those of one material that follow each other together."""
    return [list(pile) for _, pile in itertools.groupby(coats, key=lambda each: each.material)]


def _thicknesses_of(history: History, pile: list[Deposit], end: int) -> list[tuple[Measured, int]]:
    """All that was measured of a pile before it was heated, each with the place of its job.

    Nor after more of its material came to lie elsewhere, as that is what is measured then.
    """
    name = pile[-1].material
    heats = heats_of(history, pile[-1].at, end)
    found = []
    for at in history.span(pile[-1].at, end):
        done = history.done[at]
        more = {each.material for each in laid_in(history, at)}
        if at in heats or name in more:
            break
        film = of_jobs(history.before(at), [each.job for each in pile])
        lost = history.removed(at).intersection(film).area if done.operation in TAKES else 0.0
        if lost > THINNED * film.area:
            break  # what is left is not as it was laid
        for measured in done.measured:
            of = measured.material or done.recipe.get("material", "")
            if measured.quantity == "film_thickness" and history.materials.canonical(of) == name:
                found.append((measured, at))
    return found


def _in_shown(value: float, unit: str) -> float:
    return float(Quantity.of(exact(value, 8), unit).in_unit(SHOWN)) if isfinite(value) else value


def _added(below: tuple[float, ...], above: tuple[float, ...]) -> tuple[float, ...]:
    """Two piles' thicknesses, site by site; where the sites differ, the least and the most."""
    if not below or not above:
        return below or above
    if len(below) == len(above):
        return tuple(map(sum, zip(below, above, strict=True)))
    return tuple(sorted((min(below) + min(above), max(below) + max(above))))


def _peak(found: Findings, level: Level, element: str, films: list[Deposit], by: list[int]) -> None:
    """Judge the hottest heat that the film met, and its reaction, which is the last of them."""
    history = found.history
    anneals = heats_of(history, films[0].at, level.ends)
    jobs = [each.job for each in films]
    met = [at for at in anneals if is_there(of_jobs(history.before(at), jobs))]
    if not anneals:
        found.put(element, "there was no thermal process", holds=False)
        return
    judge_peaks(found, element, met or anneals, by)
