"""Makes a page for each sequence that comes with fabctl, with pictures from a dry run of it."""

import contextlib
import hashlib
import io
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generated import table, write
from sphinx.application import Sphinx

import sequences
from fabctl.cli.app import execute
from fabctl.process.loader import load_sequence
from fabctl.process.sequence import Sequence

BENCH = "bench-"
"""Sequences whose names begin so are for the bench fab, all others for the built-in one."""
CHANGES = (
    "deposit",
    "spin_on",
    "etch",
    "etch_back",
    "strip",
    "polish",
    "anneal",
    "develop",
    "cure",
)
INTRODUCTION = """\
# Sequences

The sequences that come with fabctl, each with what a dry run of it shows.
"""


def pages(app: Sphinx) -> None:
    """Write ``reference/generated/sequences.md`` and a page with pictures for each sequence."""
    names = [path.stem for path in sequences.listed()]
    kept = Path(app.srcdir) / "_build" / "sequences"
    for name in names:
        folder = kept / f"{name}-{_inputs(name)}"
        if not (folder / "result.json").exists():
            _dry_run(name, folder)
        _page(app, load_sequence(sequences.find(name)), folder)
    rows = [
        (f"[{name}](sequence-{name}.md)", load_sequence(sequences.find(name)).title)
        for name in names
    ]
    toctree = "\n".join(["```{toctree}", ":hidden:", "", *(f"sequence-{n}" for n in names), "```"])
    write(app, "sequences.md", f"{INTRODUCTION}\n{table(('sequence', 'title'), rows)}\n{toctree}\n")


def _inputs(name: str) -> str:
    """What a dry run's pictures depend on, so that a build repeats none that would be the same."""
    digest = hashlib.sha256(sequences.find(name).read_bytes())
    root = Path(__file__).parents[2]
    for folder in (
        "sequences",
        "simulators",
        "fabctl/structure",
        "fabctl/claims",
        "fabctl/reports",
    ):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".yaml") and path.parent != root / "sequences":
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _dry_run(name: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        before = os.environ.get("FABCTL_HOME")
        os.environ["FABCTL_HOME"] = home
        try:
            # sphinx listens to every logger; the runs' state machines have much to say
            logging.getLogger("transitions").setLevel(logging.ERROR)
            with contextlib.redirect_stdout(io.StringIO()):
                fab = ["--fab", "bench"] if name.startswith(BENCH) else []
                execute(["dry-run", name, *fab, "--out", str(folder), "--json"])
        finally:
            if before is None:
                del os.environ["FABCTL_HOME"]
            else:
                os.environ["FABCTL_HOME"] = before


def _page(app: Sphinx, sequence: Sequence, folder: Path) -> None:
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    pictures = {path.stem.partition("-")[2]: path for path in sorted(folder.glob("[0-9]*-*.svg"))}
    text = [
        f"# {sequence.name}\n",
        f"{sequence.title}. Practises {', '.join(sequence.practises) or 'no whole claim'}.\n",
        "## The wafer, step by step\n",
        "What the host saw of the wafer in a dry run, after each step that changes it for good.\n",
    ]
    if sequence.stock:
        picture = f"{sequence.name}-as-brought.svg"
        write(app, picture, pictures["as-brought"].read_text(encoding="utf-8"))
        said = f"{sequence.stock.title} (`{sequence.stock.name}`)."
        text.append(f"### As it is brought in\n\n{said}\n\n![The wafer as brought]({picture})\n")
    for step in sequence.steps:
        if step.operation in CHANGES and step.id in pictures:
            picture = f"{sequence.name}-{step.id}.svg"
            write(app, picture, pictures[step.id].read_text(encoding="utf-8"))
            text.append(f"### {step.id}\n\n![The wafer after {step.id}]({picture})\n")
    if sequence.practises:
        text += ["## Claim chart\n", _chart(result["claims"])]
    steps = [(step["id"], step["operation"], step["tool"]) for step in result["steps"]]
    text += ["## Steps\n", table(("step", "operation", "tool"), steps)]
    write(app, f"sequence-{sequence.name}.md", "\n".join(text))


def _chart(claims: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (name, each["standing"], each["step"], each["evidence"])
        for name, each in claims.items()
        if each["standing"] != "not practised"
    ]
    return table(("element", "standing", "step", "evidence"), rows)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("builder-inited", pages)
    return {"parallel_read_safe": True}
