"""The film on one level of metal: laid, reacted, taken off again; of what, how thick, how hot."""

import itertools

from fabctl.claims.cap_level import Level, Made, protective_on
from fabctl.claims.findings import Findings, Limits
from fabctl.claims.history import Deposit, History, is_there, of_class, of_jobs
from fabctl.process.material import Conductive
from fabctl.structure import predicates as ask
from fabctl.structure.section import Section
from fabctl.structure.tolerances import BEYOND, CRUMB, LEAST_CONTACT

CONDUCTIVE_FILMS = ("Sn", "Al", "Sn-Pb")
"""The closed group of cap.4 and cap.11."""
REMOVALS = ("strip", "etch", "etch_back", "clean")
FILM = Limits(10.0, 500.0, unit="Å")
THERMAL = Limits(high=400.0, high_open=True, unit="degC")


def protect(found: Findings, level: Level, made: Made, elements: tuple[str, str, str]) -> Made:
    """Put the elements of the film laid, reacted and removed; gives what was made, with them."""
    over, reacted, removed = elements
    history = found.history
    films = history.deposits("film", start=_after_metal(level), end=level.ends)
    if not films:
        for element in elements:
            found.put(element, "no film was deposited on the metal", holds=False)
        return made
    made.film_jobs = [each.job for each in films]
    at = films[-1].at
    section = history.after(at)
    film = of_jobs(section, made.film_jobs)
    metal = of_jobs(section, level.metal_jobs)
    # a film that was looked at late lies on what it has made of the metal meanwhile
    lies_on = metal.union(protective_on(history, section, level))
    touches = ask.contact(lies_on, film) > LEAST_CONTACT
    beyond = bool(made.dielectric_job) and (
        film.bounds[0] < made.opening.bounds[0] - BEYOND
        and film.bounds[2] > made.opening.bounds[2] + BEYOND
    )
    found.put(
        over,
        f"the film {'lies' if touches else 'does not lie'} on the metal and "
        f"{'over' if beyond else 'not over'} the dielectric",
        at,
        holds=touches and beyond,
    )
    reaction = _reaction(found, level, reacted, at)
    for here in history.span(at if reaction is None else reaction, level.ends):
        before = of_jobs(history.before(here), made.film_jobs).area
        after = of_jobs(history.after(here), made.film_jobs).area
        if history.done[here].operation in REMOVALS and (before - after > CRUMB):
            made.removal = here
            found.put(
                removed,
                f"{before - after:.0f} nm² of unreacted film were removed"
                + ("" if reaction is not None else ", but no thermal process had reacted any"),
                here,
                holds=reaction is not None,
                left_nm2=round(after, 1),
            )
            return made
    found.put(
        removed, "no unreacted film was removed after the thermal process", reaction, holds=False
    )
    return made


def _reacting(history: History, level: Level, start: int) -> int | None:
    """The anneal in which a protective layer grew."""
    for at in history.operated("anneal", start=start, end=level.ends):
        if _grown(history, level, at) > CRUMB:
            return at
    return None


def _grown(history: History, level: Level, at: int) -> float:
    """By how many nm² the protective layer grew in a job."""
    after = protective_on(history, history.after(at), level)
    return float(after.area - protective_on(history, history.before(at), level).area)


def _reaction(found: Findings, level: Level, element: str, start: int) -> int | None:
    history = found.history
    at = _reacting(history, level, start)
    if at is None:
        found.put(element, "no thermal process made metal and film react", holds=False)
        return None
    covers = _covers(history, level, at)
    lost = covers and not _covers(history, level, level.ends - 1)
    end = "" if not lost else ", but it is not there any more at the level's end"
    found.put(
        element,
        f"{_grown(history, level, at):.0f} nm² of "
        f"{_compounds(history, history.after(at), level)} formed"
        + (f" on the metal's surface{end}" if covers else ", but metal stays bare"),
        level.ends - 1 if lost else at,
        holds=covers and not lost,
    )
    return at if covers else None


def _covers(history: History, level: Level, at: int) -> bool:
    """Whether the protective layer lies on the metal's surface after a job."""
    section = history.after(at)
    metal = of_jobs(section, level.metal_jobs)
    others = [
        each.shape
        for each in section.regions
        if each.job not in level.metal_jobs
        and history.class_of(each.material)
        in ("dielectric", "barrier", "stop", "substrate", "metal")
    ]
    return ask.covers_exposed(protective_on(history, section, level), metal, section.sides, *others)


def _compounds(history: History, section: Section, level: Level) -> str:
    metal = of_jobs(section, level.metal_jobs)
    return ", ".join(
        sorted(
            {
                each.material
                for each in of_class(history, section, "compound")
                if ask.contact(metal, each.shape) > LEAST_CONTACT
            }
        )
    )


