"""Standard output that can't be written, or not in every character."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fabctl.cli.app import execute


@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.parametrize("command", [("audit", "cap-line"), ("runs",), ("sequences",), ("no",)])
def test_a_full_one_is_told_and_ends_with_2(
    data: Path, monkeypatch, capfd, command: tuple[str, ...], options: tuple[str, ...]
) -> None:
    with io.FileIO("/dev/full", "w") as full:
        out = io.TextIOWrapper(full, encoding="utf-8", write_through=True)
        monkeypatch.setattr(sys, "stdout", out)
        assert execute([*command, *options]) == 2
    told = capfd.readouterr().err
    assert command == ("no",) or told == (
        "standard output can't be written: No space left on device\n"
    )


def test_json_is_json_where_it_is_no_utf_8(data: Path, monkeypatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii"))
    assert execute(["sequences", "show", "cap-line", "--json"]) == 0
    assert "Å" in json.dumps(json.loads(out.getvalue()), ensure_ascii=False)


@pytest.mark.long
class TestProcess:
    @pytest.mark.parametrize("command", ["runs list --json", "runs list", "sim up --port 0"])
    @pytest.mark.parametrize("where", [">&-", ">/dev/full"])
    def test_none_to_write_to_is_2(self, data: Path, command: str, where: str) -> None:
        line = f"{sys.executable} -m fabctl {command} {where}"
        done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert done.stderr.splitlines()[0].startswith("standard output can't be written: ")

    def test_what_it_can_not_write_is_escaped(self, data: Path) -> None:
        command = [sys.executable, "-m", "fabctl", "sequences", "show", "cap-line"]
        environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
        assert b"\\xc5" in done.stdout
