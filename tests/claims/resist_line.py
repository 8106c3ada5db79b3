"""The double-exposed resist process as concluded jobs; keyword knobs plant one fault each.

The layout holds, from the left, a stepped window, a plain plug and a line.
"""

from built import Line
from printing import develop, lit_up, printed

from fabctl.structure.section import Section
from simulators.section.directional import etch_down
from simulators.section.films import deposit
from simulators.section.isotropic import etch_all_round
from simulators.section.polishing import polish_to
from simulators.section.resist import coat

COATS = ("resist-n1", "resist-n2")
POSITIVE = ("resist-p1", "resist-p2")
WIDTH = 8000.0
VIA = [(1800.0, 2200.0), (4000.0, 4400.0)]
LINE = [(1600.0, 2400.0), (4000.0, 4400.0), (5800.0, 6600.0)]
DRY = {
    "SiOC": 350 / 60,
    "SiN": 350 / 60,
    "SiO2": 350 / 60,
    "TaN": 350 / 60,
    **dict.fromkeys(COATS, 350 / 60 / 4),
}
TRIM = {"SiOC": 10 / 60, **dict.fromkeys(COATS, 5.0)}
DIP = {"SiOC": 1.0, "SiN": 1.0, "SiO2": 1.0}
ASH = dict.fromkeys(COATS, 5.0)


def lit(windows):
    edges = [0.0, *(x for pair in windows for x in pair), WIDTH]
    return list(zip(edges[::2], edges[1::2], strict=True))


def one_coat(line, number, windows, thickness, **knobs):
    """Coat, soft bake, expose, bake."""
    coats = POSITIVE if knobs.get("positive") else COATS
    name = coats[number - 1]
    material = name if not knobs.get("same_solvent") else COATS[0]
    mixes = dict.fromkeys(COATS, 150.0) if knobs.get("same_solvent") else {}
    deep = thickness + 60.0
    if knobs.get("thick"):  # resist in two goes
        half = (coat, f"r{number}a", material, thickness / 2, line.next_job(), {"mixes": mixes})
        line.job("coat", half, material=material)
        line.job("soft_bake")
        thickness /= 2
    cast = (coat, f"r{number}", material, thickness, line.next_job(), {"mixes": mixes})
    line.job("coat", *(() if number in knobs.get("dry", ()) else (cast,)), material=material)
    if number not in knobs.get("no_soft_bake", ()):
        line.job("soft_bake")
    if number not in knobs.get("no_exposure", ()):
        if knobs.get("positive"):  # goes where it was lit, so the windows are clear
            line.job("expose", (lit_up, coats, windows, deep))
        else:
            line.job("expose", (printed, coats, lit(windows), deep))
        line.job("post_exposure_bake")


def pattern(line, *, developments=1, **knobs):
    """The two coats up to the developed and hard-baked resist."""
    via, wide = knobs.get("masks", (VIA, LINE))
    first, second = (wide, via) if knobs.get("swapped") else (via, wide)
    second = first if knobs.get("same") else second
    one_coat(line, 1, first, 500.0, **knobs)
    if developments == 3:
        if knobs.get("short_puddle"):
            line.job("develop")
        _developed(line, **knobs)
    if knobs.get("etched_between"):  # the narrow part first, through the first coat
        _developed(line, **knobs)
        line.job("etch", (etch_down, DRY, 60.0, line.next_job(), "o1"))
    if knobs.get("early_hard_bake"):
        line.job("hard_bake")
    if knobs.get("coats", 2) == 2:
        one_coat(line, 2, second, 900.0, **knobs)
    if knobs.get("short_puddle"):  # too short to take anything
        line.job("develop")
    for _ in range(2 if developments == 3 else developments):
        _developed(line, **knobs)
    if knobs.get("descum"):
        line.job("etch", (etch_all_round, dict.fromkeys(COATS, 1.0), 5.0, line.next_job()))
    if knobs.get("hard_bake", True) and not knobs.get("early_hard_bake"):
        line.job("hard_bake")
    if knobs.get("second_puddle"):
        _developed(line, **knobs)


def _developed(line, **knobs):
    tone = {"negative": not knobs.get("positive")}
    line.job("develop", (develop, (*COATS, *POSITIVE), line.next_job(), tone))


def method(**knobs):
    """The resist method alone, on a wafer with a dielectric."""
    line = Line(Section.bare(WIDTH))
    line.job("deposit", (deposit, "d", "SiOC", 700.0, line.next_job()))
    pattern(line, **knobs)
    return line.history()


