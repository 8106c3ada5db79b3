"""ASCII instruments: documented CRCs, unsolicited lines, errors as values with words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabctl.instruments import namur, sck300
from fabctl.instruments.errors import FrameError, InstrumentError
from fabctl.instruments.lines import LineSplitter


class TestSpinCoater:
    @pytest.mark.parametrize(
        ("text", "crc"),
        [
            ("STEPon", "2C"),
            ("OK,0", "E1"),
            ("GetRPM", "98"),
            ("OK,1000", "3B"),
            ("MoveDown,1000", "D7"),
        ],
    )
    def test_the_documented_crcs(self, text, crc):
        assert sck300.crc8(text) == crc

    def test_a_reply_gives_its_value(self):
        assert sck300.decode_line("OK,1000:3B") == "1000"

    def test_a_banner_in_mid_run_is_a_reset_and_no_reply(self):
        assert sck300.decode_line("MiM SCK-300 v2.1") == sck300.Unsolicited(
            "MiM SCK-300 v2.1", reset=True
        )

    def test_chatter_is_no_reply(self):
        assert sck300.decode_line("XYPWM:12") == sck300.Unsolicited("XYPWM:12", reset=False)

    def test_a_bad_crc_is_noticed(self):
        with pytest.raises(FrameError, match="CRC"):
            sck300.decode_line("OK,1001:3B")

    def test_an_error_has_words(self):
        with pytest.raises(InstrumentError, match="not in this state"):
            sck300.decode_line(sck300.encode_reply("", status=4).decode().strip())

    @given(st.sampled_from(["SetRPM", "SetPWM"]), st.integers(0, 6000).map(str))
    def test_commands_are_understood_at_the_other_end(self, name, value):
        line = sck300.Command(name, value).encode().decode().strip()
        assert sck300.Command.decode(line) == sck300.Command(name, value)


class TestHotPlate:
    def test_a_value_belongs_to_its_channel(self):
        assert namur.decode_value("110.0 2\r\n", 2) == Decimal("110.0")
        with pytest.raises(FrameError, match="channel 1"):
            namur.decode_value("110.0 1", 2)

    def test_an_error_code_is_never_a_temperature(self):
        with pytest.raises(InstrumentError, match="out of range"):
            namur.decode_value("-86", 2)

    @pytest.mark.parametrize("seconds", [0, 19, 1501])
    def test_the_watchdog_has_its_range(self, seconds):
        with pytest.raises(ValueError, match="20 to 1500"):
            namur.watchdog(seconds)

    def test_only_reads_are_answered(self):
        assert namur.Command("IN_PV_2").answered
        assert not namur.set_point(Decimal(110)).answered


class TestLineSplitter:
    @given(st.lists(st.text("ABC,:0123456789", min_size=1, max_size=20)), st.integers(1, 7))
    def test_lines_are_the_same_however_the_bytes_arrive(self, lines, size):
        data = "".join(f"{line}\r\n" for line in lines).encode()
        splitter = LineSplitter(64)
        found = []
        for start in range(0, len(data), size):
            found += splitter.feed(data[start : start + size])
        assert found == lines

    def test_a_line_without_end_is_dropped_whole(self):
        splitter = LineSplitter(8)
        with pytest.raises(FrameError, match="without an end"):
            splitter.feed(b"x" * 20)
        assert splitter.feed(b"OK\r\n") == ["OK"]


def test_noise_in_a_later_line_is_told_too():
    with pytest.raises(FrameError, match="0x80"):
        LineSplitter(80).feed(b"ok\n\x80\r")
