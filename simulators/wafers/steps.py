"""What each effect does to a stack: one function an effect, pure."""

from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatch

from simulators.physics import baking, exposure, polishing, reaction
from simulators.wafers.alloy import react
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
from simulators.wafers.stack import (
    LINKED,
    LIT,
    OPENING_NM,
    Column,
    Layer,
    Site,
    Stack,
    dig,
    height,
    put,
    tidy,
)


@singledispatch
def apply(effect: Effect, stack: Stack) -> Stack:
    """The stack after an effect."""
    raise TypeError(f"no such effect on {type(stack).__name__}: {effect!r}")


@apply.register
def _(effect: Deposit, stack: Stack) -> Stack:
    def grow(number: int, site: Site) -> Site:
        thick = effect.thickness * effect.factors[number]
        deep = height(site.field) - height(site.opening)
        # a film that meets itself over the opening fills it to the level of the field
        closes = deep > 0 and thick * effect.coverage >= OPENING_NM / 2
        inside = thick + deep if closes else thick
        return Site(
            put(site.opening, Layer(effect.material, inside, effect.job)),
            put(site.field, Layer(effect.material, thick, effect.job)),
        )

    return stack.at_sites(grow)


@apply.register
def _(effect: SpinOn, stack: Stack) -> Stack:
    def cover(number: int, site: Site) -> Site:
        thick = effect.thickness * effect.factors[number]
        deep = max(0.0, height(site.field) - height(site.opening))
        layer = Layer(effect.material, thick, effect.job, solvent=effect.solvent)
        return Site(
            put(site.opening, replace(layer, thickness=thick + deep)), put(site.field, layer)
        )

    return stack.at_sites(cover)


@apply.register
def _(effect: Heat, stack: Stack) -> Stack:
    warmth = reaction.Warmth(effect.history)

    def bake(layer: Layer) -> Layer:
        if layer.solvent > 0:
            left = layer.solvent
            for seconds, degc in effect.history:
                left = baking.solvent_left(left, degc, seconds)
            shrunk = layer.thickness * baking.shrinkage(layer.solvent, left)
            layer = replace(layer, solvent=left, thickness=shrunk)
        resist = exposure.RESISTS.get(layer.material)
        if layer.state == LIT and resist is not None and warmth.hottest >= resist.link_degc - 1:
            layer = replace(layer, state=LINKED)
        return layer

    def warm(column: Column) -> Column:
        if any(layer.solvent > 0 or layer.state == LIT for layer in column):
            column = tuple(bake(layer) for layer in column)
        return react(column, warmth, effect.job)

    return stack.at_sites(lambda _, site: site.each(warm))


@apply.register
def _(effect: Expose, stack: Stack) -> Stack:
    def light(column: Column) -> Column:
        return tuple(
            replace(layer, state=LIT, dose=layer.dose + effect.dose)
            if layer.material in exposure.RESISTS and layer.state != LINKED
            else layer
            for layer in column
        )

    # the reticle is dark over the opening: a negative resist stays soluble there
    return stack.at_sites(lambda _, site: replace(site, field=light(site.field)))


@apply.register
def _(effect: Develop, stack: Stack) -> Stack:
    # a puddle dissolves about 40 nm of soluble resist in a second
    reach = effect.seconds * 40.0

    def dissolve(column: Column) -> Column:
        layers, left = list(column), reach
        for place in range(len(layers) - 1, -1, -1):
            layer = layers[place]
            resist = exposure.RESISTS.get(layer.material)
            if resist is None or left <= 0:
                break
            share = exposure.share_left(resist, layer.dose) if layer.state == LINKED else 0.0
            gone = min(left, layer.thickness * (1 - share))
            layers[place] = replace(layer, thickness=layer.thickness - gone)
            left -= gone
            if share > 0:
                break
        return tidy(layers)

    return stack.at_sites(lambda _, site: site.each(dissolve))


@apply.register
def _(effect: Etch, stack: Stack) -> Stack:
    rates = dict(effect.rates)

    def etch(number: int, site: Site) -> Site:
        seconds = effect.seconds * effect.factors[number]
        return site.each(lambda column: dig(column, rates, seconds))

    return stack.at_sites(etch)


@apply.register
def _(effect: Polish, stack: Stack) -> Stack:
    return stack.at_sites(
        lambda number, site: _polished(site, effect.rates, effect.seconds * effect.factors[number])
    )


def _polished(site: Site, rates: Mapping[str, float], seconds: float) -> Site:
    """The pad bears on the higher column until both are level; then the slower one carries it.

    Soft material beside a stop then sinks below it, by at most the dishing depth.
    """
    opening, field = site.opening, site.field
    left, over = seconds, 0.0
    for _ in range(200):
        if left <= 1e-9 or not opening or not field:
            break
        step = height(opening) - height(field)
        top_rate, field_rate = (
            rates.get(opening[-1].material, 0.0),
            rates.get(field[-1].material, 0.0),
        )
        if step > 1e-6:  # the filling stands out
            if top_rate <= 0:
                break
            used = min(left, min(step, opening[-1].thickness) / top_rate)
            opening = dig(opening, dict(rates), used)
        elif step < -1e-6 and over == 0:  # the field stands out
            if field_rate <= 0:
                break
            used = min(left, min(-step, field[-1].thickness) / field_rate)
            field = dig(field, dict(rates), used)
        else:
            slower = min(top_rate, field_rate)
            soft = field_rate < top_rate
            used = left
            if slower > 0:
                used = min(left, field[-1].thickness / slower, opening[-1].thickness / slower)
                field = _lowered(field, used * slower)
                opening = _lowered(opening, used * slower)
            if soft:
                sunk = polishing.dishing(over + used) - polishing.dishing(over)
                opening = _lowered(opening, sunk)
                over += used
            elif slower <= 0:
                break
        left -= used
    return Site(opening, field)


def _lowered(column: Column, depth: float) -> Column:
    """The column with `depth` nm off its top layer."""
    top = column[-1]
    return tidy([*column[:-1], replace(top, thickness=top.thickness - min(depth, top.thickness))])


@apply.register
def _(_effect: Prime, stack: Stack) -> Stack:
    return stack


@apply.register
def _(effect: Preclean, stack: Stack) -> Stack:
    gone = {"Cu": effect.copper}
    return stack.at_sites(lambda _, site: site.each(lambda column: dig(column, gone, 1.0)))
