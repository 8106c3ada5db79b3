"""A dry run whose command line needs no typer: the same run, sooner."""

import subprocess
import sys

import pytest

from fabctl.cli.quick import quick

REFUSED = (
    ["nowhere", "--json"],
    ["resist-method", "--fab", "nowhere"],
    ["resist-method", "--faults", "nowhere", "--json"],
    ["resist-method", "--set", "coat-1", "--seed", "3"],
    ["resist-method", "--choose", "x"],
)


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_it_refuses_what_typer_refuses(fabctl, capsys, words):
    """Output, errors and exit code."""
    slow = fabctl("dry-run", *words)
    code = quick(["dry-run", *words])
    said = capsys.readouterr()
    assert (code, said.out, said.err) == (slow.code, slow.out, slow.err)


@pytest.mark.long
@pytest.mark.parametrize(
    "words",
    [["--json"], ["--seed", "7", "--faults", "furnace-overshoot"], ["--fab", "built-in", "--json"]],
    ids=" ".join,
)
def test_it_says_what_typer_says(fabctl, capsys, tmp_path, words):
    """All options go where they belong."""
    words = ["bench-cap", *words, "--out", str(tmp_path)]
    slow = fabctl("dry-run", *words)
    code = quick(["dry-run", *words])
    said = capsys.readouterr()
    assert (code, said.out, said.err) == (slow.code, slow.out, slow.err)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--help"],
        ["resist-method", "cap-line"],
        ["resist-method", "--seed", "-1"],
        ["resist-method", "--seed", "two"],
        ["resist-method", "--seed=1"],
        ["resist-method", "--on-tools"],
        ["resist-method", "--out"],
    ],
    ids=" ".join,
)
def test_whatever_is_not_plain_is_left_to_typer(words):
    """It decides what a command line means."""
    assert quick(["dry-run", *words]) is None


@pytest.mark.long
def test_a_dry_run_imports_no_typer():
    code = (
        "import sys; from fabctl.cli.quick import quick; quick(['dry-run', 'resist-method']);"
        "sys.exit(str([name for name in ('typer', 'rich', 'uvloop') if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip().splitlines()[-1] == "[]"
