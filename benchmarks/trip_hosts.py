"""The hosts of `trip_latency.py`: each watches ten tools and aborts one that goes over.

python trip_hosts.py fabctl|secsgem PORT...
"""

import asyncio
import logging
import sys
import threading

import sequences
from fabctl.cli.run import hold_nothing_up
from fabctl.clock import Clock, live_loop
from fabctl.interlocks import BARE, arm, load_rules
from fabctl.interlocks.panel import Panel
from fabctl.interlocks.trace import trace
from fabctl.links.session import SecsSession
from fabctl.links.tcp import tcp_dial
from fabctl.process.layout import BLANKET
from fabctl.process.material import materials
from fabctl.process.reading import Reading as Problems
from fabctl.process.sequence import Sequence
from fabctl.process.step_loader import StepLoader, Surroundings
from fabctl.process.yaml_reader import read
from fabctl.secs.hsms_settings import End, HsmsSettings, Role
from fabctl.secs.items import A, B, L
from fabctl.secs.read import as_list
from fabctl.tools.port import Reading
from tool_drivers.gem.reading import numbers_in

LIMIT = 400.0
CHANNELS = [f"V{number}" for number in range(50)]
STEPS = """
- {id: film, kind: cvd, operation: deposit,
   recipe: {chamber: film, material: Sn, thickness: 120 Å, temperature: 25 degC}}
- {id: react, kind: furnace, operation: anneal,
   recipe: {temperature: 200 degC, ramp: 5 degC/min, hold: 15 min, ambient: N2}}
"""


def monitors():
    """Arm the reaction anneal's limit on fifty channels."""
    loader = StepLoader(Problems(), Surroundings({}, BLANKET, {}, {}))
    nodes = Problems().items(read(STEPS, "steps"), "steps")
    steps = tuple(step for step in map(loader.load, nodes) if step is not None)
    seen = trace(Sequence("trip", "trip", (), BLANKET, {}, steps, "steps", STEPS), materials())[-1]
    pack = load_rules([sequences.data("rules", "claims.yaml")])
    channels = [("temperature", name) for name in CHANNELS]
    assert seen.before is not BARE
    return arm(pack, seen.step, seen.before, channels, 0.0, materials=materials())


def host_fabctl(ports: list[int]) -> None:
    """Decode each S6F1, feed every value to the armed monitors, send ABORT on a trip."""

    async def main() -> None:
        clock = Clock()

        def watch() -> SecsSession:
            panel = Panel(monitors())

            def told(message) -> None:
                if (message.stream, message.function) != (6, 1):
                    return
                now = clock.process()
                numbers = numbers_in(as_list(as_list(message.item)[3]))
                for channel, number in zip(CHANNELS, numbers, strict=True):
                    sample = Reading("T", "temperature", channel, number, "degC", now)
                    for _ in panel.feed(sample):
                        session.ask(2, 41, L(A("ABORT"), L()), lambda _: None)
                        for monitor in panel.monitors:
                            monitor.rearm(now)
                if message.wait:
                    session.reply(message, B(0))

            settings = HsmsSettings(Role.ACTIVE, End.HOST)
            session = SecsSession(settings, clock, on_primary=told)
            return session

        for port in ports:
            await watch().open(tcp_dial("127.0.0.1", port))
        hold_nothing_up()  # as `fabctl run` does
        print("ready", flush=True)
        await asyncio.Event().wait()

    with asyncio.Runner(loop_factory=live_loop) as runner:
        runner.run(main())


def host_secsgem(ports: list[int]) -> None:
    """Do the same with secsgem's host handlers and its S6F1 callback."""
    from secsgem.common import DeviceType
    from secsgem.gem import GemHostHandler
    from secsgem.hsms import HsmsConnectMode
    from secsgem.hsms import HsmsSettings as SecsgemSettings

    logging.disable(logging.CRITICAL)

    def watch(port: int) -> GemHostHandler:
        host = GemHostHandler(
            SecsgemSettings(
                address="127.0.0.1",
                port=port,
                connect_mode=HsmsConnectMode.ACTIVE,
                device_type=DeviceType.HOST,
            )
        )

        def told(handler, message):
            values = handler.settings.streams_functions.decode(message).get()["SV"]
            if any(value > LIMIT for value in values):
                command = handler.stream_function(2, 41)({"RCMD": "ABORT", "PARAMS": []})
                handler.send_stream_function(command)

        host.register_stream_function(6, 1, told)
        host.enable()
        return host

    hosts = [watch(port) for port in ports]
    for host in hosts:
        assert host.waitfor_communicating(20)
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    kind, *numbers = sys.argv[1:]
    (host_fabctl if kind == "fabctl" else host_secsgem)(list(map(int, numbers)))
