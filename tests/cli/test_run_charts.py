"""A run over real sockets gives the same claim chart as the dry run of the same sequence."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.wire, pytest.mark.long]


def document(data, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "fabctl", *arguments, "--json"],
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


@pytest.mark.parametrize("name", ["cap-line", "resist-plug-and-line", "lowk-one-level"])
def test_a_run_and_its_dry_run_have_the_same_chart(name, tmp_path):
    dry = document(tmp_path, "dry-run", name)
    wet = document(tmp_path, "run", name, "--speed", "3000")
    assert wet["outcome"] == dry["outcome"] == "completed"
    assert standings(wet) == standings(dry)
