"""Drivers and simulators come by name, through entry points."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from fabctl.clock import Clock, run
from fabctl.tools.drivers import DRIVERS, SIMULATORS, open_tools
from fabctl.tools.entry_point import listed, load
from fabctl.tools.errors import NoToolError
from fabctl.tools.fab import load_fab
from fabctl.tools.prediction import MODELS
from sequences import data
from simulators.peak_models import pid_furnace


def test_every_tool_of_a_fab_gets_its_driver() -> None:
    async def main() -> None:
        fab = load_fab(data("fabs", "built-in.yaml"))

        async def dial(_receiver: object) -> None:
            raise AssertionError("nothing is dialled before connect")

        tools = open_tools(fab, Clock(), lambda _entry: dial)
        assert {name: tool.id for name, tool in tools.items()} == {e.id: e.id for e in fab.tools}

    run(main(), virtual=True)


@pytest.mark.parametrize("group", [DRIVERS, SIMULATORS])
def test_a_name_that_nobody_installed_is_an_error_that_names_those_there_are(group: str) -> None:
    with pytest.raises(NoToolError, match=r"no 'abacus' \(installed: .*gem"):
        load(group, "abacus", "FUR01")


@pytest.mark.parametrize("group", [DRIVERS, SIMULATORS, MODELS])
def test_the_quick_look_finds_what_pythons_own_finds(group: str) -> None:
    for each in entry_points(group=group):
        assert listed(group, each.name) == each.value


def test_a_package_that_lies_on_the_path_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lab-1.0.dist-info"
    folder.mkdir()
    text = "[console_scripts]\nabacus = no:no\n\n[fabctl.models]\nabacus = math:sqrt [extra]\n"
    (folder / "entry_points.txt").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    assert load(MODELS, "abacus", "FUR01")(9) == 3


def test_what_only_pythons_own_finds_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fabctl.tools.entry_point.listed", lambda _group, _name: "")
    assert load(MODELS, "pid-furnace", "FUR01") is pid_furnace
