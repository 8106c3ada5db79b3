"""SECS-I: S1F1 round trips on a pty pair, our host beside secsgem's, each with the same tools.

python benchmarks/secs1_vs_secsgem.py [COUNT]

The tools are ours, secsgem's and secs4js's (Node), each served by a process of its own at the far
end of socat's pty pair, which has no baud rate: at 9600 Bd the 57 bytes of S1F1, S1F2 and their
handshakes take 59 ms more. Needs socat, node and npm's secs4js. Exit code 1 where our host is
slower than secsgem's on the same tool. secsgem's two ends are left out: begun in
either order, they never get as far as an answered S1F1 (secsgem 0.3.0).
"""

import asyncio
import json
import logging
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from fabctl.clock import Clock, run
from fabctl.links.serial import serial_dial
from fabctl.links.session import SecsSession
from fabctl.secs.hsms_settings import End
from fabctl.secs.items import A, B, L
from fabctl.secs.outcome import Reply
from fabctl.secs.secs1_settings import Secs1Settings

IDENTITY = L(A("secsgem"), A("0.3.0"))


def serve_fabctl(port: str) -> None:
    async def main() -> None:
        def answer(message):
            session.reply(message, L(B(0), IDENTITY) if message.function == 13 else IDENTITY)

        session = SecsSession(Secs1Settings(End.EQUIPMENT), Clock(), on_primary=answer)
        await session.open(serial_dial(port))
        print("ready", flush=True)
        await asyncio.Event().wait()

    run(main())


def serve_secsgem(port: str) -> None:
    from secsgem.common import DeviceType
    from secsgem.gem import GemEquipmentHandler
    from secsgem.secsi import SecsISettings

    logging.disable(logging.CRITICAL)
    settings = SecsISettings(port=port, device_type=DeviceType.EQUIPMENT, session_id=0)
    GemEquipmentHandler(settings).enable()
    print("ready", flush=True)
    threading.Event().wait()


def serve_secs4js(port: str) -> None:
    root = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, check=True)
    script = Path(__file__).parents[1] / "tests" / "peers" / "secs4js_secs1.mjs"
    package = str(Path(root.stdout.strip()) / "secs4js")
    os.execvp("node", ["node", str(script), package, "equipment", port])  # says "open"


def ask_fabctl(port: str, count: int, ready: Callable[[], None]) -> list[float]:
    async def main() -> list[float]:
        met = asyncio.Event()

        def answer(message):
            session.reply(message, L(B(0), L()))
            met.set()

        session = SecsSession(Secs1Settings(End.HOST), Clock(), on_primary=answer)
        await session.open(serial_dial(port))
        await asyncio.to_thread(ready)
        try:
            await asyncio.wait_for(met.wait(), 1)  # secsgem's tool begins with S1F13
        except TimeoutError:
            await session.request(1, 13, L())
        times = []
        for _ in range(count):
            start = time.perf_counter()
            assert isinstance(await session.request(1, 1), Reply)
            times.append(time.perf_counter() - start)
        await session.close()
        return times

    return run(main())


def ask_secsgem(port: str, count: int, ready: Callable[[], None]) -> list[float]:
    from secsgem.common import DeviceType
    from secsgem.gem import GemHostHandler
    from secsgem.secsi import SecsISettings

    logging.disable(logging.CRITICAL)
    ready()
    time.sleep(1)  # it can't take both ends beginning at once
    settings = SecsISettings(port=port, device_type=DeviceType.HOST, session_id=0)
    host = GemHostHandler(settings)
    host.enable()
    if not host.waitfor_communicating(10):
        raise TimeoutError("secsgem's host does not come to communicate")
    times = []
    for _ in range(count):
        start = time.perf_counter()
        if host.are_you_there() is None:
            raise TimeoutError("no reply")
        times.append(time.perf_counter() - start)
    return times


TOOLS = {"fabctl": serve_fabctl, "secs4js": serve_secs4js, "secsgem": serve_secsgem}
HOSTS = {"fabctl": ask_fabctl, "secsgem": ask_secsgem}
ROUNDS = 3
"""Hosts take turns, so that a machine that slows down slows both."""


def measure(host: str, tool: str, count: int) -> None:
    """One host on one tool, in a process of its own: secsgem's threads may never end."""
    with tempfile.TemporaryDirectory() as folder:
        near, far = f"{folder}/near", f"{folder}/far"
        ends = [f"pty,raw,echo=0,link={end}" for end in (near, far)]
        processes = [subprocess.Popen(["socat", *ends])]
        try:
            while not (Path(near).exists() and Path(far).exists()):
                time.sleep(0.02)

            def ready() -> None:
                command = [sys.executable, __file__, "serve", tool, far]
                served = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
                processes.append(served)
                assert served.stdout is not None
                served.stdout.readline()

            print(json.dumps(HOSTS[host](near, count, ready)), flush=True)
        finally:
            for process in processes:
                process.kill()
                process.wait()


def measured(host: str, tool: str, count: int) -> list[float]:
    """The times of one measurement, none where the two never come to talk."""
    command = [sys.executable, __file__, "measure", host, tool, str(count)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        out, _ = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return []
    return json.loads(out) if process.returncode == 0 else []


def shown(times: list[float]) -> str:
    """Median and 99th percentile in ms."""
    if not times:
        return "never came to talk"
    worst = sorted(times)[int(len(times) * 0.99)]
    return f"{statistics.median(times) * 1e3:7.2f} {worst * 1e3:7.2f}"


def main() -> int:
    """Every tool that both hosts can talk to, and ours on secsgem's."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print(f"S1F1 round trips over SECS-I, {ROUNDS} x {count}; p50 and p99 in ms\n")
    print(f"{'tool':9}{'fabctl':>16}{'secsgem':>20}  p50 ratio")
    slower = False
    for tool in ("secs4js", "fabctl"):
        times: dict[str, list[float]] = {host: [] for host in HOSTS}
        for _ in range(ROUNDS):
            for host in HOSTS:
                times[host] += measured(host, tool, count)
        ours, theirs = times["fabctl"], times["secsgem"]
        ratio = statistics.median(theirs) / statistics.median(ours) if ours and theirs else 0.0
        slower = slower or ratio < 1
        print(f"{tool:9}{shown(ours):>16}{shown(theirs):>20}  {ratio:.2f}", flush=True)
    print(f"{'secsgem':9}{shown(measured('fabctl', 'secsgem', count)):>16}")
    return slower


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", kind, port]:
            TOOLS[kind](port)
        case ["measure", host, tool, count]:
            measure(host, tool, int(count))
            os._exit(0)
        case _:
            sys.exit(main())
