"""The command `fabctl`: its command groups, and what becomes of every error."""

import sys
import traceback
from typing import Any

import typer
from typer.core import TyperGroup

from fabctl.cli import output
from fabctl.cli.output import FAILED, LEGAL, Failure, say


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


def execute(arguments: list[str]) -> int:
    """Run one command line; returns the exit code and never raises for bad input."""
    try:
        code = build()(arguments, standalone_mode=False, prog_name="fabctl")
    except typer.TyperException as error:
        return _usage(error, arguments)
    except typer.Abort:
        return _report("interrupted", arguments)
    except Failure as error:
        return _report(str(error), arguments)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read us is gone: nothing is left to tell, nor to whom
        return FAILED
    except Exception as error:  # noqa: BLE001 -- the last door: nothing may leave as a traceback
        if not _is_expected(error):
            return _internal(error, arguments)
        return _report(str(error), arguments, _problems(error))
    if code in (None, LEGAL):
        return LEGAL
    return code if code in (output.FINDINGS, FAILED) else _report("interrupted", arguments)


def _usage(error: typer.TyperException, arguments: list[str]) -> int:
    """A command line that can't be read; one without a command has been shown the help instead."""
    if not error.format_message():
        return FAILED
    return _report(f"{error.format_message()} (see fabctl --help)", arguments)


def _is_expected(error: Exception) -> bool:
    """Whether the error tells of files, tools or runs, and not of a slip of ours."""
    from fabctl.engine.errors import EngineError
    from fabctl.journal import JournalError
    from fabctl.process.errors import InputError
    from fabctl.tools.errors import ToolError

    return isinstance(error, InputError | ToolError | JournalError | EngineError | OSError)


def _problems(error: Exception) -> list[dict[str, object]]:
    """The positions of an input error, and nothing where it is an error of another kind."""
    from fabctl.process.errors import InputError

    if not isinstance(error, InputError):
        return []
    from fabctl.reports.audit_json import problem_data

    return [problem_data(problem) for problem in error.problems]


def _internal(error: Exception, arguments: list[str]) -> int:
    """One line for the person, the traceback in a file for whoever mends it."""
    from fabctl import clock
    from fabctl.cli import home

    text = "".join(traceback.format_exception(error))
    try:
        place = home.traceback_file(clock.utc_now().strftime("%Y%m%dT%H%M%S.%fZ"))
        place.write_text(text, encoding="utf-8")
    except (OSError, Failure):
        say(text)
        where = "above"
    else:
        where = str(place)
    return _report(
        f"internal error: {type(error).__name__}: {error} (traceback: {where})", arguments
    )


def _report(
    message: str, arguments: list[str], problems: list[dict[str, object]] | None = None
) -> int:
    """Tell why the command could not be done, and in JSON too where that was asked for."""
    say(message)
    if "--json" in arguments:
        output.emit({"error": message, "problems": problems or []})
    return FAILED