def apart(line, windows, seconds, **knobs):
    """Windows through a resist of their own, which is stripped again."""
    one_coat(line, 1, windows, 500.0, **knobs)
    _developed(line, **knobs)
    line.job("etch", (etch_down, DRY, seconds, line.next_job(), "a"))
    if not knobs.get("left"):
        line.job("strip", (etch_all_round, ASH, 2000.0, line.next_job()), material=COATS[0])


def _filled(line):
    line.job("deposit", (deposit, "la", "TaN", 10.0, line.next_job(), {"coverage": 0.95}))
    line.job("deposit", (deposit, "ma", "Cu", 750.0, line.next_job(), {"coverage": 0.95}))
    line.job("polish", (polish_to, 700.0, line.next_job()))


def process(**knobs):
    """The whole process, to the polished copper; `brought` in with the dielectric or not."""
    bare = Section.bare(WIDTH)
    line = Line(deposit(bare, "d", "SiOC", 700.0, "") if knobs.get("brought") else bare)
    dielectrics = knobs.get("dielectrics", () if knobs.get("brought") else ("d",))
    stack = [(name, "SiOC", 700.0 / len(dielectrics)) for name in dielectrics]
    for name, material, thickness in [*knobs.get("under", ()), *stack, *knobs.get("over", ())]:
        line.job("deposit", (deposit, name, material, thickness, line.next_job()))
    if knobs.get("rework"):
        pattern(line, **knobs["rework"])
        line.job("strip", (etch_all_round, ASH, 2000.0, line.next_job()), material=COATS[0])
    if "before" in knobs:
        apart(line, *knobs["before"])
    if "whole_before" in knobs:  # with a liner and copper of its own
        apart(line, *knobs["whole_before"])
        _filled(line)
    pattern(line, **knobs)
    if not knobs.get("etched_between"):
        line.job("etch", (etch_down, DRY, knobs.get("first_etch", 60.0), line.next_job(), "o1"))
    if knobs.get("trim", True):
        line.job("etch", (etch_down, TRIM, 90.0, line.next_job()))
    if knobs.get("developed_late"):
        _developed(line, **knobs)
    line.job("etch", (etch_down, DRY, knobs.get("second_etch", 69.0), line.next_job(), "o2"))
    if knobs.get("ash", True):
        taken = (etch_all_round, ASH, 2000.0, line.next_job())
        line.job(knobs.get("ashed_by", "strip"), taken, material=COATS[0])
    if "after" in knobs:
        apart(line, *knobs["after"], left=knobs.get("left"))
    if knobs.get("recoated"):  # and left on
        line.job(
            "coat",
            (coat, "again", COATS[0], 500.0, line.next_job(), {"mixes": {}}),
            material=COATS[0],
        )
    for bath in knobs.get("dips", ()):
        line.job("etch", (etch_all_round, DIP, 4.0, line.next_job()), bath=bath)
    for material in knobs.get("spacers", ()):
        spacer = (deposit, f"s-{material}", material, 20.0, line.next_job(), {"coverage": 0.95})
        line.job("deposit", spacer)
        if knobs.get("opened", True):
            line.job("etch", (etch_down, {material: 1.0}, 22.0, line.next_job(), "s"))
    for name in knobs.get("liners", ("l",)):
        line.job(
            "deposit",
            (deposit, name, knobs.get("liner", "TaN"), 10.0, line.next_job(), {"coverage": 0.95}),
        )
    copper = knobs.get("copper", 750.0)
    of = knobs.get("conductor", "Cu")
    line.job("deposit", (deposit, "m", of, copper, line.next_job(), {"coverage": 0.95}))
    if "late_liner" in knobs:
        line.job("deposit", (deposit, "late", "TaN", 10.0, line.next_job(), {"coverage": 0.95}))
    line.job("polish", (polish_to, 700.0, line.next_job()))
    if "thinned" in knobs:  # conductor and dielectric alike
        line.job("polish", (polish_to, knobs["thinned"], line.next_job()))
    if "whole_after" in knobs:
        apart(line, *knobs["whole_after"])
        _filled(line)
    if "next_level" in knobs:
        line.job("deposit", (deposit, "d2", "SiOC", 300.0, line.next_job()))
        apart(line, LINE, knobs["next_level"])
    if knobs.get("mask"):  # of nitride, and taken off again
        line.job("deposit", (deposit, "mask", "SiN", 30.0, line.next_job()))
        line.job("etch", (etch_all_round, DIP, 35.0, line.next_job()))
    if "recess" in knobs:
        line.job("etch_back", (etch_all_round, {of: 1.0}, knobs["recess"], line.next_job()))
    if "on_top" in knobs:
        line.job("deposit", (deposit, "top", knobs["on_top"], 30.0, line.next_job()))
    return line.history()
