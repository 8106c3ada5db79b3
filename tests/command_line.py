"""A command line with a data folder of its own, and whole dry runs that many tests look at."""

import contextlib
import fcntl
import functools
import hashlib
import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fabctl.cli.app import execute

FILM_LINE = Path(__file__).with_name("cli") / "film-line.yaml"
HOT = ("--set", "react-1.temperature=399.9 degC", "--despite-findings")
"""A legal set-point from which the furnace overshoots its limit: the run is held."""


@dataclass(frozen=True)
class Done:
    """What became of one command."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that is nobody else's."""
    folder = tmp_path / "data"
    monkeypatch.setenv("FABCTL_HOME", str(folder))
    return folder


@pytest.fixture
def fabctl(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run a command line in this process."""

    def run(*arguments: object) -> Done:
        capsys.readouterr()
        code = execute([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return run


@dataclass(frozen=True)
class Made:
    """A run or dry run that was made once for all: do not change what lies in its folders."""

    code: int
    document: Any
    data: Path
    """The data folder, with the journal of this run alone."""
    out: Path
    """What ``--out`` wrote of a dry run."""


@pytest.fixture(scope="session")
def dry_run(made_once: Callable[..., Made]) -> Callable[..., Made]:
    """Give the dry run of these arguments."""
    return functools.partial(made_once, "dry-run")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    """Give what a command line made, for whichever worker asks for it first."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def made(*arguments: object) -> Made:
        words = [*map(str, arguments), "--json"]
        folder = shared / f"made-{hashlib.sha256(repr(words).encode()).hexdigest()[:12]}"
        folder.mkdir(exist_ok=True)
        data, out, result = folder / "data", folder / "out", folder / "result"
        with (folder / "lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not result.exists():
                patch.setenv("FABCTL_HOME", str(data))
                said = io.StringIO()
                with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
                    more = ["--out", str(out)] if words[0] == "dry-run" else []
                    code = execute([*words, *more])
                result.write_text(f"{code}\n{said.getvalue()}", encoding="utf-8")
        code, _, document = result.read_text(encoding="utf-8").partition("\n")
        return Made(int(code), json.loads(document), data, out)

    return made
