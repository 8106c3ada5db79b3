"""secsgem's SECS-I ends, as a program: python secsgem_secs1.py equipment|host PORT.

Tells what happens, one JSON document a line.
"""

import json
import logging
import sys
import threading
import time

import secsgem.common
import secsgem.gem
import secsgem.secsi

logging.disable(logging.CRITICAL)


def tell(what: object) -> None:
    print(json.dumps(what), flush=True)


def settings(port: str, kind: str) -> secsgem.secsi.SecsISettings:
    device_type = getattr(secsgem.common.DeviceType, kind)
    return secsgem.secsi.SecsISettings(port=port, device_type=device_type, session_id=0)


def equipment(port: str) -> None:
    tool = secsgem.gem.GemEquipmentHandler(settings(port, "EQUIPMENT"))
    tool.remote_commands["GO"] = secsgem.gem.RemoteCommand("GO", "Go", ["LOTID"], 20)
    tool.callbacks.rcmd_GO = lambda LOTID: tell(["GO", LOTID])  # noqa: N803 -- given by its name
    for number in range(40):  # so that their list takes several blocks
        made = secsgem.gem.StatusVariable(
            5000 + number, f"Variable{number}", "mm", secsgem.secs.variables.U4
        )
        tool.status_variables[made.svid] = made
    tool.enable()
    tell("enabled")
    threading.Event().wait()


def host(port: str) -> None:
    handler = secsgem.gem.GemHostHandler(settings(port, "HOST"))
    handler.enable()
    tell("enabled")
    tell(handler.waitfor_communicating(15))
    time.sleep(0.3)
    for _ in range(5):
        reply = handler.are_you_there()
        tell(reply and handler.settings.streams_functions.decode(reply).get())
    threading.Event().wait()


if __name__ == "__main__":
    {"equipment": equipment, "host": host}[sys.argv[1]](sys.argv[2])
