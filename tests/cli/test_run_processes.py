"""`fabctl run` and `fabctl sim up` as processes of their own, over real sockets."""

import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from host_processes import SPEED, Fabctl, begun, fab_file, is_alive

import sequences
from fabctl.cli import fab_process

pytestmark = pytest.mark.wire


@pytest.fixture
def fabctl(tmp_path: Path) -> Iterator[Fabctl]:
    made = Fabctl(tmp_path / "data")
    yield made
    made.end_fabs()


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


@pytest.mark.long
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
        fab = fab_process.start("odd", 1.0, None, 0, None, None)
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


@pytest.mark.long
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

    @pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
    def test_an_end_before_anything_is_told_in_json_too(self, number: str) -> None:
        code = "import os, signal, fabctl.cli as cli; import fabctl.cli.quick as first\n"
        code += f"first.quick = lambda _: os.kill(os.getpid(), signal.{number})\ncli.main()"
        command = [sys.executable, "-c", code, "dry-run", "cap-line", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (2, "interrupted\n")
        assert json.loads(done.stdout)["error"] == "interrupted"

    def test_a_run_that_is_told_of_can_be_asked_for_something(self, fabctl: Fabctl) -> None:
        with fabctl.start("run", "cap-line", "--speed", "60") as process:
            told = process.stderr.readline().split()[1]
            assert fabctl("runs", "abort", told)[0] == 0
            process.communicate(timeout=40)
        assert process.returncode == 1

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


@pytest.mark.long
class TestReset:
    def test_it_asks_the_tools_that_tripped(self, fabctl: Fabctl) -> None:
        """The sensor that told no number for a while works again once the furnace is at rest."""
        nan = str(sequences.data("faults", "sensor-nan.yaml"))
        code, result = fabctl("run", "cap-line", "--speed", SPEED, "--faults", nan)
        assert (code, result["outcome"]) == (1, "held")
        words = ("--by", "Ada", "--reason", "plug cleaned")
        code, said = fabctl.at_terminal(
            *("runs", "reset", result["run"], *words), answers={"to reset it: ": "LM102"}
        )
        assert code == 0, said
        (reset,) = fabctl("runs", "show", result["run"])[1]["resets"]
        assert any(each.startswith("FUR01 temperature Zone2Temp ") for each in reset["seen"])
        assert reset["unknown"] == []


@pytest.mark.long
class TestKilledHost:
    def test_a_fab_that_is_gone_is_told(self, fabctl: Fabctl) -> None:
        with fabctl.start("run", "cap-line", "--speed", "60", "--json") as process:
            fabctl.wait_for(begun(fabctl, "dielectric-1"))
            process.kill()
            process.communicate()
        fabctl.end_fabs()
        run = fabctl.newest()
        fabctl.wait_for(lambda: "is gone" in str(fabctl("runs", "resume", run)))


@pytest.mark.long
class TestSimUp:
    def test_it_prints_where_every_tool_listens(self, fabctl: Fabctl) -> None:
        with fabctl.start("sim", "up", "--port", "0", "--idle", "0", "--json") as process:
            out, _ = process.communicate(timeout=20)
        assert process.returncode == 0
        assert len(json.loads(out)["tools"]) == 9

    @pytest.mark.long
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

    @pytest.mark.long
    def test_an_audit_asks_every_tool_that_it_can(self, fabctl: Fabctl, tmp_path: Path) -> None:
        """A value beyond a tool's range, and a tool that no one serves, keep no other from it."""
        with fabctl.start("sim", "up", "--port", "0", "--idle", "20", "--json") as process:
            assert process.stdout is not None
            told = ""
            while not told.rstrip().endswith("\n}"):
                told += process.stdout.readline()
            served = json.loads(told)
            served["tools"]["FUR01"]["port"] = 1
            fab = fab_file(tmp_path, served)
            code, document = fabctl(
                "audit", "cap-line", "--on-tools", "--fab", fab, "--set", "grain-1.ramp=60 degC/min"
            )
            process.terminate()
            process.communicate(timeout=20)
        found = document["files"][0]["findings"]
        said = {(each["code"], each["message"].partition(":")[0]) for each in found}
        assert code == 1
        assert {("TC102", "FUR01"), ("PR102", "FUR01"), ("PR102", "CVD01")} <= said
        assert any("has no program" in each["message"] for each in found)


@pytest.mark.long
def test_a_simulated_fab_that_is_too_busy_to_listen_ends_all_the_same() -> None:
    busy = """
        import asyncio
        from fabctl.cli import sim

        async def main():
            sim.END_S = 1
            with sim._ended_by_signals():
                print("busy", flush=True)
                while True:
                    pass

        asyncio.run(main())
    """
    command = [sys.executable, "-c", textwrap.dedent(busy)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        assert process.wait(20) == -signal.SIGALRM
