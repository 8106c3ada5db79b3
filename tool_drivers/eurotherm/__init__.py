"""A furnace on a Eurotherm 2400 controller with programmer, over Modbus RTU."""

from tool_drivers.eurotherm.furnace import EurothermFurnace

__all__ = ["EurothermFurnace"]