def conditions(found: Findings, level: Level, elements: tuple[str, str, str, str, str]) -> None:
    """Put the elements of the metal, the film and the heat: what, how thick, how hot."""
    copper, known, group, thickness, thermal = elements
    history = found.history
    material = level.metals[-1].material if level.metals else "missing"
    found.put(copper, f"the metal is {material}", level.filled_at, holds=material == "Cu")
    films = history.deposits("film", start=_after_metal(level), end=level.ends)
    if not films:
        for element in (known, group, thickness, thermal):
            found.put(element, "there is no film", holds=False)
        return
    at = films[-1].at
    film = history.materials.find(films[-1].material)
    conducts = film.conductive if film else Conductive.UNKNOWN
    if conducts is Conductive.UNKNOWN:
        found.not_shown(known, f"whether {films[-1].material} conducts is not known", at)
    else:
        word = "a conductive" if conducts is Conductive.YES else "a non-conductive"
        found.put(known, f"{films[-1].material} is {word} material", at, holds=True)
    if conducts is Conductive.NO:
        found.not_practised(group, "the film is not conductive")
    else:
        found.put(
            group,
            f"the film is {films[-1].material}, one of {', '.join(CONDUCTIVE_FILMS)}"
            if films[-1].material in CONDUCTIVE_FILMS
            else f"{films[-1].material} is none of {', '.join(CONDUCTIVE_FILMS)}",
            at,
            holds=films[-1].material in CONDUCTIVE_FILMS,
        )
    _measured_film(found, thickness, _lasting(history, films), level.ends)
    _peak(found, level, thermal, at)


def _lasting(history: History, films: list[Deposit]) -> list[Deposit]:
    """The coats of the film that no step took away again before the last of them was laid."""
    last = films[-1].at
    return [
        each
        for each in films
        if is_there(of_jobs(history.after(last), [each.job]))
        or not history.operated(*REMOVALS, start=each.at, end=last)
    ]


def _measured_film(found: Findings, element: str, coats: list[Deposit], end: int) -> None:
    """Judge the thickness of the film itself, all its coats together.

    Another film's measurement says nothing of it; one of a material tells of all its coats that lie
    on each other. The coats' thicknesses add up, and so do their uncertainties.
    """
    history = found.history
    values: tuple[float, ...] = ()
    uncertainty, at = 0.0, coats[-1].at
    for pile in _piles(history, coats):
        seen = _thickness_of(history, pile, end)
        if seen is None:
            what = "the film" if len(coats) == 1 else f"the film's {pile[-1].material}"
            found.not_shown(
                element, f"{what} was not measured before the thermal process", pile[-1].at
            )
            return
        own, error, here = seen
        values = _added(values, own)
        uncertainty += error
        at = max(at, here)
    found.within(element, values, uncertainty, FILM, at)


def _piles(history: History, coats: list[Deposit]) -> list[list[Deposit]]:
    """The coats in order, those of one material that follow each other together."""
    name = history.materials.canonical
    return [
        list(pile) for _, pile in itertools.groupby(coats, key=lambda each: name(each.material))
    ]


def _thickness_of(
    history: History, pile: list[Deposit], end: int
) -> tuple[tuple[float, ...], float, int] | None:
    """What was measured of a pile (Å at each site, ± Å, the job's place) before it was heated.

    Nor after more of its material came to lie elsewhere, as that is what is measured then.
    """
    name = history.materials.canonical(pile[-1].material)
    for at in history.span(pile[-1].at, end):
        done = history.done[at]
        more = {history.materials.canonical(each.material) for each in _laid(history, at)}
        if done.operation == "anneal" or name in more:
            break
        for measured in done.measured:
            of = measured.material or done.recipe.get("material", "")
            if measured.quantity == "film_thickness" and history.materials.canonical(of) == name:
                scale = {"Å": 1.0, "nm": 10.0}[measured.unit]
                values = tuple(value * scale for value in measured.values)
                return values, measured.uncertainty * scale, at
    return None


def _laid(history: History, at: int) -> list[Deposit]:
    return history.deposits("film", start=at - 1, end=at + 1)


def _added(below: tuple[float, ...], above: tuple[float, ...]) -> tuple[float, ...]:
    """Two piles' thicknesses, site by site; where the sites differ, the least and the most."""
    if not below or not above:
        return below or above
    if len(below) == len(above):
        return tuple(map(sum, zip(below, above, strict=True)))
    return tuple(sorted((min(below) + min(above), max(below) + max(above))))


def _peak(found: Findings, level: Level, element: str, start: int) -> None:
    """Judge the hottest anneal from the film to its reaction, which is the last of them."""
    history = found.history
    reaction = _reacting(history, level, start)
    end = level.ends if reaction is None else reaction + 1
    anneals = history.operated("anneal", start=start, end=end)
    if not anneals:
        found.put(element, "there was no thermal process", holds=False)
        return
    peaks = {at: history.done[at].peaks.get("temperature") for at in anneals}
    for at, peak in peaks.items():
        if peak is None:
            found.not_shown(element, "no sensor that can be relied on told the peak", at)
            return
        if peak[1] is None:
            why = (
                f"the tool reported {peak[0]:.6g} degC at most, and how sure that is is not stated"
            )
            found.not_shown(element, why, at)
            return
    known = {at: (peak[0], peak[1] or 0.0) for at, peak in peaks.items() if peak is not None}
    hottest = max(known, key=lambda at: sum(known[at]))
    value, uncertainty = known[hottest]
    found.within(element, (value,), uncertainty, THERMAL, hottest)


def _after_metal(level: Level) -> int:
    return level.metals[-1].at if level.metals else level.begins
