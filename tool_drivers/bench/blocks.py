"""A program's blocks by name, as the host carries them out."""

from collections.abc import Mapping

from msgspec import Struct

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.port import Program


class NamedBlock(Struct, frozen=True):
    """One block with its parameters by name."""

    name: str
    values: Mapping[str, float | int | str]

    def number(self, name: str) -> float:
        """A parameter that is a number."""
        return float(self.values[name])

    def text(self, name: str) -> str:
        """A parameter that is a word."""
        return str(self.values[name])


def named_blocks(dictionary: Dictionary, program: Program) -> tuple[NamedBlock, ...]:
    """The blocks of a program that the dictionary's own templates have made."""
    assert not isinstance(program.body, bytes)
    return tuple(
        NamedBlock(
            (code := dictionary.ccodes_by_id[block.ccode]).name,
            dict(zip((each.name for each in code.parameters), block.parameters, strict=True)),
        )
        for block in program.body
    )
