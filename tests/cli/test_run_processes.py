"""`fabctl run` and `fabctl sim up` as processes of their own, over real sockets."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import sequences

pytestmark = pytest.mark.wire

SPEED = "6000"


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

    def runs(self) -> list[dict[str, Any]]:
        return list(self("runs", "list")[1])

    def wait_for(self, ready: Callable[[], bool]) -> None:
        for _ in range(500):
            if ready():
                return
            time.sleep(0.05)
        raise AssertionError("it never came to that")

    def records(self, run: str) -> list[dict[str, Any]]:
        with self.start("runs", "export", run) as process:
            out, _ = process.communicate(timeout=20)
        return [json.loads(line) for line in out.splitlines()]

    def end_fabs(self) -> None:
        for path in self.data.glob("fabs/*.json"):
            try:
                os.kill(json.loads(path.read_text())["pid"], signal.SIGTERM)
            except ProcessLookupError:
                continue


@pytest.fixture
def fabctl(tmp_path: Path) -> Iterator[Fabctl]:
    made = Fabctl(tmp_path / "data")
    yield made
    made.end_fabs()


def begun(fabctl: Fabctl, step: str) -> Callable[[], bool]:
    """Whether the newest run has taken up a step."""

    def look() -> bool:
        listed = fabctl.runs()
        if not listed:
            return False
        records = fabctl.records(listed[-1]["run"])
        return any(r["kind"] == "INTENT" and r["body"]["step"] == step for r in records)

    return look


class TestRun:
    def test_cap_line_completes_over_real_sockets(self, fabctl: Fabctl, peer) -> None:
        code, document = fabctl("run", "cap-line", "--speed", SPEED)
        assert (code, document["outcome"]) == (0, "completed")
        capture = next(path for path in document["files"] if path.endswith(".pcap"))
        malformed = subprocess.run(
            [
                peer("tshark"),
                *("-r", capture, "-d", "tcp.port==5000,hsms"),
                *("-Y", "_ws.malformed || _ws.expert.severity == error"),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        assert malformed.stdout == ""

    def test_its_fab_ends_with_it(self, fabctl: Fabctl) -> None:
        _, document = fabctl("run", "cap-line", "--speed", SPEED)
        told = json.loads((fabctl.data / "fabs" / f"{document['run']}.json").read_text())

        def gone() -> bool:
            try:
                os.kill(told["pid"], 0)
            except ProcessLookupError:
                return True
            return False

        fabctl.wait_for(gone)

    def test_what_audit_refuses_starts_no_fab(self, fabctl: Fabctl) -> None:
        code, document = fabctl("run", "cap-line", "--set", "film-1.thickness=501 Å")
        assert (code, document["outcome"]) == (1, "refused")
        assert not list(fabctl.data.glob("fabs/*"))

    def test_tools_that_do_not_answer_are_told(self, fabctl: Fabctl, tmp_path: Path) -> None:
        text = sequences.data("fabs", "built-in.yaml").read_text(encoding="utf-8")
        fab = tmp_path / "lab.yaml"
        fab.write_text(text.replace("127.0.0.1:500", "127.0.0.1:1"), encoding="utf-8")
        code, document = fabctl("run", "cap-line", "--fab", str(fab))
        assert code != 0
        assert "can't be reached" in json.dumps(document)


class TestControl:
    def test_ctrl_c_stops_safely(self, fabctl: Fabctl) -> None:
        with fabctl.start("run", "cap-line", "--speed", "60", "--json") as process:
            fabctl.wait_for(begun(fabctl, "dielectric-1"))
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=40)
        assert process.returncode == 1
        assert json.loads(out)["outcome"] == "aborted"

    def test_another_terminal_pauses_resumes_and_aborts(self, fabctl: Fabctl) -> None:
        with fabctl.start("run", "cap-line", "--speed", "600", "--json") as process:
            fabctl.wait_for(begun(fabctl, "dielectric-1"))
            run = fabctl.runs()[-1]["run"]

            def kinds() -> set[str]:
                return {record["kind"] for record in fabctl.records(run)}

            fabctl("runs", "pause", run, "--by", "R. Okafor")
            fabctl.wait_for(lambda: "PAUSED" in kinds())
            fabctl("runs", "resume", run, "--by", "R. Okafor")
            fabctl.wait_for(lambda: "CONTINUED" in kinds())
            fabctl("runs", "abort", run, "--by", "R. Okafor")
            out, _ = process.communicate(timeout=40)
        assert json.loads(out)["outcome"] == "aborted"


class TestKilledHost:
    def test_resume_finds_the_tools_and_completes(self, fabctl: Fabctl) -> None:
        with fabctl.start("run", "cap-line", "--speed", "600", "--json") as process:
            fabctl.wait_for(begun(fabctl, "coat-1"))
            process.kill()
            process.communicate()
        run = fabctl.runs()[-1]["run"]

        document = fabctl("runs", "show", run)[1]
        assert document["outcome"] == "interrupted"
        assert document["do"] == f"fabctl runs resume {run}"
        with fabctl.start("runs", "resume", run, "--json") as process:
            fabctl.wait_for(begun(fabctl, "etch-stop-1"))
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=40)
        intents = [r["body"]["job"] for r in fabctl.records(run) if r["kind"] == "INTENT"]
        assert len(intents) == len(set(intents)), err
        assert json.loads(out)["outcome"] == "aborted"

    def test_a_fab_that_is_gone_is_told(self, fabctl: Fabctl) -> None:
        with fabctl.start("run", "cap-line", "--speed", "60", "--json") as process:
            fabctl.wait_for(begun(fabctl, "dielectric-1"))
            process.kill()
            process.communicate()
        fabctl.end_fabs()
        run = fabctl.runs()[-1]["run"]
        fabctl.wait_for(lambda: "is gone" in str(fabctl("runs", "resume", run)))


class TestSimUp:
    def test_it_prints_where_every_tool_listens(self, fabctl: Fabctl) -> None:
        with fabctl.start("sim", "up", "--port", "0", "--idle", "0", "--json") as process:
            out, _ = process.communicate(timeout=20)
        assert process.returncode == 0
        assert len(json.loads(out)["tools"]) == 9

    def test_tools_can_be_talked_to(self, fabctl: Fabctl, tmp_path: Path) -> None:
        with fabctl.start("sim", "up", "--port", "0", "--idle", "20", "--json") as process:
            assert process.stdout is not None
            told = ""
            while not told.rstrip().endswith("\n}"):
                told += process.stdout.readline()
            places = json.loads(told)["tools"]
            text = sequences.data("fabs", "built-in.yaml").read_text(encoding="utf-8")
            for number, place in enumerate(places.values(), start=1):
                text = text.replace(f"127.0.0.1:500{number}", f"127.0.0.1:{place['port']}")
            fab = tmp_path / "sim.yaml"
            fab.write_text(text, encoding="utf-8")
            code, document = fabctl("tools", "status", "FUR01", "--fab", str(fab))
            assert (code, document["FUR01"]["state"]) == (0, "IDLE")
            _, document = fabctl("tools", "send", "FUR01", "S1F1", "--fab", str(fab))
            assert "MDLN" in document["reply"]
            assert fabctl("tools", "recipes", "FUR01", "--fab", str(fab))[0] == 0
            process.terminate()
            process.communicate(timeout=20)
