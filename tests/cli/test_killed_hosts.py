"""A host killed with -9 at twenty moments of one run, its tools alive in another process."""

import json
import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from host_processes import SPEED, Fabctl, fab_file

pytestmark = [pytest.mark.wire, pytest.mark.long, pytest.mark.timeout(420)]

KILLS = 20
TOOLS = ("CVD01", "SPN01", "STP01", "ETC01", "WET01", "CMP01", "FUR01", "MET01")
START_COUNT = 1029


@dataclass(frozen=True)
class Killed:
    """What was found after the last kill, and the run's end."""

    fabctl: Fabctl
    started: int
    """Jobs that were begun, by the journal."""
    counted: int
    """Jobs that were started, by the tools' own counters."""
    document: Any


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    """One run of cap-line whose host was killed and resumed time and again, and then let go on.

    Each host is killed after some records more, so that kills fall before and after INTENT,
    START, the tool's answer and the conclusion alike.
    """
    folder = tmp_path_factory.mktemp("killed")
    fabctl = Fabctl(folder)
    records_more = random.Random(20)
    arguments = ["run", "cap-line", "--speed", SPEED]
    try:
        for _ in range(KILLS):
            enough = fabctl.count() + records_more.randint(9, 60)
            with fabctl.start(*arguments, "--json") as process:
                fabctl.wait_for(lambda enough=enough: fabctl.count() >= enough)
                process.send_signal(signal.SIGKILL)
                process.communicate()
            assert process.returncode == -signal.SIGKILL
            arguments = ["runs", "resume", fabctl.newest()]
        started, counted = fabctl.started(), starts(fabctl, folder)
        yield Killed(fabctl, started, counted, fabctl(*arguments)[1])
    finally:
        fabctl.end_fabs()


def starts(fabctl: Fabctl, folder: Path) -> int:
    """How many jobs the tools have started, by their own counters."""
    told = json.loads((fabctl.data / "fabs" / f"{fabctl.newest()}.json").read_text())
    fab = fab_file(folder, told)
    found = 0
    for tool in TOOLS:
        question = ("tools", "send", tool, f"S1F3 <L <U4 {START_COUNT}>>", "--fab", fab)
        found += int(fabctl(*question)[1]["reply"].split("<U4 ")[1].split(">")[0])
    return found


def test_the_run_completes(killed: Killed) -> None:
    assert killed.document["outcome"] == "completed", killed.document["why"]
    assert killed.document["trips"] == []


def test_no_job_has_two_intents(killed: Killed) -> None:
    assert len(killed.fabctl.jobs()) == len(set(killed.fabctl.jobs()))


def test_by_the_tools_own_counters_no_job_was_started_twice(killed: Killed) -> None:
    """The START of the last job may not have been sent when its host was killed."""
    assert killed.started - 1 <= killed.counted <= killed.started


def test_by_the_measured_wafer_there_is_one_film(killed: Killed) -> None:
    (film,) = [
        each.body
        for each in killed.fabctl.records()
        if each.kind == "MEASURED" and each.body["quantity"] == "film_thickness"
    ]
    assert film["unit"] == "Å"
    assert all(108 <= float(value) <= 132 for value in film["values"]), "120 Å were asked for"
