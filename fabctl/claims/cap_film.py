"""The film on one level of metal: laid, reacted, taken off again."""

from shapely.geometry.base import BaseGeometry

from fabctl.claims.cap_level import Level, Made, layer_on, protective_on
from fabctl.claims.findings import Findings
from fabctl.claims.history import Deposit, History, of_class, of_jobs, shape
from fabctl.claims.layers import etched
from fabctl.claims.readings import nm, nm2
from fabctl.interlocks.demand import Order
from fabctl.interlocks.judge_order import in_order
from fabctl.structure import predicates as ask
from fabctl.structure.section import Section
from fabctl.structure.tolerances import BEYOND, CRUMB, LEAST_CONTACT, THINNEST

HEATS = ("anneal", "cure")
"""What a furnace does, whether or not anything reacts."""


def protect(found: Findings, level: Level, made: Made, elements: tuple[str, str, str]) -> Made:
    """Put the elements of the film laid, reacted and removed; gives what was made, with them."""
    over, reacted, removed = elements
    history = found.history
    films, reactions = film_of(history, level)
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
    beyond = bool(made.dielectrics) and (
        film.bounds[0] < made.opening.bounds[0] - BEYOND
        and film.bounds[2] > made.opening.bounds[2] + BEYOND
    )
    found.put(
        over,
        f"the film {'lies' if touches else 'does not lie'} on the metal and "
        f"{'over' if beyond else 'not over'} the dielectric",
        at,
        holds=touches and beyond,
        by=history.places(*films),
        film_on_metal=nm(ask.contact(lies_on, film)),
    )
    made.reaction = _reaction(found, level, reacted, reactions)
    _removal(found, level, made, removed, at)
    return made


def _removal(found: Findings, level: Level, made: Made, element: str, laid: int) -> None:
    """Judge whether film was taken off, in the order that the element's rule asks for."""
    history, reaction = found.history, made.reaction
    order = found.demand(element, Order)
    taken = {
        at: lost
        for at in etched(history, *order.asked.operations, start=laid, end=level.ends)
        if (lost := _lost(history, made.film_jobs, at)) > CRUMB
    }
    if reaction is not None:
        counting = in_order(order, reaction, taken)
        taken = {at: lost for at, lost in taken.items() if at in counting}
    made.removal = min(taken, default=None)
    if made.removal is None:
        why = "no unreacted film was removed after the thermal process"
        found.put(element, why, reaction, holds=False)
        return
    left = of_jobs(history.after(made.removal), made.film_jobs).area
    found.put(
        element,
        f"{taken[made.removal]:.0f} nm² of unreacted film were removed"
        + ("" if reaction is not None else ", but no thermal process had reacted any"),
        made.removal,
        holds=reaction is not None,
        by=taken,
        removed=nm2(taken[made.removal]),
        left=nm2(left),
    )


def _lost(history: History, jobs: list[str], at: int) -> float:
    """How many nm² of what some jobs laid went in a job."""
    return float(of_jobs(history.before(at), jobs).area - of_jobs(history.after(at), jobs).area)


def _reactions(history: History, level: Level, start: int) -> list[int]:
    """The heats in which a protective layer grew."""
    return [at for at in heats_of(history, start, level.ends) if _grown(history, level, at) > CRUMB]


def heats_of(history: History, start: int, end: int) -> list[int]:
    """The jobs that heated a film: a furnace's, and every other whose heat made a layer of it.

    A film reacts a little wherever it lies: what is thinner than the thinnest film is no layer. Nor
    is what grows while a film is laid a process that it is put through.
    """
    return [
        at
        for at in history.span(start, end)
        if history.done[at].operation in HEATS
        or (ask.mean_thickness(_made_in(history, at)) >= THINNEST and not laid_in(history, at))
    ]


def _made_in(history: History, at: int) -> BaseGeometry:
    """What metal and film have made of each other by a job's own heat."""
    compounds = of_class(history, history.after(at), "compound")
    return shape([each for each in compounds if each.job == history.done[at].job])


def _grown(history: History, level: Level, at: int) -> float:
    """By how many nm² the protective layer grew in a job."""
    after = protective_on(history, history.after(at), level)
    return float(after.area - protective_on(history, history.before(at), level).area)


def film_of(history: History, level: Level) -> tuple[list[Deposit], list[int]]:
    """The coats of the film, and the heats in which it reacted, the one that counts first.

    That is the first one after which the protective layer covers the metal; a film that is laid
    once it has done so is another. Of a layer that was taken off and made again the last counts.
    """
    films = history.deposits("film", start=_after_metal(level), end=level.ends)
    reactions = _reactions(history, level, films[0].at) if films else []
    made = [at for at in reactions if _covers(history, level, at)]
    counts = next((at for at in made if _lasts(history, level, at, made)), None)
    if counts is None:
        return films, reactions
    films = [each for each in films if each.at < counts]
    gone = max((at for at in made if at < counts), default=-1)
    return [each for each in films if each.at > gone] or films, sorted(
        reactions, key=lambda at: at != counts
    )


def _lasts(history: History, level: Level, made: int, again: list[int]) -> bool:
    """Whether a layer that one heat has made still covers the metal before each later one."""
    return all(_covers(history, level, at - 1) for at in again if at > made)


def _reaction(found: Findings, level: Level, element: str, reactions: list[int]) -> int | None:
    history = found.history
    if not reactions:
        found.put(element, "no thermal process made metal and film react", holds=False)
        return None
    at = reactions[0]
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
        by=reactions,
        formed=nm2(_grown(history, level, at)),
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
    return ", ".join(sorted({each.material for each in layer_on(history, section, level)}))


def laid_in(history: History, at: int) -> list[Deposit]:
    """The film that a job laid."""
    return history.deposits("film", start=at - 1, end=at + 1)


def _after_metal(level: Level) -> int:
    return level.metals[-1].at if level.metals else level.begins
