"""A furnace whose controller is configured for EI-Bisynch: silent over Modbus, and told apart."""

import dataclasses

import pytest
from bench_rig import FurnaceRig, entry, fault, go
from msgspec.structs import replace

from fabctl.clock import run
from fabctl.instruments import bisynch, modbus
from fabctl.instruments.bisynch import Request
from fabctl.instruments.errors import InstrumentError
from fabctl.links.pty import listen_pty
from fabctl.links.serial import serial_dial
from fabctl.tools.errors import ToolError
from simulators.instruments.bisynch_port import BisynchPort
from simulators.instruments.tube_furnace import TubeFurnace
from simulators.physics.noise import Noise
from simulators.wafers.store import WaferStore
from tool_drivers.bench.line import NoAnswerError
from tool_drivers.eurotherm import EurothermFurnace

POLL = Request(1, "PV").encode()


async def on_furnace(*faults, **how):
    """Connect in vain to a furnace with these faults."""
    return await refused(FurnaceRig(*faults, **how))


async def refused(rig):
    """Connect in vain; gives the error, and for how long nobody knew (wire seconds)."""
    began = rig.clock.wire()
    with pytest.raises(ToolError) as error:
        await rig.driver.connect()
    return error.value, rig.clock.wire() - began


def test_a_controller_that_speaks_ei_bisynch_is_told_so_and_what_to_set():
    error, _ = go(on_furnace(fault("ei-bisynch")))
    assert "FUR02: speaks EI-Bisynch (PV 2" in str(error)
    assert "(PROt or Func, by model) in its comms configuration to Modbus" in str(error)


@pytest.mark.wire
@pytest.mark.long
def test_a_controller_on_a_pty_that_speaks_ei_bisynch_is_told_so(tmp_path):
    async def main():
        rig = FurnaceRig(fault("ei-bisynch"))
        port = listen_pty(rig.station.accept, tmp_path / "FUR02")
        rig.new_host(serial_dial(port.path))
        try:
            return await refused(rig)
        finally:
            await port.close()

    assert "speaks EI-Bisynch" in str(run(main())[0])


def test_it_is_asked_once_and_never_written_to():
    async def main():
        rig = FurnaceRig(fault("ei-bisynch"))
        await refused(rig)
        return rig.heard

    heard = go(main())
    assert heard.count(POLL) == 1
    reads = [each for each in heard if each != POLL]
    assert {frame[1] for frame in reads} == {modbus.READ, modbus.LOOPBACK}


@pytest.mark.parametrize("baudrate", [9600, 1200])
def test_an_absent_tool_is_called_absent_hardly_later(baudrate):
    async def main(line):
        rig = FurnaceRig(fault("silence", duration=60), baudrate=baudrate)
        return await refused(on_line(rig, f"{baudrate}{line}"))

    error, seconds = go(main(""))
    _, over_modbus_alone = go(main(",8E1"))
    assert isinstance(error, NoAnswerError)
    assert over_modbus_alone < seconds < 1.25 * over_modbus_alone


@pytest.mark.parametrize("spoilt", ["bad-crc", "noise", "nak"])
def test_an_answer_that_is_no_good_is_none(spoilt):
    error, _ = go(on_furnace(fault("ei-bisynch"), fault(spoilt)))
    assert isinstance(error, NoAnswerError)


def test_an_answer_in_pieces_is_one():
    async def main():
        rig = FurnaceRig(fault("ei-bisynch"))

        async def dial(receiver):
            return await rig.station.wire.dial(Pieces(receiver))

        rig.new_host(dial)
        return await refused(rig)

    assert "speaks EI-Bisynch" in str(go(main())[0])


class Pieces:
    """Passes each byte on by itself."""

    def __init__(self, receiver):
        self.receiver = receiver
        self.lost = receiver.lost

    def received(self, data):
        for each in data:
            self.receiver.received(bytes([each]))


def on_line(rig, settings, device_id=1):
    """The rig, with its host on a line that is set so."""
    dictionary = dataclasses.replace(entry().dictionary, device_id=device_id)
    furnace = replace(entry(), address=f"/tmp/FUR02,{settings}", dictionary=dictionary)
    dial = rig.station.wire.dial
    rig.driver = EurothermFurnace(furnace, dictionary, dial, rig.clock, desk=rig.ada)
    return rig


@pytest.mark.parametrize(
    ("settings", "device_id"), [("9600,8E1", 1), ("9600,7E1", 1), ("9600", 100)]
)
def test_what_can_not_be_asked_on_the_line_as_it_is_set_is_not(settings, device_id):
    async def main():
        rig = on_line(FurnaceRig(fault("ei-bisynch")), settings, device_id)
        return (await refused(rig))[0], rig.heard

    error, heard = go(main())
    assert isinstance(error, NoAnswerError)
    assert {frame[1] for frame in heard} == {modbus.READ, modbus.LOOPBACK}


def test_a_furnace_that_was_known_is_not_asked_while_it_is_away():
    async def main():
        rig = FurnaceRig()
        await rig.driver.connect()
        rig.controller.befall(fault("ei-bisynch"), rig.station.now)
        rig.station.wire.drop("the plug was pulled")
        await rig.clock.sleep(30)
        await rig.driver.disconnect()
        return rig

    rig = go(main())
    assert POLL not in rig.heard
    assert rig.sights() == [True, False]


class TestSimulatedPort:
    """The simulated controller, asked with the host's end of the codec."""

    def setup_method(self):
        self.furnace = TubeFurnace(WaferStore(), Noise(0, "FUR02"))
        self.port = BisynchPort(self.furnace, 1, 1)

    def ask(self, mnemonic, value="", address=1):
        request = Request(address, mnemonic, value)
        (reply,), left = self.port.receive(request.encode())
        assert left == b""
        return request.decode_reply(reply)

    def test_it_shows_its_temperature(self):
        assert float(self.ask("PV")) == pytest.approx(self.furnace.reading(), abs=0.05)

    def test_its_set_point_can_be_set(self):
        assert self.ask("SL", "22.0") == ""
        assert self.furnace.target == 22

    @pytest.mark.parametrize(
        ("mnemonic", "value", "error"),
        [("XX", "", 1), ("XX", "1", 1), ("PV", "22.0", 2), ("SL", "hot", 7)],
    )
    def test_what_it_refuses_it_accounts_for(self, mnemonic, value, error):
        with pytest.raises(InstrumentError):
            self.ask(mnemonic, value)
        assert self.ask("EE") == f">000{error}"

    def test_another_address_is_met_with_silence(self):
        assert self.port.receive(Request(2, "PV").encode()) == ([], b"")

    def test_a_bad_block_check_is_met_with_silence(self):
        message = Request(1, "SL", "22.0").encode()
        assert self.port.receive(message[:-1] + bisynch.encode_word(0x32)) == ([], b"")
        assert self.ask("EE") == ">0007"
