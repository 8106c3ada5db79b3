"""Dual damascene from a double-exposed photoresist (resist.1 to resist.17), from what was done."""

from shapely.geometry.base import BaseGeometry

from fabctl.claims.findings import Findings
from fabctl.claims.history import Deposit, History, is_there, of_class, of_jobs, shape
from fabctl.claims.resist_steps import Coat, Lithography, lithography
from fabctl.claims.resist_windows import Sort, Window, bare, reaching, resist_windows, windows_in
from fabctl.structure import predicates as ask
from fabctl.structure.tolerances import LEAST_CONTACT


def evaluate(history: History) -> Findings:
    """The standing of every element of resist.1 to resist.17 that the history decides."""
    found = Findings(history)
    steps = lithography(history)
    if steps is None:
        return found
    _coats(found, steps, "resist.2", two="c")
    _coats(found, steps, "resist.14", two="c")
    for element in ("resist.3.a", "resist.15.a"):
        _hard_bake(found, steps, element)
    for element in ("resist.4.a", "resist.8.a", "resist.16.a"):
        _negative(found, steps, element)
    for element in ("resist.5.a", "resist.9.a", "resist.17.a"):
        _soft_bakes(found, steps, element)
    _hard_bake(found, steps, "resist.7.a")
    dielectric = _dielectric(history, steps)
    _three_developments(found, steps, dielectric)
    _window_process(found, steps, dielectric)
    return found


def _dielectric(history: History, steps: Lithography) -> Deposit:
    """The dielectric under the resist: the last one laid before the first coat, or nothing."""
    laid = history.deposits("dielectric", end=steps.coats[0].at)
    return laid[-1] if laid else Deposit(steps.coats[0].at - 1, "", "")


def _coats(found: Findings, steps: Lithography, claim: str, two: str) -> None:
    first = steps.coats[0]
    second = steps.coats[1] if len(steps.coats) > 1 else None
    found.put(
        f"{claim}.a",
        "resist 1 was coated and exposed" if first.exposure else "resist 1 was not exposed",
        first.exposure or first.at,
        holds=first.exposure is not None,
    )
    found.put(
        f"{claim}.b",
        "resist 2 was coated on resist 1 and exposed" if second else "there is no second coat",
        (second.exposure or second.at) if second else first.at,
        holds=second is not None and second.exposure is not None and _on_first(found, second),
    )
    last = steps.developments[-1] if steps.developments else None
    after = (
        last is not None
        and second is not None
        and second.exposure is not None
        and last > second.exposure
    )
    found.put(
        f"{claim}.{two}",
        "developed after both exposures" if after else "no development after both exposures",
        last,
        holds=after,
    )


def _on_first(found: Findings, second: Coat) -> bool:
    history = found.history
    section = history.after(second.at)
    upper = of_jobs(section, [history.done[second.at].job])
    lower = shape(
        [
            each
            for each in of_class(history, section, "resist")
            if each.job != history.done[second.at].job
        ]
    )
    return is_there(lower) and ask.contact(lower, upper) > LEAST_CONTACT


def _hard_bake(found: Findings, steps: Lithography, element: str) -> None:
    last = steps.developments[-1] if steps.developments else None
    etched = found.history.operated("etch", start=steps.coats[0].at)
    end = etched[0] if etched else steps.ends
    bakes = [at for at in steps.hard_bakes if last is not None and last < at < end]
    found.put(
        element,
        "hard-baked after the last development"
        if bakes
        else "no hard bake between the last development and the etch",
        bakes[0] if bakes else last,
        holds=bool(bakes),
    )


def _negative(found: Findings, steps: Lithography, element: str) -> None:
    tones = []
    for coat in steps.coats:
        material = found.history.materials.find(coat.material)
        tones.append(material.tone if material else "")
    if "" in tones:
        found.not_shown(element, "the tone of a resist is not known", steps.coats[0].at)
        return
    found.put(
        element,
        f"the coats are {' and '.join(tones)}",
        steps.coats[-1].at,
        holds=len(tones) >= 2 and set(tones) == {"negative"},
    )


def _soft_bakes(found: Findings, steps: Lithography, element: str) -> None:
    missing = [
        number
        for number, coat in enumerate(steps.coats, start=1)
        if coat.soft_bake is None  # a bake after the exposure is none of these
    ]
    tones = {
        material.tone if (material := found.history.materials.find(coat.material)) else ""
        for coat in steps.coats
    }
    holds = not missing and len(steps.coats) >= 2 and tones == {"negative"}
    found.put(
        element,
        "each coat was soft-baked before its exposure"
        if holds
        else f"no soft bake between coat and exposure: coat {missing}"
        if missing
        else "the coats are not two of negative resist",
        steps.coats[missing[0] - 1].at if missing else steps.coats[-1].soft_bake,
        holds=holds,
    )


