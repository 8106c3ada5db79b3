"""`fabctl run` on the bench's ptys, in processes, with a scripted person at the terminal."""

import json
import os
import subprocess
import sys
import time

import pytest
from scripted_terminal import Terminal

import sequences
from fabctl.journal import Journal, JournalError

pytestmark = pytest.mark.wire

WRITTEN = {"Thickness": "121 119 120", "ThicknessUncertainty": "5"}


@pytest.fixture
def lab(tmp_path):
    """The simulated bench as a process, its serial tools on ptys of its own; gives `Lab`."""
    served = []

    def serve(speed):
        lab = Lab(tmp_path, speed)
        served.append(lab)
        return lab

    yield serve
    for lab in served:
        lab.process.terminate()
        lab.process.communicate()


class Lab:
    def __init__(self, folder, speed):
        self.speed, self.folder = speed, folder
        self.fab = folder / "bench.yaml"
        text = sequences.data("fabs", "bench.yaml").read_text(encoding="utf-8")
        text = text.replace("/tmp/fabctl-bench", str(folder / "ports"))
        self.fab.write_text(text, encoding="utf-8")
        self.env = {"FABCTL_HOME": str(folder / "home")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fabctl", "sim", "up", "--fab", self.fab, "--speed", str(speed),
             "--port", "0", "--json"],
            env={**os.environ, **self.env}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        told = ""
        while not told.endswith("\n}\n"):
            told += self.process.stdout.readline()
        port = json.loads(told)["tools"]["CVD01"]["port"]
        text = self.fab.read_text(encoding="utf-8").replace("127.0.0.1:5101", f"127.0.0.1:{port}")
        self.fab.write_text(text, encoding="utf-8")

    def terminal(self, *arguments, **answers):
        return Terminal(*arguments, answers={**WRITTEN, **answers}, env=self.env)

    def run(self, sequence):
        return self.terminal("run", sequence, "--fab", self.fab, "--speed", self.speed, "--json")

    def records(self):
        path = self.folder / "home" / "journal.sqlite3"
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

    def wait_for(self, kind, tool):
        for _ in range(600):
            found = [e for e in self.records() if e.kind == kind and e.body.get("tool") == tool]
            if found:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(f"no {kind} of {tool}")


@pytest.mark.parametrize(("sequence", "speed"), [("bench-cap", 1000), ("bench-resist", 150)])
def test_a_run_on_ptys_completes(lab, sequence, speed):
    code, out = lab(speed).run(sequence).end()
    assert json.loads(out)["outcome"] == "completed"
    assert code == 0


def test_a_host_that_is_killed_in_mid_anneal_finds_its_furnace_again(lab):
    lab = lab(1000)
    host = lab.run("bench-cap")
    accepted = lab.wait_for("ACCEPTED", "FUR02")
    time.sleep(1)
    host.kill()
    run = accepted.run
    again = lab.terminal("runs", "resume", run, "--json", **{"is in FUR02": f"{run}.1"})
    code, out = again.end()
    assert (code, json.loads(out)["outcome"]) == (0, "completed"), again.text
    assert (
        sum(each.kind == "INTENT" and each.body["tool"] == "FUR02" for each in lab.records()) == 1
    )


def test_a_host_that_is_killed_in_mid_spin_leaves_a_wafer_that_a_person_must_clear(lab):
    lab = lab(10)
    host = lab.run("bench-resist")
    accepted = lab.wait_for("ACCEPTED", "SPN03")
    time.sleep(1)
    host.kill()
    run = accepted.run
    code, out = lab.terminal("runs", "resume", run, "--json").end()
    assert (code, json.loads(out)["outcome"]) == (1, "held")
    held = [each for each in lab.records() if each.kind == "HELD"][-1]
    assert held.body["cause"] == "unknown"
    assert sum(each.kind == "INTENT" for each in lab.records()) == 1
