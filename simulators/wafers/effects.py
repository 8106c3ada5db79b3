"""What a step does to a wafer. Tools make effects; only the wafer knows what comes of them.

Thicknesses in nm, rates in nm/s, times in s, temperatures in degC, doses in mJ/cm². Where an effect
is not the same all over the wafer it carries one factor a site (`simulators.physics.uniformity`).
`job` is the job that does it.
"""

from collections.abc import Mapping

from msgspec import Struct

from fabctl.process.layout import Layout

Factors = tuple[float, ...]


class Deposit(Struct, frozen=True):
    """A film grows on every open surface. `coverage` is side wall over top thickness."""

    material: str
    thickness: float
    factors: Factors
    coverage: float
    job: str


class SpinOn(Struct, frozen=True):
    """A liquid is spun on: it fills what is low and lies `thickness` on a flat, once dry."""

    material: str
    thickness: float
    factors: Factors
    solvent: float
    """Share of solvent left in it."""
    job: str


class Heat(Struct, frozen=True):
    """The wafer is at temperatures for times: (seconds, degC) pieces. Also: it waits."""

    history: tuple[tuple[float, float], ...]
    job: str = ""


class Expose(Struct, frozen=True):
    """Light through a reticle."""

    reticle: str
    dose: float
    focus_um: float
    """How far the wafer lies off the focus."""
    aperture: float
    """NA of the lens; contact printing has none to speak of, and no offset."""
    job: str
    layout: Layout | None = None
    """What the reticle is of, where that does not come with fabctl."""


class Develop(Struct, frozen=True):
    """Developer stands on the wafer, and is rinsed off."""

    developer: str
    seconds: float
    degc: float
    job: str


class Etch(Struct, frozen=True):
    """Material goes at `rates` for some seconds: downward, or from every open surface."""

    rates: Mapping[str, float]
    seconds: float
    factors: Factors
    directional: bool
    job: str
    oxidises: bool = False
    """Whether the open skin of low-k dielectrics loses its carbon."""


class Polish(Struct, frozen=True):
    """A pad takes material from the highest places at `rates` for some seconds."""

    rates: Mapping[str, float]
    seconds: float
    factors: Factors
    job: str


class Prime(Struct, frozen=True):
    """An adhesion promoter makes the surface ready for resist."""

    job: str


class Preclean(Struct, frozen=True):
    """A plasma takes copper oxide off, and `copper` nm of copper with it."""

    copper: float
    job: str


Effect = Deposit | SpinOn | Heat | Expose | Develop | Etch | Polish | Prime | Preclean
