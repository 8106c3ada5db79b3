"""The YAML files of a folder."""

import os
from pathlib import Path

from fabctl.cli.output import Failure


def yaml_files(folder: Path) -> list[Path]:
    """List the YAML files in a folder and those below it, in the order of their paths.

    Folders that are linked to belong to it. One that is reached in several ways, or in a ring, is
    listed once, by a link only where there is no other way. Raises `Failure` for one that can't be
    read.
    """
    found: list[Path] = []
    seen: set[str] = set()
    waiting = [folder]
    for start in waiting:
        for where, folders, files in os.walk(start, onerror=_refuse):
            real = os.path.realpath(where)
            if real in seen:
                folders.clear()
                continue
            seen.add(real)
            folders.sort()
            below = [Path(where, each) for each in folders]
            waiting += [each for each in below if each.is_symlink()]
            found += [Path(where, each) for each in files]
    return sorted(each for each in found if each.suffix.lower() in (".yaml", ".yml"))


def _refuse(error: OSError) -> None:
    raise Failure(f"{error.filename}: {error.strerror}, so what it holds was not audited")
