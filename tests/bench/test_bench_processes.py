"""`fabctl` processes on the served bench, a scripted person at their terminal, and kill -9."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from lab_rig import BENCH, SHORT, Lab
from scripted_terminal import Terminal

from fabctl.clock import run
from fabctl.journal import Journal, JournalError

pytestmark = [pytest.mark.wire, pytest.mark.long]


@contextmanager
def served(folder, speed, wafers=""):
    """The bench, served by a thread of this process: it outlives every host; gives `Hosts`."""
    ready, loop, over = threading.Event(), [], []

    async def serve():
        async with Lab.on(folder, speed, wafers=wafers) as lab:
            over.append(asyncio.Event())
            loop.append((asyncio.get_running_loop(), lab))
            ready.set()
            await over[0].wait()

    thread = threading.Thread(target=run, args=(serve(),))
    thread.start()
    assert ready.wait(20)
    try:
        yield Hosts(loop[0][1])
    finally:
        loop[0][0].call_soon_threadsafe(over[0].set)
        thread.join(20)


class Hosts:
    """Host processes on one lab."""

    def __init__(self, lab):
        self.lab = lab
        self.fab = lab.folder / "fab.yaml"
        text = BENCH.read_text(encoding="utf-8").replace("/tmp/fabctl-bench", str(lab.folder))
        for tool, port in (("CVD01", 5101), ("MET01", 5109)):
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{lab.addresses[tool][1]}")
        self.fab.write_text(text, encoding="utf-8")
        self.env = {"FABCTL_HOME": str(lab.folder / "home")}

    def terminal(self, *arguments):
        return Terminal(*arguments, "--json", env=self.env)

    def run(self, sequence):
        """Begin a short sequence of the tests, or one that comes with fabctl."""
        short = SHORT / f"{sequence}.yaml"
        told = short if short.exists() else sequence
        return self.terminal("run", told, "--fab", self.fab, "--speed", self.lab.speed)

    def records(self):
        path = self.lab.folder / "home" / "journal.sqlite3"
        if not path.exists():
            return []
        try:
            journal = Journal.open(path)
        except JournalError:  # just being made
            return []
        try:
            return [each for run in journal.runs() for each in journal.records(run)]
        finally:
            journal.close()

    def bodies(self, kind):
        return [each.body for each in self.records() if each.kind == kind]

    def killed(self, sequence, tool, phase):
        """Have a host killed in a phase of its job, and another take the run up; its result."""
        self.running(sequence, tool, phase).kill()
        return self.resumed()

    def running(self, sequence, tool, phase):
        """A host that has come to a phase of its job."""
        host = self.run(sequence)
        deadline = time.monotonic() + 30
        while (tool, phase) not in [(e["tool"], e["phase"]) for e in self.bodies("EVENT")]:
            assert time.monotonic() < deadline, host.text
            time.sleep(0.02)
        return host

    def resumed(self):
        """Have another host take the run up; its result."""
        again = self.terminal("runs", "resume", self.records()[-1].run)
        code, out = again.end()
        return code, json.loads(out)


def test_the_whole_resist_sequence_completes(tmp_path):
    with served(tmp_path, 300) as hosts:
        code, out = hosts.run("bench-resist").end()
    result = json.loads(out)
    assert (code, result["outcome"]) == (0, "completed"), result["why"]


def test_a_host_that_is_killed_in_mid_anneal_finds_its_furnace_again(tmp_path):
    with served(tmp_path, 600) as hosts:
        code, result = hosts.killed("one-anneal", "FUR02", "STARTED")
    assert (code, result["outcome"]) == (0, "completed"), result["why"]
    assert len(hosts.bodies("INTENT")) == 1


def test_a_host_that_is_killed_in_mid_spin_leaves_a_wafer_that_a_person_must_clear(tmp_path):
    with served(tmp_path, 20) as hosts:
        code, result = hosts.killed("one-coat", "SPN03", "PHASE")
        assert not hosts.lab.station("SPN03").instrument.busy
    assert (code, result["outcome"]) == (1, "held")
    assert hosts.bodies("HELD")[-1]["cause"] == "unknown"
    assert len(hosts.bodies("INTENT")) == 1


def test_a_host_whose_terminal_is_closed_in_mid_spin_stops_the_motor_first(tmp_path):
    with served(tmp_path, 20) as hosts:
        host = hosts.running("one-coat", "SPN03", "PHASE")
        host.process.send_signal(signal.SIGHUP)
        code, _ = host.end()
        assert not hosts.lab.station("SPN03").instrument.busy
        _, result = hosts.resumed()
    assert (code, result["outcome"]) == (2, "held")
    assert hosts.bodies("HELD")[-1]["cause"] == "unknown"


def test_a_host_whose_terminal_is_closed_in_mid_anneal_leaves_the_furnace_at_work(tmp_path):
    with served(tmp_path, 600) as hosts:
        host = hosts.running("one-anneal", "FUR02", "STARTED")
        host.process.send_signal(signal.SIGHUP)
        host.end()
        assert f"fabctl runs resume {hosts.records()[-1].run}" in host.text
        code, result = hosts.resumed()
    assert (code, result["outcome"]) == (0, "completed"), result["why"]
    assert len(hosts.bodies("INTENT")) == 1


@contextmanager
def sim_up(folder, *options):
    """`fabctl sim up` of the bench in a folder; gives the fab file and what it tells."""
    fab = folder / "fab.yaml"
    text = BENCH.read_text(encoding="utf-8").replace("/tmp/fabctl-bench", str(folder))
    fab.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "fabctl", "sim", "up", "--fab", fab, "--port", "0", "--json"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        told = ""
        while not told.endswith("\n}\n"):
            told += process.stdout.readline()
        document = json.loads(told)
        for tool, port in (("CVD01", 5101), ("MET01", 5109)):
            address = f"127.0.0.1:{document['tools'][tool]['port']}"
            text = text.replace(f"127.0.0.1:{port}", address)
        fab.write_text(text, encoding="utf-8")
        try:
            yield fab, document
        finally:
            process.terminate()


def on_sim_up(folder, *options):
    """The run of bench-cap on it; its exit code and document."""
    with sim_up(folder, "--speed", "300", *options) as (fab, _):
        host = Terminal(
            "run", "bench-cap", "--fab", fab, "--speed", "300", "--json",
            env={"FABCTL_HOME": str(folder / "home")},
        )  # fmt: skip
        code, out = host.end()
    return code, json.loads(out)


def test_the_film_reacts_with_the_copper_brought_in_as_it_does_in_a_dry_run(tmp_path, fabctl):
    code, document = on_sim_up(tmp_path, "--wafers", "copper-line")
    assert (code, document["outcome"]) == (0, "completed"), document["why"]
    dry = fabctl("dry-run", "bench-cap", "--fab", "bench", "--json").document
    ran, dry = (
        {(each["name"], each["material"]): each["thickness_nm"] for each in told["wafer"]}
        for told in (document, dry)
    )
    assert ("protective-1", "Cu3Sn") in dry
    assert ran == pytest.approx(dry, rel=0.05)


def test_a_lab_served_with_bare_wafers_holds_a_run_for_copper_lines(tmp_path):
    code, document = on_sim_up(tmp_path)
    assert (code, document["outcome"]) == (1, "held")
    assert "is bare, and the sequence is for copper-line" in document["why"]
    assert "--wafers copper-line" in document["why"]
    assert all(step["job"] == "" for step in document["steps"])


def test_sim_up_serves_the_bench_on_ptys_sockets_and_a_desk(tmp_path):
    with sim_up(tmp_path) as (_, document):
        devices = {tool: place.get("path") for tool, place in document["tools"].items()}
        places = [document["desk"], *filter(None, devices.values())]
        there = [Path(place).exists() for place in places]
    assert devices == {
        "FUR02": f"{tmp_path}/FUR02",
        "SPN03": f"{tmp_path}/SPN03",
        "HOT01": f"{tmp_path}/HOT01",
        "CVD01": None,
        "MET01": None,
    }
    assert there == [True] * 4
    assert not any(tmp_path.glob("*0[123]"))
