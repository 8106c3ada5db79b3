"""Serial links on ptys and sockets: bytes both ways, ends, unplugging, errors."""

import asyncio
import functools
import os
import termios
from pathlib import Path

import pytest
import serial
from serial_rig import Echo, Recorder, raw_pty

from fabctl.clock import run
from fabctl.links import serial as serial_links
from fabctl.links.link import LinkError
from fabctl.links.pty import listen_pty
from fabctl.links.serial import reason, serial_dial
from fabctl.links.tcp import listen_tcp

pytestmark = [
    pytest.mark.wire,
    pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning"),  # pyserial's rfc2217
]


def lively(test):
    """Run a test on a loop of the wall clock."""

    @functools.wraps(test)
    def runs(**fixtures) -> None:
        async def limited():
            async with asyncio.timeout(20):
                await test(**fixtures)

        run(limited())

    return runs


@lively
async def test_bytes_go_both_ways():
    """All 256 of them, unchanged."""
    port = listen_pty(Echo)
    recorder = Recorder()
    link = await serial_dial(port.path)(recorder)
    link.write(bytes(range(256)))
    assert await recorder.until(256) == bytes(range(256))
    link.close()
    assert await recorder.gone == "closed by this end"
    await port.close()


@lively
async def test_more_than_the_line_takes_at_once():
    """`drain` waits, and nothing is lost."""
    port = listen_pty(Echo)
    recorder = Recorder()
    link = await serial_dial(port.path)(recorder)
    for _ in range(20):
        link.write(bytes(range(250)) * 40)
        await link.drain()
    assert await recorder.until(200_000) == bytes(range(250)) * 800
    link.abort()
    assert await recorder.gone == "aborted by this end"
    await port.close()


@lively
async def test_close_sends_the_rest():
    """What was written goes out before the port is closed."""
    ours, theirs, path = raw_pty()
    os.close(theirs)
    recorder = Recorder()
    link = await serial_dial(path)(recorder)
    link.write(b"last words")
    link.close()
    link.write(b"too late")
    await recorder.gone
    assert os.read(ours, 100) == b"last words"
    os.close(ours)


@lively
async def test_unplugged():
    """F20: told once, with a reason; writing on is harmless."""
    ours, theirs, path = raw_pty()
    os.close(theirs)
    recorder = Recorder()
    link = await serial_dial(path)(recorder)
    os.close(ours)
    assert "gone" in await recorder.gone
    link.write(b"x")
    link.close()
    link.abort()
    await asyncio.sleep(0.05)


@lively
async def test_the_port_is_ours_alone():
    """A second program can't open it, until it is closed."""
    port = listen_pty(Echo)
    recorder = Recorder()
    link = await serial_dial(port.path)(recorder)
    with pytest.raises(LinkError, match="another program has it open"):
        await serial_dial(port.path)(Recorder())
    link.close()
    await recorder.gone
    second = Recorder()
    (await serial_dial(port.path)(second)).close()
    await second.gone
    await port.close()


@lively
async def test_closing_a_port_does_not_lower_dtr():
    """A board whose reset hangs on DTR would start anew each time its host links up again."""
    ours, theirs, path = raw_pty()
    settings = termios.tcgetattr(theirs)
    settings[2] |= termios.HUPCL
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    recorder = Recorder()
    link = await serial_dial(path)(recorder)
    assert not termios.tcgetattr(theirs)[2] & termios.HUPCL
    link.close()
    await recorder.gone
    os.close(ours)
    os.close(theirs)


@lively
async def test_one_host_after_the_other(tmp_path: Path):
    """The tool's end is told of each; its path stays the same."""
    ends: list[Echo] = []

    def accept(link):
        ends.append(Echo(link))
        return ends[-1]

    port = listen_pty(accept, tmp_path / "WET01")
    assert port.path == str(tmp_path / "WET01")
    for number in range(1, 3):
        recorder = Recorder()
        link = await serial_dial(port.path)(recorder)
        link.write(b"hello")
        await recorder.until(5)
        link.close()
        await recorder.gone
        await asyncio.sleep(0.2)
        assert [bool(end.lost_because) for end in ends] == [True] * number
    await port.close()
    assert not (tmp_path / "WET01").is_symlink()


