"""The command `fabctl`: its command groups."""

from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from fabctl.cli.conclude import conclude, report
from fabctl.cli.output import FAILED


class ListedByDefault(TyperGroup):
    """A group whose plain name lists: ``fabctl runs`` is ``fabctl runs list``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the missing ``list`` in its place."""
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


_PLAIN = ("audit", "dry-run", "run", "report", "doctor")
_GROUPS = {
    "runs": "What happened, what is held and why; control; resets.",
    "sequences": "The sequences that come with fabctl.",
    "claims": "The claims and their elements.",
    "rules": "The rules, why each exists, and their examples.",
    "tools": "Talk to the tools of a fab file.",
    "sim": "The simulated tools.",
}


def build(only: str = "") -> typer.Typer:
    """Put the commands together, or one alone; each imports what it needs when it is called."""
    app = typer.Typer(
        name="fabctl",
        help="Drives semiconductor tools through process sequences while interlocks hold.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        callback=_nothing,
    )
    for name in _PLAIN:
        if only in ("", name):
            action = name.replace("-", "_")
            app.command(name)(getattr(import_module(f"fabctl.cli.{action}"), action))
    for name, about in _GROUPS.items():
        if only in ("", name):
            commands = import_module(f"fabctl.cli.{name}").commands
            lists = "list" in commands
            made = typer.Typer(
                help=about,
                cls=ListedByDefault if lists else TyperGroup,
                no_args_is_help=not lists,
                callback=_nothing,
            )
            for command, action in commands.items():
                made.command(command)(action)
            app.add_typer(made, name=name)
    return app


def _nothing() -> None:
    """Stand before the commands of a group, or typer takes a group's only command for the group."""


@cache
def _command(only: str) -> Any:
    return typer.main.get_command(build(only))


def execute(arguments: list[str]) -> int:
    """Run one command line; returns the exit code and never raises for bad input."""

    def command() -> object:
        try:
            # help and slips are told of all commands; one that is named needs no other
            named = arguments[0] if arguments and arguments[0] in (*_PLAIN, *_GROUPS) else ""
            return _command(named)(arguments, standalone_mode=False, prog_name="fabctl")
        except typer.TyperException as error:
            return _usage(error, arguments)
        except typer.Abort:
            return report("interrupted", arguments)
        except SystemExit:  # typer's own end where nobody reads a pipe any more
            return FAILED

    return conclude(command, arguments)


def _usage(error: typer.TyperException, arguments: list[str]) -> int:
    """A command line that can't be read; one without a command has been shown the help instead."""
    if not error.format_message():
        return FAILED
    return report(f"{error.format_message()} (see fabctl --help)", arguments)
