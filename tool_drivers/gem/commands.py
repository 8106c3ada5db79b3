"""Remote commands (S2F41), and what an answer to one means."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from fabctl.secs import items
from fabctl.secs.items import A, Item, ItemError, L
from fabctl.secs.outcome import Aborted, Rejected, Reply, TimedOut
from fabctl.secs.outcome import Outcome as WireOutcome
from fabctl.secs.read import as_list
from fabctl.tools.dictionary import Parameter
from fabctl.tools.port import Accepted, NoReply, Outcome, Refused
from tool_drivers.gem.reading import text_of, whole_of
from tool_drivers.gem.wire import Wire

DONE, LATER, ALREADY = 0, 4, 5
HCACK = {
    1: "no such command",
    2: "can't do it now",
    3: "a parameter is invalid",
    5: "already in that condition",
    6: "no such object",
}
NOT_LOOKED_AT = ("S9F1", "S9F3", "S9F5", "S9F7", "S9F11")
"""Errors that say that the message was thrown away before anything was done."""


class Commands:
    """Sends remote commands: one at a time, but a safe stop waits for none."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._one_at_a_time = asyncio.Lock()

    async def send(self, rcmd: str, parameters: Mapping[str, float | str] | None = None) -> Outcome:
        """Send a command once."""
        async with self._one_at_a_time:
            return await self._send(rcmd, parameters or {}, (DONE, LATER))

    def at_once(self, rcmd: str) -> Coroutine[Any, Any, Outcome]:
        """Send STOP, ABORT, PAUSE or RESUME before this returns; give what will tell the outcome.

        "Already so" is as good as done.
        """
        return self._send(rcmd, {}, (DONE, LATER, ALREADY))

    def _send(
        self, rcmd: str, parameters: Mapping[str, float | str], good: tuple[int, ...]
    ) -> Coroutine[Any, Any, Outcome]:
        wire = self._wire
        known = wire.dictionary.commands_by_name.get(rcmd)
        if known is None:
            return _refused(f"the tool has no command {rcmd}")
        if not wire.session.selected:
            return _refused(f"{rcmd} was not sent: there is no link to the tool")
        formats = {each.name: each for each in known.parameters}
        pairs = (L(A(name), _item(formats.get(name), value)) for name, value in parameters.items())
        sent = wire.send(2, 41, L(A(rcmd), L(*pairs)))
        return _outcome(sent, lambda reply: _judge(rcmd, reply, good))


async def _refused(why: str) -> Outcome:
    return Refused(why)


async def _outcome(sent: Awaitable[WireOutcome], judge: Callable[[Item], str]) -> Outcome:
    return refusal_of(await sent, judge)


def refusal_of(outcome: WireOutcome, judge: Callable[[Item], str]) -> Outcome:
    """Turn what became of a request into the port's terms; `judge` says why a reply is a no."""
    match outcome:
        case Reply(message):
            if message.item is None:
                return NoReply("the reply is empty")
            try:
                why = judge(message.item)
            except ItemError as error:
                return NoReply(f"the reply can't be read: {error}")
            return Refused(why) if why else Accepted()
        case Rejected(why):
            return Refused(why)
        case Aborted(why, code) if code in NOT_LOOKED_AT:
            return Refused(f"{code}: {why}")
        case Aborted(why, code):
            return NoReply(f"{code}: {why}")
        case TimedOut(why):
            return NoReply(why)


def _judge(rcmd: str, reply: Item, good: tuple[int, ...]) -> str:
    hcack, bad = as_list(reply, 2)
    code = whole_of(hcack)
    if code is None:
        raise ItemError(f"HCACK is {hcack!r}")
    if code in good:
        return ""
    names = ", ".join(text_of(as_list(pair)[0]) for pair in as_list(bad))
    why = HCACK.get(code, f"HCACK {code}")
    return f"{rcmd}: {why}" + (f" ({names})" if names else "")


def _item(parameter: Parameter | None, value: float | str) -> Item:
    if isinstance(value, str):
        return A(value)
    constructor: Callable[..., Item] = getattr(items, parameter.format if parameter else "F4")
    return constructor(value)
