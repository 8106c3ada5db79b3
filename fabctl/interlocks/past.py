"""What was done to a wafer as selectors see it: the same words to the same wafer, whatever numbers.

Files differ in the numbers of their recipes more than in their words. Rules of order, and of what a
chamber carries over, look back at words only, so that what is found of one file holds for all
others whose past is worded alike. So does the wafer itself, as long as no film lies on it.
"""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.interval import Interval
from fabctl.interlocks.wafer_state import Act, WaferState, brought_in
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Step
from fabctl.process.stock import Stock
from fabctl.process.wording import Wording

MOST = 8192
"""How many pasts are remembered."""


class Past(Struct, frozen=True, eq=False):
    """One for all wafers to which the same was done in the same words since they were brought in.

    `act` is its last step and `after` the wafer then, as they were met first: another one's may
    have other numbers and names. `onward` are the pasts that go on from it.
    """

    act: Act
    after: WaferState
    onward: "dict[Wording | tuple[object, ...], Past]"


_NOTHING_DONE = Act("", Recipe("", {}), frozenset(), 0)


class _Memory(Struct):
    """The past of wafers as they are brought in, by their stock, for each materials table.

    It keeps both alive. `number` is how many pasts go on from there.
    """

    begun: dict[tuple[int, int], tuple[Stock | None, Materials, Past]]
    number: int = 0


_MEMORY = _Memory({})


def begun(stock: Stock | None, materials: Materials) -> Past:
    """Give the past of a wafer to which nothing was done since it was brought in."""
    if _MEMORY.number >= MOST:
        _MEMORY.begun.clear()
        _MEMORY.number = 0
    key = (id(stock), id(materials))
    known = _MEMORY.begun.get(key)
    if known is None:
        first = Past(_NOTHING_DONE, brought_in(stock, materials), {})
        known = _MEMORY.begun[key] = (stock, materials, first)
    return known[-1]


def goes_on(
    past: Past,
    step: Step,
    before: WaferState,
    materials: Materials,
    allowed: Mapping[str, Interval] | None = None,
) -> tuple[Past, WaferState]:
    """Give the past with one step more, and the wafer after it.

    `allowed` are the values that each parameter may have, as `WaferState.after` takes them.
    """
    recipe = step.recipe
    asked = step.wording
    if before.film is None:
        known = past.onward.get(asked)
        if known is not None and known.after.film is None:
            return known, _again(known, step, before)
    after = before.after(step.id, recipe, materials, allowed=allowed)
    return _known(past, asked, after), after


def _again(past: Past, step: Step, before: WaferState) -> WaferState:
    """Give the wafer after a step as it was after one in the same words."""
    act, after = past.act, past.after
    again = Act(step.id, step.recipe, act.has, act.level, act.material)
    done = before.done
    if act.level != before.level:  # what was done before may be of this level too
        told = zip(done, after.done, strict=False)
        done = tuple([replace(one, level=each.level) for one, each in told])
    return WaferState(
        None,
        after.has,
        after.level,
        after.level_has_metal,
        (*done, again),
        after.contamination,
        before.elsewhere,
        after.unlisted,
    )


def _known(past: Past, asked: Wording, after: WaferState) -> Past:
    act = after.done[-1]
    key: Wording | tuple[object, ...] = asked
    if act.films:  # what was done before does not tell all of the film
        key = (asked, act.has, act.doubted, act.level, act.films)
    known = past.onward.get(key)
    if known is None:
        _MEMORY.number += 1
        known = past.onward[key] = Past(act, after, {})
    return known
