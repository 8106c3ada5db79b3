"""SECS-I: S1F1 round trips on a pty pair, our ends beside secsgem's, in every combination.

python benchmarks/secs1_vs_secsgem.py [COUNT]

Each tool is served by a process of its own at the far end of socat's pty pair, which has no baud
rate: at 9600 Bd the 57 bytes of S1F1, S1F2 and their handshakes take 59 ms more. Needs socat.
"""

import asyncio
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


TOOLS = {"fabctl": serve_fabctl, "secsgem": serve_secsgem}
HOSTS = {"fabctl": ask_fabctl, "secsgem": ask_secsgem}


def measure(host: str, tool: str, count: int) -> None:
    """One combination; runs in a process of its own, since secsgem's threads may never end."""
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

            times = sorted(HOSTS[host](near, count, ready))
            middle, worst = statistics.median(times), times[int(len(times) * 0.99)]
            told = f"{middle * 1e3:9.2f} {worst * 1e3:9.2f}"
        except TimeoutError as error:
            told = str(error)
        finally:
            for process in processes:
                process.kill()
                process.wait()
    print(f"{host:9}{tool:9}{told}", flush=True)


def main() -> None:
    """All combinations."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print(f"S1F1 round trips over SECS-I, {count} each\n\nhost     tool        p50 ms    p99 ms")
    for host in HOSTS:
        for tool in TOOLS:
            command = [sys.executable, __file__, "measure", host, tool, str(count)]
            process = subprocess.Popen(command, start_new_session=True)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                print(f"{host:9}{tool:9}never came to talk within 30 s", flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", kind, port]:
            TOOLS[kind](port)
        case ["measure", host, tool, count]:
            measure(host, tool, int(count))
            os._exit(0)
        case _:
            main()
