"""The simulated fab that `fabctl run` starts as a process of its own.

Real sockets carry such a run, and when the host is killed the tools go on, as tools do. The process
ends by itself once no host has been connected for `IDLE_S`.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from fabctl.cli import home
from fabctl.cli.output import Failure

IDLE_S = 1800
"""How long held tools wait for a host, in seconds of the wall: time for a person to look."""


class FabProcess(Struct, frozen=True):
    """Where a run's simulated fab answers: process ID, speed, tool → (host, port)."""

    pid: int
    speed: float
    addresses: Mapping[str, tuple[str, int]]

    def answers(self) -> bool:
        """Whether its tools still listen."""
        try:
            for address in self.addresses.values():
                socket.create_connection(address, timeout=2).close()
                return True
        except OSError:
            pass
        return False

    def end(self) -> None:
        """End it, as a run does that is over; only a process that still answers is ours."""
        if self.answers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)


def start(
    run: str,
    speed: float,
    faults: Path | None,
    seed: int,
    wafers: Path | None,
    layout: Path | None,
) -> FabProcess:
    """Start the built-in fab for a run, and note where it is. Raises `Failure`.

    `wafers` is the file of what is brought in, None for bare wafers; `layout` that of a layout of
    the user's own.
    """
    log = home.fab_file(run).with_suffix(".log")
    # -P: what lies in the folder that we were called from is none of Python's packages
    command = [sys.executable, "-P", "-m", "fabctl", "sim", "up", "--json", "--port", "0"]
    command += ["--speed", str(speed), "--seed", str(seed), "--idle", str(IDLE_S)]
    if faults is not None:
        command += ["--faults", str(faults.absolute())]
    if wafers is not None:
        command += ["--wafers", str(wafers.absolute())]
    if layout is not None:
        command += ["--layout", str(layout.absolute())]
    with log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 -- ourselves
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,  # Ctrl-C is for the host; the tools go on
        )
    assert process.stdout is not None
    with process.stdout as stream:
        told = _first_document(stream.fileno())
    if told is None or "tools" not in told:
        process.wait()
        raise Failure(f"the simulated fab did not start: {log.read_text(encoding='utf-8')[-500:]}")
    process.returncode = 0  # it outlives us: nobody waits for it
    home.fab_file(run).write_text(json.dumps(told), encoding="utf-8")
    return _read(told)


def find(run: str) -> FabProcess | None:
    """The fab that was started for a run, None where none was. Raises `Failure` if it is gone."""
    path = home.fab_file(run)
    if not path.exists():
        return None
    fab = _read(json.loads(path.read_text(encoding="utf-8")))
    if not fab.answers():
        raise Failure(
            f"the simulated fab of run {run} (process {fab.pid}) is gone, and its wafer with it: "
            "the run can't go on"
        )
    return fab


def _first_document(descriptor: int) -> dict[str, object] | None:
    """Read the JSON document that `fabctl sim up --json` begins with; None if it ended before."""
    text = b""
    while chunk := os.read(descriptor, 65536):
        text += chunk
        if text.endswith(b"\n}\n"):
            document: dict[str, object] = json.loads(text)
            return document
    return None


def _read(told: Mapping[str, object]) -> FabProcess:
    pid, speed, tools = told["pid"], told["speed"], told["tools"]
    assert isinstance(pid, int)
    assert isinstance(speed, int | float)
    assert isinstance(tools, dict)
    addresses = {tool: (place["host"], place["port"]) for tool, place in tools.items()}
    return FabProcess(pid, float(speed), addresses)
