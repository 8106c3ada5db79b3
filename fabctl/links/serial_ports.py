"""Which serial port a tool is on, found by what the adapter is and never by its number.

A port is named in one of these ways:

* ``/dev/serial/by-id/usb-FTDI_FT232R_A10K3F7X-if00-port0``, which the system derives from the
  adapter's maker, model and serial number;
* ``usb:A10K3F7X``, the adapter's USB serial number;
* a path whose meaning does not depend on the order of plugging: ``/dev/ttyS0``, a udev rule's
  own name, a pty;
* ``socket://host:port`` and ``rfc2217://host:port`` for terminal servers (pyserial's URLs).

``/dev/ttyUSB0`` and the like are refused: unplug two adapters, and they may come back swapped.
"""

import os
from pathlib import Path

from serial.tools import list_ports

from fabctl.links.address import is_numbered
from fabctl.links.link import LinkError

ONLY_A_NUMBER = "is only a number, which changes with the order of plugging"
_BY_ID = Path("/dev/serial/by-id")


def find_port(name: str) -> str:
    """What to open for a port's name; asked anew each time, since adapters come and go.

    Raises `LinkError` where no adapter, more than one, or a mere number answers to the name.
    """
    if "://" in name:
        return name
    if name.startswith("usb:"):
        return _by_serial_number(name.removeprefix("usb:"))
    if is_numbered(name):
        raise LinkError(f"{name} {ONLY_A_NUMBER}: {rather(name)}")
    if not Path(name).exists():
        raise LinkError(f"no link to {name}: there is no such port (unplugged?); {_there_are()}")
    return name


def rather(name: str) -> str:
    """How to name a numbered port instead, by the adapter that it is now where there is one."""
    better = " or ".join(_better_names(os.path.normpath(name)))
    return f"name the port by {better or 'usb:<serial number>, or its path in /dev/serial/by-id'}"


def _by_serial_number(wanted: str) -> str:
    found = sorted(port.device for port in list_ports.comports() if port.serial_number == wanted)
    if not found:
        raise LinkError(f"no adapter with USB serial number {wanted} is plugged in; {_there_are()}")
    if len(found) > 1:
        several = ", ".join(found)
        raise LinkError(
            f"USB serial number {wanted} has {len(found)} ports ({several}): name the one by "
            + (" or ".join(n for port in found for n in _ids_of(port)) or str(_BY_ID))
        )
    return str(found[0])


def _better_names(device: str) -> list[str]:
    numbers = [port.serial_number for port in list_ports.comports() if port.device == device]
    return [f"usb:{number}" for number in numbers if number] + _ids_of(device)


def _ids_of(device: str) -> list[str]:
    if not _BY_ID.is_dir():
        return []
    real = os.path.realpath(device)
    return [str(link) for link in sorted(_BY_ID.iterdir()) if os.path.realpath(link) == real]


def _there_are() -> str:
    named = [
        f"{port.device}{f' (usb:{port.serial_number})' if port.serial_number else ''}"
        for port in sorted(list_ports.comports(), key=lambda port: port.device)
    ]
    return f"there are {', '.join(named)}" if named else "there are no ports at all"
