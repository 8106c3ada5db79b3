"""Serial ports found by what the adapter is, never by its number."""

from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

from fabctl.links import serial_ports
from fabctl.links.link import LinkError
from fabctl.links.serial_ports import find_port


def adapter(device: str, serial_number: str | None) -> ListPortInfo:
    """A plugged-in adapter."""
    info = ListPortInfo(device, skip_link_detection=True)
    info.serial_number = serial_number
    return info


@pytest.fixture
def plugged(monkeypatch, tmp_path):
    """Plugs in adapters; each list replaces the former."""
    by_id = tmp_path / "by-id"
    by_id.mkdir()
    monkeypatch.setattr(serial_ports, "_BY_ID", by_id)

    def plug(*adapters: ListPortInfo) -> Path:
        monkeypatch.setattr(serial_ports.list_ports, "comports", lambda: list(adapters))
        return by_id

    plug()
    return plug


def test_found_by_usb_serial_number(plugged):
    """Wherever it is now."""
    plugged(adapter("/dev/ttyUSB0", "A1"), adapter("/dev/ttyUSB1", "B2"))
    assert find_port("usb:B2") == "/dev/ttyUSB1"


def test_found_again_after_re_enumeration(plugged):
    """F21, F22: two adapters come back swapped, each is found by its serial number."""
    plugged(adapter("/dev/ttyUSB0", "A1"), adapter("/dev/ttyUSB1", "B2"))
    first = [find_port("usb:A1"), find_port("usb:B2")]
    plugged(adapter("/dev/ttyUSB0", "B2"), adapter("/dev/ttyUSB1", "A1"))
    assert [find_port("usb:B2"), find_port("usb:A1")] == first


def test_unplugged(plugged):
    """The error says what there is."""
    plugged(adapter("/dev/ttyUSB0", "A1"))
    with pytest.raises(LinkError, match=r"serial number B2 is plugged in; there are .*usb:A1"):
        find_port("usb:B2")


def test_one_serial_number_for_two_ports(plugged):
    """An adapter with two ports, or two that were made alike: not guessed."""
    plugged(adapter("/dev/ttyUSB0", "A1"), adapter("/dev/ttyUSB1", "A1"))
    with pytest.raises(LinkError, match="has 2 ports"):
        find_port("usb:A1")


@pytest.mark.parametrize("name", ["/dev/ttyUSB0", "/dev/ttyACM12"])
def test_a_mere_number_is_refused(plugged, name: str):
    """With the name to use in its place."""
    plugged(adapter(name, "A1"))
    with pytest.raises(LinkError, match="order of plugging: name the port by usb:A1"):
        find_port(name)


def test_the_hint_names_the_by_id_path(plugged, monkeypatch):
    """An adapter without a serial number has one all the same."""
    by_id = plugged(adapter("/dev/ttyUSB0", None))
    (by_id / "usb-1a86_USB_Serial-if00-port0").symlink_to("/dev/ttyUSB0")
    with pytest.raises(LinkError, match="usb-1a86_USB_Serial-if00-port0"):
        find_port("/dev/ttyUSB0")


def test_a_path_is_taken_as_it_is(plugged, tmp_path):
    """A udev rule's name, a by-id path, a pty."""
    port = tmp_path / "furnace"
    port.touch()
    assert find_port(str(port)) == str(port)


def test_a_path_that_is_not_there(plugged, tmp_path):
    """Unplugged, most likely."""
    with pytest.raises(LinkError, match="no such port"):
        find_port(str(tmp_path / "furnace"))


def test_urls_are_for_pyserial(plugged):
    """Terminal servers."""
    assert find_port("rfc2217://server:4001?ign_set_control") == (
        "rfc2217://server:4001?ign_set_control"
    )
