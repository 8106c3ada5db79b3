"""Dielectrics that are laid as masks: they are of no wiring level, being gone before its metal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fabctl.interlocks.film import Coat, Film, takes
from fabctl.interlocks.wafer_state import LAYS, REMOVALS, Act, Has
from fabctl.process.material import MaterialClass, Materials

if TYPE_CHECKING:
    from fabctl.interlocks.trace import TraceStep

NO_LEVEL = 0
"""The level of a mask."""


def lays_dielectric(act: Act, materials: Materials) -> bool:
    """Tell whether a step lays a dielectric, be it a mask or not."""
    return (
        act.recipe.operation in LAYS
        and materials.class_of(act.material) == MaterialClass.DIELECTRIC
    )


def is_mask(laid: "TraceStep", later: Sequence["TraceStep"], materials: Materials) -> bool:
    """Tell whether a deposit is shown to be taken off again before anything is laid on it.

    By how much the recipes of the steps after it take at the least. What is etched under resist
    stays beside it, and an end point comes when it is off the tops of what lies under it, as where
    it is levelled.
    """
    name, left = laid.act.material, None
    for step in later:
        act = step.act
        if act.recipe.operation in LAYS:
            return False
        if _takes_bare(act, name):
            taken = takes(step.step.id, act.recipe, materials.find(name), step.span)
            if taken is not None:
                left = left or Film().coated(Coat(laid.step.id, name, laid.span("thickness")))
                left = left.without(taken, name, leaves=None)
                if left is None:
                    return True
    return False


def may_be_masks(steps: Sequence["TraceStep"], materials: Materials) -> bool:
    """Tell whether any of the steps might lay a mask, were the numbers of later ones others."""
    for at, laid in enumerate(steps):
        if not lays_dielectric(laid.act, materials):
            continue
        for step in steps[at + 1 :]:
            act = step.act
            if act.recipe.operation in LAYS:
                break
            if _takes_bare(act, laid.act.material):
                return True
    return False


def _takes_bare(act: Act, material: str) -> bool:
    """Tell whether a step takes off a material that no resist covers."""
    removes = act.recipe.operation in REMOVALS and act.material == material
    return removes and Has.RESIST not in act.has


def masks_of(steps: Sequence["TraceStep"]) -> frozenset[str]:
    """Name the steps of a trace that laid a mask."""
    return frozenset([each.step.id for each in steps if each.act.level < each.after.level])
