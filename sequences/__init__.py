"""Data only: sequences, claims, rule packs, layouts, wafers, materials, dictionaries, fab files."""

from pathlib import Path

_HERE = Path(__file__).parent


def data(*parts: str) -> Path:
    """Where a data file lies: ``data("layouts", "single-line.yaml")``."""
    return _HERE.joinpath(*parts)


def listed() -> list[Path]:
    """List the sequences that come with fabctl, by name."""
    return sorted(data().glob("*.yaml"))


def packs() -> list[Path]:
    """List the rule packs that come with fabctl, by name."""
    return sorted(data("rules").glob("*.yaml"))


def find(name_or_path: str) -> Path:
    """Give the file of a sequence named in `listed`, else take the text as a path.

    The path need not exist: whoever reads it says so, with its name.
    """
    for path in listed():
        if path.stem == name_or_path:
            return path
    return Path(name_or_path)
