"""A plug and a line beside the stepped window (resist.10 to 13), made with it or apart from it."""

from collections.abc import Collection, Sequence

from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from fabctl.claims.findings import Findings
from fabctl.claims.history import History
from fabctl.claims.readings import count, nm2
from fabctl.claims.resist_fill import Fill, fill_of
from fabctl.claims.resist_steps import Lithography
from fabctl.claims.resist_windows import (
    Pattern,
    Sort,
    Under,
    Window,
    pattern,
    under_resist,
    windows_in,
)
from fabctl.structure import predicates as ask


class Part(Struct, frozen=True):
    """What may be made beside the window, and the elements that ask for it."""

    sort: Sort
    word: str
    pattern: str
    together: str
    """The element that asks for the same steps; the others ask how it was made."""
    patterned: str
    opened: str
    filled: str


PARTS = (
    Part(
        *(Sort.PLUG, "plug window", "a plug's window"),
        *("resist.10.a", "resist.11.a", "resist.11.b", "resist.11.c"),
    ),
    Part(
        *(Sort.TRENCH, "trench", "a line"),
        *("resist.12.a", "resist.13.a", "resist.13.b", "resist.13.c"),
    ),
)


class Made(Struct, frozen=True):
    """A part's patterns in a resist, the window that was etched under one of them, its fill."""

    run: Lithography
    patterns: list[BaseGeometry]
    window: Window | None
    fill: Fill


def beside(
    found: Findings,
    steps: Lithography,
    printed: Pattern,
    runs: Sequence[Lithography],
    windows: Sequence[Window],
    fill: Fill,
) -> None:
    """Put the standing of every element of resist.10 to resist.13.

    Of the resist with the stepped window if that has the part, else of another one.
    """
    history = found.history
    same = {each.at for each in windows if each.sort is Sort.STEPPED}
    for part in PARTS:
        patterns = _patterns(printed, part.sort)
        below = [each for each in windows if each.sort is part.sort and _under(each, patterns)]
        own = Made(steps, patterns, _best(history, below, fill, same), fill)
        made = own
        if own.window is None:
            apart = (_made_apart(history, each, part.sort, fill.under) for each in runs)
            made = next((each for each in apart if each is not None), own)
        _pattern(found, part, made)
        together = made is own and made.window is not None and made.window.at in same
        _window(found, part, made.window, made.fill, together=together)


def _patterns(printed: Pattern, sort: Sort) -> list[BaseGeometry]:
    """A part's patterns in the resist with the stepped window: plain holes, or closed ones.

    A window is a part's under its own pattern: a hole of another sort that came out so is none.
    """
    if sort is Sort.PLUG:
        return [each for each in printed.through if not ask.stepped(each)]
    return [each for each in printed.openings if each not in printed.through]


def _best(
    history: History, windows: Sequence[Window], fill: Fill, same: Collection[int]
) -> Window | None:
    """Of several windows one that is and stays full, and was made with the stepped one."""
    if len(windows) < 2:
        return next(iter(windows), None)

    def has(window: Window) -> tuple[bool, bool]:
        full = fill.full(history, window.shape)
        return full and fill.lost_at(history, window.shape) is None, window.at in same

    return max(windows, key=has)


def _made_apart(history: History, run: Lithography, sort: Sort, within: Under) -> Made | None:
    """A part by a resist of its own in the same dielectric, with its own fill or that of all.

    What its etch made of the hole tells which part: of a resist that made no such window nothing
    is told.
    """
    under = under_resist(history, run.begins)
    if not (run.etches and run.developments and under.names & within.names):
        return None
    fill = fill_of(history, run, under)
    openings = pattern(history, run.developments[-1], under).openings
    made = [
        each
        for each in windows_in(history, under, fill.begins)
        if each.sort is sort and _under(each, openings) and {*each.by} & {*run.etches}
    ]
    window = _best(history, made, fill, ())
    if window is None:
        return None
    return Made(run, [each for each in openings if _under(window, [each])], window, fill)


def _under(window: Window, patterns: Sequence[BaseGeometry]) -> bool:
    """Whether a window's middle lies under one of the resist's openings."""
    middle = window.shape.centroid.x
    return any(each.bounds[0] < middle < each.bounds[2] for each in patterns)


def _pattern(found: Findings, part: Part, made: Made) -> None:
    found.put(
        part.patterned,
        f"the resist has {'a' if made.patterns else 'no'} pattern for {part.pattern}",
        max(made.run.developments, default=None),
        holds=bool(made.patterns),
        by=made.run.patterning(found.history),
        patterns=count(len(made.patterns)),
    )


def _window(
    found: Findings, part: Part, window: Window | None, fill: Fill, *, together: bool
) -> None:
    history, word = found.history, part.word
    if window is None:
        for element in (part.together, part.opened, part.filled):
            found.put(element, f"there is no {word}", None, holds=False)
        return
    full = fill.full(history, window.shape)
    lost = fill.lost_at(history, window.shape) if full else None
    kept = full and lost is None
    opening = nm2(window.shape)
    found.put(
        part.together,
        f"a {word} was made in {'the same' if together else 'other'} steps"
        + (
            ""
            if kept
            else ", and the conductor was taken out of it again"
            if full
            else ", and the conductor does not fill it"
        ),
        window.at,
        holds=together and kept,
        by=[*window.by, *history.places(*fill.metals)],
        opening=opening,
    )
    why = f"a {word} was etched into the dielectric"
    found.put(part.opened, why, window.at, holds=True, by=window.by, opening=opening)
    told_at = max(history.places(*fill.metals), default=-1) if lost is None else lost
    found.put(
        part.filled,
        f"the conductor filled the {word}, but was taken out of it again"
        if lost is not None
        else f"the conductor {'fills' if full else 'does not fill'} the {word}",
        told_at if fill.metals else None,
        holds=kept,
        by=history.places(*fill.metals),
        opening=opening,
        metal_in_opening=nm2(fill.metal(history, window.shape, told_at)),
    )
