"""The three documents' first claims as operators on one section; knobs plant the faults."""

from dataclasses import dataclass, field

import shapely
from printing import develop, printed

from fabctl.structure.invariants import check
from fabctl.structure.section import Section
from simulators.physics import etching
from simulators.section.directional import etch_down
from simulators.section.films import deposit, spin_on
from simulators.section.isotropic import etch_all_round
from simulators.section.polishing import Stop, polish_to, stop_level
from simulators.section.reaction import react
from simulators.section.resist import coat
from simulators.section.stoichiometry import Compound

CU3SN = Compound("Cu3Sn", metal_eaten=1.307, made=2.118)
DRY = {"SiOC": 350 / 60, "SiN": 80 / 60, "resist": 90 / 60}
ASH = {"resist": 5.0}


@dataclass
class Flow:
    """Runs operators, checks the partition after each, and remembers every section."""

    section: Section
    checked: bool = True
    seen: list[tuple[str, Section]] = field(default_factory=list)

    def do(self, name, operator, *args, **kwargs):
        before, self.section = self.section, operator(self.section, *args, **kwargs)
        if self.checked:
            check(self.section, before)
        self.seen.append((name, self.section))

    def after(self, name):
        return dict(self.seen)[name]

    def window(self, name, *openings, depth):
        """Coat, expose outside the openings, develop, etch `depth` nm of SiOC, strip."""
        self.do(f"{name}-coat", coat, f"{name}-r", "resist", 900.0, name, mixes={})
        edges = [0.0, *(x for pair in openings for x in pair), self.section.width]
        lit = list(zip(edges[::2], edges[1::2], strict=True))
        self.do(f"{name}-expose", printed, ("resist",), lit, 5000.0)
        self.do(f"{name}-develop", develop, ("resist",), name)
        self.do(f"{name}-etch", etch_down, DRY, depth / DRY["SiOC"], name, name)
        self.do(f"{name}-ash", etch_all_round, ASH, 2000.0, name)


def lowk(*, checked=True, barrier_2=True, second_mask_first=False, half_filled=False):
    """Two stepped plugs in SiOC, enclosed, and a second dielectric spun between them."""
    flow = Flow(Section.bare(6000), checked)
    flow.do("d1", deposit, "d1", "SiOC", 600.0, "d1")
    vias = [(1900.0, 2300.0), (3700.0, 4100.0)]
    lines = [(1700.0, 2500.0), (3500.0, 4300.0)]
    first, second = (lines, vias) if second_mask_first else (vias, lines)
    flow.window("via", *first, depth=600.0 if not second_mask_first else 300.0)
    flow.window("line", *second, depth=300.0)
    flow.do("b1", deposit, "b1", "TaN", 10.0, "b1", coverage=0.95)
    cu, cover = (220.0, 0.6) if half_filled else (750.0, 0.95)
    flow.do("cu", deposit, "cu", "Cu", cu, "cu", coverage=cover)
    top = 600.0
    flow.do("etch-back", polish_to, top + 10.0, "etch-back")
    flow.do("recess", etch_all_round, {"Cu": 1.0}, 50.0, "recess")
    flow.do("b1-etch", etch_down, {"TaN": 1.0}, 10.5, "b1-etch")
    if barrier_2:
        flow.do("b2", deposit, "b2", "TaN", 60.0, "b2", coverage=0.95)
        flow.do("b2-polish", polish_to, top, "b2-polish")
    wet = {"SiOC": 2.0, "Cu": 0.5, "TaN": 0.0}
    flow.do("trench", etch_all_round, wet, 100.0, "trench", "trench")
    flow.do("d2", spin_on, "d2", "MSQ", 400.0, "d2")
    flow.do("level", polish_to, top, "level")
    return flow


