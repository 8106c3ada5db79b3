"""What the tests with foreign SECS-I programs share: a pty pair, and programs at its far end."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from fabctl.clock import Clock
from fabctl.links.serial import serial_dial
from fabctl.links.session import SecsSession
from fabctl.secs.hsms_settings import End
from fabctl.secs.items import A, B, L
from fabctl.secs.message import Message
from fabctl.secs.secs1_settings import Secs1Settings

HERE = Path(__file__).parent


async def until(ready) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(15):
        while not ready():  # noqa: ASYNC110 -- of another process
            await asyncio.sleep(0.02)


def start(*command: str) -> subprocess.Popen[str]:
    """A process; what it tells can be read."""
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@asynccontextmanager
async def pty_pair(socat: str, folder: Path) -> AsyncIterator[tuple[str, str]]:
    """Two ports with a line between them."""
    ends = [folder / "near", folder / "far"]
    process = start(socat, *(f"pty,raw,echo=0,link={end}" for end in ends))
    try:
        await until(lambda: all(end.exists() for end in ends))
        yield str(ends[0]), str(ends[1])
    finally:
        process.kill()
        process.communicate()


@contextmanager
def program(*command: str) -> Iterator[subprocess.Popen[str]]:
    """A foreign program; it ends with the test."""
    process = start(*command)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def secsgem(role: str, port: str) -> Iterator[subprocess.Popen[str]]:
    """The handler of secsgem in a process of its own: it can't always be ended otherwise."""
    with program(sys.executable, str(HERE / "secsgem_secs1.py"), role, port) as process:
        yield process


async def told(process: subprocess.Popen[str]) -> object:
    """The next thing that a program tells, one JSON document a line."""
    assert process.stdout is not None
    line = await asyncio.wait_for(asyncio.to_thread(process.stdout.readline), 20)
    return json.loads(line)


class Ours:
    """Our end on a port; keeps what came. Sends back the items of what it does not know."""

    def __init__(self, end: End, **settings) -> None:
        self.heard: list[Message] = []
        self.lost: list[str] = []
        self.session = SecsSession(
            Secs1Settings(end, **settings),
            Clock(),
            on_primary=self.answer,
            on_lost=self.lost.append,
        )
        self.end = end

    def answer(self, message: Message) -> None:
        self.heard.append(message)
        if message.name == "S1F13":
            identity = L() if self.end is End.HOST else L(A("FABCTL"), A("1"))
            self.session.reply(message, L(B(0), identity))
        elif message.name == "S1F1":
            self.session.reply(message, L(A("FABCTL"), A("1")))
        elif message.name == "S6F11":
            self.session.reply(message, B(0))
        else:
            self.session.reply(message, message.item)

    def names(self) -> list[str]:
        return [message.name for message in self.heard]

    @asynccontextmanager
    async def on(self, port: str) -> AsyncIterator[SecsSession]:
        await self.session.open(serial_dial(port))
        try:
            yield self.session
        finally:
            await self.session.close()
