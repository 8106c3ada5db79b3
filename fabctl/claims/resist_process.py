"""The window and its fill (resist.1), and a plug and a line made beside it (resist.10 to 13)."""

import shapely
from shapely.geometry.base import BaseGeometry

from fabctl.claims.findings import Findings
from fabctl.claims.history import Deposit, History, is_there, of_class, of_jobs, shape
from fabctl.claims.layers import etched, mostly
from fabctl.claims.readings import count, nm, nm2
from fabctl.claims.resist_steps import Lithography, resist_is_there
from fabctl.claims.resist_windows import (
    Sort,
    Under,
    Window,
    bare,
    reaching,
    resist_windows,
    windows_in,
)
from fabctl.interlocks.demand import Order
from fabctl.interlocks.judge_order import in_order
from fabctl.structure import predicates as ask
from fabctl.structure.tolerances import LEAST_CONTACT, UNDER

LINERS = ("barrier", "stop", "dielectric")
"""What may line the windows: the claims name no material, and ask for no contact below."""


def window_process(found: Findings, steps: Lithography, under: Under) -> None:
    """Put the standing of every element of resist.1 and resist.10 to resist.13."""
    history = found.history
    before = history.after(under.at)
    length = ask.contact(under.body(before), under.support(before))
    lies = length > LEAST_CONTACT
    found.put(
        "resist.1.a",
        "a dielectric lies on the substrate" if lies else "no dielectric lies on the substrate",
        max(under.laid, default=under.at),
        holds=lies,
        by=under.laid,
        dielectric_on_substrate=nm(length),
    )
    last = steps.developments[-1] if steps.developments else None
    patterns = resist_windows(history, last) if last is not None else []
    through = reaching(history, last, patterns) if last is not None else []
    stepped_resist = sum(1 for each in through if ask.stepped(each))
    found.put(
        "resist.1.b",
        "the resist has a window that is narrow below and wide above"
        if stepped_resist
        else "no window in the resist is narrow below and wide above",
        last,
        holds=stepped_resist > 0,
        by=_patterning(found, steps),
        stepped_windows=count(stepped_resist),
    )
    metals = _conductors(history, steps)
    filled = metals[0].at if metals else len(history.done)
    linings = history.deposits(*LINERS, start=steps.begins, end=filled)
    end = linings[0].at if linings else filled
    windows = windows_in(history, under, end)
    stepped = [each for each in windows if each.sort is Sort.STEPPED]
    open_to = stepped and all(_reaches_below(history, each, under, end - 1) for each in stepped)
    found.put(
        "resist.1.c",
        f"{len(stepped)} stepped window in the dielectric"
        + (", the substrate bare" if open_to else ", the substrate not bare"),
        stepped[-1].at if stepped else None,
        holds=bool(stepped and open_to),
        by=[at for each in stepped for at in each.by],
        stepped_windows=count(len(stepped)),
    )
    _removal(found, steps, end)
    _lining(found, steps, under, linings)
    _conductor(found, linings, metals)
    plugs, lines = _patterns(found, steps, patterns)
    _beside(found, windows, plugs, lines, linings, metals)


def _conductors(history: History, steps: Lithography) -> list[Deposit]:
    """What may fill the windows: metal, else whatever else conducts and is no liner."""
    films = history.deposits("film", start=steps.begins)
    conduct = [each for each in films if history.conducts(each.material)]
    return history.deposits("metal", start=steps.begins) or conduct


def _patterning(found: Findings, steps: Lithography) -> list[int]:
    """The coats, exposures and developments that made the resist's pattern."""
    history = found.history
    took = [
        at
        for at in steps.developments
        if history.took(at, shape(of_class(history, history.before(at), "resist")))
    ]
    return [*steps.places("coat", "expose"), *took]


def _reaches_below(history: History, window: Window, under: Under, at: int) -> bool:
    section = history.after(at)
    support = under.support(section).intersection(window.shape.buffer(UNDER).envelope)
    return ask.contact(support, section.ambient) > LEAST_CONTACT


def _under(window: Window, patterns: list[BaseGeometry]) -> bool:
    """Whether a window's middle lies under one of the resist's openings."""
    middle = window.shape.centroid.x
    return any(each.bounds[0] < middle < each.bounds[2] for each in patterns)


def _removal(found: Findings, steps: Lithography, end: int) -> None:
    history = found.history
    etches = [
        at
        for at in etched(history, start=steps.begins, end=end)
        if resist_is_there(history, at - 1)
    ]
    gone = [
        at
        for at in history.span(etches[-1] if etches else -1, end)
        if not of_class(history, history.after(at), "resist")
    ]
    order = found.demand("resist.1.d", Order)
    gone = in_order(order, end, gone, since=steps.begins)
    taken = [
        at
        for at in history.span(etches[-1] if etches else -1, gone[0] + 1 if gone else end)
        if history.took(at, shape(of_class(history, history.before(at), "resist")))
    ]
    holds = bool(etches and gone and taken)
    at = gone[0] if gone else end - 1
    found.put(
        "resist.1.d",
        "the resist was removed after the etch"
        if holds
        else "resist was left"
        if not gone
        else "there was no resist to remove"
        if etches
        else "nothing was etched before the resist was removed",
        at,
        holds=holds,
        by=taken,
        resist_left=nm2(shape(of_class(history, history.after(at), "resist"))),
    )


