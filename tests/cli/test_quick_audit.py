"""An audit whose command line needs no typer: the same answer, sooner."""

import subprocess
import sys

import pytest

from fabctl.cli.quick import quick

PLAIN = (
    ["cap-line"],
    ["cap-line", "--json"],
    ["--format", "github", "cap-line", "--set", "film-1.thickness=501 Å"],
    ["nowhere", "--json"],
    ["cap-line", "--set", "film-1=1", "--json"],
    ["cap-line", "--json", "--format", "text"],
)


@pytest.mark.parametrize("words", PLAIN, ids=" ".join)
def test_it_says_what_typer_says(fabctl, capsys, words):
    """Output, errors and exit code."""
    slow = fabctl("audit", *words)
    code = quick(["audit", *words])
    said = capsys.readouterr()
    assert (code, said.out, said.err) == (slow.code, slow.out, slow.err)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["audit"],
        ["audit", "--help"],
        ["audit", "cap-line", "--format=json"],
        ["audit", "cap-line", "--format", "nonsense"],
        ["audit", "cap-line", "--format"],
        ["audit", "cap-line", "--fab", "a.yaml", "--fab", "b.yaml"],
        ["audit", "--", "cap-line"],
        ["audit", "cap-line", "--frobnicate"],
        ["rules", "list"],
    ],
    ids=" ".join,
)
def test_whatever_is_not_plain_is_left_to_typer(words):
    """It decides what a command line means."""
    assert quick(words) is None


@pytest.mark.long
def test_an_audit_imports_neither_typer_nor_a_live_monitor():
    """They take longer than the audit itself."""
    code = (
        "import sys; from fabctl.cli.quick import quick; quick(['audit', 'resist-method']);"
        "heavy = ('typer', 'pydantic', 'rich', 'fabctl.interlocks.monitor', 'asyncio', 'shapely',"
        "'typing_extensions', 'dataclasses', 'inspect', 'fabctl.interlocks.waiver');"
        "sys.exit(str([name for name in heavy if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"
