"""What tests of serial links share."""

import asyncio
import os
import tty

from fabctl.links.link import Link


class Recorder:
    """A receiver that keeps everything."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.came = asyncio.Event()
        self.gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def received(self, data: bytes) -> None:
        self.data += data
        self.came.set()

    def lost(self, reason: str) -> None:
        assert not self.gone.done(), "told twice"
        self.gone.set_result(reason)

    async def until(self, count: int) -> bytes:
        """The first `count` bytes."""
        while len(self.data) < count:
            self.came.clear()
            await self.came.wait()
        return bytes(self.data[:count])


class Echo:
    """Sends back what it is sent."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.lost_because: list[str] = []

    def received(self, data: bytes) -> None:
        self.link.write(data)

    def lost(self, reason: str) -> None:
        self.lost_because.append(reason)


def raw_pty() -> tuple[int, int, str]:
    """Two file descriptors, and the path of the second."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    return ours, theirs, os.ttyname(theirs)
