"""What each effect of a tool does to the section: one function an effect, pure."""

from collections.abc import Mapping
from functools import singledispatch

from fabctl.process.material import materials
from fabctl.structure.section import Opening, Section, parts, polygonal, united
from simulators.physics import exposure, lowk, reaction
from simulators.section import bakes, films, lithography
from simulators.section.alloy import react
from simulators.section.cut import CENTRE, FIELD_NM, Cut
from simulators.section.directional import etch_down
from simulators.section.dishing import Pad, dished, soft_beside_stop
from simulators.section.isotropic import etch_all_round
from simulators.section.polishing import Descent, polish_to
from simulators.section.skin import burnt, tagged
from simulators.wafers.effects import (
    Deposit,
    Develop,
    Effect,
    Etch,
    Expose,
    Heat,
    Polish,
    Preclean,
    Prime,
    SpinOn,
)

TO_CLEAR_S = 0.01
"""s to which it is known when a polish has come down on its stop."""


@singledispatch
def apply(effect: Effect, cut: Cut) -> Cut:  # noqa: ARG001 -- each effect registers its own
    """The wafer after an effect."""
    raise TypeError(f"no such effect: {effect!r}")


@apply.register
def _(effect: Deposit, cut: Cut) -> Cut:
    thickness = effect.thickness * effect.factors[CENTRE]
    name = _name(effect.job, effect.material)
    section = films.deposit(
        cut.section, name, effect.material, thickness, effect.job, effect.coverage
    )
    return cut.to(section).spreading(effect.job, effect.material, effect.factors)


@apply.register
def _(effect: SpinOn, cut: Cut) -> Cut:
    name = _name(effect.job, effect.material)
    if effect.material in exposure.RESISTS:
        cut = lithography.coated(cut, effect, name)
    else:
        thickness = effect.thickness * effect.factors[CENTRE]
        section = films.spin_on(cut.section, name, effect.material, thickness, effect.job)
        if effect.material in lowk.POROGENS:
            section = tagged(section, name, lowk.POROGEN)
        cut = cut.to(section)
    return cut.spreading(effect.job, effect.material, effect.factors)


@apply.register
def _(effect: Heat, cut: Cut) -> Cut:
    cut = bakes.baked(cut, effect.history)
    return cut.to(react(cut.section, reaction.Warmth(effect.history), effect.job))


@apply.register
def _(effect: Expose, cut: Cut) -> Cut:
    return lithography.exposed(cut, effect)


@apply.register
def _(effect: Develop, cut: Cut) -> Cut:
    return lithography.developed(cut, effect)


@apply.register
def _(effect: Etch, cut: Cut) -> Cut:
    seconds = effect.seconds * effect.factors[CENTRE]
    if seconds <= 0:
        return cut
    operator = etch_down if effect.directional else etch_all_round
    section = operator(cut.section, effect.rates, seconds, effect.job)
    if effect.oxidises:
        speed = max(effect.rates.values(), default=0.0)
        section = burnt(cut.section, section, speed, seconds)
    return _opened(cut, section, effect.job)


@apply.register
def _(effect: Polish, cut: Cut) -> Cut:
    seconds = effect.seconds * effect.factors[CENTRE]
    descent = Descent(cut.section, effect.rates)
    level = descent.level(seconds)
    section = polish_to(cut.section, level, effect.job)
    soft = soft_beside_stop(cut.section, effect.rates, level)
    if soft:
        clear = _seconds_to_clear(cut.section, effect.rates, descent, seconds)
        pad = Pad(level, descent.level(clear), seconds - clear)
        for material in soft:
            section = dished(cut.section, section, material, pad, effect.job)
    return cut.to(section)


@apply.register
def _(_effect: Prime, cut: Cut) -> Cut:
    return cut


@apply.register
def _(effect: Preclean, cut: Cut) -> Cut:
    section = etch_down(cut.section, {"Cu": effect.copper}, 1.0, effect.job)
    return cut.to(section)


def _name(job: str, material: str) -> str:
    return f"{job}/{material}" if job else material


def _opened(cut: Cut, section: Section, job: str) -> Cut:
    """The wafer after an etch, which remembers what it took of the dielectric in the pattern."""
    table = materials()
    left = {id(each.shape) for each in section.regions}
    etched = [
        each.shape
        for each in cut.section.regions
        if id(each.shape) not in left
        and table.class_of(each.material) in ("dielectric", "stop", "compound")
    ]
    if not etched:
        return cut.to(section)
    bared = section.ambient.difference(cut.section.ambient)
    gone = polygonal(bared.intersection(united(etched)))
    inside = [
        part
        for part in parts(gone)
        if part.bounds[0] > FIELD_NM and part.bounds[2] < section.width - FIELD_NM
    ]
    if inside:
        section = section.with_opening(Opening(job, united(inside), job))
    return cut.to(section)


def _seconds_to_clear(
    section: Section, rates: Mapping[str, float], descent: Descent, seconds: float
) -> float:
    """When the soft material first lay beside its stop."""
    soft = soft_beside_stop(section, rates, descent.level(seconds))

    def clear(moment: float) -> bool:
        return soft_beside_stop(section, rates, descent.level(moment)) == soft

    low, high = 0.0, 0.0 if clear(0.0) else seconds
    while high - low > TO_CLEAR_S:
        middle = (low + high) / 2
        low, high = (low, middle) if clear(middle) else (middle, high)
    return high
