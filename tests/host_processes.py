"""`fabctl` commands as processes of their own, which can be killed, and what they leave behind."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sequences
from fabctl.journal import Journal, Record

SPEED = "3000"


class Fabctl:
    """Starts `fabctl` processes with one data folder, and ends what they leave behind."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environment = {**os.environ, "FABCTL_HOME": str(data)}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "fabctl", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str) -> tuple[int, Any]:
        """Exit code and JSON document of a command."""
        with self.start(*arguments, "--json") as process:
            out, err = process.communicate(timeout=50)
        assert out, err
        return process.returncode, json.loads(out)

    def at_terminal(self, *arguments: str, answers: Mapping[str, str]) -> tuple[int, str]:
        """Exit code and standard error of a command whose person answers prompts by their text."""
        ours, theirs = os.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "fabctl", *arguments],
            env=self.environment,
            stdin=theirs,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as process:
            os.close(theirs)
            assert process.stderr is not None
            said, seen = "", 0
            while data := os.read(process.stderr.fileno(), 4096):
                said += data.decode()
                for prompt, answer in answers.items():
                    if prompt in said[seen:]:
                        seen = len(said)
                        os.write(ours, f"{answer}\n".encode())
        os.close(ours)
        return process.returncode, said

    def wait_for(self, ready: Callable[[], bool]) -> None:
        for _ in range(1000):
            if ready():
                return
            time.sleep(0.02)
        raise AssertionError("it never came to that")

    def records(self, run: str = "") -> list[Record]:
        """The records of a run, of the newest by default, straight from the journal."""
        path = self.data / "journal.sqlite3"
        if not path.exists():
            return []
        journal = Journal.open(path)
        try:
            runs = journal.runs()
            return journal.records(run or runs[-1]) if runs else []
        finally:
            journal.close()

    def count(self) -> int:
        """How many records the journal has, at little cost to whoever writes it."""
        path = self.data / "journal.sqlite3"
        try:
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as reader:
                (number,) = reader.execute("SELECT count(*) FROM record").fetchone()
        except sqlite3.OperationalError:  # not there yet, or just being made
            return 0
        return int(number)

    def newest(self) -> str:
        return self.records()[-1].run

    def jobs(self) -> list[str]:
        return [each.body["job"] for each in self.records() if each.kind == "INTENT"]

    def started(self) -> int:
        """How many jobs were begun and not found never to have started, by the journal."""
        never = [each for each in self.records() if each.body.get("outcome") == "not-started"]
        return len(self.jobs()) - len(never)

    def end_fabs(self) -> None:
        for path in self.data.glob("fabs/*.json"):
            try:
                os.kill(json.loads(path.read_text())["pid"], signal.SIGTERM)
            except ProcessLookupError:
                continue


def fab_file(folder: Path, told: dict[str, Any]) -> str:
    """Write a fab file with the addresses that `fabctl sim up` told."""
    text = sequences.data("fabs", "built-in.yaml").read_text(encoding="utf-8")
    for number, place in enumerate(told["tools"].values(), start=1):
        text = text.replace(f"127.0.0.1:500{number}", f"127.0.0.1:{place['port']}")
    path = folder / "sim.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def is_alive(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def begun(fabctl: Fabctl, step: str) -> Callable[[], bool]:
    """Whether the newest run has taken up a step."""
    return lambda: any(f".{step}." in job for job in fabctl.jobs())