@lively
async def test_a_path_that_is_taken_is_not_replaced(tmp_path: Path):
    """Only a symbolic link is."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(LinkError, match="can't serve at"):
        listen_pty(Echo, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


@lively
async def test_7e1_on_a_pty():
    """A pty refuses it at times, so it is opened 8N1; eight bits go through."""
    port = listen_pty(Echo)
    recorder = Recorder()
    link = await serial_dial(port.path, bytesize=7, parity="E")(recorder)
    link.write(b"\xff\x80")
    assert await recorder.until(2) == b"\xff\x80"
    link.abort()
    await recorder.gone
    await port.close()


@lively
async def test_socket_url():
    """A terminal server without RFC 2217."""
    listener = await listen_tcp("127.0.0.1", 0, Echo)
    recorder = Recorder()
    host, port = listener.address
    link = await serial_dial(f"socket://{host}:{port}")(recorder)
    link.write(b"hello")
    assert await recorder.until(5) == b"hello"
    link.close()
    assert await recorder.gone == "closed by this end"
    await listener.close()


@lively
async def test_nobody_at_the_socket():
    """One clear error."""
    with pytest.raises(LinkError, match=r"no link to socket://127.0.0.1:1: .*refused"):
        await serial_dial("socket://127.0.0.1:1")(Recorder())


@lively
@pytest.mark.parametrize("path", ["/dev/null", "/"])
async def test_what_is_no_serial_port_is_called_so(path: str):
    """Whatever pyserial makes of it."""
    with pytest.raises(LinkError, match=f"no link to {path}: that is no serial port"):
        await serial_dial(path)(Recorder())


@lively
async def test_no_serial_port(tmp_path: Path):
    """A file is none."""
    (tmp_path / "file").touch()
    with pytest.raises(LinkError, match=r"no link to .*: that is no serial port"):
        await serial_dial(str(tmp_path / "file"))(Recorder())


@lively
async def test_the_loop_goes_on_while_a_port_is_opened():
    """However long pyserial takes for it."""
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    listener = await listen_tcp("127.0.0.1", 0, lambda _: Recorder())
    ticking = asyncio.create_task(tick())
    url = f"rfc2217://127.0.0.1:{listener.address[1]}?timeout=0.3"
    with pytest.raises(LinkError, match="RFC2217"):
        await serial_dial(url)(Recorder())
    ticking.cancel()
    assert ticks > 10
    await listener.close()


def test_line_settings_of_a_real_port(monkeypatch):
    """7E1 is asked for where the port can have it."""
    asked = {}

    def refuse(url, **settings):
        asked.update(settings, url=url)
        raise termios.error(22, "Invalid argument")

    monkeypatch.setattr(serial_links.serial, "serial_for_url", refuse)
    monkeypatch.setattr(serial_links, "find_port", lambda _: "/dev/null")

    async def dial():
        with pytest.raises(LinkError, match="refuses these line settings"):
            await serial_dial("usb:A1", baudrate=19200, bytesize=7, parity="E")(Recorder())

    run(dial())
    assert (asked["baudrate"], asked["bytesize"], asked["parity"]) == (19200, 7, "E")
    assert asked["exclusive"] is True


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (termios.error(5, "Input/output error"), "gone"),
        (OSError(13, "Permission denied"), "not allowed"),
        (serial.SerialException("odd"), "odd"),
        (serial.SerialException(2, "could not open port"), "no such port"),
        (ValueError(), "ValueError"),
    ],
)
def test_every_error_has_words(error: Exception, words: str):
    """Whatever its kind."""
    assert words in reason(error)
