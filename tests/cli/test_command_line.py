"""What holds for every command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sequences
from fabctl.cli import home
from fabctl.cli.app import build, execute

HEAVY = ("sqlalchemy", "secsgem", "yaml", "transitions", "asyncio", "rich.live", "uvloop")


class TestHelp:
    @pytest.mark.long
    def test_it_loads_nothing_that_takes_long(self) -> None:
        code = (
            "import sys; from fabctl.cli.app import build; build();"
            f"print([name for name in {HEAVY!r} if name in sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout == "[]\n"

    def test_every_command_says_what_it_does(self) -> None:
        app = build()
        commands = [*app.registered_commands]
        for group in app.registered_groups:
            assert group.typer_instance is not None
            commands += group.typer_instance.registered_commands
        assert all(command.callback and command.callback.__doc__ for command in commands)

    def test_every_command_takes_json(self) -> None:
        app = build()
        commands = [*app.registered_commands]
        for group in app.registered_groups:
            assert group.typer_instance is not None
            commands += group.typer_instance.registered_commands
        assert all("as_json" in command.callback.__annotations__ for command in commands)

    def test_no_command_at_all_shows_the_help_and_fails(self, fabctl) -> None:
        done = fabctl()
        assert done.code == 2
        assert "dry-run" in done.out + done.err


class TestUsageErrors:
    def test_an_unknown_command_is_2(self, fabctl) -> None:
        assert fabctl("frobnicate").code == 2

    def test_an_unknown_option_is_2(self, fabctl) -> None:
        assert fabctl("audit", "cap-line", "--frobnicate").code == 2

    def test_they_say_nothing_on_standard_output(self, fabctl) -> None:
        assert fabctl("audit").out == ""

    def test_with_json_they_are_one_document(self, fabctl) -> None:
        assert "NAME" in fabctl("audit", "--json").document["error"]

    def test_a_setting_without_a_value_is_2(self, fabctl) -> None:
        assert fabctl("audit", "cap-line", "--set", "film-1.thickness").code == 2

    def test_a_setting_given_twice_is_2(self, fabctl) -> None:
        settings = ("--set", "film-1.thickness=20 Å", "--set", "film-1.thickness=30 Å")
        assert fabctl("audit", "cap-line", *settings).code == 2


class TestInternalErrors:
    @pytest.fixture
    def broken(self, fabctl, monkeypatch: pytest.MonkeyPatch):
        def boom() -> list[Path]:
            raise RuntimeError("a slip of ours")

        monkeypatch.setattr(sequences, "listed", boom)
        return fabctl("sequences", "list")

    def test_they_are_2(self, broken) -> None:
        assert broken.code == 2

    def test_they_are_one_line_that_says_where_the_traceback_is(self, broken, data: Path) -> None:
        (traceback,) = (data / "tracebacks").iterdir()
        assert broken.err.count("\n") == 1
        assert str(traceback) in broken.err

    def test_the_traceback_is_there(self, broken, data: Path) -> None:
        (traceback,) = (data / "tracebacks").iterdir()
        assert "a slip of ours" in traceback.read_text()


class TestDataFolder:
    def test_the_environment_overrides_its_place(self, data: Path) -> None:
        assert home.home() == data

    def test_by_default_it_is_the_platforms(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path
    ) -> None:
        monkeypatch.delenv("FABCTL_HOME", raising=False)
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        monkeypatch.setenv("HOME", str(tmp_path))
        assert home.home().is_relative_to(tmp_path)

    def test_one_that_can_not_be_made_is_2(self, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("FABCTL_HOME", str(tmp_path / "file" / "below"))
        assert execute(["runs", "list"]) == 2


@pytest.mark.long
def test_python_m_fabctl_is_fabctl() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fabctl", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert "Usage: fabctl" in done.stdout


class TestDoctor:
    def test_a_machine_that_has_everything_needed_is_0(self, fabctl) -> None:
        assert fabctl("doctor", "--json").document["healthy"]

    def test_it_says_where_data_lies(self, fabctl, data: Path) -> None:
        assert str(data) in fabctl("doctor").out

    def test_a_broken_database_is_told_with_what_to_do(self, fabctl, data: Path) -> None:
        data.mkdir()
        (data / "journal.sqlite3").write_bytes(b"this is no database, and long enough to be read")
        done = fabctl("doctor")
        assert done.code == 2
        assert "restore it from a backup" in done.out
