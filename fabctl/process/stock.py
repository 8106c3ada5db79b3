"""A stock of wafers that are brought in, all alike: what was made of them elsewhere, as data.

It stands for what the host can't see being done. Rules count with it, a simulated lab begins with
it, and on real tools it is the word of whoever brings the wafers.
"""

from typing import TypeAlias

from msgspec import Struct

from fabctl.process.errors import Mark
from fabctl.process.layout import Layout
from fabctl.quantities import Quantity


class Deposited(Struct, frozen=True):
    """A layer of a material grew on all open surfaces."""

    material: str
    thickness: Quantity


class Opened(Struct, frozen=True):
    """All below a reticle's windows was taken away straight down, `depth` from the top."""

    reticle: str
    depth: Quantity


class PolishedTo(Struct, frozen=True):
    """All was polished away down to where a material lies open everywhere; `off` lay above it."""

    material: str
    off: tuple[str, ...]


Making: TypeAlias = Deposited | Opened | PolishedTo


class Stock(Struct, frozen=True):
    """Wafers that are brought in, made from a bare substrate; `text` is the file as read."""

    name: str
    title: str
    layout: Layout
    made: tuple[Making, ...]
    file: str
    text: str
    mark: Mark

    @property
    def materials(self) -> tuple[str, ...]:
        """What lies on the substrate, from below."""
        laid = (each.material for each in self.made if isinstance(each, Deposited))
        return tuple(dict.fromkeys(laid))

    @property
    def sure(self) -> frozenset[str]:
        """Those of them that no polish took some of: whoever looks at such a wafer sees them."""
        off = [each for made in self.made if isinstance(made, PolishedTo) for each in made.off]
        return frozenset(self.materials) - set(off)
