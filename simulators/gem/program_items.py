"""Process programs on the wire: formatted ones as S7F23 carries them, and their verification."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from msgspec import Struct

from fabctl.quantities import show_number
from fabctl.secs.items import U1, U2, A, Item, ItemError, L
from fabctl.secs.read import as_int, as_list, as_text
from fabctl.tools.dictionary import CommandCode, Dictionary, Parameter
from fabctl.tools.port import Block, Program
from simulators.gem.values import item_of, outside, readable, text_of, value_of

MDLN_WRONG, SOFTREV_WRONG, BAD_CCODE, BAD_PPARM, OTHER = range(1, 6)
"""ACKC7A: what a verification may find."""

Read = float | int | str | ItemError
"""A parameter as it came in, or what is wrong with its item."""


class Fault(Struct, frozen=True):
    """One thing wrong with a program: ACKC7A, the block's number from 1 (0: all), the words."""

    code: int
    block: int
    words: str


class Received(Struct, frozen=True):
    """A formatted program as it came in: nothing of it is judged yet."""

    name: str
    mdln: str
    softrev: str
    blocks: tuple[tuple[int, tuple[Item, ...]], ...]


def received(body: Item | None) -> Received:
    """Take an S7F23 apart. Raises `ItemError`."""
    name, mdln, softrev, blocks = as_list(body, 4)
    found = []
    for block in as_list(blocks):
        ccode, values = as_list(block, 2)
        found.append((as_int(ccode), tuple(as_list(values))))
    return Received(text_of(name).strip(), as_text(mdln), as_text(softrev), tuple(found))


def verified(came: Received, dictionary: Dictionary) -> tuple[Program, list[Fault]]:
    """The program, as far as it can be read, and everything that is wrong with it."""
    faults = []
    if came.mdln.strip() not in ("", dictionary.mdln):
        faults.append(Fault(MDLN_WRONG, 0, f"this is a {dictionary.mdln}"))
    if came.softrev.strip() not in ("", dictionary.softrev):
        faults.append(Fault(SOFTREV_WRONG, 0, f"this runs {dictionary.softrev}"))
    read: list[tuple[int, CommandCode, list[Read]]] = []
    for number, (ccode, items) in enumerate(came.blocks, start=1):
        code = dictionary.ccodes_by_id.get(ccode)
        if code is None:
            faults.append(Fault(BAD_CCODE, number, f"no block has the code {ccode}"))
        else:
            read.append((number, code, _read(code, items)))
    blocks = []
    told = dictionary.parameters_of((code.ccode, values) for _, code, values in read)
    for (number, code, values), parameters in zip(read, told, strict=True):
        wrong = _wrong(code, parameters, values)
        faults.extend(Fault(BAD_PPARM, number, words) for words in wrong)
        blocks.append(Block(code.ccode, tuple(v for v in values if not isinstance(v, ItemError))))
    if not came.blocks:
        faults.append(Fault(OTHER, 0, "the program has no block"))
    return Program(came.name, tuple(blocks)), sorted(faults, key=lambda fault: fault.block)


def _read(code: CommandCode, items: tuple[Item, ...]) -> list[Read]:
    values: list[Read] = []
    for index, item in enumerate(items):
        known = index < len(code.parameters)
        try:
            values.append(value_of(code.parameters[index].format, item) if known else 0)
        except ItemError as error:
            values.append(error)
    return values


def _wrong(
    code: CommandCode, parameters: tuple[Parameter, ...], values: list[Read]
) -> Iterator[str]:
    needed = len([each for each in parameters if not each.optional])
    if not needed <= len(values) <= len(parameters):
        yield f"{code.name} takes {len(parameters)} parameters, not {len(values)}"
        return
    for parameter, value in zip(parameters, values, strict=False):
        if isinstance(value, ItemError):
            yield f"{code.name} {parameter.name}: {value}"
        elif words := illegal(parameter, value):
            yield f"{code.name} {words}"


def illegal(parameter: Parameter, value: float | str) -> str:
    """What is wrong with a parameter's value; "" where nothing is."""
    if outside(parameter.format, value, parameter.minimum, parameter.maximum):
        low, high = parameter.minimum, parameter.maximum
        limits = f"{_shown(low)} to {_shown(high)} {parameter.unit}".strip()
        return f"{parameter.name} {value:g} is not within {limits}{parameter.where}"
    if parameter.words and value not in parameter.words:
        return f"{parameter.name} {value!r} is none of {', '.join(parameter.words)}"
    return ""


def _shown(limit: Fraction | None) -> str:
    return "any" if limit is None else show_number(limit)


def formatted_item(program: Program, dictionary: Dictionary) -> Item:
    """A stored program as S7F26 and S7F23 carry it."""
    codes = {code.ccode: code for code in dictionary.ccodes}
    assert not isinstance(program.body, bytes)
    rows = []
    for block in program.body:
        parameters = codes[block.ccode].parameters
        values = (
            item_of(parameter.format, value)
            for parameter, value in zip(parameters, block.parameters, strict=False)
        )
        rows.append(L(U2(block.ccode), L(*values)))
    return L(A(program.name), A(dictionary.mdln), A(dictionary.softrev), L(*rows))


def verification_item(name: str, faults: Iterable[Fault]) -> Item:
    """The item of an S7F27: a single 0 row where nothing is wrong."""
    rows = [L(U1(each.code), U2(each.block), readable(each.words[:80])) for each in faults]
    return L(A(name), L(*(rows or [L(U1(0), U2(0), A(""))])))
