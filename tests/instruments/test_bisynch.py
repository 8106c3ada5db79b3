"""EI-Bisynch: the handbook's block checks both ways, and replies that noise has changed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fabctl.instruments import bisynch, modbus
from fabctl.instruments.bisynch import ACK, EOT, NAK, Request
from fabctl.instruments.errors import FrameError, InstrumentError

PV = Request(1, "PV")
MNEMONICS = st.from_regex(r"[0-9]?[A-Za-z][A-Za-z]", fullmatch=True)
VALUES = st.from_regex(r"-?[0-9]{1,4}(\.[0-9]{0,2})?|>[0-9A-F]{4}", fullmatch=True)
REQUESTS = st.builds(Request, st.integers(0, 99), MNEMONICS, st.just("") | VALUES)


def seven(data):
    """The characters of a message, without their parity."""
    return bytes(each & 0x7F for each in data)


class TestGoldenMessages:
    """Block checks of HA026230: 18 hex, and 02 hex where its prose has 32."""

    REPLY = b"\x02PV16.4\x03\x18"
    SETTING = b"\x040011\x02SL22.0\x03\x02"

    def test_a_poll(self):
        assert seven(PV.encode()) == b"\x040011PV\x05"
        assert bisynch.decode_request(PV.encode()) == PV

    def test_a_reply_is_made(self):
        assert seven(bisynch.encode_value("PV", "16.4")) == self.REPLY

    def test_a_reply_is_read(self):
        assert PV.decode_reply(with_parity(self.REPLY)) == "16.4"

    def test_a_setting_is_made(self):
        assert seven(Request(1, "SL", "22.0").encode()) == self.SETTING

    def test_a_setting_is_read(self):
        assert bisynch.decode_request(with_parity(self.SETTING)) == Request(1, "SL", "22.0")

    def test_the_misprinted_check_is_refused(self):
        with pytest.raises(FrameError, match="check"):
            bisynch.decode_request(with_parity(self.SETTING[:-1] + b"\x32"))

    def test_characters_have_even_parity_as_their_eighth_bit(self):
        assert PV.encode().hex() == "843030b1b1505605"


def with_parity(characters):
    """Seven-bit characters as an 8N1 port sends and gets them; written out, not the codec's."""
    return bytes(int(f"{f'{each:b}'.count('1') % 2}{each:07b}", 2) for each in characters)


@given(st.integers(0, 99), MNEMONICS, VALUES)
def test_a_value_comes_back_as_the_controller_sent_it(address, mnemonic, value):
    poll = bisynch.decode_request(Request(address, mnemonic).encode())
    assert poll.decode_reply(bisynch.encode_value(mnemonic, value)) == value


def test_a_block_check_may_be_an_eot():
    poll = Request(1, "PV")
    reply = next(
        reply
        for tenths in range(1000)
        if seven(reply := bisynch.encode_value("PV", f"{tenths / 10:g}"))[-1] == EOT
    )
    assert poll.decode_reply(reply) == seven(reply)[3:-2].decode()


@given(MNEMONICS, VALUES, st.integers(0), st.integers(1, 255))
@example("PV", "1.45", 4, 0x2E ^ 0x03)  # the point becomes an ETX, and 4 fits as its check
def test_a_reply_with_one_changed_byte_is_never_a_value(mnemonic, value, place, change):
    reply = bytearray(bisynch.encode_value(mnemonic, value))
    reply[place % len(reply)] ^= change
    with pytest.raises((FrameError, InstrumentError)):
        Request(1, mnemonic).decode_reply(bytes(reply))


@given(MNEMONICS, VALUES, st.data())
def test_a_piece_of_a_reply_is_never_a_value(mnemonic, value, data):
    reply = bisynch.encode_value(mnemonic, value)
    end = data.draw(st.integers(0, len(reply) - 1))
    with pytest.raises(FrameError):
        Request(1, mnemonic).decode_reply(reply[:end])


@given(st.binary(max_size=40))
def test_noise_is_refused_and_nothing_else_happens(noise):
    for act in (bisynch.decode_request, PV.decode_reply, Request(1, "SL", "22").decode_reply):
        try:
            act(noise)
        except (FrameError, InstrumentError):
            continue


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (b"", "no whole block"),
        (bisynch.encode_value("SP", "16.4"), "expected a value of PV"),
        (bisynch.encode_value("PV", "16.4") + b"\x00", "no whole block"),
        (PV.encode(), "no whole block"),  # an adapter that echoes what it sends
        (bytes.fromhex("020302 0002 8181"), "parity"),
    ],
)
def test_what_is_no_reply_to_the_poll_says_why(reply, why):
    with pytest.raises(FrameError, match=why):
        PV.decode_reply(reply)


def test_an_eot_alone_means_that_there_is_no_such_mnemonic():
    with pytest.raises(InstrumentError, match="there is no PV"):
        PV.decode_reply(bisynch.encode_word(EOT))


def test_a_setting_is_acknowledged():
    assert Request(1, "SL", "22.0").decode_reply(bisynch.encode_word(ACK)) == ""


def test_a_setting_that_is_refused_says_so():
    with pytest.raises(InstrumentError, match=r"SL was not set to 22\.0"):
        Request(1, "SL", "22.0").decode_reply(bisynch.encode_word(NAK))


@given(st.lists(REQUESTS, min_size=1, max_size=4), st.lists(st.integers(1, 7)))
def test_requests_come_whole_out_of_a_stream_that_is_cut_anyhow(requests, cuts):
    stream = b"".join(each.encode() for each in requests)
    left, heard = b"", []
    while stream:
        size = cuts.pop() if cuts else 3
        left, stream = left + stream[:size], stream[size:]
        while True:
            message, left = bisynch.first_request(left)
            if not message:
                break
            heard.append(bisynch.decode_request(message))
    assert (heard, left) == (requests, b"")


def test_a_request_that_is_cut_short_is_begun_anew():
    broken = PV.encode()[:3]
    assert bisynch.first_request(broken + PV.encode()) == (PV.encode(), b"")


@pytest.mark.parametrize(
    "request_", [Request(100, "PV"), Request(1, ""), Request(1, "SL", "2\x03")]
)
def test_what_no_message_can_carry_is_refused(request_):
    with pytest.raises(ValueError, match=r"address|no mnemonic"):
        request_.encode()


def test_no_slave_on_a_modbus_line_can_take_a_poll_for_its_frame():
    for address in bisynch.ADDRESSES:
        with pytest.raises(FrameError, match="CRC"):
            modbus.decode_request(Request(address, "PV").encode())
