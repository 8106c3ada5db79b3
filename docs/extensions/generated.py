"""Where the pages that are made from the code go, and the few shapes that they share."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sphinx.application import Sphinx


def write(app: Sphinx, name: str, text: str) -> None:
    """Write a generated page (or picture), only when it has changed."""
    path = Path(app.srcdir) / "reference" / "generated" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Give a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(_cell(c) for c in line) + " |\n" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")
