"""The command `fabctl`: its command groups."""

from functools import cache
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


def build() -> typer.Typer:
    """Put the command groups together; each imports what it needs when it is called."""
    from fabctl.cli import (
        audit,
        claims,
        doctor,
        dry_run,
        report,
        rules,
        run,
        runs,
        sequences,
        sim,
        tools,
    )

    app = typer.Typer(
        name="fabctl",
        help="Drives semiconductor tools through process sequences while interlocks hold.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.command("audit")(audit.audit)
    app.command("dry-run")(dry_run.dry_run)
    app.command("run")(run.run)
    app.command("report")(report.report)
    app.command("doctor")(doctor.doctor)
    groups = (
        (runs.commands, "runs", "What happened, what is held and why; control; resets."),
        (sequences.commands, "sequences", "The sequences that come with fabctl."),
        (claims.commands, "claims", "The claims and their elements."),
        (rules.commands, "rules", "The rules, why each exists, and their examples."),
        (tools.commands, "tools", "Talk to the tools of a fab file."),
    )
    for group, name, about in groups:
        made = typer.Typer(cls=ListedByDefault, help=about)
        for command, action in group.items():
            made.command(command)(action)
        app.add_typer(made, name=name)
    simulated = typer.Typer(help="The simulated tools.", no_args_is_help=True)
    simulated.command("up")(sim.up)
    simulated.callback()(lambda: None)
    app.add_typer(simulated, name="sim")
    return app


@cache
def _command() -> Any:
    return typer.main.get_command(build())


def execute(arguments: list[str]) -> int:
    """Run one command line; returns the exit code and never raises for bad input."""

    def command() -> object:
        try:
            return _command()(arguments, standalone_mode=False, prog_name="fabctl")
        except typer.TyperException as error:
            return _usage(error, arguments)
        except typer.Abort:
            return report("interrupted", arguments)

    return conclude(command, arguments)


def _usage(error: typer.TyperException, arguments: list[str]) -> int:
    """A command line that can't be read; one without a command has been shown the help instead."""
    if not error.format_message():
        return FAILED
    return report(f"{error.format_message()} (see fabctl --help)", arguments)
