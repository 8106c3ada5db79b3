"""The tools that `secs_vs_secsgem.py` talks to, each served by a process of its own.

python secs_peers.py fabctl|secsgem PORT [plain]
"""

import asyncio
import logging
import sys
import threading

from fabctl.clock import Clock, live_loop
from fabctl.links.session import SecsSession
from fabctl.links.tcp import listen_tcp
from fabctl.secs.hsms_settings import End, HsmsSettings, Role
from fabctl.secs.items import A, B, L


def serve_fabctl(port: int, *, plain: bool) -> None:
    """Answer S1F1 and S2F41 (HCACK 4, as secsgem's tool does)."""

    async def main() -> None:
        def answer(message):
            if message.stream == 1:
                session.reply(message, L(A("secsgem"), A("0.3.0")))
            else:
                session.reply(message, L(B(4), L()))

        session = SecsSession(HsmsSettings(Role.PASSIVE, End.EQUIPMENT), Clock(), on_primary=answer)
        await listen_tcp("127.0.0.1", port, session.accept)
        print("ready", flush=True)
        await asyncio.Event().wait()

    factory = asyncio.new_event_loop if plain else live_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main())


def serve_secsgem(port: int) -> None:
    """Serve secsgem's own equipment handler, with one remote command that does nothing."""
    from secsgem.common import DeviceType
    from secsgem.gem import GemEquipmentHandler, RemoteCommand
    from secsgem.hsms import HsmsConnectMode
    from secsgem.hsms import HsmsSettings as SecsgemSettings

    logging.disable(logging.CRITICAL)
    tool = GemEquipmentHandler(
        SecsgemSettings(
            address="127.0.0.1",
            port=port,
            connect_mode=HsmsConnectMode.PASSIVE,
            device_type=DeviceType.EQUIPMENT,
        )
    )
    tool.remote_commands["GO"] = RemoteCommand("GO", "Go", ["LOTID"], 0)
    tool.callbacks.rcmd_GO = lambda LOTID: None  # noqa: ARG005, N803 -- given by its name
    tool.enable()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    kind, number, *rest = sys.argv[1:]
    if kind == "fabctl":
        serve_fabctl(int(number), plain="plain" in rest)
    else:
        serve_secsgem(int(number))
