"""A wafer as stacks of layers: at each site one in the opening of the pattern, one in the field.

The first, simple picture of a wafer: it knows what lies upon what and how thick, but no side walls
and a single opening, OPENING_NM wide. Immutable: every step gives a new stack.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from simulators.physics.uniformity import SITES

OPENING_NM = 800.0
"""Width of the opening: a film half as thick closes it from the sides."""

LINKED = "linked"
"""Resist that light and bake have made insoluble."""
LIT = "lit"
"""Resist that light has reached, not baked yet."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: nm thick; `state` is LIT or LINKED for resist; `job` made it."""

    material: str
    thickness: float
    job: str = ""
    state: str = ""
    solvent: float = 0.0
    dose: float = 0.0


Column = tuple[Layer, ...]
"""Layers from the substrate up."""


@dataclass(frozen=True, slots=True)
class Site:
    """The two columns at one place of the wafer."""

    opening: Column
    field: Column

    def each(self, change: Callable[[Column], Column]) -> "Site":
        """The site with both columns changed alike."""
        return Site(change(self.opening), change(self.field))


@dataclass(frozen=True, slots=True)
class Stack:
    """The wafer's sites, in the order of `simulators.physics.uniformity.SITES`."""

    sites: tuple[Site, ...]

    @classmethod
    def bare(cls) -> "Stack":
        """A bare substrate."""
        return cls((Site((), ()),) * len(SITES))

    def at_sites(self, change: Callable[[int, Site], Site]) -> "Stack":
        """The stack with every site changed."""
        return Stack(tuple(change(number, site) for number, site in enumerate(self.sites)))

    def columns(self) -> Iterator[Column]:
        """Every column of every site."""
        for site in self.sites:
            yield site.opening
            yield site.field


def height(column: Column) -> float:
    """Height of a column's top above the substrate, nm."""
    return sum(layer.thickness for layer in column)


def tidy(layers: list[Layer]) -> Column:
    """A column without layers thinner than a thousandth of a nm."""
    return tuple(layer for layer in layers if layer.thickness > 1e-3)


def put(column: Column, layer: Layer) -> Column:
    """The column with a layer on top."""
    return (*column, layer) if layer.thickness > 1e-3 else column


def dig(column: Column, rates: "dict[str, float]", seconds: float) -> Column:
    """Spend a time downward, layer by layer from the top (rates in nm/s); rate 0 stops it."""
    layers = list(column)
    while layers and seconds > 0:
        top = layers[-1]
        rate = rates.get(top.material, 0.0)
        if rate <= 0:
            break
        needed = top.thickness / rate
        if needed > seconds:
            layers[-1] = replace(top, thickness=top.thickness - rate * seconds)
            break
        seconds -= needed
        layers.pop()
    return tidy(layers)
