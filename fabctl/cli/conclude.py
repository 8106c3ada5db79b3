"""What becomes of a command: its exit code, and what is said of every error."""

import sys
from collections.abc import Callable
from contextlib import suppress

from fabctl.cli import output
from fabctl.cli.output import FAILED, LEGAL, Failure, say


def conclude(command: Callable[[], object], arguments: list[str]) -> int:
    """Do a command; returns the exit code and never raises for bad input."""
    try:
        code = command()
    except Failure as error:
        return report(str(error), arguments)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read us is gone: nothing is left to tell, nor to whom
        return FAILED
    except Exception as error:  # noqa: BLE001 -- the last door: nothing may leave as a traceback
        if not _is_expected(error):
            return _internal(error, arguments)
        return report(str(error), arguments, _problems(error))
    if code is None or code == LEGAL:
        return LEGAL
    return code if code in (output.FINDINGS, FAILED) else report("interrupted", arguments)


def report(
    message: str, arguments: list[str], problems: list[dict[str, object]] | None = None
) -> int:
    """Tell why the command could not be done, and in JSON too where that was asked for."""
    say(message)
    if "--json" in arguments:
        with suppress(Failure):  # it may be what failed
            output.emit({"error": message, "problems": problems or []})
    return FAILED


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
    import traceback

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
    return report(
        f"internal error: {type(error).__name__}: {error} (traceback: {where})", arguments
    )
