"""`fabctl run` where one tool is on SECS-I, on a pty, and the rest on HSMS."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sequences

pytestmark = [pytest.mark.wire, pytest.mark.long]

SPEED = "1000"


def fabctl(data: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "FABCTL_HOME": str(data)}
    command = [sys.executable, "-m", "fabctl", *arguments, "--json"]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def first_document(process: subprocess.Popen[str]) -> dict:
    """What `fabctl sim up` tells before it serves."""
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line == "}\n":
            return json.loads(text)
    raise AssertionError(text)


@pytest.fixture
def served(tmp_path: Path):
    """Every tool of the built-in fab, the furnace on a pty; gives the fab file to use.

    Its line is as fast as its clock: what is told of 1000 s has to pass it in one.
    """
    text = sequences.data("fabs", "built-in.yaml").read_text(encoding="utf-8")
    fab = tmp_path / "fab.yaml"
    fab.write_text(
        with_address(text, "FUR01", f"secs-i:{tmp_path}/FUR01,4000000"), encoding="utf-8"
    )
    process = fabctl(tmp_path, "sim", "up", "--fab", str(fab), "--speed", SPEED, "--port", "0")
    try:
        text = fab.read_text(encoding="utf-8")
        for tool, place in first_document(process)["tools"].items():
            if tool != "FUR01":
                text = with_address(text, tool, f"{place['host']}:{place['port']}")
        fab.write_text(text, encoding="utf-8")
        yield fab
    finally:
        process.terminate()
        process.communicate(timeout=20)


def with_address(text: str, tool: str, address: str) -> str:
    """A fab file with another address for a tool."""
    return re.sub(rf'(id: {tool},.*address: )"[^"]*"', rf'\1"{address}"', text)


def test_cap_line_completes(served: Path, tmp_path: Path):
    """All steps done, those of the furnace too; the wire log has its messages."""
    process = fabctl(tmp_path, "run", "cap-line", "--fab", str(served), "--speed", SPEED)
    try:
        out, err = process.communicate(timeout=150)
    finally:
        process.kill()
    document = json.loads(out)
    assert (process.returncode, document["outcome"]) == (0, "completed"), err
    assert "FUR01" in {step["tool"] for step in document["steps"]}
