"""The command line, for this room's tests, and data folders with a run in them."""

import shutil
from pathlib import Path

import pytest
from command_line import data, dry_run, fabctl, made_once

__all__ = ["data", "dry_run", "fabctl", "made_once"]


@pytest.fixture
def dry(dry_run, data: Path) -> str:
    """A home with one dry run, which was refused."""
    refused = dry_run("cap-line", "--set", "film-1.thickness=501 Å")
    shutil.copytree(refused.data, data, dirs_exist_ok=True)
    return refused.document["run"]


@pytest.fixture
def refused(made_once, data: Path) -> str:
    """A home with one real run, which was refused."""
    made = made_once("run", "cap-line", "--set", "film-1.thickness=501 Å")
    shutil.copytree(made.data, data, dirs_exist_ok=True)
    return made.document["run"]
