"""What holds for every file of the repository."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("fabctl", "tool_drivers", "simulators", "sequences")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_no_program_of_ours_resets_a_latch_but_the_command_that_a_person_gives() -> None:
    writers = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"Kind\.RESET,|latch\.reset\(", path.read_text(encoding="utf-8"))
    }
    assert writers == {"fabctl/engine/history.py", "fabctl/engine/person.py"}
    callers = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"person import .*\breset\b", path.read_text(encoding="utf-8"))
    }
    assert callers == {"fabctl/cli/reset.py"}


def test_no_source_file_is_longer_than_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


class TestReadme:
    @pytest.fixture
    def first_screen(self) -> str:
        return "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:20])

    def test_its_first_screen_has_the_two_commands(self, first_screen: str) -> None:
        block = re.search(r"```sh\n(.*?)```", first_screen, re.DOTALL)
        assert block is not None
        commands = [line.split("#")[0].strip() for line in block[1].splitlines()]
        assert commands == ["./go run cap-line --speed 600", "./go test"]

    def test_it_says_that_this_is_no_safety_system(self) -> None:
        assert "Not a safety system" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_ci_calls_the_readmes_test_command() -> None:
    assert "./go test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_news_fragments_are_of_a_declared_kind() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    kinds = {kind["directory"] for kind in settings["tool"]["towncrier"]["type"]}
    fragments = [path for path in (ROOT / "changes").glob("*.md") if path.name != "README.md"]
    assert {path.name.split(".")[-2] for path in fragments} <= kinds
