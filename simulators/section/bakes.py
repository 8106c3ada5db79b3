"""What heat does to coats and porous films: solvent and porogen leave, resist links and hardens."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from simulators.physics import baking, exposure, lowk
from simulators.physics.conversion import Conversion, left_after
from simulators.physics.imaging import Piece, added
from simulators.physics.reaction import History
from simulators.section import resist
from simulators.section.cut import Cut, Deposit
from simulators.section.lithography import images_of
from simulators.section.skin import untagged

NOTHING = 1e-3
"""Share of a dose that is none: so little of it left unlinked links at once."""


def baked(cut: Cut, history: History) -> Cut:
    """The wafer after a temperature history."""
    here = {(region.job, region.material) for region in cut.section.regions}
    coats = [each for each in sorted(here) if each[1] in exposure.RESISTS]
    films = [each for each in sorted(here) if each[1] in lowk.POROGENS]
    if coats:
        cut = _hardened(_linked(_dried(cut, history), history, coats), history, coats)
    return _cured(cut, history, films) if films else cut


def _dried(cut: Cut, history: History) -> Cut:
    if not any(cut.solvent.values()):
        return cut
    left = dict(cut.solvent)
    for seconds, degc in history:
        left = {job: baking.solvent_left(each, degc, seconds) for job, each in left.items()}
    here = {region.job for region in cut.section.regions}
    return replace(
        cut, solvent=MappingProxyType({job: each for job, each in left.items() if job in here})
    )


def _linked(cut: Cut, history: History, coats: list[Deposit]) -> Cut:
    """Of the dose of each negative coat that is not linked, a share is."""
    light, linked = dict(cut.light), dict(cut.linked)
    section = cut.section
    for coat in coats:
        doses, kind = cut.light.get(coat, ()), exposure.LINKING.get(coat[1])
        left = 1.0 if kind is None else left_after(kind.half_lives(history))
        if left == 1.0 or not doses:
            continue
        light[coat], linked[coat] = _shared(doses, cut.linked.get(coat, ()), left)
        if light[coat]:
            section = resist.link(section, {coat: images_of(coat[1], linked[coat])})
        else:
            section = resist.link_lit(section, {coat})
    return replace(cut.to(section), light=MappingProxyType(light), linked=MappingProxyType(linked))


def _shared(
    doses: tuple[Piece, ...], linked: tuple[Piece, ...], left: float
) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Doses of which a share is left, and those linked with the rest of them."""
    whole = added(doses, linked)
    rest = tuple((start, end, dose * left) for start, end, dose in doses)
    most = max((dose for _, _, dose in whole), default=0.0)
    if all(dose <= NOTHING * most for _, _, dose in rest):
        return (), whole
    gained = tuple((start, end, dose * (1 - left)) for start, end, dose in doses)
    return rest, added(gained, linked)


def _hardened(cut: Cut, history: History, coats: list[Deposit]) -> Cut:
    gained = _gained(coats, exposure.HARDENING, history)
    if not gained:
        return cut
    cut = _converted(cut, gained)
    hard = {coat for coat in gained if cut.converted[coat] >= exposure.HARD}
    return cut.to(resist.harden(cut.section, hard))


def _cured(cut: Cut, history: History, films: list[Deposit]) -> Cut:
    gained = _gained(films, lowk.POROGENS, history)
    if not gained:
        return cut
    cut = _converted(cut, gained)
    empty = [film for film in gained if left_after(cut.converted[film]) <= lowk.OUT]
    return replace(cut, section=untagged(cut.section, empty, lowk.POROGEN)) if empty else cut


def _gained(
    films: list[Deposit], laws: Mapping[str, Conversion], history: History
) -> dict[Deposit, float]:
    """Through how many half-lives a history takes the films that it takes anywhere."""
    passed = {film: laws[film[1]].half_lives(history) for film in films}
    return {film: half_lives for film, half_lives in passed.items() if half_lives > 0}


def _converted(cut: Cut, gained: dict[Deposit, float]) -> Cut:
    now = {each: cut.converted.get(each, 0.0) + half_lives for each, half_lives in gained.items()}
    return replace(cut, converted=MappingProxyType({**cut.converted, **now}))
