"""Simulated instruments on serial lines, and the person who works with them."""

from collections.abc import Sequence

from fabctl.tools.fab import ToolEntry
from fabctl.tools.faults import Fault
from simulators.controllers import has_anti_windup
from simulators.instruments.instrument import Instrument
from simulators.physics.noise import Noise
from simulators.wafers.store import WaferStore


def instrument_for(
    entry: ToolEntry, store: WaferStore, seed: int, faults: Sequence[Fault] = ()
) -> Instrument | None:
    """The instrument of a bench tool; None for one that is worked by hand.

    Of `faults` it heeds ``no-anti-windup``. Raises KeyError for a driver that is none of a bench
    tool's.
    """
    dictionary, noise = entry.dictionary, Noise(seed, entry.id)
    match entry.driver:
        case "eurotherm":  # each is imported where a fab has one: pymodbus alone takes its time
            from simulators.instruments.eurotherm import EurothermController
            from simulators.instruments.tube_furnace import TubeFurnace

            guarded = has_anti_windup(dictionary, faults)
            furnace = TubeFurnace(store, noise, entry.id, anti_windup=guarded)
            identity, decimals = int(dictionary.softrev), int(dictionary.quirks["decimals"])
            return EurothermController(furnace, dictionary.device_id, identity, decimals)
        case "sck300":
            from simulators.instruments.spin_coater import MimController

            return MimController(store, noise, dictionary.softrev, seed)
        case "hot-plate":
            from simulators.instruments.hot_plate import NamurPlate

            return NamurPlate(store, noise, dictionary.mdln)
        case "manual":
            return None
    raise KeyError(entry.driver)
