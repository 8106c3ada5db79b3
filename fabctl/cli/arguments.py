"""What words on the command line stand for: sequences, settings, choices, who acts and why."""

from pathlib import Path

from fabctl.cli.output import Failure


def sequence_file(name: str, *, or_folder: bool = False) -> Path:
    """The file of a sequence, by name or path.

    Raises `Failure` for a name that there is not, or that a file here has too; `or_folder` where a
    folder would be taken as well.
    """
    import sequences
    from fabctl.process.errors import did_you_mean

    if not name.strip():
        raise Failure("an empty name is no sequence (see: fabctl sequences)")
    path = sequences.find(name)
    if path != Path(name):
        _check_alone(name, path, "sequence", or_folder=or_folder)
    if "/" in name or path.suffix or path.exists():
        return path
    hint = did_you_mean(name, (each.stem for each in sequences.listed()))
    meant = f"; {hint}" if hint else ""
    raise Failure(f"there is no sequence {name}{meant} (see: fabctl sequences)")


def shipped_file(path: Path, sort: str) -> Path:
    """Find a ``fab``, ``fault`` or ``wafer`` file, by its name among those of fabctl, or its path.

    Raises `Failure` where there is none.
    """
    import sequences
    from fabctl.process.errors import did_you_mean

    shipped = {each.stem: each for each in sorted(sequences.data(f"{sort}s").glob("*.yaml"))}
    name = str(path)
    if name in shipped:
        _check_alone(name, shipped[name], f"{sort} file")
        return shipped[name]
    if path.exists():
        return path
    bare = name.removesuffix(".yaml")
    if bare in shipped:
        return shipped[bare]
    hint = did_you_mean(bare, shipped)
    raise Failure(
        f"there is no {sort} file {path}{f'; {hint}' if hint else ''} "
        f"(with fabctl come {', '.join(shipped)})"
    )


def _check_alone(name: str, shipped: Path, sort: str, *, or_folder: bool = False) -> None:
    """Refuse a bare name of a file of fabctl's that one's own file has too."""
    own = Path(name)
    if own.is_file() or (or_folder and own.is_dir()):
        what = "folder" if own.is_dir() else "file"
        raise Failure(
            f"{name} is a {sort} that comes with fabctl, and also a {what} here: "
            f"write ./{name} for yours, {shipped} for fabctl's"
        )


def overrides(settings: list[str]) -> dict[str, str]:
    """Read ``step.parameter=value`` settings. Raises `Failure` for any other shape."""
    read: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not value.strip() or name.count(".") != 1 or not all(name.split(".")):
            raise Failure(f"--set {setting}: write it as step.parameter=value")
        if name in read:
            raise Failure(f"--set {name}: given twice")
        read[name] = value.strip()
    return read


def choices(options: list[str]) -> dict[str, str]:
    """Read ``name=choice`` options. Raises `Failure` for any other shape."""
    read: dict[str, str] = {}
    for option in options:
        name, equals, choice = option.partition("=")
        if not (name and equals and choice):
            raise Failure(f"--choose {option}: write it as name=choice")
        if name in read:
            raise Failure(f"--choose {name}: given twice")
        read[name] = choice
    return read


def actor(by: str) -> str:
    """Who acts: the name given, else the system's user. Raises `Failure` if there is none."""
    import getpass

    try:
        name = by.strip() or getpass.getuser()
    except (OSError, KeyError) as error:
        raise Failure("who acts? The system names no user: say --by NAME") from error
    return name


def needed_name(by: str, action: str) -> str:
    """The name given, which `action` can't do without. Raises `Failure` where it is missing."""
    if not by.strip():
        raise Failure(f"{action} goes on record: say who does it, --by NAME")
    return by.strip()


def needed_reason(reason: str, action: str) -> str:
    """The reason given, which `action` can't do without. Raises `Failure` where it is missing."""
    if not reason.strip():
        raise Failure(f"{action} goes on record and needs --reason TEXT")
    return reason.strip()
