"""Our serial link through ser2net, a terminal server (RFC 2217), with a tool behind it."""

import asyncio
import socket
import subprocess
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from secs1_rig import Ours, until

from fabctl.clock import run
from fabctl.links.link import LinkError
from fabctl.links.pty import listen_pty
from fabctl.links.serial import serial_dial
from fabctl.links.tcp import tcp_dial
from fabctl.secs.hsms_settings import End
from fabctl.secs.items import A
from fabctl.secs.outcome import Aborted, Reply

pytestmark = [
    pytest.mark.wire,
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning"),  # pyserial's
    # pyserial's own thread expects neither a peer that is gone nor to be turned away, and leaves
    # the socket to the garbage collector:
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

CONFIG = """\
connection: &tool
  accepter: telnet(rfc2217),tcp,127.0.0.1,{port}
  connector: serialdev,{device},9600n81,local
"""


class Nobody:
    """A receiver that does not care."""

    def received(self, data: bytes) -> None: ...

    def lost(self, reason: str) -> None: ...


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def quiet(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@asynccontextmanager
async def terminal_server(ser2net: str, device: str, folder: Path):
    """ser2net before a serial port; gives its URL and the process."""
    port = free_port()
    config = folder / "ser2net.yaml"
    config.write_text(CONFIG.format(port=port, device=device))
    process = quiet(ser2net, "-n", "-c", str(config))
    try:
        async with asyncio.timeout(10):
            while True:
                try:
                    link = await tcp_dial("127.0.0.1", port)(Nobody())
                except LinkError:
                    await asyncio.sleep(0.05)
                else:
                    link.abort()
                    break
        await asyncio.sleep(0.3)
        # ign_set_control: a pty has no modem lines, so ser2net never answers for them
        yield f"rfc2217://127.0.0.1:{port}?ign_set_control", process
    finally:
        process.kill()
        process.wait()


def test_secs1_through_a_terminal_server(peer, tmp_path: Path):
    """Messages of several blocks both ways; when the server dies, the link is lost, once."""

    async def main() -> None:
        tool, host = Ours(End.EQUIPMENT), Ours(End.HOST)
        port = listen_pty(tool.session.accept)
        async with terminal_server(peer("ser2net"), port.path, tmp_path) as (url, process):
            await host.session.open(serial_dial(url))
            for item in (A("short"), A("long" * 300)):
                outcome = await host.session.request(99, 1, item, timeout=10)
                assert isinstance(outcome, Reply), outcome
                assert outcome.message.item == item
            process.kill()
            await until(lambda: host.lost)
            assert isinstance(await host.session.request(1, 1), Aborted)
        assert len(host.lost) == 1
        await port.close()

    run(main())


def test_a_second_program_is_turned_away(peer, tmp_path: Path):
    """ser2net serves one at a time; the first goes on."""

    async def main() -> None:
        tool, host = Ours(End.EQUIPMENT), Ours(End.HOST)
        port = listen_pty(tool.session.accept)
        async with terminal_server(peer("ser2net"), port.path, tmp_path) as (url, _process):
            await host.session.open(serial_dial(url))
            with pytest.raises(LinkError, match="rfc2217"):
                await Ours(End.HOST).session.open(serial_dial(url))
            assert isinstance(await host.session.request(99, 1, A("x"), timeout=10), Reply)
            await host.session.close()
        await port.close()

    run(main())
