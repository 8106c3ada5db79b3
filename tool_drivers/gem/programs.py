"""Process programs on the wire: downloaded, verified, selected, read back."""

from collections.abc import Callable

from fabctl.secs import items
from fabctl.secs.items import U2, U4, A, B, Format, Item, ItemError, L
from fabctl.secs.message import Message
from fabctl.secs.read import as_bytes, as_float, as_int, as_list, as_text
from fabctl.tools.body import without_noise
from fabctl.tools.dictionary import Dictionary, Parameter
from fabctl.tools.errors import RecipeError, ToolError
from fabctl.tools.port import Accepted, Block, NoReply, Outcome, Program, Refused
from fabctl.tools.wire_value import INTEGERS, WireValue, single
from tool_drivers.gem.commands import refusal_of
from tool_drivers.gem.reading import text_of, whole_of
from tool_drivers.gem.waiters import Waiters
from tool_drivers.gem.wire import Wire

ACKC7 = {
    1: "not permitted now",
    2: "length error",
    3: "matrix overflow",
    4: "no such program",
    5: "mode unsupported",
    7: "storage limit",
}
ACKC7A = {1: "wrong MDLN", 2: "wrong SOFTREV", 3: "bad block", 4: "bad parameter"}
PPGNT = {2: "no space", 3: "bad name", 4: "busy", 5: "will not accept"}
ALREADY_HAVE = 1
LATER = 6


class Programs:
    """The process programs of one tool."""

    def __init__(self, wire: Wire, verifications: Waiters[Item], patience: float) -> None:
        """`verifications` tells the items of S7F27; `patience` is in wire seconds."""
        self._wire = wire
        self._dictionary: Dictionary = wire.dictionary
        self._verifications = verifications
        self._patience = patience

    async def install(self, program: Program) -> Outcome:
        """Download a program; accepted once the tool has verified it (or needs not to)."""
        if isinstance(program.body, bytes):
            return await self._install_body(program.name, program.body)
        with self._verifications.arm(lambda item: _name_of(item) == program.name) as verified:
            outcome = await self._send(7, 23, formatted(self._dictionary, program), ACKC7)
            if not isinstance(outcome, Accepted):
                return outcome
            for item in await verified.within(self._patience):
                why = faults_of(item)
                return Refused(f"verification: {why}") if why else Accepted("verified")
        return NoReply("the tool has not told whether it verified the program")

    async def _install_body(self, name: str, body: bytes) -> Outcome:
        grant = await self._send(7, 1, L(A(name), U4(len(body))), PPGNT, also=ALREADY_HAVE)
        if not isinstance(grant, Accepted):
            return grant
        return await self._send(7, 3, L(A(name), B(body)), ACKC7)

    async def _send(
        self,
        stream: int,
        function: int,
        item: Item,
        meaning: dict[int, str],
        also: int = LATER,
    ) -> Outcome:
        outcome = await self._wire.request(stream, function, item)
        return refusal_of(outcome, lambda reply: _judge(whole_of(reply), meaning, also))

    async def read_back(self, program: Program) -> Program:
        """Upload what the tool stores under the program's name. Raises `ToolError`."""
        formatted_body = not isinstance(program.body, bytes)
        function = 25 if formatted_body else 5
        reply = await self._wire.ask(7, function, A(program.name))
        try:
            parts = as_list(reply)
            if not parts:
                raise RecipeError(self._dictionary.tool, f"has no program {program.name}")
            name = as_text(parts[0]).strip()
            if formatted_body:
                return Program(name, self._blocks(parts), program.start)
            noise = self._dictionary.quirks["body_ignores"]
            return Program(name, without_noise(as_bytes(parts[1]), noise), program.start)
        except (ItemError, IndexError, ValueError, OverflowError) as error:
            message = f"S7F{function + 1}: {error}"
            raise ToolError(self._dictionary.tool, message) from None

    def _blocks(self, parts: tuple[Item, ...]) -> tuple[Block, ...]:
        blocks = []
        for each in as_list(parts[3]):
            ccode, given = as_list(each, 2)
            number = as_int(ccode)
            known = self._dictionary.ccodes_by_id.get(number)
            parameters = known.parameters if known else ()
            values = as_list(given)
            spare = (Parameter("", "") for _ in values[len(parameters) :])
            read = zip((*parameters, *spare), values, strict=False)
            blocks.append(Block(number, tuple(_value_of(*pair) for pair in read)))
        return tuple(blocks)


def formatted(dictionary: Dictionary, program: Program) -> Item:
    """Write a formatted program as S7F23 carries it."""
    assert not isinstance(program.body, bytes)
    rows = []
    for block in program.body:
        parameters = dictionary.ccodes_by_id[block.ccode].parameters
        pairs = zip(parameters, block.parameters, strict=True)
        rows.append(L(U2(block.ccode), L(*(item_of(each, value) for each, value in pairs))))
    return L(A(program.name), A(dictionary.mdln), A(dictionary.softrev), L(*rows))


def item_of(parameter: Parameter, value: WireValue) -> Item:
    """Write a parameter's value in the format that the tool's dictionary gives it."""
    constructor: Callable[..., Item] = getattr(items, parameter.format)
    return constructor(value)


def faults_of(verification: Item) -> str:
    """What an S7F27 complains of; "" where the tool found the program good."""
    _, rows = as_list(verification, 2)
    faults = []
    for row in as_list(rows):
        code, number, words = as_list(row, 3)
        if whole_of(code) != 0:
            why = ACKC7A.get(whole_of(code) or 0, "")
            faults.append(f"block {whole_of(number)}: {text_of(words) or why}")
    return "; ".join(faults)


def verification_of(message: Message) -> Item:
    """Check that an S7F27 is built as one. Raises `ItemError`."""
    for row in as_list(as_list(message.item, 2)[1]):
        as_list(row, 3)
    assert message.item is not None
    return message.item


def _name_of(verification: Item) -> str:
    return text_of(as_list(verification, 2)[0]).strip()


def _judge(code: int | None, meaning: dict[int, str], also: int) -> str:
    if code in (0, also):
        return ""
    return "an unreadable answer" if code is None else meaning.get(code, f"code {code}")


def _value_of(parameter: Parameter, item: Item) -> float | int | str:
    """A parameter as the tool stores it; numbers in the width of the tool's dictionary."""
    if parameter.format in INTEGERS:
        return as_int(item)
    if parameter.format == "F4":
        return single(as_float(item))
    if parameter.format == "F8":
        return as_float(item)
    if item.format in (Format.A, Format.J):
        return as_text(item).strip()
    return item.one()
