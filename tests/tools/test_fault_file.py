"""Fault files."""

from fractions import Fraction
from pathlib import Path

import pytest
from tool_files import write

from fabctl.process.errors import InputError
from fabctl.tools.fab import load_fab
from fabctl.tools.faults import check_faults, load_faults
from sequences import data

FILE = """\
faults:
  - {tool: FUR01, fault: signal-scale, channel: Zone3Temp, factor: 1.5, operation: anneal,
     after: 10 min, times: 2}
"""


def load(folder: Path, old: str = "", new: str = ""):
    return load_faults(write(folder, FILE.replace(old, new, 1) if old else FILE, "faults.yaml"))


def test_a_fault_says_what_when_and_how_often(tmp_path: Path) -> None:
    (fault,) = load(tmp_path).of("FUR01")
    assert (fault.name, fault.text("channel"), fault.number("factor")) == (
        "signal-scale",
        "Zone3Temp",
        1.5,
    )
    assert (fault.operation, fault.after_s, fault.times) == ("anneal", Fraction(600), 2)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("signal-scale", "sulk", "can't be 'sulk'"),
        ("factor: 1.5, ", "", "needs 'factor'"),
        ("factor: 1.5", "factor: much", "must be a number"),
        ("after: 10 min", "after: 10", "after"),
        ("operation: anneal", "operation: sulk", "can't be 'sulk'"),
        ("factor: 1.5", "factor: 1.5, duration: 5 s", "no 'duration'"),
        ("tool: FUR01, ", "", "needs 'tool'"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load(tmp_path, old, new)


def test_a_rate_below_nought_is_refused_where_it_stands(tmp_path: Path) -> None:
    text = "faults:\n  - {tool: ETC01, fault: rate, material: SiOC, factor: -0.5}\n"
    with pytest.raises(InputError, match=r":2:\d+.*'factor' can't be -0\.5"):
        load_faults(write(tmp_path, text, "faults.yaml"))


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ("error-message, message: S2F41, function: 300", "function"),
        ("error-message, message: S2F41, function: 2", "function"),
        ("refuse, command: START, hcack: 300", "hcack"),
        ("refuse, command: START, hcack: -1", "hcack"),
        ("refuse, command: START, hcack: 2.5", "hcack"),
        ("signal-scale, channel: Zone3Temp, factor: 1e400", "factor"),
        ("signal-scale, channel: Zone3Temp, factor: 1e999999999", "factor"),
        ("signal-offset, channel: Zone3Temp, offset: -1e31", "offset"),
        ("clock-jump, by: 1000000000 h", "by"),
        ("clock-jump, by: -1000000000 h", "by"),
        ("alarm-flood, alarm: ZoneDeviation, period: 0 s", "period"),
        ("link-stall, duration: -1 s", "duration"),
        ("link-drop, after: 1e30 h", "after"),
    ],
)
def test_a_number_that_no_tool_could_use_is_refused_where_it_stands(
    tmp_path: Path, told: str, key: str
) -> None:
    text = f"faults:\n  - {{tool: FUR01, fault: {told}}}\n"
    with pytest.raises(InputError, match=rf":2:\d+.*'{key}'"):
        load_faults(write(tmp_path, text, "faults.yaml"))


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("signal-nan, channel: StepName", "no number"),
        ("signal-scale, channel: Clock, factor: 2", "no number"),
        ("signal-freeze, channel: MaterialLocations", "a list"),
        ("signal-offset, channel: TimeFormat, offset: 1", "a constant"),
    ],
)
def test_a_channel_that_can_not_be_spoilt_so_is_refused(
    tmp_path: Path, told: str, why: str
) -> None:
    text = f"faults:\n  - {{tool: FUR01, fault: {told}}}\n"
    faults = load_faults(write(tmp_path, text, "faults.yaml"))
    with pytest.raises(InputError, match=why):
        check_faults(faults, load_fab(data("fabs", "built-in.yaml")))


def test_nothing_happens_before_the_start(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'after' can't be -10 min"):
        load(tmp_path, "after: 10 min", "after: -10 min")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("FUR01", "FUR02", "no tool 'FUR02'"),
        ("Zone3Temp", "Zone9Temp", "no channel 'Zone9Temp'"),
    ],
)
def test_names_that_the_fab_does_not_know_are_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        check_faults(load(tmp_path, old, new), load_fab(data("fabs", "built-in.yaml")))


@pytest.mark.parametrize("path", sorted(data("faults").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_example_faults_fit_the_built_in_fab(path: Path) -> None:
    check_faults(load_faults(path), load_fab(data("fabs", "built-in.yaml")))
