"""Makes the page of all commands from the command line itself."""

from typing import Any

import typer.main
from generated import table, write
from sphinx.application import Sphinx

from fabctl.cli.app import build

INTRODUCTION = """\
# Commands

Made from the command line itself; `fabctl COMMAND --help` says the same. What is printed and
which exit code means what: [](../output.md).
"""


def pages(app: Sphinx) -> None:
    """Write ``reference/generated/commands.md``."""
    text = [INTRODUCTION]
    _describe(typer.main.get_command(build()), "fabctl", text)
    write(app, "commands.md", "\n".join(text))


def _describe(command: Any, path: str, text: list[str]) -> None:
    subcommands = getattr(command, "commands", None)
    if subcommands is None:
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
        usage = " ".join([path, *(_usage(argument) for argument in arguments)])
        text.append(f"## `{usage}`\n\n{(command.help or '').strip()}\n")
        rows = [(f"`{_usage(p)}`", p.help or "") for p in arguments if p.help]
        rows += [(f"`{_option(p)}`", p.help or "") for p in options]
        text.append(table(("", ""), rows))
        return
    for name, subcommand in subcommands.items():
        _describe(subcommand, f"{path} {name}", text)


def _usage(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


def _option(option: Any) -> str:
    return ", ".join(option.opts) + (f" {option.metavar}" if option.metavar else "")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("builder-inited", pages)
    return {"parallel_read_safe": True}