def _three_developments(found: Findings, steps: Lithography, dielectric: Deposit) -> None:
    history = found.history
    first = steps.coats[0]
    second = steps.coats[1] if len(steps.coats) > 1 else None
    found.put(
        "resist.6.a",
        "resist 1 was coated and exposed" if first.exposure else "resist 1 was not exposed",
        first.exposure or first.at,
        holds=first.exposure is not None,
    )
    one = next((at for at in first.developments if at > (first.exposure or first.at)), None)
    length = bare(history, one, dielectric) if one is not None else 0.0
    found.put(
        "resist.6.b",
        f"{length:.0f} nm of dielectric lie bare"
        if one is not None
        else "there is no development between the two coats",
        one if one is not None else first.at,
        holds=length > LEAST_CONTACT,
    )
    if second is None:
        for letter in "cde":
            found.put(f"resist.6.{letter}", "there is no second coat", first.at, holds=False)
        return
    found.put(
        "resist.6.c",
        "resist 2 was coated on resist 1 and exposed",
        second.exposure if second.exposure is not None else second.at,
        holds=second.exposure is not None and _on_first(found, second),
    )
    two = second.developments[0] if second.developments else None
    if two is None:
        found.put("resist.6.d", "there is no second development", second.at, holds=False)
        found.put("resist.6.e", "there is no further development", second.at, holds=False)
        return
    section = history.after(two)
    lower = of_jobs(section, [history.done[first.at].job])
    length, step = bare(history, two, dielectric), ask.exposes(section, lower)
    found.put(
        "resist.6.d",
        f"{length:.0f} nm of dielectric and {step:.0f} nm of resist 1 lie bare",
        two,
        holds=length > LEAST_CONTACT and step > LEAST_CONTACT,
    )
    further = second.developments[1:]
    found.put(
        "resist.6.e",
        "developed once more" if further else "there is no further development",
        further[-1] if further else two,
        holds=bool(further),
    )


def _window_process(found: Findings, steps: Lithography, dielectric: Deposit) -> None:
    history = found.history
    found.put(
        "resist.1.a",
        "a dielectric lies on the substrate",
        dielectric.at,
        holds=_lies_on_substrate(history, dielectric),
    )
    last = steps.developments[-1] if steps.developments else None
    patterns = resist_windows(history, last) if last is not None else []
    stepped_resist = last is not None and any(
        ask.stepped(each) for each in reaching(history, last, patterns, dielectric)
    )
    found.put(
        "resist.1.b",
        "the resist has a window that is narrow below and wide above"
        if stepped_resist
        else "no window in the resist is narrow below and wide above",
        last,
        holds=stepped_resist,
    )
    metals = history.deposits("metal", start=steps.coats[0].at)
    linings = history.deposits("barrier", start=steps.coats[0].at)
    end = (linings or metals)[0].at if linings or metals else len(history.done)
    windows = windows_in(history, dielectric, end)
    stepped = [each for each in windows if each.sort is Sort.STEPPED]
    open_to = stepped and all(_reaches_substrate(history, each, end - 1) for each in stepped)
    found.put(
        "resist.1.c",
        f"{len(stepped)} stepped window in the dielectric"
        + (", the substrate bare" if open_to else ", the substrate not bare"),
        stepped[-1].at if stepped else None,
        holds=bool(stepped and open_to),
    )
    _removal(found, steps, end)
    _lining(found, dielectric, linings)
    _conductor(found, linings, metals)
    _patterns(found, steps, patterns, dielectric)
    _beside(found, windows, metals)


def _lies_on_substrate(history: History, dielectric: Deposit) -> bool:
    section = history.after(dielectric.at)
    body = of_jobs(section, [dielectric.job])
    return ask.contact(body, section.named("substrate").shape) > LEAST_CONTACT


def _reaches_substrate(history: History, window: Window, at: int) -> bool:
    section = history.after(at)
    under = section.named("substrate").shape.intersection(window.shape.buffer(5.0).envelope)
    return ask.contact(under, section.ambient) > LEAST_CONTACT


def _removal(found: Findings, steps: Lithography, end: int) -> None:
    history = found.history
    etched = history.operated("etch", start=steps.coats[0].at, end=end)
    gone = [
        at
        for at in history.span(etched[-1] if etched else -1, end)
        if not of_class(history, history.after(at), "resist")
    ]
    found.put(
        "resist.1.d",
        "the resist was removed after the etch" if etched and gone else "resist was left",
        gone[0] if gone else None,
        holds=bool(etched and gone),
    )


def _lining(found: Findings, dielectric: Deposit, linings: list[Deposit]) -> None:
    history = found.history
    if not linings:
        found.put("resist.1.e", "no liner was laid", None, holds=False)
        return
    at = linings[0].at
    length = bare(history, at, dielectric)
    section = history.after(at)
    there = is_there(of_jobs(section, [dielectric.job]))
    clear = not of_class(history, section, "resist")
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
    )


def _conductor(found: Findings, linings: list[Deposit], metals: list[Deposit]) -> None:
    history = found.history
    if not metals or not linings:
        found.put("resist.1.f", "no conductive layer over a liner", None, holds=False)
        return
    at = metals[0].at
    section = history.after(at)
    metal, liner = (of_jobs(section, [each.job]) for each in (metals[0], linings[0]))
    over = ask.contact(metal, liner) > LEAST_CONTACT and linings[0].at < at
    found.put("resist.1.f", "the conductor lies over the liner", at, holds=over)


def _patterns(
    found: Findings, steps: Lithography, patterns: list[BaseGeometry], dielectric: Deposit
) -> None:
    """What the developed resist has beside the stepped window: a plain hole, and a closed one."""
    last = steps.developments[-1] if steps.developments else None
    through = reaching(found.history, last, patterns, dielectric) if last is not None else []
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
        )


def _beside(
    found: Findings,
    windows: list[Window],
    metals: list[Deposit],
) -> None:
    """A plug and a line beside the stepped window: made by the same coats, etches and fill."""
    plug, line = (
        next((each for each in windows if each.sort is sort), None)
        for sort in (Sort.PLUG, Sort.TRENCH)
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
        full = full_at is not None and ask.filled(
            window.shape, shape(of_class(history, history.after(full_at), "metal", "barrier"))
        )
        together = window.at in same
        found.put(
            first,
            f"a {word} was made in the same steps" if together and full else f"not with the {word}",
            window.at,
            holds=together and full,
        )
        found.put(elements[0], f"a {word} was etched into the dielectric", window.at, holds=True)
        found.put(
            elements[1],
            f"the conductor {'fills' if full else 'does not fill'} the {word}",
            full_at,
            holds=full,
        )
