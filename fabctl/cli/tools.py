"""`fabctl tools`: talk to the tools of a fab file."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from fabctl.cli.options import Fab, Json
from fabctl.cli.output import FAILED, LEGAL, Failure, emit, show, show_table

if TYPE_CHECKING:
    from fabctl.links.session import SecsSession
    from fabctl.secs.items import Item
    from fabctl.secs.message import Message
    from fabctl.tools.fab import Fab as FabModel
    from fabctl.tools.fab import ToolEntry
    from fabctl.tools.port import Status

ToolId = Annotated[str, typer.Argument(metavar="TOOL", help="A tool's ID in the fab file.")]
AnyTool = Annotated[str, typer.Argument(metavar="TOOL", help="A tool's ID; default: all.")]


def list_tools(fab: Fab = None, as_json: Json = False) -> int:
    """List the tools of the fab file, without talking to them."""
    from fabctl.cli.compose import chosen_fab

    chosen = chosen_fab(fab)
    found = [
        {
            "tool": entry.id,
            "kind": entry.kind,
            "driver": entry.driver,
            "address": entry.address,
            "chambers": {chamber: list(words) for chamber, words in entry.chambers.items()},
        }
        for entry in chosen.tools
    ]
    if as_json:
        emit({"fab": chosen.name, "wafer_mm": chosen.wafer_mm, "tools": found})
    else:
        rows = [(e.id, e.kind, e.driver, e.address, " ".join(e.chambers)) for e in chosen.tools]
        show_table(("tool", "kind", "driver", "address", "chambers"), rows)
    return LEGAL


def status(tool: AnyTool = "", fab: Fab = None, as_json: Json = False) -> int:
    """Go on-line with the tools and ask what each is doing."""
    from fabctl import clock
    from fabctl.cli.compose import chosen_fab

    chosen = chosen_fab(fab)
    entries = (chosen.tool(tool),) if tool else chosen.tools
    answers = clock.run(_ask_all(chosen, entries))
    if as_json:
        emit({name: _status_data(answer) for name, answer in answers.items()})
    else:
        rows = []
        for name, answer in answers.items():
            if isinstance(answer, str):
                rows.append((name, "no answer", answer, "", "", ""))
            else:
                alarms = " ".join(map(str, answer.alarms))
                wafers = " ".join(answer.wafers)
                rows.append((name, answer.control, answer.state, answer.program, wafers, alarms))
        show_table(("tool", "control", "state", "program", "wafers", "alarms"), rows)
    return FAILED if any(isinstance(answer, str) for answer in answers.values()) else LEGAL


async def _ask_all(fab: "FabModel", entries: "tuple[ToolEntry, ...]") -> "dict[str, Status | str]":
    import asyncio

    answers = await asyncio.gather(*(_ask(fab, entry) for entry in entries))
    return {entry.id: answer for entry, answer in zip(entries, answers, strict=True)}


async def _ask(fab: "FabModel", entry: "ToolEntry") -> "Status | str":
    """A tool's status, or why there is none."""
    from fabctl.clock import Clock
    from fabctl.tools.drivers import open_tools
    from fabctl.tools.errors import ToolError

    alone = replace(fab, tools=(entry,))
    try:
        driver = open_tools(alone, Clock(), lambda entry: entry.dial())[entry.id]
        await driver.connect()
        try:
            return await driver.status()
        finally:
            await driver.disconnect()
    except ToolError as error:
        return str(error)


def _status_data(answer: "Status | str") -> dict[str, object]:
    if isinstance(answer, str):
        return {"error": answer}
    return {
        "control": answer.control.value,
        "state": answer.state,
        "program": answer.program,
        "job": answer.job,
        "wafers": list(answer.wafers),
        "alarms": list(answer.alarms),
        "clock": answer.clock,
    }


def recipes(tool: ToolId, fab: Fab = None, as_json: Json = False) -> int:
    """List the process programs that a GEM tool stores (S7F19)."""
    from fabctl.secs.read import as_list, as_text

    reply = _one_request(tool, fab, 7, 19, None)
    names = [as_text(item) for item in as_list(reply.item)]
    if as_json:
        emit({"tool": tool, "programs": names})
    else:
        for name in names:
            show(name)
    return LEGAL


def send(
    tool: ToolId,
    message: Annotated[
        str, typer.Argument(metavar="SML", help="A primary message, such as 'S1F3 <L <U4 1001>>'.")
    ],
    fab: Fab = None,
    as_json: Json = False,
) -> int:
    """Send one primary message to a GEM tool and show its reply."""
    from fabctl.cli.message_text import read_message
    from fabctl.secs.sml import sml

    stream, function, item = read_message(message)
    if (stream, function) == (7, 17) and (item is None or not item.value):
        raise Failure("S7F17 with an empty list deletes every recipe of the tool: name those meant")
    if stream == 9:
        raise Failure("stream 9 is a tool's to send: it tells the host of its errors")
    text = sml(_one_request(tool, fab, stream, function, item))
    if as_json:
        emit({"tool": tool, "sent": message, "reply": text})
    else:
        show(text)
    return LEGAL


def _one_request(
    tool: str, fab: Path | None, stream: int, function: int, item: "Item | None"
) -> "Message":
    """Ask a GEM tool one thing, after agreeing to communicate. Raises `Failure` without a reply."""
    from fabctl import clock
    from fabctl.cli.compose import chosen_fab
    from fabctl.tools.fab import AS_THEY_ARE

    entry = chosen_fab(fab).tool(tool)
    if entry.driver in AS_THEY_ARE:  # SECS bytes would be noise, or worse, on its line
        raise Failure(f"{tool} is no GEM tool: its driver is {entry.driver}")

    async def ask() -> "Message":
        async with _session(entry) as session:
            await _request(session, 1, 13, _empty_list())
            return await _request(session, stream, function, item)

    return clock.run(ask())


@asynccontextmanager
async def _session(entry: "ToolEntry") -> "AsyncIterator[SecsSession]":
    from fabctl.clock import Clock
    from fabctl.links.link import LinkError
    from fabctl.links.session import SecsSession
    from fabctl.secs.hsms_settings import End
    from fabctl.tools.session_settings import session_settings

    settings = session_settings(entry.dictionary, End.HOST, secs1=entry.place.secs1)
    session = SecsSession(settings, Clock())
    try:
        await session.open(entry.place.dial())
    except LinkError as error:
        raise Failure(f"{entry.id} can't be reached: {error}") from error
    try:
        yield session
    finally:
        await session.close()


async def _request(
    session: "SecsSession", stream: int, function: int, item: "Item | None"
) -> "Message":
    from fabctl.secs.outcome import Reply

    outcome = await session.request(stream, function, item)
    if isinstance(outcome, Reply):
        return outcome.message
    raise Failure(f"S{stream}F{function}: {outcome.why}")


def _empty_list() -> "Item":
    from fabctl.secs.items import L

    return L()


commands: dict[str, Callable[..., int]] = {
    "list": list_tools,
    "status": status,
    "recipes": recipes,
    "send": send,
}
