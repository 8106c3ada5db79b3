"""The protective-layer process as concluded jobs; keyword knobs plant one fault each."""

from built import Line, film
from printing import develop, printed

from fabctl.claims.history import Measured
from fabctl.structure.section import Section
from simulators.physics.reaction import Warmth
from simulators.section import alloy
from simulators.section.etching import etch_all_round, etch_down
from simulators.section.films import deposit
from simulators.section.polishing import Stop, polish_to, stop_level
from simulators.section.reaction import Compound, react
from simulators.section.resist import coat

CU3SN = Compound("Cu3Sn", metal_eaten=1.307, made=2.118)
DRY = {"SiOC": 350 / 60, "SiN": 80 / 60, "resist-n1": 90 / 60}
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
    line.job("deposit", make(deposit, "d", "SiOC", 650.0))
    if stop:
        line.job("deposit", make(deposit, "stop", "SiN", 50.0))
    line.job("coat", (coat, f"r{number}", RESIST, 1000.0, line.next_job(), {"mixes": {}}))
    left, right = WINDOWS[number]
    lit = [(0.0, left), (right, 4000.0)]
    line.job("expose", (printed, (RESIST,), lit, 5000.0))
    line.job("develop", (develop, (RESIST,), line.next_job()))
    depth = knobs.get("depth", 760.0 if cut else 300.0)
    seconds = (50 / DRY["SiN"] if stop else 0) + depth / DRY["SiOC"]
    if knobs.get("opening", True):
        line.job("etch", (etch_down, DRY, seconds, line.next_job(), f"o{number}"))
    line.job("strip", (etch_all_round, {RESIST: 5.0}, 2000.0, line.next_job()))
    if number > 1 and cut:
        argon = {"Cu3Sn": 0.2, "Cu": 0.25, "SiN": 0.1, "SiOC": 0.1}
        line.job("etch", (etch_down, argon, 162.0, line.next_job(), f"cut{number}"))
    line.job("deposit", make(deposit, "liner", "TaN", 10.0, coverage=0.95))
    copper = knobs.get("copper", 900.0)
    line.job("deposit", make(deposit, "cu", "Cu", copper, coverage=0.95))
    if knobs.get("polish", True):
        line.job("polish", (polish_to, _stop(line, number, stop=stop), line.next_job()))
    if knobs.get("film", True):
        cold = Compound("Cu6Sn5", metal_eaten=0.523, made=1.446)
        waited = [(react, "Sn", "Cu", cold, 2.0, "", "Cu6Sn5")] if knobs.get("waits") else []
        if "under" in knobs:  # a first coat of another material, measured or not
            line.job("deposit", make(deposit, "under", knobs.get("of", "a-Si:H"), 12.0))
            line.job("measure", measured=knobs["under"])
        line.job("deposit", make(deposit, "film", "Sn", 12.0), *waited)
        if knobs.get("measured_first"):
            stop_layer = Measured("film_thickness", "SiN", (500.0,), 2.0, "Å")
            line.job("measure", measured=[stop_layer])
        line.job("measure", measured=[film(*knobs.get("measured", (119.0, 121.0)))])
        if knobs.get("idle"):
            line.job("anneal", peaks={"temperature": (90.0, 2.0)})
    strip = (
        "strip",
        (etch_all_round, {"Sn": 50 / 60}, knobs.get("strip_s", 30.0), line.next_job()),
    )
    if strip_first:
        line.job(*strip)
    change = [(react, "Sn", "Cu", CU3SN, 100.0, line.next_job(), f"p{number}")] if react_it else []
    if knobs.get("waits"):  # what grew cold is between them: the heat makes it Cu3Sn
        change = [(alloyed, line.next_job())]
    line.job("anneal", *change, peaks=knobs.get("peaks", {"temperature": (200.4, 2.0)}))
    if not strip_first:
        line.job(
            "strip", (etch_all_round, {"Sn": 50 / 60}, knobs.get("strip_s", 30.0), line.next_job())
        )


def _stop(line, number, *, stop):
    section = line.section
    name = f"stop{number}" if stop else f"d{number}"
    material = "SiN" if stop else "SiOC"
    only = section.with_regions([section.named(name)], section.ambient)
    return stop_level(only, (material,), Stop.CLEAR)


def one_level(**knobs):
    """The history of one level."""
    line = Line(Section.bare(4000))
    level(line, 1, **knobs)
    return line.history()


def two_levels(**knobs):
    """The history of two levels; knobs are the second level's."""
    line = Line(Section.bare(4000))
    level(line, 1)
    level(line, 2, **knobs)
    return line.history()
