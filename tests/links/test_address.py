"""Addresses as a fab file writes them."""

import pytest

from fabctl.links.address import Address
from fabctl.links.link import LinkError


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("127.0.0.1:5001", Address(host="127.0.0.1", port=5001)),
        ("[::1]:5001", Address(host="::1", port=5001)),
        ("secs-i:wet-bench:5006", Address(secs1=True, host="wet-bench", port=5006)),
        ("secs-i:/dev/ttyS0", Address(secs1=True, device="/dev/ttyS0")),
        ("secs-i:/dev/ttyS0,19200", Address(secs1=True, device="/dev/ttyS0", baudrate=19200)),
        ("usb:A1,7E1", Address(device="usb:A1", bytesize=7, parity="E")),
        (
            "usb:A1,1200,8O1.5",
            Address(device="usb:A1", baudrate=1200, parity="O", stopbits=1.5),
        ),
        (
            "secs-i:rfc2217://server:4001?ign_set_control",
            Address(secs1=True, device="rfc2217://server:4001?ign_set_control"),
        ),
        ("", Address()),
        ("secs-i:", Address(secs1=True)),
    ],
)
def test_read(text: str, wanted: Address):
    """Protocol, place, line settings."""
    assert Address.parse(text) == wanted


@pytest.mark.parametrize(
    "text", ["nowhere", "secs-i:host", "host:0", "usb:", "/dev/ttyS0,fast", "/dev/ttyS0,9N1"]
)
def test_refused(text: str):
    """ValueError says what is wrong."""
    with pytest.raises(
        ValueError, match=text.rpartition(",")[2].rpartition(":")[2] or "no serial port"
    ):
        Address.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "spy:///dev/ttyUSB0",
        "hwgrep://ttyUSB0",
        "alt:///dev/ttyUSB0?class=Serial",
        "loop://",
        "socket://",
        "socket://server",
        "secs-i:rfc2217://server:99999?ign_set_control",
    ],
)
def test_a_url_is_a_terminal_servers_port(text: str):
    """Whatever else pyserial takes would name a port by its number, or none."""
    with pytest.raises(ValueError, match=r"terminal server|is not host:port|not between"):
        Address.parse(text)


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("127.0.0.1:5001", True),
        ("[::1]:5001", True),
        ("localhost:5001", True),
        ("secs-i:/tmp/fab/WET01", True),
        ("10.0.0.7:5001", False),
        ("wet-bench:5001", False),
        ("secs-i:/dev/serial/by-id/usb-x", False),
        ("usb:A1", False),
        ("", False),
    ],
)
def test_what_can_only_be_simulated(text: str, here: bool):  # noqa: FBT001
    """A real tool is on no loopback address."""
    assert Address.parse(text).is_here is here


def test_nowhere_can_not_be_dialled():
    """It only exists simulated."""
    with pytest.raises(LinkError, match="no address"):
        Address.parse("secs-i:").dial()


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("127.0.0.1:5001", True),
        ("rfc2217://server:4001", True),
        ("secs-i:socket://server:4001,19200", True),
        ("usb:A1", False),
        ("/tmp/fab/FUR02", False),
        ("", False),
    ],
)
def test_what_is_reached_over_a_network(text: str, network: bool):  # noqa: FBT001
    """A link there may be forgotten by its other end."""
    assert Address.parse(text).is_network is network
