"""The wire log: a capture file that tshark understands, and SML."""

import asyncio
import errno
import resource
import subprocess
from pathlib import Path

import pytest
from wire_rig import Rig

from fabctl.clock import run
from fabctl.links.session import SecsSession
from fabctl.links.wire_log import WireLog, messages_of, sml_of
from fabctl.secs.items import (
    BOOLEAN,
    C2,
    F4,
    F8,
    I1,
    I2,
    I4,
    I8,
    U1,
    U2,
    U4,
    U8,
    A,
    B,
    J,
    L,
)  # fmt: skip
from fabctl.secs.outcome import Reply

# ruff: noqa: FBT003 -- BOOLEAN takes what a BOOLEAN holds

ALL_FORMATS = L(
    L(), A(""), A("x"), B(b"\0"), BOOLEAN(True), J("a"), C2("ü"), I1(-1), I2(-1), I4(-1), I8(-1),
    U1(), U1(1), U2(1, 2), U4(1), U8(1), F4(12.5), F8(1e300),
)  # fmt: skip


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A log of two links to one tool, with control messages, a drop and a large body."""
    path = tmp_path / "wire.pcap"
    write(path)
    return path


def write(path: Path) -> None:
    async def main():
        rig = Rig(t5=1.0)
        log = WireLog(path, rig.clock)
        host = SecsSession(rig.host.settings, rig.clock, tap=log.tap("FUR01"))
        await host.open(rig.wire.dial, reconnect=True)
        await host.request(2, 41, L(A("START"), L(L(A("LOTID"), A("R1.1")))))
        rig.tool.send(6, 11, L(U4(0), U4(201), L(L(U4(9), ALL_FORMATS))))
        await host.request(7, 3, L(A("P"), B(bytes(100_000))))
        await asyncio.sleep(31)
        rig.wire.drop()
        await asyncio.sleep(2)
        await host.request(1, 1)
        await host.close()
        log.close()

    run(main(), virtual=True)


def names(path: Path) -> list[str]:
    return [message.name for _, _, message in messages_of(path)]


WHAT_WAS_SAID = ["S2F41", "S2F42", "S7F3", "S6F11", "S7F4", "S1F1", "S1F2"]


@pytest.mark.long
class TestCapture:
    """The file."""

    def test_messages_come_back(self, capture: Path):
        """As they were, with tool and direction."""
        assert names(capture) == WHAT_WAS_SAID
        tool, by_host, message = list(messages_of(capture))[3]
        assert (tool, by_host) == ("FUR01", False)
        assert message.item.value[2].value[0].value[1] == ALL_FORMATS

    def test_tshark_finds_nothing_malformed(self, capture: Path, peer):
        """Wireshark's HSMS dissector reads every message."""
        base = [peer("tshark"), "-r", str(capture), "-d", "tcp.port==5000,hsms"]
        bad = "_ws.malformed || tcp.analysis.lost_segment || tcp.analysis.retransmission"
        found = subprocess.run([*base, "-Y", bad], capture_output=True, text=True, check=True)
        assert found.stdout == ""
        fields = ["-Y", "hsms.header.stype==0", "-T", "fields"]
        fields += ["-e", "hsms.header.stream", "-e", "hsms.header.function"]
        found = subprocess.run([*base, *fields], capture_output=True, text=True, check=True)
        seen = ["S{}F{}".format(*line.split()) for line in found.stdout.splitlines()]
        assert seen == WHAT_WAS_SAID

    def test_tshark_names_the_tool(self, capture: Path, peer):
        """The interface has the tool's name."""
        found = subprocess.run(
            [peer("tshark"), "-r", str(capture), "-T", "fields", "-e", "frame.interface_name"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert set(found.stdout.split()) == {"FUR01"}

    def test_goes_on_where_a_killed_writer_stopped(self, capture: Path):
        """A resumed run has one log."""
        whole = capture.read_bytes()
        capture.write_bytes(whole[:-7])
        write(capture)
        assert names(capture) == 2 * WHAT_WAS_SAID

    def test_same_run_same_bytes(self, capture: Path, tmp_path: Path):
        """In virtual time."""
        write(tmp_path / "again.pcap")
        assert (tmp_path / "again.pcap").read_bytes() == capture.read_bytes()

    def test_a_closed_log_takes_no_more(self, tmp_path: Path):
        """And does not raise into the session."""

        async def main():
            rig = Rig()
            log = WireLog(tmp_path / "wire.pcap", rig.clock)
            host = SecsSession(rig.host.settings, rig.clock, tap=log.tap("FUR01"))
            log.close()
            await host.open(rig.wire.dial)
            await host.close()

        run(main(), virtual=True)
        assert names(tmp_path / "wire.pcap") == []

    def test_a_log_that_can_not_be_written_any_more_ends_and_says_so_once(self, tmp_path: Path):
        """And the session goes on."""
        ended: list[int | None] = []

        async def main():
            rig = Rig()
            log = WireLog(tmp_path / "wire.pcap", rig.clock, lambda why: ended.append(why.errno))
            host = SecsSession(rig.host.settings, rig.clock, tap=log.tap("FUR01"))
            await host.open(rig.wire.dial)
            for _ in range(3):
                assert isinstance(await host.request(7, 3, L(A("P"), B(bytes(50_000)))), Reply)
            await host.close()
            log.close()

        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, before[1]))
        try:
            run(main(), virtual=True)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert ended == [errno.EFBIG]


class TestSml:
    """The file as text."""

    def test_has_item_names(self, capture: Path):
        """And tool, direction and time."""
        text = sml_of(capture)
        assert "host → FUR01  [2] S2F41 W" in text
        assert '<A "START"> /* RCMD */' in text
        assert "<F4 12.5>" in text

    def test_has_control_messages(self, capture: Path):
        """Select, linktest, separate."""
        text = sml_of(capture)
        for name in ("Select.req", "Select.rsp", "Linktest.req", "Separate.req"):
            assert name in text

    def test_long_bodies_are_short(self, capture: Path):
        """A recipe of 100 kB is one line."""
        assert len(sml_of(capture)) < 6000
        assert "<B[100000] 0x00" in sml_of(capture)
