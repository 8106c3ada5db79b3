"""The git hook hands the audit what it can audit, and no other YAML of a repository."""

import re
from pathlib import Path

import pytest

from fabctl.process.yaml_reader import read_file

ROOT = Path(__file__).parents[2]


def handed(path: str) -> bool:
    """Tell whether pre-commit would hand this file to the hook: `files` finds, `exclude` not."""
    (hook,) = read_file(ROOT / ".pre-commit-hooks.yaml").items
    said = {key: value.text for key, value in hook.values().items() if key in ("files", "exclude")}
    return bool(re.search(said["files"], path)) and not re.search(said["exclude"], path)


@pytest.mark.parametrize(
    "path",
    [
        "sequences/line.yaml",
        "sequences/rules/claims.yml",
        "rules/ours.yaml",
        "lab/fabs/lab.yaml",
        "process/sequences/line.YAML",
    ],
)
def test_what_can_be_audited_is_handed_over(path) -> None:
    """Folders named for sequences, rules and fabs are looked at wherever they lie."""
    assert handed(path)


@pytest.mark.parametrize(
    "path",
    [
        ".pre-commit-config.yaml",
        ".github/workflows/ci.yml",
        "mkdocs.yaml",
        "sequences/waivers.yaml",
        "sequences/line-waivers.yml",
        "waivers/sequences.yaml",
        "sequences/dictionaries/CVD01.yaml",
        "my-sequences/line.yaml",
        "sequences/README.md",
    ],
)
def test_other_files_are_left_alone(path) -> None:
    """A waiver file or a workflow is no sequence that could not be audited."""
    assert not handed(path)
