"""The resist of two exposures (resist.2 to 9, 14 to 17): coats, bakes, developments, tones."""

from fabctl.claims.findings import Findings
from fabctl.claims.history import Deposit, History, is_there, of_class, of_jobs, shape
from fabctl.claims.readings import nm
from fabctl.claims.resist_steps import Lithography
from fabctl.claims.resist_windows import Under, bare
from fabctl.interlocks.demand import Order
from fabctl.interlocks.judge_order import in_order
from fabctl.structure import predicates as ask
from fabctl.structure.section import MIXED
from fabctl.structure.tolerances import LEAST_CONTACT, STEP

ELEMENTS = tuple(
    f"resist.{each}"
    for each in (
        *("2.a", "2.b", "2.c", "3.a", "4.a", "5.a"),
        *("6.a", "6.b", "6.c", "6.d", "6.e", "7.a", "8.a", "9.a"),
        *("14.a", "14.b", "14.c", "15.a", "16.a", "17.a"),
    )
)


def method(found: Findings, steps: Lithography, under: Under) -> None:
    """Put the standing of every element that the resist alone decides."""
    if not steps.coats:
        for element in ELEMENTS:
            found.put(element, "no coat left resist on the wafer", steps.begins, holds=False)
        return
    last = steps.developments[-1:]
    for claim, bake in (("resist.2", "resist.3.a"), ("resist.14", "resist.15.a")):
        _hard_bake(found, steps, bake, "the development", _coats(found, steps, claim) or last)
    _hard_bake(found, steps, "resist.7.a", "the last development", last)
    for element in ("resist.4.a", "resist.8.a", "resist.16.a"):
        _negative(found, steps, element)
    for element in ("resist.5.a", "resist.9.a", "resist.17.a"):
        _soft_bakes(found, steps, element)
    _three_developments(found, steps, under)


def _coats(found: Findings, steps: Lithography, claim: str) -> list[int]:
    """Judge two coats, each exposed, and the development; gives those that count for one."""
    _first_coat(found, steps, f"{claim}.a")
    exposed = _second_coat(found, steps, f"{claim}.b")
    element = f"{claim}.c"
    after = _counting(found, steps, element, exposed[-1]) if exposed else []
    found.put(
        element,
        "developed after both exposures" if after else "no development after both exposures",
        max(steps.developments, default=None),
        holds=bool(after),
        by=after,
    )
    return after


def _counting(found: Findings, steps: Lithography, element: str, bound: int) -> list[int]:
    """The steps that the order of an element's rule lets count for the one at `bound`."""
    order = found.demand(element, Order)
    others = steps.places(*order.asked.operations)
    ends = steps.places(*order.before.operations, start=bound) if order.before else []
    return in_order(order, bound, others, before=min(ends, default=None))


def _first_coat(found: Findings, steps: Lithography, element: str) -> None:
    first = steps.coats[0]
    exposed = _counting(found, steps, element, first.at)
    found.put(
        element,
        "resist 1 was coated and exposed" if exposed else "resist 1 was not exposed",
        exposed[0] if exposed else first.at,
        holds=bool(exposed),
        by=[first.at, *exposed],
    )


def _second_coat(found: Findings, steps: Lithography, element: str) -> list[int]:
    """Judge the second coat and its exposure; gives its exposures."""
    if len(steps.coats) < 2:
        found.put(element, "there is no second coat", steps.coats[0].at, holds=False)
        return []
    second = steps.coats[1]
    exposed = _counting(found, steps, element, second.at)
    on_first = _on_first(found, second)
    found.put(
        element,
        "resist 2 does not lie on resist 1"
        if not on_first
        else "resist 2 was coated on resist 1 and exposed"
        if exposed
        else "resist 2 was not exposed",
        exposed[0] if exposed else second.at,
        holds=on_first and bool(exposed),
        by=[second.at, *exposed],
    )
    return exposed


def _on_first(found: Findings, second: Deposit) -> bool:
    """Whether the second coat lies on the first, and not on what both have mixed to."""
    history = found.history
    resists = [
        each
        for each in of_class(history, history.after(second.at), "resist")
        if MIXED not in each.tags
    ]
    upper = shape([each for each in resists if each.job in second.jobs])
    lower = shape([each for each in resists if each.job not in second.jobs])
    return is_there(lower) and ask.contact(lower, upper) > LEAST_CONTACT


