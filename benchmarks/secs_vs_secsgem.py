"""fabctl's SECS-II and HSMS beside secsgem's, in one run: ``python benchmarks/secs_vs_secsgem.py``.

Round trips: host and tool in two processes over loopback, one request after the other, fabctl's
host with fabctl's tool and secsgem's host with secsgem's tool. Codec: Python values to bytes, and
bytes to Python values, best of several. Ratios are what counts: they hardly change with the
machine. Exit code 1 if a target is missed; ``--no-targets`` only measures.
"""

import argparse
import asyncio
import gc
import logging
import math
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from fabctl.clock import Clock, live_loop
from fabctl.links.session import SecsSession
from fabctl.links.tcp import tcp_dial
from fabctl.secs.codec import decode, encode
from fabctl.secs.hsms_settings import End, HsmsSettings, Role
from fabctl.secs.items import F4, U4, A, B, Item, L
from fabctl.secs.outcome import Reply

PEERS = Path(__file__).with_name("secs_peers.py")
WARM_UP = 200


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--no-targets", action="store_true", help="measure, judge nothing")
    options.add_argument("--requests", type=int, default=5000, help="fabctl round trips a kind")
    asked = options.parse_args()
    print(f"load before: {os.getloadavg()[0]:.2f} (p99 and rates mean little unless near 0)")
    missed = round_trips(asked.requests) + codec()
    for each in missed:
        print(f"MISSED: {each}")
    return 1 if missed and not asked.no_targets else 0


# Round trips.


