"""SECS-I blocks and their assembly: the bytes of E4, and what is discarded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabctl.secs.hsms_settings import End
from fabctl.secs.message import Message
from fabctl.secs.secs1_assembly import Assembly, Begun, Broken, Whole
from fabctl.secs.secs1_block import Block, blocks, checksum, parse
from fabctl.secs.secs1_settings import Secs1Settings

HOST = Secs1Settings(End.HOST)


def cut(body: bytes, system: int = 1, function: int = 1) -> list[Block]:
    """A message as blocks that came."""
    message = Message(6, function, wait=True, system=system)
    return [parse(block[1:-2]) for block in blocks(message, body, to_host=True)]


class TestBytes:
    """What a block looks like on the line."""

    def test_golden_s1f1(self):
        """S1F1 W from the host, device 0, system bytes 1."""
        message = Message(1, 1, wait=True, system=1)
        assert [block.hex() for block in blocks(message, b"", to_host=False)] == [
            "0a00008101800100000001" + "0104"
        ]

    def test_r_bit_and_device(self):
        """The R bit says to the host; the device ID is the equipment's."""
        (block,) = blocks(Message(1, 2, wait=False, device=5), b"", to_host=True)
        assert block[1:3].hex() == "8005"

    def test_only_the_last_block_has_the_e_bit(self):
        """Blocks are numbered from 1."""
        parts = cut(bytes(245))
        assert [(part.number, part.last) for part in parts] == [(1, False), (2, True)]

    @pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 1), (244, 1), (245, 2), (488, 2)])
    def test_244_bytes_a_block(self, size: int, count: int):
        """No empty last block."""
        assert len(cut(bytes(size))) == count

    def test_checksum_wraps(self):
        """Modulo 65536, high byte first."""
        assert checksum(b"\xff" * 258).hex() == "00fe"

    @given(st.binary(max_size=2000), st.integers(0, 0xFFFFFFFF), st.integers(0, 0x7FFF))
    def test_blocks_say_what_the_message_said(self, body: bytes, system: int, device: int):
        """Header fields and data, in order."""
        message = Message(7, 3, wait=True, system=system, device=device)
        parts = [parse(block[1:-2]) for block in blocks(message, body, to_host=False)]
        assert b"".join(part.data for part in parts) == body
        assert {(p.message().header(), p.to_host) for p in parts} == {(message.header(), False)}


class TestAssembly:
    """Blocks to messages."""

    def test_several_blocks(self):
        """The first is told, so that T3 gives way to T4."""
        first, last = cut(b"x" * 300)
        assembly = Assembly(HOST)
        assert assembly.take(first, 0.0) == Begun(first)
        assert assembly.take(last, 1.0) == Whole(first, b"x" * 300)
        assert assembly.next_deadline() == float("inf")

    def test_block_number_0_is_accepted(self):
        """Some ends number the only block of a message 0."""
        block = parse(bytes.fromhex("80008601800000000001"))
        assert Assembly(HOST).take(block, 0.0) == Whole(block, b"")

    def test_messages_may_interleave(self):
        """Blocks go to their own message."""
        ours, others = cut(b"a" * 300, 1), cut(b"b" * 300, 2)
        assembly = Assembly(HOST)
        taken = [assembly.take(part, 0.0) for pair in zip(ours, others) for part in pair]  # noqa: B905
        assert [each.body for each in taken[2:]] == [b"a" * 300, b"b" * 300]

    def test_a_missing_block_discards_the_message(self):
        """It is told once; the rest is dropped in silence."""
        parts = cut(bytes(1000))
        assembly = Assembly(HOST)
        told = [assembly.take(part, 0.0) for part in (parts[0], parts[2], parts[3], parts[4])]
        assert isinstance(told[1], Broken)
        assert told[2:] == [None, None]

    def test_a_message_without_a_beginning_is_told_once(self):
        """As after a restart of this end."""
        _, second, third = cut(bytes(700))
        assembly = Assembly(HOST)
        assert isinstance(assembly.take(second, 0.0), Broken)
        assert assembly.take(third, 0.0) is None

    def test_t4(self):
        """It runs from each block, and discards the whole message."""
        first, second, third = cut(bytes(700))
        assembly = Assembly(HOST)
        assembly.take(first, 0.0)
        assembly.take(second, 40.0)
        assert assembly.next_deadline() == 85.0
        assert assembly.expire(84.9) == []
        (broken,) = assembly.expire(85.0)
        assert "T4" in broken.why
        assert assembly.take(third, 86.0) is None

    def test_beginning_anew_replaces(self):
        """A sender that gave up sends all of it again."""
        first, last = cut(b"x" * 300)
        assembly = Assembly(HOST)
        for part in (first, first):
            assembly.take(part, 0.0)
        assert assembly.take(last, 0.0) == Whole(first, b"x" * 300)

    def test_memory_is_bounded_in_bytes(self):
        """S9F11 is what a tool says then."""
        assembly = Assembly(Secs1Settings(End.HOST, max_length=500))
        assert isinstance(assembly.take(cut(bytes(300), 1)[0], 0.0), Begun)
        assert isinstance(assembly.take(cut(bytes(300), 2)[0], 0.0), Begun)
        broken = assembly.take(cut(bytes(300), 2)[1], 0.0)
        assert isinstance(broken, Broken)
        assert broken.too_long
        assert isinstance(assembly.take(cut(bytes(300), 1)[1], 0.0), Whole)

    def test_memory_is_bounded_in_messages(self):
        """A peer can't begin any number of them."""
        assembly = Assembly(HOST)
        told = [assembly.take(cut(bytes(300), system)[0], 0.0) for system in range(100)]
        assert isinstance(told[63], Begun)
        assert isinstance(told[64], Broken)


class TestSettings:
    """What can't be set."""

    @pytest.mark.parametrize(
        "wrong",
        [
            {"device_id": 0x8000},
            {"t1": 0},
            {"t4": float("nan")},
            {"retries": 32},
            {"linktest": -1},
            {"max_length": 1},
        ],
    )
    def test_refused(self, wrong: dict):
        """ValueError says which."""
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Secs1Settings(End.HOST, **wrong)
