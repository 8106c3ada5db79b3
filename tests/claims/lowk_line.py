"""The low-k process as concluded jobs; keyword knobs plant one fault each."""

from built import Line
from printing import develop, printed

from fabctl.claims.history import Measured
from fabctl.structure.section import Section
from simulators.section.directional import etch_down
from simulators.section.films import deposit, spin_on
from simulators.section.isotropic import etch_all_round
from simulators.section.polishing import polish_to
from simulators.section.resist import coat
from simulators.section.skin import burnt, tagged, untagged

RESIST = "resist-n1"
VIAS = [(1900.0, 2300.0), (3700.0, 4100.0), (5000.0, 5300.0)]
LINES = [(1700.0, 2500.0), (3500.0, 4300.0), (4800.0, 5500.0)]
DRY = {
    "SiOC": 350 / 60,
    "MSQ": 350 / 60,
    "SiO2": 350 / 60,
    "SiN": 350 / 60,
    "TaN": 1.0,
    RESIST: 90 / 60,
}


def k(material, value, uncertainty=0.05):
    return Measured("dielectric_constant", material, (value,), uncertainty, "1")


def window(line, openings, depth, rates=DRY):
    """Coat, expose outside the openings, develop, etch, strip."""
    name = f"r{len(line.done)}"
    line.job("coat", (coat, name, RESIST, 900.0, line.next_job(), {"mixes": {}}))
    edges = [0.0, *(x for pair in openings for x in pair), 6000.0]
    lit = list(zip(edges[::2], edges[1::2], strict=True))
    line.job("expose", (printed, (RESIST,), lit, 5000.0))
    line.job("develop", (develop, (RESIST,), line.next_job()))
    line.job("etch", (etch_down, rates, depth / rates["SiOC"], line.next_job(), name))
    line.job("strip", (etch_all_round, {RESIST: 5.0}, 2000.0, line.next_job()))


