"""Says where a program on a tool is another than the one that was sent."""

from collections.abc import Iterator
from itertools import zip_longest

from fabctl.tools import body
from fabctl.tools.dictionary import Dictionary, Parameter
from fabctl.tools.port import Block, Program
from fabctl.tools.wire_value import from_wire

_Blocks = tuple[Block, ...]


def differences(dictionary: Dictionary, sent: Program, found: Program) -> tuple[str, ...]:
    """Give each difference in the tool's own words; what a tool adds by itself is none."""
    if isinstance(sent.body, bytes) or isinstance(found.body, bytes):
        noise = dictionary.quirks.get("body_ignores", "")
        pairs = zip_longest(_lines(found, noise), _lines(sent, noise), fillvalue="")
        return tuple(
            [
                f"{ours or 'nothing'} was sent, {there or 'nothing'} is there"
                for there, ours in pairs
                if there != ours
            ]
        )
    return tuple(_of_blocks(dictionary, sent.body, found.body))


def _lines(program: Program, noise: str) -> list[str]:
    if not isinstance(program.body, bytes):
        return []
    return body.without_noise(program.body, noise).decode("ascii", "replace").splitlines()


def _of_blocks(dictionary: Dictionary, sent: _Blocks, found: _Blocks) -> Iterator[str]:
    there, meant = (", ".join(_name(dictionary, each) for each in of) for of in (found, sent))
    if there != meant:
        yield f"its blocks are {there or 'none'}, {meant} were sent"
        return
    for block, own in zip(found, sent, strict=True):
        name, parameters = _name(dictionary, own), dictionary.ccodes_by_id[own.ccode].parameters
        if len(block.parameters) != len(own.parameters):
            yield f"{name} has {len(block.parameters)} parameters, {len(own.parameters)} were sent"
            continue
        for parameter, raw, ours in zip(parameters, block.parameters, own.parameters, strict=True):
            told, wanted = _told(parameter, raw), _told(parameter, ours)
            if told != wanted:
                yield f"{name}.{parameter.name} is {told}, {wanted} was sent"


def _name(dictionary: Dictionary, block: Block) -> str:
    known = dictionary.ccodes_by_id.get(block.ccode)
    return known.name if known else str(block.ccode)


def _told(parameter: Parameter, raw: object) -> str:
    try:
        return str(from_wire(parameter, raw))
    except ValueError:  # a word that the tool does not know, or no number
        return repr(raw)
