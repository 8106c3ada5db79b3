"""What each effect of a tool does to the section: one function an effect, pure."""

from collections.abc import Mapping
from functools import singledispatch

import shapely

from fabctl.process.material import materials
from fabctl.structure.section import SUBSTRATE, Opening, Section, parts, polygonal
from simulators.physics import exposure, lowk, polishing, reaction
from simulators.section import etching, films, lithography, resist
from simulators.section.alloy import react
from simulators.section.cut import CENTRE, FIELD_NM, Cut
from simulators.section.polishing import Descent, dish, polish_to
from simulators.section.skin import mark_skin, tagged, untagged
from simulators.wafers.effects import (
    Deposit,
    Develop,
    Effect,
    Etch,
    Expose,
    Heat,
    Oxidise,
    Polish,
    Preclean,
    Prime,
    SpinOn,
)


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
        if effect.material in lowk.CURE_DEGC:
            section = tagged(section, name, lowk.POROGEN)
        cut = cut.to(section)
    return cut.spreading(effect.job, effect.material, effect.factors)


@apply.register
def _(effect: Heat, cut: Cut) -> Cut:
    warmth = reaction.Warmth(effect.history)
    resists = exposure.RESISTS.items()
    linked = [name for name, each in resists if warmth.hottest >= each.link_degc - 1]
    hardened = [name for name, each in resists if warmth.hottest >= each.harden_degc - 1]
    section = resist.harden(resist.link(cut.section, linked), hardened)
    cured = [
        name
        for name, degc in lowk.CURE_DEGC.items()
        if warmth.hottest >= degc and cut.has(name, lowk.POROGEN)
    ]
    if cured:
        section = untagged(section, cured, lowk.POROGEN)
    return lithography.dried(cut.to(react(section, warmth, effect.job)), effect.history)


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
    operator = etching.etch_down if effect.directional else etching.etch_all_round
    return _opened(cut, operator(cut.section, effect.rates, seconds, effect.job), effect.job)


@apply.register
def _(effect: Polish, cut: Cut) -> Cut:
    seconds = effect.seconds * effect.factors[CENTRE]
    descent = Descent(cut.section, effect.rates)
    level = descent.level(seconds)
    section = polish_to(cut.section, level, effect.job)
    soft = _soft_beside_stop(cut.section, effect.rates, level)
    if soft:
        over = seconds - _seconds_to_clear(cut.section, effect.rates, descent, seconds)
        for material in soft:
            section = dish(section, material, polishing.dishing(material, over), effect.job)
    return cut.to(section)


@apply.register
def _(_effect: Prime, cut: Cut) -> Cut:
    return cut


@apply.register
def _(effect: Preclean, cut: Cut) -> Cut:
    section = etching.etch_down(cut.section, {"Cu": effect.copper}, 1.0, effect.job)
    return cut.to(section)


@apply.register
def _(effect: Oxidise, cut: Cut) -> Cut:
    section = cut.section
    for depth, materials_ in lowk.damaged_skins(effect.seconds).items():
        section = mark_skin(section, materials_, depth, lowk.DAMAGED)
    return cut.to(section)


def _name(job: str, material: str) -> str:
    return f"{job}/{material}" if job else material


def _opened(cut: Cut, section: Section, job: str) -> Cut:
    """The wafer after an etch, which remembers what it took of the dielectric in the pattern."""
    table = materials()
    held = shapely.union_all(
        [
            each.shape
            for each in cut.section.regions
            if table.class_of(each.material) in ("dielectric", "stop", "compound")
        ]
    )
    gone = polygonal(section.ambient.difference(cut.section.ambient).intersection(held))
    inside = [
        part
        for part in parts(gone)
        if part.bounds[0] > FIELD_NM and part.bounds[2] < section.width - FIELD_NM
    ]
    if inside:
        section = section.with_opening(Opening(job, shapely.union_all(inside), job))
    return cut.to(section)


def _soft_beside_stop(
    section: Section, rates: Mapping[str, float], level: float
) -> tuple[str, ...]:
    """The materials that lie at the pad's height beside one that wears much slower."""
    at_top = {
        region.material
        for region in section.regions
        if region.name != SUBSTRATE
        and region.shape.bounds[1] < level
        and region.shape.bounds[3] > level - 0.5
    }
    slowest = min((rates.get(material, 0.0) for material in at_top), default=0.0)
    return tuple(
        sorted(
            each
            for each in at_top
            if each in polishing.DISHES and rates.get(each, 0.0) > 2 * slowest
        )
    )


def _seconds_to_clear(
    section: Section, rates: Mapping[str, float], descent: Descent, seconds: float
) -> float:
    """When the soft material first lay beside its stop: to a tenth of a second."""
    soft = _soft_beside_stop(section, rates, descent.level(seconds))
    low, high = 0.0, seconds
    while high - low > 0.1:
        middle = (low + high) / 2
        if _soft_beside_stop(section, rates, descent.level(middle)) == soft:
            high = middle
        else:
            low = middle
    return high
