"""A run over real sockets gives the same claim chart as the dry run of the same sequence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fabctl.links.wire_log import messages_of

pytestmark = [pytest.mark.wire, pytest.mark.long]


def document(data, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "fabctl", *map(str, arguments), "--json"],
        env={**os.environ, "FABCTL_HOME": str(data)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def standings(result):
    return {name: (each["standing"], each["step"]) for name, each in result["claims"].items()}


def asked(capture):
    """What the host sent to each tool, without its replies: stream and function, in order."""
    sent = {}
    for tool, by_host, message in messages_of(capture):
        if by_host and message.is_primary:
            sent.setdefault(tool, []).append((message.stream, message.function))
    return sent


@pytest.mark.parametrize("name", ["cap-line", "resist-plug-and-line", "lowk-one-level"])
def test_a_run_and_its_dry_run_have_the_same_steps_messages_and_chart(name, tmp_path):
    dry = document(tmp_path, "dry-run", name, "--out", tmp_path / "out")
    wet = document(tmp_path, "run", name, "--speed", "3000")
    assert wet["outcome"] == dry["outcome"] == "completed"
    assert [(each["id"], each["tool"]) for each in wet["steps"]] == [
        (each["id"], each["tool"]) for each in dry["steps"]
    ]
    (capture,) = [path for path in wet["files"] if path.endswith(".pcap")]
    assert asked(Path(capture)) == asked(tmp_path / "out" / "wire.pcap")
    assert standings(wet) == standings(dry)
