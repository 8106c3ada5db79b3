"""Spin coating.

Thinning by flow, dh/dt = -2 ρ ω² h³ / (3 η), gives h = h0 / sqrt(1 + 4 ω² h0² t / (3 ν)) (Emslie,
Bonner and Peck 1958); evaporation, which goes with sqrt(ω), ends it, so that the dry film is h = K
/ sqrt(rpm) (Meyerhofer 1978). K comes from spin tables, which give the thickness after the soft
bake: that is what "dry" means here, and a coat's thickness from its cast on. K in nm √rpm, ν in
mm²/s. Numbers and sources: ``sequences/physics/spinning.yaml``.
"""

import math

from msgspec import Struct

from simulators.physics.values import Values, read_table, shipped


class Liquid(Struct, frozen=True):
    """A liquid to spin on: `k` in nm·sqrt(rpm), viscosity in mm²/s, `solids` the dry fraction."""

    k: float
    poured_um: float
    """How thick the liquid lies before it is spun."""
    viscosity: float
    solids: float
    sigma: float


def _liquid(values: Values) -> Liquid:
    return Liquid(
        values.bare("k_nm"),
        values.value("poured", "um"),
        values.bare("viscosity_mm2_s"),
        values.share("solids"),
        values.share("sigma"),
    )


_KEYS = ("k_nm", "poured", "viscosity_mm2_s", "solids", "sigma")
LIQUIDS = read_table(shipped("spinning"), _KEYS, _liquid)
"""Material → liquid."""


def dry_thickness(liquid: Liquid, rpm: float) -> float:
    """Thickness (nm) once the solvent is gone: K / sqrt(rpm)."""
    return liquid.k / math.sqrt(rpm)


def wet_thickness(liquid: Liquid, start_um: float, rpm: float, seconds: float) -> float:
    """Thickness (µm) of the liquid after flowing for some seconds at `rpm`, from `start_um`."""
    omega = rpm * 2 * math.pi / 60
    start, viscosity = start_um * 1e-6, liquid.viscosity * 1e-6
    return start_um / math.sqrt(1 + 4 * omega**2 * start**2 * seconds / (3 * viscosity))


def cast_thickness(liquid: Liquid, rpm: float, seconds: float) -> float:
    """Dry thickness (nm) of a cast: what flow alone leaves of the liquid, if it is cut short."""
    flowed = wet_thickness(liquid, liquid.poured_um, rpm, seconds) * 1000 * liquid.solids
    return max(dry_thickness(liquid, rpm), flowed)
