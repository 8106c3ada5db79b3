"""The protective-layer process as concluded jobs; keyword knobs plant one fault each."""

from built import Line, film
from printing import develop, printed

from fabctl.claims.history import Measured
from fabctl.structure.section import Section
from simulators.physics.reaction import Warmth
from simulators.section import alloy
from simulators.section.directional import etch_down
from simulators.section.films import deposit
from simulators.section.isotropic import etch_all_round
from simulators.section.polishing import Stop, polish_to, stop_level
from simulators.section.reaction import react
from simulators.section.resist import coat
from simulators.section.stoichiometry import Compound

CU3SN = Compound("Cu3Sn", metal_eaten=1.307, made=2.118)
DRY = {
    "SiOC": 350 / 60,
    "SiO2": 350 / 60,
    "SiN": 80 / 60,
    "SiCN": 80 / 60,
    "TaN": 350 / 60,
    "resist-n1": 90 / 60,
}
RESIST = "resist-n1"
WINDOWS = {1: (1600.0, 2400.0), 2: (1800.0, 2200.0)}


def alloyed(section, job):
    """A quarter of an hour at 200 °C."""
    return alloy.react(section, Warmth(((900.0, 200.0),)), job)


def level(line, number, *, stop=True, cut=True, react_it=True, strip_first=False, **knobs):
    """One level: stop layer, opening, liner, copper, film, reaction, removal."""
    make = lambda operator, name, material, thickness, **more: (  # noqa: E731
        operator,
        f"{name}{number}",
        material,
        thickness,
        line.next_job(),
        more,
    )
    coats = knobs.get("coats", 1)
    stop_of = knobs.get("stop_of", "SiN")
    of = knobs.get("dielectric", "SiOC")
    if "pad" in knobs:
        line.job("deposit", make(deposit, "pad", knobs["pad"], 20.0))
    for coat_number in range(coats if not knobs.get("brought") else 0):
        line.job("deposit", make(deposit, f"d-{coat_number}-", of, 650.0 / coats))
    for coat_number in range(coats if stop else 0):
        line.job("deposit", make(deposit, f"stop-{coat_number}-", stop_of, 50.0 / coats))
    mask = knobs.get("mask", 0.0)
    if mask:
        line.job("deposit", make(deposit, "mask", knobs.get("mask_of", "SiO2"), mask))
    line.job("coat", (coat, f"r{number}", RESIST, 1000.0, line.next_job(), {"mixes": {}}))
    left, right = knobs.get("window", WINDOWS[number])
    lit = [(0.0, left), (right, 4000.0)]
    if knobs.get("lines") == 2:
        lit = [(0.0, left - 900.0), (right - 900.0, left + 900.0), (right + 900.0, 4000.0)]
    line.job("expose", (printed, (RESIST,), lit, 5000.0))
    line.job("develop", (develop, (RESIST,), line.next_job()))
    depth = knobs.get("depth", 760.0 if cut else 300.0) + mask
    if knobs.get("pad") == "SiO2":
        depth += 20.0
    if knobs.get("pad") == "SiN":
        depth += 20.0 * DRY["SiOC"] / DRY["SiN"]
    seconds = (50 / DRY["SiN"] if stop else 0) + depth / DRY[of]
    if knobs.get("opening", True):
        line.job("etch", (etch_down, DRY, seconds, line.next_job(), f"o{number}"))
    line.job("strip", (etch_all_round, {RESIST: 5.0}, 2000.0, line.next_job()))
    if mask:
        of = knobs.get("mask_of", "SiO2")
        line.job("etch", (etch_all_round, {of: 5.0}, 100.0, line.next_job()))
    if knobs.get("dipped"):
        line.job("etch", (etch_all_round, {"SiOC": 1.0, "SiN": 1.0}, 2.0, line.next_job()))
    if number > 1 and cut:
        argon = {"Cu3Sn": 0.2, "Cu": 0.25, "SiN": 0.1, "SiOC": 0.1}
        line.job("etch", (etch_down, argon, 162.0, line.next_job(), f"cut{number}"))
    if "lined" in knobs:
        line.job("deposit", make(deposit, "lined", knobs["lined"], 5.0))
        line.job("etch", (etch_down, {knobs["lined"]: 1.0}, 6.0, line.next_job()))
    line.job("deposit", make(deposit, "liner", "TaN", 10.0, coverage=0.95))
    if "seeded" in knobs and number == 1:
        line.job("deposit", make(deposit, "seeded", knobs["seeded"], 5.0))
    copper = knobs.get("copper", 900.0)
    for coat_number in range(coats):
        cast = make(deposit, f"cu-{coat_number}-", "Cu", copper / coats, coverage=0.95)
        line.job("deposit", cast)
    if knobs.get("polish", True):
        line.job("polish", (polish_to, _stop(line, stop_of if stop else of), line.next_job()))
    if knobs.get("film", True):
        cold = Compound("Cu6Sn5", metal_eaten=0.523, made=1.446)
        waited = [(react, "Sn", "Cu", cold, 2.0, "", "Cu6Sn5")] if knobs.get("waits") else []
        if "under" in knobs:  # a first coat of another material, measured or not
            line.job("deposit", make(deposit, "under", knobs.get("of", "a-Si:H"), 12.0))
            line.job("measure", measured=knobs["under"])
        if "under_film" in knobs:
            line.job("deposit", make(deposit, "between", knobs["under_film"], 5.0))
        if knobs.get("film_again"):  # stripped before it was heated
            line.job("deposit", make(deposit, "bad", "Sn", 60.0))
            line.job("strip", (etch_all_round, {"Sn": 1.0}, 90.0, line.next_job()))
        line.job("deposit", make(deposit, "film", "Sn", 12.0), *waited)
        if knobs.get("covered"):  # while it is hot
            line.job("deposit", make(deposit, "cover", knobs["covered"], 20.0))
        if knobs.get("degassed"):
            eaten = (react, "Sn", "Cu", CU3SN, 3.0, line.next_job(), f"h{number}")
            line.job("degas", eaten, peaks={"temperature": (250.0, 2.0)})
        if knobs.get("rinsed"):  # which takes none of the film; it sinks as it reacts
            line.job("clean", (react, "Sn", "Cu", cold, 0.02, "", "Cu6Sn5"))
        if knobs.get("thinned"):
            line.job("strip", (etch_all_round, {"Sn": 1.0}, 2.0, line.next_job()))
        if knobs.get("measured_first"):
            stop_layer = Measured("film_thickness", "SiN", (500.0,), 2.0, "Å")
            line.job("measure", measured=[stop_layer])
        for values in (knobs.get("measured", (119.0, 121.0)), *knobs.get("measured_again", ())):
            line.job("measure", measured=[film(*values)])
        if knobs.get("idle"):
            line.job("anneal", peaks={"temperature": (90.0, 2.0)})
    strip = (
        "strip",
        (etch_all_round, {"Sn": 50 / 60}, knobs.get("strip_s", 30.0), line.next_job()),
    )
    if strip_first:
        line.job(*strip)
    change = [(react, "Sn", "Cu", CU3SN, 100.0, line.next_job(), f"p{number}")] if react_it else []
    if knobs.get("heated_twice"):  # half of it reacts, then the rest
        half = (react, "Sn", "Cu", CU3SN, 3.0, line.next_job(), f"q{number}")
        line.job("anneal", half, peaks=knobs["heated_twice"])
        change = [(react, "Sn", "Cu", CU3SN, 100.0, line.next_job(), f"p{number}")]
    if knobs.get("waits"):  # what grew cold is between them: the heat makes it Cu3Sn
        change = [(alloyed, line.next_job())]
    heat = knobs.get("heat", "anneal")
    line.job(heat, *change, peaks=knobs.get("peaks", {"temperature": (200.4, 2.0)}))
    if knobs.get("film_after"):
        line.job("deposit", make(deposit, "after", "Sn", 12.0))
    if knobs.get("layer_again"):  # layer and film were taken off, and another is made
        line.job("etch", (etch_all_round, {"Sn": 1.0, "Cu3Sn": 1.0}, 60.0, line.next_job()))
        line.job("deposit", make(deposit, "again", "Sn", 12.0))
        line.job("measure", measured=[film(119.0, 121.0)])
        eaten = (react, "Sn", "Cu", CU3SN, 100.0, line.next_job(), f"a{number}")
        line.job("anneal", eaten, peaks=knobs["layer_again"])
    if knobs.get("covered"):
        line.job("etch", (etch_all_round, {knobs["covered"]: 5.0}, 100.0, line.next_job()))
    if not strip_first:
        line.job(
            "strip", (etch_all_round, {"Sn": 50 / 60}, knobs.get("strip_s", 30.0), line.next_job())
        )


def _stop(line, material):
    section = line.section
    highest = max(section.of_material(material), key=lambda each: each.shape.bounds[3])
    only = section.with_regions([highest], section.ambient)
    return stop_level(only, (material,), Stop.CLEAR)


def one_level(**knobs):
    """The history of one level; `brought` in with its dielectric, if that is asked for."""
    bare = Section.bare(4000)
    line = Line(deposit(bare, "d", "SiOC", 650.0, "") if knobs.get("brought") else bare)
    level(line, 1, **knobs)
    return line.history()


def two_levels(**knobs):
    """The history of two levels; knobs are the second level's, those in `first` the first's."""
    line = Line(Section.bare(4000))
    level(line, 1, **knobs.pop("first", {}))
    level(line, 2, **knobs)
    return line.history()
