"""The units there are: each one's dimension and its exact size in the dimension's base unit.

Sizes are exact by definition (SI brochure; inch = 25.4 mm; lbf = 0.45359237 kg × 9.80665 m/s²;
Torr = 101325/760 Pa). Standard gas flows stay in sccm, since what a standard cubic centimetre
holds is the mass flow controller's own convention.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from msgspec import Struct

from fabctl.quantities.dimension import Dimension


class Unit(Struct, frozen=True):
    """A unit: value in base units = number × `scale` + `offset`."""

    symbol: str
    dimension: Dimension
    scale: Fraction
    offset: Fraction = Fraction(0)


_SIZES: Mapping[Dimension, Mapping[str, str]] = {
    Dimension.NUMBER: {"1": "1"},
    Dimension.RATIO: {"%": "1/100", "ppm": "1/1000000", "ppb": "1/1000000000"},
    Dimension.LENGTH: {  # nm
        "pm": "1/1000",
        "Å": "1/10",
        "nm": "1",
        "um": "1000",
        "mm": "1000000",
        "cm": "10000000",
        "m": "1000000000",
        "mil": "25400",
        "in": "25400000",
    },
    Dimension.AREA: {"nm2": "1", "um2": "1000000", "mm2": "1000000000000"},  # nm2
    Dimension.TEMPERATURE_DIFFERENCE: {  # K
        "delta_K": "1",
        "delta_degC": "1",
        "delta_degF": "5/9",
    },
    Dimension.TIME: {"ms": "1/1000", "s": "1", "min": "60", "h": "3600", "d": "86400"},  # s
    Dimension.PRESSURE: {  # Pa
        "mPa": "1/1000",
        "Pa": "1",
        "hPa": "100",
        "kPa": "1000",
        "mbar": "100",
        "bar": "100000",
        "mTorr": "101325/760000",
        "Torr": "101325/760",
        "psi": "8896443230521/1290320000",
    },
    Dimension.FORCE: {"N": "1", "lbf": "8896443230521/2000000000000"},  # N
    Dimension.GAS_FLOW: {"sccm": "1", "slm": "1000"},  # sccm
    Dimension.MASS_FLOW: {"mg/min": "1", "g/min": "1000"},  # mg/min
    Dimension.VOLUME: {"uL": "1/1000", "mL": "1", "L": "1000"},  # mL
    Dimension.LIQUID_FLOW: {"mL/min": "1", "mL/s": "60", "L/min": "1000"},  # mL/min
    Dimension.POWER: {"mW": "1/1000", "W": "1", "kW": "1000"},  # W
    Dimension.VOLTAGE: {"mV": "1/1000", "V": "1", "kV": "1000"},  # V
    Dimension.CURRENT: {"mA": "1/1000", "A": "1"},  # A
    Dimension.ROTATION: {"rpm": "1"},  # rpm
    Dimension.ROTARY_ACCELERATION: {"rpm/s": "1"},  # rpm/s
    Dimension.DOSE: {"mJ/cm2": "1", "J/cm2": "1000"},  # mJ/cm2
    Dimension.INTENSITY: {"mW/cm2": "1", "W/cm2": "1000"},  # mW/cm2
    Dimension.HEATING_RATE: {  # K/min
        "degC/min": "1",
        "degC/s": "60",
        "K/min": "1",
        "K/s": "60",
    },
    Dimension.SPEED: {  # nm/min
        "Å/min": "1/10",
        "Å/s": "6",
        "nm/min": "1",
        "nm/s": "60",
        "um/min": "1000",
        "mm/min": "1000000",
        "mm/s": "60000000",
        "m/s": "60000000000",
    },
    Dimension.ANGLE: {"deg": "1"},  # deg
    Dimension.RESISTIVITY: {"uohm.cm": "1", "ohm.cm": "1000000"},  # uohm.cm
    Dimension.SHEET_RESISTANCE: {"mohm/sq": "1/1000", "ohm/sq": "1"},  # ohm/sq
}

_TEMPERATURES = (  # K
    Unit("K", Dimension.TEMPERATURE, Fraction(1)),
    Unit("degC", Dimension.TEMPERATURE, Fraction(1), Fraction(27315, 100)),
    Unit("degF", Dimension.TEMPERATURE, Fraction(5, 9), Fraction(45967 * 5, 100 * 9)),
)

UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        symbol: Unit(symbol, dimension, Fraction(*map(int, scale.split("/"))))
        for dimension, sizes in _SIZES.items()
        for symbol, scale in sizes.items()
    }
    | {unit.symbol: unit for unit in _TEMPERATURES}
)
"""Every unit by its canonical symbol."""

SPELLINGS = (
    ("A\u030a", "Å"),
    ("\u212b", "Å"),
    ("angstrom", "Å"),
    ("\u00b5", "u"),
    ("\u03bc", "u"),
    ("\u2103", "degC"),
    ("\u2109", "degF"),
    ("°", "deg"),
    ("²", "2"),
    ("Ω", "ohm"),
    ("\u2126", "ohm"),
    ("·", "."),
)
"""The same letter in other encodings, and the typographer's spellings, with our own."""


def canonical(symbol: str) -> str:
    """Spell a unit canonically: Å and µ have several encodings."""
    if symbol in UNITS:
        return symbol
    for written, ours in SPELLINGS:
        symbol = symbol.replace(written, ours)
    return symbol
