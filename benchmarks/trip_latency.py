"""From a trace value on the wire to ABORT on the wire: our host, then secsgem's, same tools.

Ten tools send an S6F1 with 50 values ten times a second each, in this process; the host is another
process. Now and then a tool sends one value above the limit. When its packet left, and when that of
the S2F41 came, is noted by the kernel, with one clock for both hosts: so it is the time in the host
that counts, its wait for a core included, and not what this process waits for one. What two bare
sockets take, in two processes that do nothing else, is what no host can do better.
The tools, which in a fab are other computers, keep to one core, and either host to the others.
``python benchmarks/trip_latency.py [SECONDS] [--at-once]``: with the latter all tools send, and go
over, in the same instant; else they take turns. Linux only.

Our host reads a number as the driver does, and keeps its collections of garbage short, as
`fabctl run` does.
"""

import asyncio
import gc
import os
import socket
import subprocess
import sys
from pathlib import Path
from time import sleep

from timed_wire import TimedLink, left, listening, received, served, timed

from fabctl.clock import Clock, live_loop
from fabctl.links.session import SecsSession
from fabctl.secs.hsms_settings import End, HsmsSettings, Role
from fabctl.secs.items import F4, U4, A, B, L

TOOLS = 10
PERIOD_S = 0.1
OVER_EVERY = 10
"""Every tenth message of a tool holds a value over the limit."""
CORES = sorted(os.sched_getaffinity(0))
HOSTS = CORES[1:] or CORES
"""Our cores, and those that are left to a host: the tools keep the first."""
WARM_UP = 2
"""Messages of each tool before anything is taken."""


class Tool:
    """One tool: sends samples, and takes how long an ABORT was in coming."""

    def __init__(self) -> None:
        settings = HsmsSettings(Role.PASSIVE, End.EQUIPMENT)
        self.session = SecsSession(settings, Clock(), on_primary=self.told)
        self.taken: list[float] = []
        self.lost = 0
        self.sent_at = 0.0
        self.line: TimedLink

    async def serve(self, server: socket.socket) -> None:
        self.line = await served(server, self.session.accept)

    def told(self, message) -> None:
        if (message.stream, message.function) == (2, 41):
            if self.sent_at:
                self.taken.append(self.line.came - self.sent_at)
                self.sent_at = 0.0
            self.session.reply(message, L(B(4), L()))
        elif (message.stream, message.function) == (1, 13):
            self.session.reply(message, L(B(0), L(A("bench"), A("1"))))
        elif message.wait:
            self.session.reply(message, None)

    async def work(self, seconds: float, offset: float) -> None:
        await asyncio.sleep(offset)
        for number in range(int(seconds / PERIOD_S)):
            over = number % OVER_EVERY == OVER_EVERY - 1
            top = 401.0 + number / 1000 if over else 200.0 + number / 1000
            values = [F4(200.0 + number / 1000 + each / 100) for each in range(49)]
            body = L(U4(1), U4(number + 1), A("2000010100000000"), L(*values, F4(top)))
            self.session.send(6, 1, body)
            if over and number > WARM_UP:
                self.lost += self.sent_at != 0.0
                self.sent_at = self.line.wrote
            await asyncio.sleep(PERIOD_S)


async def measure(kind: str, seconds: float, turn: float) -> tuple[list[float], int]:
    """Serve the tools, start the host, and give what was taken and how many ABORTs never came.

    Each tool sends `turn` seconds after the one before it.
    """
    tools, servers = [Tool() for _ in range(TOOLS)], listening(TOOLS)
    ports = [server.getsockname()[1] for server in servers]
    command = [sys.executable, str(Path(__file__).with_name("trip_hosts.py")), kind]
    gc.disable()  # what takes the times must not take any itself
    host = await asyncio.create_subprocess_exec(*command, *map(str, ports), stdout=subprocess.PIPE)
    os.sched_setaffinity(host.pid, HOSTS)
    try:
        assert host.stdout is not None
        for tool, server in zip(tools, servers, strict=True):
            await asyncio.wait_for(tool.serve(server), 60)
        await asyncio.wait_for(host.stdout.readline(), 60)
        await asyncio.sleep(1)
        await asyncio.gather(*(tool.work(seconds, each * turn) for each, tool in enumerate(tools)))
        await asyncio.sleep(2)
    finally:
        host.kill()
        await host.wait()
    lost = sum(tool.lost + (tool.sent_at != 0.0) for tool in tools)
    return sorted(each for tool in tools for each in tool.taken), lost


ECHO = """
import socket, sys
link = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
while data := link.recv(4096):
    link.sendall(data[:20])
"""


def bare(seconds: float) -> list[float]:
    """Send as many bytes as often between two bare sockets, and give what an answer took."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        echo = subprocess.Popen([sys.executable, "-c", ECHO, port])
        os.sched_setaffinity(echo.pid, HOSTS)
        link, _ = server.accept()
    taken = []
    with timed(link):
        for _ in range(int(seconds / PERIOD_S * TOOLS)):
            sleep(PERIOD_S / TOOLS)
            link.sendall(bytes(330))
            sent = left(link)
            taken.append(received(link)[1] - sent)
    echo.wait()
    return sorted(taken)


def main(seconds: float, *, at_once: bool) -> None:
    os.sched_setaffinity(0, CORES[:1])
    print(f"{TOOLS} tools, {1 / PERIOD_S:.0f} Hz, 50 values; from value over the limit to ABORT")
    print(f"{'':14}{'trips':>7}{'p50 ms':>9}{'p99 ms':>9}{'never':>7}")
    row("bare sockets", bare(seconds / 4), 0)
    for kind in ("fabctl", "secsgem"):
        with asyncio.Runner(loop_factory=live_loop) as runner:
            turn = 0.0 if at_once else PERIOD_S / TOOLS
            taken, lost = runner.run(measure(kind, seconds, turn))
        row(kind, taken, lost)


def row(name: str, taken: list[float], lost: int) -> None:
    if not taken:
        print(f"{name:14}{0:7}{'-':>9}{'-':>9}{lost:7}")
        return
    p50, p99 = taken[len(taken) // 2], taken[min(len(taken) * 99 // 100, len(taken) - 1)]
    print(f"{name:14}{len(taken):7}{p50 * 1000:9.2f}{p99 * 1000:9.2f}{lost:7}")


if __name__ == "__main__":
    asked = [word for word in sys.argv[1:] if not word.startswith("--")]
    main(float(asked[0]) if asked else 20.0, at_once="--at-once" in sys.argv)
