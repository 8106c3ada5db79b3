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
from fabctl.cli import fab_process
from fabctl.journal import Journal, Record

pytestmark = pytest.mark.wire

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

    def newest(self) -> str:
        return self.records()[-1].run

    def jobs(self) -> list[str]:
        return [each.body["job"] for each in self.records() if each.kind == "INTENT"]

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


@pytest.fixture(scope="module")
def completed(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[int, Any, Path]]:
    """One run of cap-line to its end: exit code, document, data folder."""
    fabctl = Fabctl(tmp_path_factory.mktemp("completed"))
    try:
        yield *fabctl("run", "cap-line", "--speed", SPEED), fabctl.data
    finally:
        fabctl.end_fabs()


class TestRun:
    def test_cap_line_completes_over_real_sockets(self, completed) -> None:
        code, document, _ = completed
        assert (code, document["outcome"]) == (0, "completed"), document["why"]

    def test_tshark_finds_nothing_malformed_on_its_wires(self, completed, peer) -> None:
        _, document, _ = completed
        capture = next(path for path in document["files"] if path.endswith(".pcap"))

        def tshark(*arguments: str) -> list[str]:
            done = subprocess.run(
                [peer("tshark"), "-r", capture, "-d", "tcp.port==5000,hsms", *arguments],
                capture_output=True,
                text=True,
                check=True,
            )
            return done.stdout.splitlines()

        assert len(tshark("-Y", "hsms")) > 500
        assert tshark("-Y", "_ws.malformed || _ws.expert.severity == error") == []

    def test_its_fab_ends_with_it(self, fabctl: Fabctl, completed) -> None:
        _, document, data = completed
        told = json.loads((data / "fabs" / f"{document['run']}.json").read_text())

        fabctl.wait_for(lambda: not is_alive(told["pid"]))

    def test_folders_named_like_packages_do_not_disturb_it(
        self, fabctl: Fabctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("yaml", "rich", "shapely"):
            (tmp_path / "odd" / name).mkdir(parents=True)
            (tmp_path / "odd" / name / "__init__.py").write_text("raise SystemExit('not me')")
        monkeypatch.chdir(tmp_path / "odd")
        monkeypatch.setenv("FABCTL_HOME", str(fabctl.data))
        fab = fab_process.start("odd", 1.0, None, 0)
        fab.end()
        assert fab.addresses

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
    def test_ctrl_c_while_the_fab_starts_ends_run_and_fab(self, fabctl: Fabctl) -> None:
        with fabctl.start("run", "cap-line", "--json") as process:
            fabctl.wait_for(lambda: bool(list(fabctl.data.glob("fabs/*.log"))))
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=40)
        assert (process.returncode, json.loads(out)["outcome"]) == (1, "aborted")
        assert fabctl.jobs() == []
        (told,) = fabctl.data.glob("fabs/*.json")
        pid = json.loads(told.read_text())["pid"]
        fabctl.wait_for(lambda: not is_alive(pid))

    def test_ctrl_c_before_anything_is_no_traceback(self, fabctl: Fabctl) -> None:
        code = "import os, signal, fabctl.cli as cli; import fabctl.cli.app as app\n"
        code += "app.execute = lambda _: os.kill(os.getpid(), signal.SIGINT)\ncli.main()"
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (2, "interrupted\n")

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
            run = fabctl.newest()

            def kinds() -> set[str]:
                return {record.kind for record in fabctl.records(run)}

            fabctl("runs", "pause", run, "--by", "R. Okafor")
            fabctl.wait_for(lambda: "PAUSED" in kinds())
            assert fabctl("runs", "show", run)[1]["outcome"] == "paused"
            assert fabctl("runs", "list")[1][0]["outcome"] == "paused"
            fabctl("runs", "resume", run, "--by", "R. Okafor")
            fabctl.wait_for(lambda: "CONTINUED" in kinds())
            assert fabctl("runs", "show", run)[1]["outcome"] == "running"
            fabctl("runs", "abort", run, "--by", "R. Okafor")
            out, _ = process.communicate(timeout=40)
        assert json.loads(out)["outcome"] == "aborted"


class TestKilledHost:
    def test_no_job_is_started_twice_however_often_the_host_is_killed(
        self, fabctl: Fabctl, tmp_path: Path
    ) -> None:
        arguments = ["run", "cap-line", "--speed", SPEED]
        for step in ("coat-1", "etch-stop-1", "copper-1", "film-1"):
            with fabctl.start(*arguments, "--json") as process:
                fabctl.wait_for(begun(fabctl, step))
                process.kill()
                process.communicate()
            run = fabctl.newest()
            arguments = ["runs", "resume", run]
        assert fabctl("runs", "show", run)[1]["do"] == f"fabctl runs resume {run}"

        fab = fab_file(tmp_path, json.loads((fabctl.data / "fabs" / f"{run}.json").read_text()))
        with fabctl.start(*arguments, "--json") as process:
            fabctl.wait_for(begun(fabctl, "react-1"))
            process.kill()
            process.communicate()
        starts = 0
        for tool in ("CVD01", "SPN01", "STP01", "ETC01", "WET01", "CMP01", "FUR01", "MET01"):
            question = ("tools", "send", tool, "S1F3 <L <U4 1029>>", "--fab", fab)
            starts += int(fabctl(*question)[1]["reply"].split("<U4 ")[1].split(">")[0])
        jobs = fabctl.jobs()
        assert len(jobs) == len(set(jobs))
        never = [r for r in fabctl.records() if r.body.get("outcome") == "not-started"]
        started = len(jobs) - len(never)
        assert started - 1 <= starts <= started, "the last job's START may not have been sent"

        _, document = fabctl(*arguments)
        assert document["outcome"] == "completed", document["why"]
        assert document["trips"] == []

    def test_a_fab_that_is_gone_is_told(self, fabctl: Fabctl) -> None:
        with fabctl.start("run", "cap-line", "--speed", "60", "--json") as process:
            fabctl.wait_for(begun(fabctl, "dielectric-1"))
            process.kill()
            process.communicate()
        fabctl.end_fabs()
        run = fabctl.newest()
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
            fab = fab_file(tmp_path, json.loads(told))
            code, document = fabctl("tools", "status", "FUR01", "--fab", fab)
            assert (code, document["FUR01"]["state"]) == (0, "IDLE")
            _, document = fabctl("tools", "send", "FUR01", "S1F1", "--fab", fab)
            assert "MDLN" in document["reply"]
            assert fabctl("tools", "recipes", "FUR01", "--fab", fab)[0] == 0
            process.terminate()
            process.communicate(timeout=20)