def _hard_bake(
    found: Findings, steps: Lithography, element: str, word: str, developed: list[int]
) -> None:
    """Judge the bake after the first of some developments: what else is done after it is more."""
    at = min(developed, default=None)
    bakes = [] if at is None else _counting(found, steps, element, at)
    found.put(
        element,
        f"hard-baked after {word}" if bakes else f"no hard bake between {word} and the etch",
        bakes[0] if bakes else at,
        holds=bool(bakes),
        by=bakes,
    )


def _negative(found: Findings, steps: Lithography, element: str) -> None:
    if len(steps.coats) < 2:
        found.put(element, "there is no second coat", steps.coats[-1].at, holds=False)
    found.made_of(element, "the resist", steps.coats)


def _soft_bakes(found: Findings, steps: Lithography, element: str) -> None:
    bakes = [_counting(found, steps, element, coat.at) for coat in steps.coats]
    missing = [number for number, each in enumerate(bakes, start=1) if not each]
    holds = not missing and len(steps.coats) >= 2 and found.admits(element, steps.coats)
    found.put(
        element,
        "each coat was soft-baked before its exposure"
        if holds
        else f"no soft bake between coat and exposure: coat {missing}"
        if missing
        else "there is no second coat"
        if len(steps.coats) < 2
        else "not every coat is of what is asked for",
        steps.coats[missing[0] - 1].at if missing else bakes[-1][0],
        holds=holds,
        by=[at for each in bakes for at in each],
    )


def _three_developments(found: Findings, steps: Lithography, under: Under) -> None:
    history = found.history
    first = steps.coats[0]
    second = steps.coats[1] if len(steps.coats) > 1 else None
    _first_coat(found, steps, "resist.6.a")
    between = steps.places("develop", start=first.at, end=second.at if second else None)
    exposed = _counting(found, steps, "resist.6.a", first.at)
    between = [at for at in between if at > (exposed[0] if exposed else first.at)]
    opened = [at for at in between if bare(history, at, under) > LEAST_CONTACT]
    one = next(iter([*opened, *between]), None)
    length = bare(history, one, under) if one is not None else 0.0
    found.put(
        "resist.6.b",
        f"{length:.0f} nm of dielectric lie bare"
        if one is not None
        else "there is no development between the two coats",
        one if one is not None else first.at,
        holds=length > LEAST_CONTACT,
        dielectric_laid_bare=nm(length),
    )
    exposed = _second_coat(found, steps, "resist.6.c")
    if second is None:
        for letter in "de":
            found.put(f"resist.6.{letter}", "there is no second coat", first.at, holds=False)
        return
    after = steps.places("develop", start=second.at)
    if not after:
        found.put("resist.6.d", "there is no second development", second.at, holds=False)
        found.put("resist.6.e", "there is no further development", second.at, holds=False)
        return
    seen = {at: _laid_bare(history, at, under, first) for at in after}
    both = [at for at, (length, step) in seen.items() if length > LEAST_CONTACT and step > STEP]
    two = next(iter([*both, *after]))
    length, step = seen[two]
    found.put(
        "resist.6.d",
        f"{length:.0f} nm of dielectric and {step:.0f} nm of resist 1's top lie bare",
        two,
        holds=bool(both),
        dielectric_laid_bare=nm(length),
        resist_1_laid_bare=nm(step),
    )
    since = exposed[-1] if exposed else second.at
    further = [at for at in _further(found, steps, since) if at > two]
    found.put(
        "resist.6.e",
        "developed once more" if further else "there is no further development",
        further[-1] if further else two,
        holds=bool(further),
        by=further,
    )


def _laid_bare(history: History, at: int, under: Under, first: Deposit) -> tuple[float, float]:
    """How much (nm) of the dielectric, and of resist 1's top, lies bare after a development."""
    section = history.after(at)
    lower = of_jobs(section, first.jobs)
    return bare(history, at, under), ask.bare_top(section, lower)


def _further(found: Findings, steps: Lithography, since: int) -> list[int]:
    """The developments that the order of resist.6.e lets count."""
    order = found.demand("resist.6.e", Order)
    return in_order(order, steps.etched, steps.developments, since=since)
