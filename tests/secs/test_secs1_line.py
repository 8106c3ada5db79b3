"""The SECS-I block transfer, byte by byte: handshake, T1, T2, RTY, contention, noise."""

import pytest

from fabctl.secs.hsms_settings import End
from fabctl.secs.secs1_line import Failed, Line, Put, Sent, Spoilt, Took
from fabctl.secs.secs1_settings import Secs1Settings
from fabctl.secs.secs1_state import LineState

ENQ, EOT, ACK, NAK = b"\x05", b"\x04", b"\x06", b"\x15"
S1F1 = bytes.fromhex("0a000081018001000000010104")
S1F2 = bytes.fromhex("0a800001028001000000010105")


class Rig:
    """A line, and what it has said since last asked."""

    def __init__(self, *, master: bool = False, **settings) -> None:
        self.line = Line(Secs1Settings(End.HOST, **settings), is_master=master)

    def send(self, block: bytes = S1F1, now: float = 0.0) -> list:
        out = []
        self.line.send(block, now, out)
        return out

    def hear(self, data: bytes, now: float = 0.0) -> list:
        out = []
        self.line.receive(data, now, out)
        return out

    def wait(self, now: float) -> list:
        out = []
        self.line.expire(now, out)
        return out


class TestSend:
    """Getting a block across."""

    def test_enq_eot_block_ack(self):
        """The whole handshake."""
        rig = Rig()
        assert rig.send() == [Put(ENQ)]
        assert rig.line.state is LineState.LINE_CONTROL
        assert rig.hear(EOT) == [Put(S1F1)]
        assert rig.line.state is LineState.SEND
        assert rig.hear(ACK) == [Sent()]
        assert rig.line.state is LineState.IDLE
        assert rig.line.is_free

    def test_line_control_waits_for_eot_only(self):
        """Some ends take any byte for it."""
        rig = Rig()
        rig.send()
        assert rig.hear(b"\x00\x06\x15\xff") == []
        assert rig.hear(EOT) == [Put(S1F1)]

    def test_t2_in_line_control(self):
        """ENQ again."""
        rig = Rig()
        rig.send()
        assert rig.line.deadline == 10.0
        assert rig.wait(9.9) == []
        assert rig.wait(10.0) == [Put(ENQ)]

    @pytest.mark.parametrize("answer", [NAK, b"\x00", ENQ])
    def test_anything_but_ack_is_a_retry(self, answer: bytes):
        """From ENQ on."""
        rig = Rig()
        rig.send()
        rig.hear(EOT)
        assert rig.hear(answer) == [Put(ENQ)]
        assert rig.hear(EOT + ACK) == [Put(S1F1), Sent()]

    def test_no_ack_within_t2_is_a_retry(self):
        """T2 runs from the block's end."""
        rig = Rig()
        rig.send()
        rig.hear(EOT, 3.0)
        assert rig.wait(12.9) == []
        assert rig.wait(13.0) == [Put(ENQ)]

    def test_rty_ends_it(self):
        """A peer that always says NAK (F13) is given up after RTY retries, not later."""
        rig = Rig(retries=2)
        rig.send()
        tries = 0
        out = [Put(ENQ)]
        while out == [Put(ENQ)]:
            tries += 1
            rig.hear(EOT)
            out = rig.hear(NAK)
        assert tries == 3
        (failed,) = out
        assert isinstance(failed, Failed)
        assert "tried 3 times" in failed.why
        assert rig.line.state is LineState.IDLE

    def test_silence_is_given_up(self):
        """After RTY + 1 times T2."""
        rig = Rig(retries=1)
        rig.send()
        assert rig.wait(10.0) == [Put(ENQ)]
        assert [type(each) for each in rig.wait(20.0)] == [Failed]
        assert rig.line.deadline == float("inf")


class TestReceive:
    """Taking a block."""

    def test_enq_eot_block_ack(self):
        """The whole handshake, however the bytes are cut."""
        rig = Rig()
        assert rig.hear(ENQ) == [Put(EOT)]
        said = [signal for byte in S1F2 for signal in rig.hear(bytes((byte,)))]
        assert said[0] == Put(ACK)
        assert isinstance(said[1], Took)
        assert said[1].block.name == "S1F2 block 1"
        assert rig.line.state is LineState.IDLE

    def test_idle_hears_enq_only(self):
        """All else is noise."""
        rig = Rig()
        assert rig.hear(b"\x00\x04\x06\x15\xff" + S1F2[:1]) == []
        assert rig.line.state is LineState.IDLE

    def test_t2_to_the_length_byte(self):
        """NAK."""
        rig = Rig()
        rig.hear(ENQ)
        assert rig.line.deadline == 10.0
        refused, spoilt = rig.wait(10.0)
        assert refused == Put(NAK)
        assert isinstance(spoilt, Spoilt)

    def test_t1_within_the_block(self):
        """NAK; what came is discarded."""
        rig = Rig()
        rig.hear(ENQ)
        rig.hear(S1F2[:7], 1.0)
        assert rig.line.deadline == 1.5
        assert rig.wait(1.5)[0] == Put(NAK)
        assert rig.hear(S1F2[7:-1], 2.0) == []

    @pytest.mark.parametrize(
        "block",
        [b"\x09" + bytes(11), b"\xff" + bytes(257), S1F2[:-1] + b"\x06", b"\x0a\x81" + S1F2[2:]],
        ids=["too short", "too long", "checksum", "spoilt byte"],
    )
    def test_a_bad_block_is_refused_when_the_line_is_quiet(self, block: bytes):
        """Not at once: the sender may still be sending."""
        rig = Rig()
        rig.hear(ENQ)
        assert rig.hear(block, 1.0) == []
        assert rig.hear(b"more", 1.4) == []
        assert rig.line.deadline == pytest.approx(1.9)
        assert rig.wait(1.9)[0] == Put(NAK)

    def test_a_line_that_is_never_quiet_is_refused_too(self):
        """After T2 at the latest, or nothing could ever be sent."""
        rig = Rig()
        rig.hear(ENQ)
        for tenth in range(100):
            rig.hear(b"\x00", tenth / 10)
        assert rig.line.deadline == 10.0
        assert rig.wait(10.0)[0] == Put(NAK)


class TestContention:
    """Both ends bid."""

    def test_the_equipment_ignores_the_host(self):
        """The master goes on waiting for EOT."""
        rig = Rig(master=True)
        rig.send()
        assert rig.hear(ENQ) == []
        assert rig.hear(EOT) == [Put(S1F1)]

    def test_the_host_gives_way(self):
        """It takes the block, then bids again."""
        rig = Rig()
        rig.send()
        assert rig.hear(ENQ) == [Put(EOT)]
        said = rig.hear(S1F2)
        assert [type(each) for each in said] == [Put, Took, Put]
        assert said[2] == Put(ENQ)
        assert rig.hear(EOT) == [Put(S1F1)]

    def test_an_echo_is_no_peer(self):
        """A line that sends all back ends in a failure, at either end."""
        for master in (False, True):
            rig = Rig(master=master, retries=2)
            said = rig.send()
            for now in range(0, 200, 5):
                echo = b"".join(each.data for each in said if isinstance(each, Put))
                said = rig.hear(echo, float(now)) + rig.wait(float(now + 5))
                if any(isinstance(each, Failed) for each in said):
                    break
            assert any(isinstance(each, Failed) for each in said)
            assert rig.line.is_free
