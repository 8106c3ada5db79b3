"""Where a tool is, as a fab file writes it: a TCP address, or a serial port with its settings.

::

    127.0.0.1:5001                            # TCP: HSMS, or an instrument behind a plain socket
    secs-i:127.0.0.1:5006                     # SECS-I over TCP
    secs-i:/dev/serial/by-id/usb-FTDI_A1,19200
    usb:A10K3F7X,9600,7E1                     # an instrument on the adapter of that serial number
    secs-i:rfc2217://terminal-server:4001     # a port of a terminal server
    secs-i:                                   # only exists simulated, and speaks SECS-I there

Ports are named as `fabctl.links.serial_ports` says; behind the name stand baud rate (9600) and
character format (8N1) where they differ.
"""

import re
from ipaddress import ip_address
from posixpath import normpath

from msgspec import Struct

from fabctl.links.link import Dial, LinkError
from fabctl.links.tcp import tcp_dial

_SECS1 = "secs-i:"
_SERVERS = ("socket", "rfc2217")
"""Terminal servers, of all that pyserial has URLs for: others only name a port in another way."""
_FORMAT = re.compile(r"([5678])([NEO])(1|1\.5|2)")
_NUMBERED = re.compile(
    r"//?dev/(ttyUSB|ttyACM|rfcomm|(cu|tty)\.usbserial-?|(cu|tty)\.usbmodem)\d+", re.ASCII
)
"""Ports numbered as they are plugged in, or (macOS) by the socket that they are plugged into."""


def is_numbered(port: str) -> bool:
    """Whether a port's name is a mere number, which says nothing of what is behind it."""
    return _NUMBERED.fullmatch(normpath(port)) is not None


class Address(Struct, frozen=True):
    """Either `host` and `port`, or `device`, or neither for a tool that only exists simulated."""

    secs1: bool = False
    """Whether SECS-I is spoken there."""
    host: str = ""
    port: int = 0
    device: str = ""
    """The serial port's name."""
    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read an address. Raises `ValueError` with what is wrong with it."""
        place = text.removeprefix(_SECS1)
        secs1 = place != text
        if not place:
            return cls(secs1)
        if place.startswith(("/", "usb:")) or "://" in place:
            device, *settings = place.split(",")
            if not device.removeprefix("usb:"):
                raise ValueError(f"{text!r} names no serial port")
            if "://" in device:
                _check_server(text, device)
            return cls(secs1, "", 0, device, *_line_settings(text, settings))
        return cls(secs1, *split_address(place))

    @property
    def name(self) -> str:
        """Where it is, without the line's settings; "" for a tool that only exists simulated."""
        return self.device or (f"{self.host}:{self.port}" if self.host else "")

    @property
    def is_network(self) -> bool:
        """Whether it is reached over a network."""
        return bool(self.host) or "://" in self.device

    @property
    def is_here(self) -> bool:
        """Whether it can only be a simulated tool: on a loopback address, or a pty."""
        if self.device:
            return self.device.startswith("/") and not self.device.startswith("/dev/")
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def dial(self) -> Dial:
        """What dials it. Raises `LinkError` where there is nowhere to dial."""
        if self.device:
            from fabctl.links.serial import serial_dial  # few tools are on one

            return serial_dial(
                self.device,
                baudrate=self.baudrate,
                bytesize=self.bytesize,
                parity=self.parity,
                stopbits=self.stopbits,
            )
        if not self.host:
            raise LinkError("the fab file gives no address")
        return tcp_dial(self.host, self.port)


def split_address(address: str) -> tuple[str, int]:
    """Split ``host:port`` or ``[v6]:port``. Raises ValueError."""
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit():
        raise ValueError(f"{address!r} is not host:port")
    if not 0 < int(port) < 65536:
        raise ValueError(f"port {port} is not between 1 and 65535")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _check_server(text: str, device: str) -> None:
    scheme, _, rest = device.partition("://")
    if scheme not in _SERVERS:
        known = " or ".join(f"{each}://host:port" for each in _SERVERS)
        raise ValueError(f"{text!r} is no port of a terminal server, {known}")
    try:
        split_address(re.split("[/?#]", rest)[0])
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}") from None


def _line_settings(text: str, settings: list[str]) -> tuple[int, int, str, float]:
    baudrate, bytesize, parity, stopbits = 9600, 8, "N", 1.0
    for setting in settings:
        form = _FORMAT.fullmatch(setting)
        if form:
            bytesize, parity, stopbits = int(form[1]), form[2], float(form[3])
        elif setting.isascii() and setting.isdigit() and int(setting) > 0:
            baudrate = int(setting)
        else:
            raise ValueError(f"{setting!r} in {text!r} is neither a baud rate nor like 8N1")
    return baudrate, bytesize, parity, stopbits