def _lining(found: Findings, steps: Lithography, under: Under, linings: list[Deposit]) -> None:
    history = found.history
    if not linings:
        found.put("resist.1.e", "no liner was laid before the conductor", None, holds=False)
        return
    at = linings[-1].at
    length = bare(history, at, under)
    section = history.after(at)
    there = is_there(under.body(section))
    order = found.demand("resist.1.e", Order)
    gone = [each for each in history.span(-1, at) if not resist_is_there(history, each)]
    clear = not of_class(history, section, "resist") and bool(
        in_order(order, at, gone, since=steps.begins)
    )
    covers = there and clear and length <= LEAST_CONTACT
    found.put(
        "resist.1.e",
        "the liner covers the dielectric"
        if covers
        else "there is resist under the liner"
        if there and not clear
        else "dielectric stays bare",
        at,
        holds=covers,
        by=history.places(*linings),
        not_covered=nm(length),
    )


def _conductor(found: Findings, linings: list[Deposit], metals: list[Deposit]) -> None:
    history = found.history
    if not metals or not linings:
        found.put("resist.1.f", "no conductive layer over a liner", None, holds=False)
        return
    at = metals[0].at
    section = history.after(at)
    metal = of_jobs(section, [metals[0].job])
    under = in_order(found.demand("resist.1.f", Order), at, [each.at for each in linings])
    liner = of_jobs(section, [each.job for each in linings if each.at in under])
    length = ask.contact(metal, liner)
    over = length > LEAST_CONTACT
    why = f"the conductor {'lies' if over else 'does not lie'} over the liner"
    by = history.places(*metals)
    found.put("resist.1.f", why, at, holds=over, by=by, conductor_on_liner=nm(length))


def _patterns(
    found: Findings, steps: Lithography, patterns: list[BaseGeometry]
) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """What the developed resist has beside the stepped window: plain holes, and closed ones."""
    last = steps.developments[-1] if steps.developments else None
    through = reaching(found.history, last, patterns) if last is not None else []
    plugs = [each for each in through if not ask.stepped(each)]
    lines = [each for each in patterns if not any(each.equals(other) for other in through)]
    for element, having, word in (
        ("resist.11.a", plugs, "a plug's window"),
        ("resist.13.a", lines, "a line"),
    ):
        found.put(
            element,
            f"the resist has {'a' if having else 'no'} pattern for {word}",
            last,
            holds=bool(having),
            by=_patterning(found, steps),
            patterns=count(len(having)),
        )
    return plugs, lines


def _full(
    history: History, window: BaseGeometry, linings: list[Deposit], metals: list[Deposit]
) -> bool:
    """Whether the conductor, with its liner, fills a window once the last of it is laid."""
    section = history.after(metals[-1].at)
    metal, liner = (of_jobs(section, [each.job for each in laid]) for laid in (metals, linings))
    between = shape(of_class(history, section, "barrier"))
    fill = shapely.union_all([metal, liner, between])
    return ask.filled(window, fill) and mostly(metal, window)


def _metal_in(history: History, window: BaseGeometry, metals: list[Deposit]) -> BaseGeometry:
    """What of a window the conductor takes once the last of it is laid."""
    if not metals:
        return shapely.Polygon()
    section = history.after(metals[-1].at)
    return of_jobs(section, [each.job for each in metals]).intersection(window)


def _beside(
    found: Findings,
    windows: list[Window],
    plugs: list[BaseGeometry],
    lines: list[BaseGeometry],
    linings: list[Deposit],
    metals: list[Deposit],
) -> None:
    """A plug and a line beside the stepped window: made by the same coats, etches and fill.

    Each under its own pattern: a hole of another sort that came out so is neither.
    """
    plug, line = (
        next((each for each in windows if each.sort is sort and _under(each, patterns)), None)
        for sort, patterns in ((Sort.PLUG, plugs), (Sort.TRENCH, lines))
    )
    history = found.history
    same = {each.at for each in windows if each.sort is Sort.STEPPED}
    for window, first, elements, word in (
        (plug, "resist.10.a", ("resist.11.b", "resist.11.c"), "plug window"),
        (line, "resist.12.a", ("resist.13.b", "resist.13.c"), "trench"),
    ):
        if window is None:
            for element in (first, *elements):
                found.put(element, f"there is no {word}", None, holds=False)
            continue
        full_at = metals[-1].at if metals else None
        full = bool(metals) and _full(history, window.shape, linings, metals)
        together, opening = window.at in same, nm2(window.shape)
        found.put(
            first,
            f"a {word} was made in {'the same' if together else 'other'} steps"
            + ("" if full else ", and the conductor does not fill it"),
            window.at,
            holds=together and full,
            by=[*window.by, *history.places(*metals)],
            opening=opening,
        )
        why = f"a {word} was etched into the dielectric"
        found.put(elements[0], why, window.at, holds=True, by=window.by, opening=opening)
        found.put(
            elements[1],
            f"the conductor {'fills' if full else 'does not fill'} the {word}",
            full_at,
            holds=full,
            by=history.places(*metals),
            opening=opening,
            metal_in_opening=nm2(_metal_in(history, window.shape, metals)),
        )
