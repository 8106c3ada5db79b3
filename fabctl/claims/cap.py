"""The protective layer on copper (cap.1 to cap.20), level by level, from what was done."""

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.cap_level import Level, Made, fill, levels_of, protective_on
from fabctl.claims.cap_structure import structure
from fabctl.claims.findings import Findings, Limits
from fabctl.claims.history import History, is_there, of_class, of_jobs, shape
from fabctl.process.material import Conductive
from fabctl.structure import predicates as ask
from fabctl.structure.section import Section, parts, polygonal
from fabctl.structure.tolerances import LEAST_CONTACT

CONDUCTIVE_FILMS = ("Sn", "Al", "Sn-Pb")
"""The closed group of cap.4 and cap.11."""
FILM = Limits(10.0, 500.0, unit="Å")
THERMAL = Limits(high=400.0, high_open=True, unit="degC")
ETCHES = ("etch", "etch_back")


def evaluate(history: History) -> Findings:
    """The standing of every element of cap.1 to cap.20 that the history decides."""
    found = Findings(history)
    levels = levels_of(history)
    if levels:
        levels[0].made = _first_level(found, levels[0])
    if len(levels) > 1:
        levels[1].made = _second_level(found, levels[0], levels[1])
    if levels:
        structure(found, levels)
    return found


def _first_level(found: Findings, level: Level) -> Made:
    opening = _opening(found, level, "cap.1.a")
    _fill(found, level, opening.opening, "cap.1.b")
    made = _protect(found, level, opening, ("cap.1.c", "cap.1.d", "cap.1.e"))
    _conditions(found, level, ("cap.2.a", "cap.3.a", "cap.4.a", "cap.5.a", "cap.6.a"))
    _stop(found, level, made, "cap.7.a")
    return made


def _second_level(found: Findings, lower: Level, level: Level) -> Made:
    history = found.history
    protective = protective_on(history, history.after(level.begins), lower)
    _cover(found, level, lower, protective)
    made = _opening(found, level, "")
    _cut_through(found, level, lower, protective, made)
    at = level.filled_at
    section = history.after(at)
    metal, metal_below = of_jobs(section, level.metal_jobs), of_jobs(section, lower.metal_jobs)
    conductors = [each.shape for each in section.regions if _conductive(history, each.material)]
    full = is_there(made.opening) and ask.filled(made.opening, fill(history, section))
    joined = is_there(metal) and ask.conducts(metal, metal_below, conductors)
    found.put(
        "cap.8.c",
        f"metal 2 {'fills' if full else 'does not fill'} opening 2 and "
        f"{'conducts to metal 1' if joined else 'has no conductive path to metal 1'}",
        at,
        holds=full and joined,
    )
    made = _protect(found, level, made, ("cap.8.d", "cap.8.e", "cap.8.f"))
    _conditions(found, level, ("cap.9.a", "cap.10.a", "cap.11.a", "cap.12.a", "cap.13.a"))
    _stop(found, level, made, "cap.14.a")
    return made


def _cover(found: Findings, level: Level, lower: Level, protective: BaseGeometry) -> None:
    history = found.history
    laid = history.deposits("dielectric", start=level.begins, end=level.etched_until)
    if not laid:
        found.put("cap.8.a", "no second dielectric was deposited", holds=False)
        return
    at = laid[0].at
    section = history.after(at)
    covered = (
        is_there(protective)
        and ask.contact(protective, section.ambient) <= LEAST_CONTACT
        and is_there(of_jobs(section, [lower.made.dielectric_job]))
    )
    after_removal = lower.made.removal is not None and at > lower.made.removal
    found.put(
        "cap.8.a",
        f"dielectric 2 {'covers' if covered else 'does not cover'} protective layer 1, "
        f"{'after' if after_removal else 'not after'} the unreacted film's removal",
        at,
        holds=covered and after_removal,
    )


def _cut_through(
    found: Findings, level: Level, lower: Level, protective: BaseGeometry, made: Made
) -> None:
    history = found.history
    first = level.etched_until
    for at in history.operated(*ETCHES, "preclean", start=level.begins, end=first):
        section = history.after(at)
        metal = of_jobs(section, lower.metal_jobs)
        bare = ask.exposes(section, metal)
        cut = is_there(history.removed(at).intersection(protective))
        if bare > LEAST_CONTACT and (cut or not is_there(protective)):
            found.put(
                "cap.8.b",
                f"opening 2 lays {bare:.0f} nm of metal 1 bare "
                + ("through protective layer 1" if cut else "where no protective layer is")
                + ("" if made.dielectric_job else ", but dielectric 2 has no opening"),
                at,
                holds=is_there(protective) and cut and bool(made.dielectric_job),
                exposed_nm=round(bare, 1),
            )
            return
    found.put(
        "cap.8.b", "no etch laid metal 1 bare through protective layer 1", first - 1, holds=False
    )


def _opening(found: Findings, level: Level, element: str) -> Made:
    history = found.history
    removed: list[BaseGeometry] = []
    cut: dict[str, float] = {}
    last = None
    for at in history.operated(*ETCHES, start=level.begins, end=level.etched_until):
        gone = _patterned(history, at)
        removed.append(gone)
        for region in of_class(history, history.before(at), "dielectric"):
            area = gone.intersection(region.shape).area
            if area > 1.0:
                cut[region.job] = cut.get(region.job, 0.0) + area
                last = at
    opening = shapely.union_all(removed) if removed else shapely.Polygon()
    job = max(cut, key=lambda each: cut[each], default="")
    if element:
        found.put(
            element,
            f"an opening of {sum(cut.values()):.0f} nm² was etched into the dielectric"
            if cut
            else "no opening was etched into a dielectric before the metal",
            last,
            holds=bool(cut),
        )
    return Made(opening, job, [], None)


