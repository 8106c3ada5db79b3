"""Modbus frames: the handbook's vectors, both ends, and replies that are not ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabctl.instruments import modbus
from fabctl.instruments.errors import FrameError, InstrumentError

WORDS = st.integers(0, 0xFFFF)


class TestGoldenFrames:
    """CRCs of HA026230, checked by hand; its function 16 request example contradicts itself."""

    def test_fast_status_request(self):
        frame = bytes.fromhex("0207 4112")
        assert modbus.Request(2, 7).encode() == frame
        assert modbus.decode_request(frame) == modbus.Request(2, 7)

    def test_fast_status_reply(self):
        frame = bytes.fromhex("020730 D224")
        assert modbus.encode_reply(modbus.Request(2, 7), [0x30]) == frame
        assert modbus.Request(2, 7).decode_reply(frame) == (0x30,)

    def test_write_many_reply(self):
        request = modbus.write(2, 0xA4, 1, 2, 3)
        frame = bytes.fromhex("021000A40003 C1D8")
        assert modbus.encode_reply(request) == frame
        assert request.decode_reply(frame) == ()


@given(st.integers(1, 254), WORDS, st.lists(WORDS, min_size=1, max_size=125))
def test_a_read_comes_back_as_the_slave_sent_it(slave, address, words):
    request = modbus.decode_request(modbus.read(slave, address, len(words)).encode())
    reply = modbus.encode_reply(request, words)
    assert modbus.read(slave, address, len(words)).decode_reply(reply) == tuple(words)


@given(st.integers(1, 254), WORDS, st.lists(WORDS, min_size=1, max_size=100))
def test_a_write_is_understood_and_acknowledged(slave, address, words):
    request = modbus.write(slave, address, *words)
    heard = modbus.decode_request(request.encode())
    assert (heard.slave, heard.address, heard.words) == (slave, address, tuple(words))
    assert request.decode_reply(modbus.encode_reply(heard)) == ()


@given(st.binary(max_size=40))
def test_noise_is_refused_and_nothing_else_happens(noise):
    for act in (modbus.decode_request, modbus.read(1, 1).decode_reply):
        try:
            act(noise)
        except (FrameError, InstrumentError):
            continue


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (modbus.read(3, 1), "slave 3 spoke"),
        (modbus.read(2, 1, 2), "expected 7"),
        (modbus.write(2, 1, 5), "a reply to function 6"),
    ],
)
def test_a_late_reply_to_another_request_is_not_this_ones(other, why):
    reply = modbus.encode_reply(other, [7] * other.count)
    with pytest.raises(FrameError, match=why):
        modbus.read(2, 1).decode_reply(reply)


def test_a_changed_bit_is_noticed():
    reply = bytearray(modbus.encode_reply(modbus.read(2, 1), [400]))
    reply[4] ^= 1
    with pytest.raises(FrameError, match="CRC"):
        modbus.read(2, 1).decode_reply(bytes(reply))


@pytest.mark.parametrize(("code", "why"), [(2, "illegal address"), (3, "illegal value")])
def test_an_exception_says_what_was_refused(code, why):
    request = modbus.write(2, 9999, 1)
    with pytest.raises(InstrumentError, match=why):
        request.decode_reply(modbus.encode_exception(request, code))
