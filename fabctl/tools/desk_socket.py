"""A desk at the far end of a Unix socket: how a run reaches the person of a served, simulated lab.

One connection for each question: a line of JSON there, a line of JSON back.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from fabctl.process.recipe import Recipe, Value
from fabctl.quantities import Quantity
from fabctl.tools.desk import Act, Answer, Declined, Entry, Question, Reply, Unanswered


class DistantDesk:
    """Asks at a socket. Implements `fabctl.tools.desk.Desk`."""

    def __init__(self, path: str) -> None:
        self._path = path

    async def ask(self, question: Question) -> Reply:
        """Ask, and wait for the answer; `Unanswered` where nobody is there, or leaves before."""
        try:
            reader, writer = await asyncio.open_unix_connection(self._path)
        except OSError:
            return Unanswered(f"no simulated lab has its desk at {self._path}")
        try:
            writer.write(_line(question_as_json(question)))
            told = await reader.readline()
        except OSError:
            told = b""
        finally:
            writer.close()
        if not told.endswith(b"\n"):
            return Unanswered(f"the simulated lab at {self._path} has ended")
        return reply_from_json(json.loads(told))


class DeskListener:
    """Takes questions at a socket's path, as long as it is not closed."""

    def __init__(self, path: Path, ask: Callable[[Question], Awaitable[Reply]]) -> None:
        """`ask` is who answers."""
        self._path = path
        self._ask = ask
        self._server: asyncio.AbstractServer | None = None

    async def open(self) -> None:
        """Listen. Raises OSError where something else is at the path, or it is too long."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, str(self._path))

    async def close(self) -> None:
        """Take no more questions."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError):
            told = await reader.readline()
            if told.endswith(b"\n"):
                reply = await self._ask(question_from_json(json.loads(told)))
                writer.write(_line(reply_as_json(reply)))
                await writer.drain()


def question_as_json(question: Question) -> dict[str, Any]:
    """A question as plain JSON, exact."""
    recipe = question.recipe
    return {
        "tool": question.tool,
        "act": question.act.value,
        "text": question.text,
        "wafer": question.wafer,
        "recipe": recipe
        and {
            "operation": recipe.operation,
            "parameters": {name: _plain(value) for name, value in recipe.parameters.items()},
        },
        "entries": [[each.name, each.unit, each.many] for each in question.entries],
        "job": question.job,
    }


def question_from_json(told: Any) -> Question:
    """The question again."""
    recipe = told["recipe"]
    return Question(
        told["tool"],
        Act(told["act"]),
        told["text"],
        told["wafer"],
        recipe
        and Recipe(
            recipe["operation"],
            {name: _value(value) for name, value in recipe["parameters"].items()},
        ),
        tuple(Entry(*each) for each in told["entries"]),
        told["job"],
    )


def reply_as_json(reply: Reply) -> dict[str, Any]:
    """A reply as plain JSON."""
    match reply:
        case Answer(by, values):
            return {"by": by, "values": dict(values)}
        case Declined(by, why):
            return {"by": by, "declined": why}
    return {"unanswered": reply.why}


def reply_from_json(told: Any) -> Reply:
    """The reply again."""
    if "unanswered" in told:
        return Unanswered(told["unanswered"])
    if "declined" in told:
        return Declined(told["by"], told["declined"])
    return Answer(told["by"], told["values"])


def _line(document: object) -> bytes:
    return json.dumps(document).encode() + b"\n"


def _plain(value: Value) -> str | list[str]:
    """A word as it is, a quantity as its number and its unit."""
    return value if isinstance(value, str) else [str(value.in_unit(value.unit)), value.unit]


def _value(told: str | list[str]) -> Value:
    if isinstance(told, str):
        return told
    number, unit = told
    return Quantity.of(Fraction(number), unit)
