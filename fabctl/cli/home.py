"""Where fabctl keeps its data: one folder, by the platform's conventions or FABCTL_HOME."""

import os
from pathlib import Path

from fabctl.cli.output import Failure


def home() -> Path:
    """The data folder, made if need be. `FABCTL_HOME` overrides the platform's place.

    Raises `Failure` where it can't be used.
    """
    chosen = os.environ.get("FABCTL_HOME")
    if chosen:
        folder = Path(chosen).absolute()
    else:
        import platformdirs

        folder = platformdirs.user_data_path("fabctl", appauthor=False)
    return _made(folder)


def journal_file() -> Path:
    """The journal of all real runs."""
    return home() / "journal.sqlite3"


def dry_run_file(run: str) -> Path:
    """The journal of one dry run."""
    return _inside("dry-runs") / f"{run}.sqlite3"


def wire_file(run: str) -> Path:
    """What went over the wires of a run, as a pcap."""
    return _inside("wire") / f"{run}.pcap"


def fab_file(run: str) -> Path:
    """Address and process ID of the simulated fab that was started for a run."""
    return _inside("fabs") / f"{run}.json"


def traceback_file(stamp: str) -> Path:
    """Where an internal error leaves its traceback."""
    return _inside("tracebacks") / f"{stamp}.txt"


def _inside(name: str) -> Path:
    return _made(home() / name)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
    else:
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
        why = "nothing can be written there"
    named = ", which FABCTL_HOME names," if os.environ.get("FABCTL_HOME") else ""
    raise Failure(
        f"the data folder {folder}{named} can't be used: {why}; "
        "set FABCTL_HOME to a folder that you can write to"
    )
