"""`fabctl doctor`: does this machine have what fabctl needs, and what to do where it does not."""

import shutil
import socket
import sqlite3
import sys
from importlib.util import find_spec

from msgspec import Struct
from msgspec.structs import asdict

from fabctl.cli.options import Json
from fabctl.cli.output import FAILED, LEGAL, Failure, emit, show


class Check(Struct, frozen=True):
    """One thing looked at. `needed` tells whether fabctl can't work without it."""

    name: str
    good: bool
    found: str
    needed: bool = True
    advice: str = ""


def doctor(as_json: Json = False) -> int:
    """Check installation, ports, database and peers, and say what to do."""
    checks = [
        _python(),
        _event_loop(),
        _drivers(),
        _data_folder(),
        _database(),
        _ports(),
        _solver(),
        *_peers(),
    ]
    healthy = all(check.good for check in checks if check.needed)
    if as_json:
        emit({"healthy": healthy, "checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            mark = "ok  " if check.good else "BAD " if check.needed else "--  "
            show(f"{mark} {check.name}: {check.found}")
            if not check.good:
                show(f"       {check.advice}")
    return LEGAL if healthy else FAILED


def _solver() -> Check:
    found = find_spec("z3") is not None
    return Check(
        "solver",
        found,
        "Z3" if found else "none: values that hang together are not shown to be legal",
        needed=False,
        advice="pip install fabctl[proof]",
    )


def _python() -> Check:
    from importlib.metadata import version

    found = f"Python {sys.version.split()[0]}, fabctl {version('fabctl')}"
    return Check(
        "installation", sys.version_info >= (3, 11), found, advice="use Python 3.11 or newer"
    )


def _event_loop() -> Check:
    try:
        import uvloop  # noqa: F401
    except ImportError:
        return Check(
            "event loop", False, "asyncio's own", needed=False, advice="pip install uvloop"
        )
    from importlib.metadata import version

    return Check("event loop", True, f"uvloop {version('uvloop')}")


def _drivers() -> Check:
    from importlib.metadata import entry_points

    broken: list[str] = []
    names: list[str] = []
    for group in ("fabctl.drivers", "fabctl.simulators"):
        for entry in entry_points(group=group):
            try:
                entry.load()
            except (ImportError, AttributeError) as error:
                broken.append(f"{entry.name} ({error})")
            else:
                names.append(f"{entry.name} ({group.removeprefix('fabctl.')})")
    found = ", ".join(names) or "none"
    if broken:
        found += f"; broken: {', '.join(broken)}"
    advice = "install fabctl again, or the package whose driver is broken"
    return Check("drivers", bool(names) and not broken, found, advice=advice)


def _data_folder() -> Check:
    from fabctl.cli import home

    try:
        folder = home.home()
        probe = folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except (OSError, Failure) as error:
        advice = "set FABCTL_HOME to a folder that you can write to"
        return Check("data folder", False, str(error), advice=advice)
    free = shutil.disk_usage(folder).free // 2**20
    advice = "make room, or set FABCTL_HOME to a folder with some"
    return Check("data folder", free > 100, f"{folder}, {free} MiB free", advice=advice)


def _database() -> Check:
    from fabctl.cli import home
    from fabctl.cli.records import witnessed

    found = f"SQLite {sqlite3.sqlite_version}"
    try:
        path = home.journal_file()
    except Failure:
        advice = "make the data folder usable first"
        return Check("database", False, f"{found}, no data folder", advice=advice)
    if not path.exists():
        if witnessed(path):
            advice = "restore it from a backup, and run: fabctl runs verify"
            return Check("database", False, f"{found}, {path} is gone", advice=advice)
        return Check("database", True, f"{found}, no journal yet")
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            answer = connection.execute("PRAGMA quick_check").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        answer = str(error)
    advice = f"put {path} aside, restore it from a backup, and run: fabctl runs verify"
    return Check("database", answer == "ok", f"{found}, {path}: {answer}", advice=advice)


def _ports() -> Check:
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError as error:
        return Check("ports", False, str(error), advice="allow connections on 127.0.0.1")
    return Check("ports", True, "127.0.0.1 listens and answers")


def _peers() -> list[Check]:
    checks = []
    for program, purpose in (("tshark", "reads the wire log in a test"),):
        path = shutil.which(program)
        found = path or f"missing ({purpose}; nothing else needs it)"
        advice = f"install {program}"
        checks.append(Check(program, path is not None, found, needed=False, advice=advice))
    return checks