def _patterned(history: History, at: int) -> BaseGeometry:
    """What an etch removed of the wafer itself inside the pattern: not resist, not the field.

    A layout keeps plain field at both sides of the section, so what reaches a side is field.
    """
    before = history.before(at)
    gone = history.removed(at).difference(shape(of_class(history, before, "resist")))
    inside = [
        part for part in parts(gone) if part.bounds[0] > 1.0 and part.bounds[2] < before.width - 1.0
    ]
    return polygonal(shapely.union_all(inside))


def _fill(found: Findings, level: Level, opening: BaseGeometry, element: str) -> None:
    history = found.history
    at = level.filled_at
    section = history.after(at)
    metal = of_jobs(section, level.metal_jobs)
    full = is_there(opening) and ask.filled(opening, fill(history, section))
    mostly = is_there(opening) and metal.intersection(opening).area > opening.area / 2
    found.put(
        element,
        "the metal fills the opening" if full else "the opening is not full",
        at,
        holds=full and mostly,
        filled=round(metal.intersection(opening).area / opening.area, 4)
        if is_there(opening)
        else 0,
    )


def _protect(found: Findings, level: Level, made: Made, elements: tuple[str, str, str]) -> Made:
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
        film.bounds[0] < made.opening.bounds[0] - 10
        and film.bounds[2] > made.opening.bounds[2] + 10
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
        if history.done[here].operation in ("strip", "etch", "etch_back", "clean") and (
            before - after > 1.0
        ):
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


def _reaction(found: Findings, level: Level, element: str, start: int) -> int | None:
    history = found.history
    for at in history.operated("anneal", start=start, end=level.ends):
        grown = protective_on(history, history.after(at), level)
        before = protective_on(history, history.before(at), level)
        if grown.area - before.area > 1.0:
            section = history.after(at)
            metal = of_jobs(section, level.metal_jobs)
            others = [
                each.shape
                for each in section.regions
                if each.job not in level.metal_jobs
                and history.class_of(each.material)
                in ("dielectric", "barrier", "stop", "substrate", "metal")
            ]
            covers = ask.covers_exposed(grown, metal, *others)
            found.put(
                element,
                f"{grown.area - before.area:.0f} nm² of "
                f"{_compounds(history, section, level)} formed"
                + (" on the metal's surface" if covers else ", but metal stays bare"),
                at,
                holds=covers,
            )
            return at if covers else None
    found.put(element, "no thermal process made metal and film react", holds=False)
    return None


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


def _conditions(found: Findings, level: Level, elements: tuple[str, str, str, str, str]) -> None:
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
    _measured_film(found, thickness, at, level.ends)
    _peak(found, thermal, at, level.ends)


def _measured_film(found: Findings, element: str, start: int, end: int) -> None:
    history = found.history
    for at in history.span(start, end):
        if history.done[at].operation == "anneal":
            break
        for measured in history.done[at].measured:
            if measured.quantity == "film_thickness":
                scale = {"Å": 1.0, "nm": 10.0}[measured.unit]
                values = tuple(value * scale for value in measured.values)
                found.within(element, values, measured.uncertainty * scale, FILM, at)
                return
    found.not_shown(element, "the film was not measured before the thermal process", start)


def _peak(found: Findings, element: str, start: int, end: int) -> None:
    history = found.history
    anneals = history.operated("anneal", start=start, end=end)
    if not anneals:
        found.put(element, "there was no thermal process", holds=False)
        return
    peak = history.done[anneals[0]].peaks.get("temperature")
    if peak is None:
        found.not_shown(element, "the tool reported no peak temperature", anneals[0])
        return
    value, uncertainty = peak
    if uncertainty is None:
        why = f"the tool reported {value:.6g} degC at the most, and how sure that is is not stated"
        found.not_shown(element, why, anneals[0])
        return
    found.within(element, (value,), uncertainty, THERMAL, anneals[0])


def _stop(found: Findings, level: Level, made: Made, element: str) -> None:
    history = found.history
    etches = [
        at
        for at in history.operated(*ETCHES, start=level.begins, end=level.etched_until)
        if is_there(_patterned(history, at))
    ]
    first = etches[0] if etches else level.etched_until
    laid = history.deposits("stop", start=level.begins, end=level.etched_until)
    if not laid:
        found.put(element, "there is no stop layer", holds=False)
        return
    at = laid[-1].at
    section = history.after(at)
    on = ask.contact(of_jobs(section, [laid[-1].job]), of_jobs(section, [made.dielectric_job]))
    found.put(
        element,
        "the stop layer lies on the dielectric before the opening is etched"
        if at < first
        else "the stop layer came after the opening",
        at,
        holds=at < first and on > LEAST_CONTACT,
    )


def _after_metal(level: Level) -> int:
    return level.metals[-1].at if level.metals else level.begins


def _conductive(history: History, material: str) -> bool:
    known = history.materials.find(material)
    return known is not None and known.conductive is Conductive.YES