def resist_method(*, checked=True, trim=True, wrong_order=False, polarity=True):
    """A stepped window from two exposures through two coats, one development, liner, copper."""
    flow = Flow(Section.bare(4000), checked)
    flow.do("d", deposit, "d", "SiOC", 700.0, "d")
    via, line = (1800.0, 2200.0), (1600.0, 2400.0)
    first, second = (line, via) if wrong_order else (via, line)

    def lit(window):
        return [(0.0, window[0]), (window[1], 4000.0)] if polarity else [window]

    flow.do("coat-1", coat, "r1", "resist", 500.0, "coat-1", mixes={})
    flow.do("expose-1", printed, ("resist",), lit(first), 600.0)
    flow.do("coat-2", coat, "r2", "resist", 900.0, "coat-2", mixes={})
    flow.do("expose-2", printed, ("resist",), lit(second), 950.0)
    flow.do("develop", develop, ("resist",), "develop")
    dry = {"SiOC": 350 / 60, "resist": 350 / 60 / 4}
    if trim:
        flow.do("etch-1", etch_down, dry, 60.0, "etch-1", "via")
        flow.do("trim", etch_down, {"resist": 5.0, "SiOC": 10 / 60}, 90.0, "trim")
        flow.do("etch-2", etch_down, dry, 69.0, "etch-2", "window")
    else:
        flow.do("etch-2", etch_down, dry, 140.0, "etch-2", "window")
    flow.do("ash", etch_all_round, ASH, 2000.0, "ash")
    flow.do("liner", deposit, "liner", "TaN", 10.0, "liner", coverage=0.95)
    flow.do("cu", deposit, "cu", "Cu", 750.0, "cu", coverage=0.95)
    flow.do("polish", polish_to, 700.0, "polish")
    return flow


def cap(*, checked=True, first_seen=False, fluorocarbon=""):
    """Copper in a dielectric, its self-aligned protective layer, and a second level on it."""
    flow = Flow(Section.bare(4000), checked)
    for level in ("1", "2"):
        flow.do(f"d{level}", deposit, f"d{level}", "SiOC", 650.0, f"d{level}")
        flow.do(f"stop{level}", deposit, f"stop{level}", "SiN", 50.0, f"stop{level}")
        flow.window(f"o{level}", (1600.0, 2400.0), depth=650.0 * 1.05 + 50.0 * 350 / 80)
        if level == "2":
            argon = {"Cu3Sn": 0.2, "Cu": 0.25, "SiN": 0.1, "SiOC": 0.1}
            rates = per_second(etching.DRY[fluorocarbon].rates) if fluorocarbon else argon
            seconds = 20.0 if fluorocarbon else 25.0 / 0.2 * 1.3
            flow.do("sputter", etch_down, rates, seconds, "sputter", "cut")
        flow.do(f"liner{level}", deposit, f"liner{level}", "TaN", 10.0, f"l{level}", coverage=0.95)
        flow.do(f"cu{level}", deposit, f"cu{level}", "Cu", 900.0, f"cu{level}", coverage=0.95)
        stop = Stop.FIRST_SEEN if first_seen and level == "2" else Stop.CLEAR
        height = stop_level(flow.section, ("SiN",), stop) if level == "1" else _stop2(flow, stop)
        flow.do(f"polish{level}", polish_to, height, f"polish{level}")
        flow.do(f"film{level}", deposit, f"film{level}", "Sn", 12.0, f"film{level}")
        flow.do(
            f"react{level}", react, "Sn", "Cu", CU3SN, 100.0, f"react{level}", f"protective{level}"
        )
        flow.do(f"strip{level}", etch_all_round, {"Sn": 50 / 60}, 30.0, f"strip{level}")
    return flow


def per_second(rates):
    """Rates in nm/s, of those in nm/min."""
    return {material: rate / 60 for material, rate in rates.items()}


def _stop2(flow, stop):
    upper = flow.section.named("stop2")
    only = flow.section.with_regions([upper], flow.section.ambient)
    return stop_level(only, ("SiN",), stop)


def union(section, *materials):
    return shapely.union_all([region.shape for region in section.of_material(*materials)])
