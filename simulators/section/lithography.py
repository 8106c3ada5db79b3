"""What the track and the stepper do to a wafer: coats, solvent, light, development."""

from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from msgspec.structs import replace

import sequences
from fabctl.process.layout import Layout, Polarity, load_layout
from fabctl.process.material import materials
from fabctl.structure.section import MIXED, Section
from simulators.physics import baking, developing, exposure, imaging
from simulators.physics.imaging import Piece
from simulators.section import isotropic, resist
from simulators.section.columns import columns
from simulators.section.cut import CENTRE, Cut
from simulators.wafers.effects import Develop, Expose, SpinOn

NEAR = 1e-6
"""nm along the section that are no width."""


def coated(cut: Cut, effect: SpinOn, name: str) -> Cut:
    """The wafer under a coat of resist, mixed with the coat below where that is soluble."""
    section = resist.coat(
        cut.section,
        name,
        effect.material,
        effect.thickness * effect.factors[CENTRE],
        effect.job,
        mixes=_mixes(cut, effect.material),
    )
    return replace(
        cut.to(section),
        solvent=MappingProxyType({**cut.solvent, effect.job: effect.solvent}),
    )


def _mixes(cut: Cut, material: str) -> dict[str, float]:
    """How deep (nm) a resist's liquid mixes with each resist on the wafer, if that is soluble."""
    table = materials()
    mine = table.find(material)
    found: dict[str, float] = {}
    for region in cut.section.regions:
        other = table.find(region.material)
        if region.material in exposure.RESISTS and mine and other:
            same = other.casting_solvent == mine.casting_solvent
            depth = baking.mixing_depth(cut.solvent.get(region.job, 0.0), same=same)
            found[region.material] = max(depth, found.get(region.material, 0.0))
    return found


def exposed(cut: Cut, effect: Expose) -> Cut:
    """The wafer after light through a reticle; what fell on a coat before counts with it.

    The first reticle says how wide the section is. One of another layout is aligned by its middle.
    """
    layout = effect.layout or reticles().get(effect.reticle)
    if layout is None:
        return cut
    section = cut.section
    if section.is_plain:
        section = section.as_wide(float(layout.width.in_unit("nm")))
    sigma = imaging.blur(effect.focus_um, effect.aperture)
    light = imaging.image(_clear(layout, effect.reticle, section.width), section.width, sigma)
    doses = {
        coat: imaging.added(cut.light.get(coat, ()), pieces)
        for coat, pieces in _at_bottoms(section, light, effect.dose).items()
    }
    images = {
        coat: images_of(coat[1], imaging.added(pieces, cut.linked.get(coat, ())))
        for coat, pieces in doses.items()
    }
    return replace(
        cut.to(resist.expose(section, images)), light=MappingProxyType({**cut.light, **doses})
    )


def _clear(layout: Layout, reticle: str, width: float) -> list[tuple[float, float]]:
    """Where the reticle lets light through, over a section of some width (nm)."""
    mask = layout.masks[reticle]
    aside = (width - float(layout.width.in_unit("nm"))) / 2
    windows = [
        (max(0.0, left), min(width, right))
        for each in mask.windows
        if (left := float(each.left.in_unit("nm")) + aside) < width
        and (right := float(each.right.in_unit("nm")) + aside) > 0
    ]
    if mask.polarity is Polarity.DARK_FIELD:
        return windows
    edges = [0.0, *(edge for window in windows for edge in window), width]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _at_bottoms(
    section: Section, light: Sequence[Piece], dose: float
) -> dict[resist.Coat, tuple[Piece, ...]]:
    """The dose (mJ/cm²) at each coat's bottom, along the section.

    Light goes through every coat and is absorbed on its way; under anything else it is dark.
    """
    cut = columns(section)
    names = [
        (region.job, region.material) if region.material in exposure.RESISTS else None
        for region in section.regions
    ]
    absorption = cut.per_layer(
        [
            exposure.RESISTS[region.material].absorption_nm if names[number] is not None else 0.0
            for number, region in enumerate(section.regions)
        ]
    )
    thick = (cut.tops - cut.bottoms).mean(axis=2)
    let_through = np.exp(-np.cumsum(absorption * thick, axis=0))
    found: dict[resist.Coat, list[Piece]] = {}
    for column in range(len(cut.edges) - 1):
        bottoms: dict[resist.Coat, float] = {}
        for layer, share in zip(cut.layers[:, column], let_through[:, column], strict=True):
            name = names[layer] if layer >= 0 else None
            if name is None:
                break
            bottoms[name] = float(share)
        for name, share in bottoms.items():
            for left, right, bright in light:
                low, high = max(left, cut.edges[column]), min(right, cut.edges[column + 1])
                if high - low > NEAR:
                    found.setdefault(name, []).append(
                        (float(low), float(high), dose * bright * share)
                    )
    return {name: imaging.joined(sorted(pieces)) for name, pieces in found.items()}


def images_of(material: str, doses: Sequence[Piece]) -> list[resist.Image]:
    """The share of a coat's height on which its doses work: of a positive one the upper."""
    kind = exposure.RESISTS[material]
    positive = materials().tone_of(material) == "positive"
    shares = [(left, right, exposure.share_worked(kind, dose)) for left, right, dose in doses]
    return [
        resist.Image(left, right, 1 - share if positive else 0.0, 1.0 if positive else share)
        for left, right, share in imaging.joined(shares)
        if share > 0
    ]


def developed(cut: Cut, effect: Develop) -> Cut:
    """The wafer after a puddle of developer: what is soluble goes, and a little of what is not.

    Raises ValueError for a developer that nobody knows.
    """
    speed = developing.developer(effect.developer).speed(effect.degc)
    rates: dict[str, float] = {}
    for name, each in exposure.RESISTS.items():
        wet = max(
            (cut.solvent.get(region.job, 0.0) for region in cut.section.of_material(name)),
            default=0.0,
        )
        positive = materials().tone_of(name) == "positive"
        stays, goes = (
            (name, f"{name}:{resist.LIT}") if positive else (f"{name}:{resist.GELLED}", name)
        )
        loss = speed * exposure.dark_loss(each, baking.wetness(wet))
        rates |= {
            stays: loss,
            goes: speed * each.dissolves_nm_s,
            f"{name}:{MIXED}": 0.0,
        }
        if positive:
            rates[f"{name}:{resist.GELLED}"] = 0.0
    return cut.to(isotropic.etch_all_round(cut.section, rates, effect.seconds, effect.job))


@lru_cache(maxsize=1)
def reticles() -> MappingProxyType[str, Layout]:
    """Reticle → the layout that it belongs to, of those that come with fabctl."""
    found: dict[str, Layout] = {}
    for path in sorted(sequences.data("layouts").glob("*.yaml")):
        layout = load_layout(path)
        found |= dict.fromkeys(layout.masks, layout)
    return MappingProxyType(found)