def level(line, floor, **knobs):
    """One level whose dielectric begins at `floor` nm."""
    top = floor + 600.0

    def make(operator, name, material, thickness, **more):
        return operator, f"{name}@{floor:.0f}", material, thickness, line.next_job(), more

    coats = knobs.get("coats", 1)
    if knobs.get("hybrid"):
        top += 30.0
    if "pad" in knobs:
        line.job("deposit", make(deposit, "pad", knobs["pad"], 20.0))
    lay, how = (spin_on, "spin_on") if knobs.get("spun_first") else (deposit, "deposit")
    for number in range(coats):
        line.job(how, make(lay, f"d1-{number}", "SiOC", 600.0 / coats))
        if knobs.get("stop") and number == 0:
            line.job("deposit", make(deposit, "stop", "SiN", 30.0))
    if knobs.get("hybrid"):
        line.job("spin_on", make(spin_on, "hy", "MSQ", 30.0))
    top += 20.0 * ("pad" in knobs) + 30.0 * knobs.get("stop", False)
    if "kept" in knobs:
        line.job("deposit", make(deposit, "kept", knobs["kept"], 30.0))
        top += 30.0
    if "hard_mask" in knobs:
        line.job("deposit", make(deposit, "hard", "TaN", 30.0))
    mask = knobs.get("mask", 0.0)
    if mask:
        line.job("deposit", make(deposit, "mask", "SiO2", mask))
    depth = 600.0 if floor == 0 else 640.0
    depth += 30.0 * bool(knobs.get("hybrid"))
    depth += 20.0 * ("pad" in knobs) + 30.0 * knobs.get("stop", False)
    depth += 30.0 * ("kept" in knobs)
    if "hard_mask" in knobs:
        window(line, VIAS[: knobs.get("vias", 2)], 30.0 * 350 / 60)
    window(line, VIAS[: knobs.get("vias", 2)], depth + mask)
    if "skin" in knobs:
        line.job("deposit", make(deposit, "skin", knobs["skin"], 5.0))
    if knobs.get("lines", True):
        window(line, LINES[: knobs.get("lined", knobs.get("vias", 2))], 300.0 + mask)
    if knobs.get("hard_mask") == "stripped":
        line.job("etch", (etch_all_round, {"TaN": 5.0}, 7.0, line.next_job()), bath="sc1")
    if mask:
        line.job("etch", (etch_all_round, {"SiO2": 5.0}, 300.0, line.next_job()), bath="hf")
    if floor > 0:
        cf4 = {"TaN": 1.0, "SiOC": 1.0}
        line.job("etch", (etch_down, cf4, 60.0, line.next_job(), "open"))
        top -= 60.0
    if "spacer" in knobs:
        of = knobs["spacer"]
        line.job("deposit", make(deposit, "sp", of, 10.0, coverage=0.95))
        if knobs.get("opened", True):
            line.job("etch", (etch_down, {of: 1.0}, 12.0, line.next_job()), chamber="ccp")
    if knobs.get("lining", True):
        lining = knobs.get("lining_thickness", 10.0)
        line.job("deposit", make(deposit, "b1", "TaN", lining, coverage=0.95))
    if knobs.get("punched"):
        argon = {"TaN": 1.0}
        line.job("etch", (etch_down, argon, 15.0, line.next_job()), chamber="pvd")
        line.job("deposit", make(deposit, "b1-2", "TaN", 5.0, coverage=0.95))
    line.job("deposit", make(deposit, "cu", "Cu", knobs.get("copper", 750.0), coverage=0.95))
    if knobs.get("polish_copper"):
        line.job("polish", (polish_to, top + 10.0, line.next_job()))
    else:
        line.job("etch", (polish_to, top + 10.0, line.next_job()), bath="ceric")
    if knobs.get("recess", not knobs.get("polish_copper")):
        line.job(
            "etch",
            (etch_all_round, {"Cu": 1.0}, knobs.get("recess", 50.0), line.next_job()),
            bath="ceric",
        )
    field = {"TaN": 1.0, "SiOC": 1.0 if knobs.get("over_etch") else 0.0}
    line.job("etch", (etch_down, field, 10.5, line.next_job()), chamber="ccp")
    if knobs.get("over_etch"):
        top -= 10.0
    if "recess_again" in knobs:
        again = (etch_all_round, {"Cu": 1.0}, knobs["recess_again"], line.next_job())
        line.job("etch", again, bath="ceric")
    if knobs.get("capping", True):
        cap, thick = knobs.get("cap", "TaN"), knobs.get("cap_thickness", 60.0)
        for number in range(coats):
            line.job("deposit", make(deposit, f"b2-{number}", cap, thick / coats, coverage=0.95))
        clear = (polish_to, knobs.get("cap_left", top), line.next_job())
        if knobs.get("etched_clear"):
            line.job("etch", clear, chamber="ccp")
            line.job("polish", (polish_to, top - 5.0, line.next_job()))
        else:
            line.job("polish", clear)
    wet = {"SiOC": 2.0, "Cu": 0.5}
    if "kept" in knobs:
        line.job("etch", (etch_down, {knobs["kept"]: 1.0}, 32.0, line.next_job()), chamber="ccp")
    if knobs.get("dry"):
        line.job(
            "etch_back", (etch_down, {"SiOC": 1.0}, knobs["dry"], line.next_job()), chamber="ccp"
        )
    for seconds in knobs.get("wet", () if knobs.get("dry") else (100.0,)):
        dip = (etch_all_round, wet, seconds, line.next_job())
        line.job(knobs.get("dip", "etch_back"), dip, bath="dilute-HF")
    if "trench_liner" in knobs:
        line.job("deposit", make(deposit, "tl", knobs["trench_liner"], 5.0, coverage=0.95))
    second = knobs.get("second", "MSQ")
    for number in range(1, coats):
        line.job("spin_on", make(spin_on, f"d2-{number}", second, 500.0 / coats))
        if knobs.get("back_between"):
            line.job("etch_back", (polish_to, top, line.next_job()), chamber="ccp")
    uncured = [(tagged, f"d2@{floor:.0f}", "porogen")] if "cured" in knobs else []
    of_d2 = [(line.next_job(), second)]
    line.job(
        "spin_on",
        make(spin_on, "d2", second, 500.0 / coats),
        *uncured,
        measured=[k("SiOC", knobs.get("k1", 2.8)), k(second, knobs.get("k2", 2.3))],
    )
    if "cured" in knobs:
        line.job("cure", *([(untagged, of_d2, "porogen")] if knobs["cured"] == "through" else []))
    if knobs.get("polished_level"):
        line.job("polish", (polish_to, top, line.next_job()))
        line.job("etch", (etch_down, {"MSQ": 1.0}, 2.0, line.next_job()), chamber="ccp")
    elif knobs.get("levelled", True):
        back = knobs.get("back", "etch_back")
        line.job(back, (polish_to, top, line.next_job()), chamber="ccp")
    if knobs.get("on_top"):
        line.job("deposit", make(deposit, "top", knobs["on_top"], 30.0))
    return top


def one_level(**knobs):
    line = Line(Section.bare(6000))
    level(line, 0.0, **knobs)
    if knobs.get("burnt"):
        line.job("treat", (lambda section: burnt(section, section, 1.0, knobs["burnt"]),))
    if knobs.get("measured_again"):
        line.job("measure", measured=[k("MSQ", knobs["measured_again"])])
    if knobs.get("padded"):
        window(line, [(2900.0, 3200.0)], 100.0)
        line.job("deposit", (deposit, "pm", "Al", 200.0, line.next_job()))
    if knobs.get("passivated"):
        line.job("deposit", (deposit, "p", "SiO2", 300.0, line.next_job()))
    return line.history()


def two_levels(**knobs):
    """Two levels; knobs are the second level's, those in `first` the first's."""
    line = Line(Section.bare(6000))
    top = level(line, 0.0, **knobs.pop("first", {}))
    level(line, top, **knobs)
    return line.history()
