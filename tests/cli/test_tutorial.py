"""The commands of the tutorial to a claim chart, executed as they stand."""

import re
import shlex
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "claim-chart.md"
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
]
FINDS = ("600 Å",)
"""Commands with these words end with exit code 1, as the page says."""


def test_every_command_does_what_the_page_says(fabctl, tmp_path, monkeypatch: pytest.MonkeyPatch):
    """From the list of claims to the chart and the report."""
    monkeypatch.chdir(tmp_path)
    run, said = "", ""
    assert len(COMMANDS) >= 7
    for command in COMMANDS:
        words = shlex.split(command)
        assert words[0] == "fabctl"
        done = fabctl(*(run if word == "RUN" else word for word in words[1:]))
        expected = 1 if any(mark in command for mark in FINDS) else 0
        assert done.code == expected, f"{command}: {done.err}"
        if words[1] == "dry-run":
            said = done.out.splitlines()[-1]
            run = said.split()[0]
        if words[1:3] == ["claims", "chart"]:
            assert re.search(r"cap\.15\.c +satisfied", done.out)
            assert "not satisfied" not in done.out
    assert {"strip.svg", "result.json", "journal.jsonl", "report.html"} <= {
        path.name for path in (tmp_path / "trial").iterdir()
    }


def test_the_thick_film_is_held_and_costs_what_rests_on_what_came_after(fabctl):
    """As the page's last paragraph says."""
    done = fabctl(
        *("dry-run", "cap-line-no-stop", "--set", "film-1.thickness=600 Å"),
        *("--despite-findings", "--json"),
    )
    lost = {
        name
        for name, each in done.document["claims"].items()
        if each["standing"] in ("not satisfied", "not shown")
    }
    assert done.document["outcome"] == "held"
    assert lost == {"cap.1.d", "cap.1.e", "cap.5.a", "cap.6.a", "cap.15.c"}
