"""The window and its fill (resist.1)."""

from collections.abc import Sequence

from fabctl.claims.findings import Findings
from fabctl.claims.history import History, is_there, of_class, of_jobs, shape
from fabctl.claims.layers import etched
from fabctl.claims.readings import count, nm, nm2
from fabctl.claims.resist_fill import Fill
from fabctl.claims.resist_steps import Lithography, resist_is_there
from fabctl.claims.resist_windows import Pattern, Sort, Under, Window, bare
from fabctl.interlocks.demand import Order
from fabctl.interlocks.judge_order import in_order
from fabctl.structure import predicates as ask
from fabctl.structure.tolerances import LEAST_CONTACT, UNDER


def window_process(
    found: Findings,
    steps: Lithography,
    printed: Pattern,
    windows: Sequence[Window],
    fill: Fill,
) -> None:
    """Put the standing of every element of resist.1."""
    _dielectric(found, fill.under)
    _resist(found, steps, printed)
    stepped = [each for each in windows if each.sort is Sort.STEPPED]
    _opening(found, stepped, fill)
    _removal(found, steps, fill.begins)
    _lining(found, steps, fill)
    _conductor(found, stepped, fill)


def _dielectric(found: Findings, under: Under) -> None:
    before = found.history.after(under.at)
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


def _resist(found: Findings, steps: Lithography, printed: Pattern) -> None:
    stepped = sum(1 for each in printed.through if ask.stepped(each))
    found.put(
        "resist.1.b",
        "the resist has a window that is narrow below and wide above"
        if stepped
        else "no window in the resist is narrow below and wide above",
        max(steps.developments, default=None),
        holds=stepped > 0,
        by=steps.patterning(found.history),
        stepped_windows=count(stepped),
    )


def _opening(found: Findings, stepped: Sequence[Window], fill: Fill) -> None:
    open_to = bool(stepped) and all(
        any(_bares_below(found.history, each, fill.under, at) for at in range(each.at, fill.begins))
        for each in stepped
    )
    found.put(
        "resist.1.c",
        f"{len(stepped)} stepped window in the dielectric"
        + (", the substrate bare" if open_to else ", the substrate not bare"),
        stepped[-1].at if stepped else None,
        holds=open_to,
        by=[at for each in stepped for at in each.by],
        stepped_windows=count(len(stepped)),
    )


def _bares_below(history: History, window: Window, under: Under, at: int) -> bool:
    section = history.after(at)
    support = under.support(section).intersection(window.shape.buffer(UNDER).envelope)
    return ask.contact(support, section.ambient) > LEAST_CONTACT


def _removal(found: Findings, steps: Lithography, end: int) -> None:
    history = found.history
    other = history.operated("coat", start=steps.ends, end=end)[:1]
    etches = [
        at
        for at in etched(history, start=steps.begins, end=min([*other, end]))
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


def _lining(found: Findings, steps: Lithography, fill: Fill) -> None:
    history, linings, under = found.history, fill.linings, fill.under
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


def _conductor(found: Findings, stepped: Sequence[Window], fill: Fill) -> None:
    history, metals, linings = found.history, fill.metals, fill.linings
    if not metals or not linings:
        found.put("resist.1.f", "no conductive layer over a liner", None, holds=False)
        return
    at = metals[0].at
    counting = in_order(found.demand("resist.1.f", Order), at, [each.at for each in linings])
    filled = [each for each in stepped if is_there(fill.laid(history, each.shape))]
    over = _on_liner(history, fill, counting, at)
    lost = [fill.lost_at(history, each.shape) for each in filled]
    lost_at = max((each for each in lost if each is not None), default=at)
    gone = over > LEAST_CONTACT and bool(lost) and None not in lost
    told_at = lost_at if gone else at
    found.put(
        "resist.1.f",
        "the conductor lay over the liner, but was taken out of the window again"
        if gone
        else f"the conductor {'lies' if over > LEAST_CONTACT else 'does not lie'} over the liner",
        told_at,
        holds=over > LEAST_CONTACT and not gone,
        by=history.places(*metals),
        conductor_on_liner=nm(_on_liner(history, fill, counting, told_at)),
    )


def _on_liner(history: History, fill: Fill, counting: Sequence[int], at: int) -> float:
    """How much (nm) of the first conductor's outline lies on some of the liner after a job."""
    section = history.after(at)
    liner = of_jobs(section, [each.job for each in fill.linings if each.at in counting])
    return ask.contact(of_jobs(section, [fill.metals[0].job]), liner)