def round_trips(requests: int) -> list[str]:
    print(f"{'round trips':<24}{'per s':>9}{'p50 µs':>9}{'p99 µs':>9}{'p99/p50':>9}{'ratio':>8}")
    theirs = with_peer("secsgem", lambda port: secsgem_round_trips(port, max(requests // 10, 100)))
    ours = {
        loop: with_peer(
            "fabctl", lambda port, loop=loop: fabctl_round_trips(port, requests, loop), loop
        )
        for loop in ("uvloop", "plain")
    }
    missed = []
    for name, target in (("S1F1", 8), ("S2F41", 20)):
        show(f"{name} secsgem", theirs[name], 1.0)
        for loop, found in ours.items():
            ratio = statistics.mean(theirs[name]) / statistics.mean(found[name])
            spread = show(f"{name} fabctl {loop}", found[name], ratio)
            if loop == "uvloop" and ratio < target:
                missed.append(f"{name}: {ratio:.1f} times secsgem, not {target}")
            if loop == "uvloop" and spread > 3:
                missed.append(f"{name}: p99 is {spread:.1f} times p50, not 3 or less")
    return missed


def show(name: str, seconds: list[float], ratio: float) -> float:
    """Print one line; gives p99/p50."""
    ordered = sorted(seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[math.ceil(len(ordered) * 0.99) - 1]
    rate = len(seconds) / sum(seconds)
    print(f"{name:<24}{rate:>9.0f}{p50 * 1e6:>9.0f}{p99 * 1e6:>9.0f}{p99 / p50:>9.2f}{ratio:>8.1f}")
    return p99 / p50


def with_peer(kind: str, measure: Callable[[int], dict], *more: str) -> dict:
    """Serve a tool in another process while `measure` talks to it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(PEERS), kind, str(port), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as peer:
        assert peer.stdout is not None
        peer.stdout.readline()
        try:
            return measure(port)
        finally:
            peer.kill()


def fabctl_round_trips(port: int, requests: int, loop: str) -> dict[str, list[float]]:
    factory = live_loop if loop == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(_fabctl_round_trips(port, requests))


async def _fabctl_round_trips(port: int, requests: int) -> dict[str, list[float]]:
    session = SecsSession(HsmsSettings(Role.ACTIVE, End.HOST), Clock())
    await session.open(tcp_dial("127.0.0.1", port))

    async def s1f1() -> None:
        assert isinstance(await session.request(1, 1), Reply)

    async def s2f41() -> None:
        command = L(A("GO"), L(L(A("LOTID"), A("R1.1"))))
        outcome = await session.request(2, 41, command)
        assert isinstance(outcome, Reply)

    found = {}
    for name, ask in (("S1F1", s1f1), ("S2F41", s2f41)):
        found[name] = []
        for number in range(requests + WARM_UP):
            start = time.perf_counter()
            await ask()
            if number >= WARM_UP:
                found[name].append(time.perf_counter() - start)
    await session.close()
    return found


def secsgem_round_trips(port: int, requests: int) -> dict[str, list[float]]:
    from secsgem.common import DeviceType
    from secsgem.gem import GemHostHandler
    from secsgem.hsms import HsmsConnectMode
    from secsgem.hsms import HsmsSettings as SecsgemSettings

    logging.disable(logging.CRITICAL)
    host = GemHostHandler(
        SecsgemSettings(
            address="127.0.0.1",
            port=port,
            connect_mode=HsmsConnectMode.ACTIVE,
            device_type=DeviceType.HOST,
        )
    )
    host.enable()
    assert host.waitfor_communicating(20)

    def s1f1() -> None:
        assert host.are_you_there() is not None

    def s2f41() -> None:
        assert host.send_remote_command("GO", [["LOTID", "R1.1"]]).HCACK.get() == 4

    found = {}
    for name, ask in (("S1F1", s1f1), ("S2F41", s2f41)):
        found[name] = []
        for number in range(requests + WARM_UP // 10):
            start = time.perf_counter()
            ask()
            if number >= WARM_UP // 10:
                found[name].append(time.perf_counter() - start)
    host.disable()
    return found


# Codec.


def values(item: Item) -> object:
    """Plain Python values in lists, as secsgem's `get` gives them."""
    return [values(each) for each in item.value] if type(item) is L else item.value


def codec_cases() -> list[tuple[str, Callable[[], Item], Callable[[], object], type, int]]:
    """Name, our item made from values, secsgem's message made from the same, its class, rounds."""
    from secsgem.secs import functions, variables

    fifty = [number * 1.1 for number in range(50)]
    many = [number * 0.25 for number in range(10_000)]
    whole = list(range(10_000))
    body = bytes(range(128)) * 313
    event, recipe, hello = functions.SecsS06F11, functions.SecsS07F03, functions.SecsS01F13

    def our_event(items: Iterable[Item]) -> Item:
        return L(U4(1), U4(201), L(L(U4(9110), L(*items))))

    def their_event(items: list) -> object:
        report = {"RPTID": variables.U4(9110), "V": items}
        return event({"DATAID": variables.U4(1), "CEID": variables.U4(201), "RPT": [report]})

    return [
        (
            "17 B S1F13",
            lambda: L(A("CVD01"), A("1.4.0x")),
            lambda: hello(["CVD01", "1.4.0x"]),
            hello,
            200,
        ),
        (
            "50-value S6F11",
            lambda: our_event(map(F4, fifty)),
            lambda: their_event(list(map(variables.F4, fifty))),
            event,
            50,
        ),
        (
            "10,000 x F4 items",
            lambda: our_event(map(F4, many)),
            lambda: their_event(list(map(variables.F4, many))),
            event,
            1,
        ),
        (
            "U4[10,000]",
            lambda: our_event([U4(*whole)]),
            lambda: their_event([variables.U4(whole, count=-1)]),
            event,
            3,
        ),
        (
            "40 kB S7F3",
            lambda: L(A("RECIPE"), B(body)),
            lambda: recipe({"PPID": "RECIPE", "PPBODY": variables.Binary(body)}),
            recipe,
            20,
        ),
    ]


def codec() -> list[str]:
    print(f"\n{'codec (µs)':<24}{'bytes':>9}{'':>9}{'secsgem':>10}{'fabctl':>10}{'ratio':>8}")
    missed = []
    for name, ours, theirs, kind, rounds in codec_cases():
        written = encode(ours())
        assert written == theirs().encode(), name

        def read_theirs(written: bytes = written, kind: type = kind) -> object:
            message = kind()
            message.decode(written)
            return message.get()

        pairs = {
            "encode": (lambda theirs=theirs: theirs().encode(), lambda ours=ours: encode(ours())),
            "decode": (read_theirs, lambda written=written: values(decode(written))),
        }
        for way, (their_way, our_way) in pairs.items():
            their_time = best(their_way, rounds)
            our_time = best(our_way, rounds * 20)
            ratio = their_time / our_time
            print(
                f"{name:<24}{len(written):>9}{way:>9}{their_time * 1e6:>10.1f}"
                f"{our_time * 1e6:>10.1f}{ratio:>8.1f}"
            )
            if name.startswith("50") and ratio < 30:
                missed.append(f"{name} {way}: {ratio:.1f} times secsgem, not 30")
    return missed


def best(work: Callable[[], object], rounds: int) -> float:
    """Seconds for one call: the best of seven runs, the collector at rest (as timeit has it)."""
    found = []
    gc.disable()
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(rounds):
            work()
        found.append((time.perf_counter() - start) / rounds)
        gc.collect()
    gc.enable()
    return min(found)


if __name__ == "__main__":
    sys.exit(main())
