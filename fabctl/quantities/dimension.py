"""What a number measures. Two quantities compare only within one dimension."""

from enum import StrEnum


class Dimension(StrEnum):
    """A dimension, named as an error message would name it.

    A temperature and a temperature difference are two dimensions: 5 K of overshoot is not a wafer
    at 5 K. So are the flows of gas, precursor and liquid, which tools meter differently.
    """

    NUMBER = "pure number"
    RATIO = "ratio"
    LENGTH = "length"
    TEMPERATURE = "temperature"
    TEMPERATURE_DIFFERENCE = "temperature difference"
    TIME = "time"
    PRESSURE = "pressure"
    FORCE = "force"
    GAS_FLOW = "gas flow"
    MASS_FLOW = "mass flow"
    VOLUME = "volume"
    LIQUID_FLOW = "liquid flow"
    POWER = "power"
    VOLTAGE = "voltage"
    CURRENT = "current"
    ROTATION = "rotation speed"
    ROTARY_ACCELERATION = "rotary acceleration"
    DOSE = "exposure dose"
    INTENSITY = "light intensity"
    HEATING_RATE = "heating rate"
    SPEED = "speed"
    ANGLE = "angle"
    AREA = "area"
    RESISTIVITY = "resistivity"
    SHEET_RESISTANCE = "sheet resistance"
