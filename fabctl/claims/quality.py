"""What no claim asks for, and a wafer with a protective layer is scrap without.

The film that did not react has to go altogether, or it joins the lines over the field. The layer
has to be on the metal and nowhere else, and on one line of it: where it lies between two, they are
joined by it.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from fabctl.claims.history import History, of_class, shape
from fabctl.structure import predicates as ask
from fabctl.structure.section import parts
from fabctl.structure.tolerances import CRUMB, LEAST_CONTACT

FILM_LEFT, LAYER_ASTRAY = "QA101", "QA102"
"""The codes of film that is left, and of a layer that is where it must not be."""


class Flaw(Struct, frozen=True):
    """What makes scrap of the finished wafer, and the step that laid or made it."""

    code: str
    step: str
    why: str


def flaws(history: History) -> Iterator[Flaw]:
    """What is wrong with a finished wafer; nothing where its section is not known."""
    if not history.shown:
        return
    section = history.last
    for region in of_class(history, section, "film"):
        if region.shape.area > CRUMB:
            why = f"{region.shape.area:.0f} nm² of unreacted {region.material} are left"
            yield Flaw(FILM_LEFT, history.step_of(region.job), why)
    metals = of_class(history, section, "metal")
    lines = [
        list(parts(shape([each for each in metals if each.job == job])))
        for job in {each.job for each in metals}
    ]
    layers = of_class(history, section, "compound")
    for body in parts(shape(layers)):
        made = next(each for each in layers if each.shape.intersects(body))
        step = history.step_of(made.job)
        if body.area > CRUMB and ask.contact(shape(metals), body) <= LEAST_CONTACT:
            why = f"{body.area:.0f} nm² of {made.material} lie off the metal"
            yield Flaw(LAYER_ASTRAY, step, why)
        elif any(_touched(each, body) > 1 for each in lines):
            yield Flaw(LAYER_ASTRAY, step, f"{made.material} joins two lines of metal")


def _touched(lines: Iterable[BaseGeometry], body: BaseGeometry) -> int:
    return sum(ask.contact(line, body) > LEAST_CONTACT for line in lines)
