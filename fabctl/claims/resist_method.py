"""The resist of two exposures (resist.2 to 9, 14 to 17): coats, bakes, developments, tones."""

from fabctl.claims.findings import Findings
from fabctl.claims.history import Deposit, is_there, of_class, of_jobs, shape
from fabctl.claims.resist_steps import Coat, Lithography
from fabctl.claims.resist_windows import bare
from fabctl.structure import predicates as ask
from fabctl.structure.section import MIXED
from fabctl.structure.tolerances import LEAST_CONTACT

ELEMENTS = tuple(
    f"resist.{each}"
    for each in (
        *("2.a", "2.b", "2.c", "3.a", "4.a", "5.a"),
        *("6.a", "6.b", "6.c", "6.d", "6.e", "7.a", "8.a", "9.a"),
        *("14.a", "14.b", "14.c", "15.a", "16.a", "17.a"),
    )
)
SECOND_IS_EXPOSED = "resist 2 was coated on resist 1 and exposed"


def method(found: Findings, steps: Lithography, dielectric: Deposit) -> None:
    """Put the standing of every element that the resist alone decides."""
    if not steps.coats:
        for element in ELEMENTS:
            found.put(element, "no coat left resist on the wafer", steps.begins, holds=False)
        return
    _coats(found, steps, "resist.2", two="c")
    _coats(found, steps, "resist.14", two="c")
    for element in ("resist.3.a", "resist.7.a", "resist.15.a"):
        _hard_bake(found, steps, element)
    for element in ("resist.4.a", "resist.8.a", "resist.16.a"):
        _negative(found, steps, element)
    for element in ("resist.5.a", "resist.9.a", "resist.17.a"):
        _soft_bakes(found, steps, element)
    _three_developments(found, steps, dielectric)


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
        _lacking(found, second) or SECOND_IS_EXPOSED,
        (second.exposure or second.at) if second else first.at,
        holds=not _lacking(found, second),
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


def _lacking(found: Findings, second: Coat | None) -> str:
    """What keeps the second coat from lying exposed on the first, "" for nothing."""
    if second is None:
        return "there is no second coat"
    if not _on_first(found, second):
        return "resist 2 does not lie on resist 1"
    return "" if second.exposure is not None else "resist 2 was not exposed"


def _on_first(found: Findings, second: Coat) -> bool:
    """Whether the second coat lies on the first, and not on what both have mixed to."""
    history = found.history
    job = history.done[second.at].job
    resists = [
        each
        for each in of_class(history, history.after(second.at), "resist")
        if MIXED not in each.tags
    ]
    upper = shape([each for each in resists if each.job == job])
    lower = shape([each for each in resists if each.job != job])
    return is_there(lower) and ask.contact(lower, upper) > LEAST_CONTACT


def _hard_bake(found: Findings, steps: Lithography, element: str) -> None:
    last = steps.developments[-1] if steps.developments else None
    etched = found.history.operated("etch", start=steps.begins)
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
    each = " and ".join(tones)
    negative = set(tones) == {"negative"}
    why = f"the coats are {each}" if negative else f"not every coat is negative: they are {each}"
    if len(tones) < 2:
        why = "there is no second coat"
    found.put(element, why, steps.coats[-1].at, holds=negative and len(tones) >= 2)


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
        else "there is no second coat"
        if len(steps.coats) < 2
        else "not every coat is negative",
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
        _lacking(found, second) or SECOND_IS_EXPOSED,
        second.exposure if second.exposure is not None else second.at,
        holds=not _lacking(found, second),
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
