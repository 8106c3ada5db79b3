"""Whatever is done to a wafer in whatever order, its section is one that a wafer can have."""

import random

import pytest
import shapely
from surfaces import bowed, cavern, rough, trench

from fabctl.structure.invariants import check
from fabctl.structure.section import SUBSTRATE, Section
from simulators.physics.reaction import Warmth
from simulators.section import alloy
from simulators.section.cutting import cut_away, without_loose
from simulators.section.directional import etch_down
from simulators.section.films import deposit, spin_on
from simulators.section.isotropic import etch_all_round
from simulators.section.polishing import polish_to

SOLIDS = ("SiOC", "SiN", "TaN", "Cu", "MSQ", "resist-n1")


def blocks(rng):
    """A stack of films cut down to some height here and there, also at the section's sides."""
    wafer = Section.bare(4000.0)
    for number in range(rng.randint(1, 3)):
        thickness = rng.choice((5.0, 12.0, 40.0, 120.0, 300.0))
        wafer = deposit(wafer, f"l{number}", rng.choice(SOLIDS), thickness, f"l{number}")
    edges = sorted(rng.sample(range(0, 4001, 50), rng.choice((2, 4, 6))))
    edges[0] = 0 if rng.random() < 0.5 else edges[0]
    edges[-1] = 4000 if rng.random() < 0.5 else edges[-1]
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        cut = shapely.box(left, rng.uniform(-20, 300), right, 5000)
        wafer = cut_away(wafer, {each.name: cut for each in wafer.regions}, "cut")
    return without_loose(wafer)


def changed(wafer, rng, job):
    """The wafer after something that may happen to it."""
    step = rng.choice(("film", "film", "bath", "bath", "bath", "plasma", "spin", "polish", "heat"))
    if step == "film":
        material = rng.choice((*SOLIDS, "Sn", "Al"))
        thickness = rng.choice((1.0, 5.0, 10.0, 50.0, rng.uniform(1, 400)))
        return deposit(wafer, job, material, thickness, job, rng.choice((1.0, 0.95, 0.8, 0.6)))
    if step == "spin":
        return spin_on(wafer, job, "MSQ", rng.uniform(50, 500), job)
    if step == "polish":
        top = shapely.total_bounds([each.shape for each in wafer.regions])[3]
        return polish_to(wafer, max(20.0, top - rng.uniform(0, 100)), job)
    if step == "heat":
        history = ((rng.uniform(5, 5000), rng.choice((23.0, 130.0, 150.0, 200.0, 300.0))),)
        return alloy.react(wafer, Warmth(history), job)
    here = sorted({each.material for each in wafer.regions if each.name != SUBSTRATE})
    rates = {each: rng.choice((0.0, 0.0, 0.01, 0.3, 1.0, 3.0, 10.0)) for each in here}
    if not any(rates.values()):
        return wafer
    etch = etch_all_round if step == "bath" else etch_down
    return etch(wafer, rates, rng.choice((1.0, 10.0, 60.0, rng.uniform(1, 400))), job, job)


def random_wafer(seed):
    rng = random.Random(seed)
    start = rng.choice((blocks, blocks, rough, cavern, lambda _: trench(), lambda _: bowed()))
    wafer = start(rng)
    check(wafer)
    for number in range(rng.randint(4, 9)):
        before, wafer = wafer, changed(wafer, rng, f"j{number}")
        check(wafer, before)


@pytest.mark.long
@pytest.mark.parametrize("seed", [*range(40), 75, 219, 318, 328, 881])
def test_a_random_wafer_stays_whole(seed):
    """On 25, and on those above 40, rounding had parted air from air, one at the section's side."""
    random_wafer(seed)
