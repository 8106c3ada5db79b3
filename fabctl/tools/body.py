"""Text templates of unformatted process programs: filled in, and read back exactly.

A placeholder is ``$word`` or ``$quantity(unit)``. A quantity is written as the shortest decimal of
an F8 in its unit, without the unit.
"""

import re
from collections.abc import Mapping

from fabctl.process.recipe import Value
from fabctl.quantities import Quantity
from fabctl.tools.dictionary import Parameter
from fabctl.tools.errors import UnwritableError
from fabctl.tools.wire_value import number_from_wire, to_wire, word_to_wire

PLACEHOLDER = re.compile(r"\$(?P<name>[a-z_][a-z0-9_]*)(?:\((?P<unit>[^()\s]+)\))?")

_WORD = re.compile(r"\S+")


def fill(template: str, parameters: Mapping[str, Value]) -> bytes:
    """Write the program of a recipe. Raises `UnwritableError` where a value can't be written."""

    def write(match: re.Match[str]) -> str:
        name = match["name"]
        try:
            wire = to_wire(_parameter(match), parameters[name])
        except ValueError as error:
            raise UnwritableError(str(error), name) from None
        text = str(wire)
        if isinstance(wire, float):
            text = text.removesuffix(".0")  # a person is asked for 3 sites, not for 3.0
        if not _WORD.fullmatch(text):
            raise UnwritableError(f"{text!r} has blanks, so that it could not be read back", name)
        return text

    return PLACEHOLDER.sub(write, template).encode("ascii")


def read(template: str, body: bytes) -> dict[str, Value]:
    """Read the recipe parameters out of a program. Raises ValueError where it is another one."""
    pattern, placeholders = _pattern(template)
    match = re.fullmatch(pattern, body.decode("ascii"))
    if match is None:
        raise ValueError("the program is not built like the template")
    found: dict[str, Value] = {}
    for placeholder, text in zip(placeholders, match.groups(), strict=True):
        name, unit = placeholder["name"], placeholder["unit"]
        if unit is None:
            value: Value = word_to_wire(_parameter(placeholder), text)
        else:
            value = Quantity.of(number_from_wire(_parameter(placeholder), float(text)), unit)
        if found.setdefault(name, value) != value:
            raise ValueError(f"{name} is {found[name]} in one place and {value} in another")
    return found


def without_noise(body: bytes, prefix: str) -> bytes:
    """Drop the lines that the tool itself adds (a save time): they are no part of the program."""
    if not prefix:
        return body
    start = prefix.encode("ascii")
    return b"".join(line for line in body.splitlines(keepends=True) if not line.startswith(start))


def _parameter(match: re.Match[str]) -> Parameter:
    return Parameter(match["name"], "A" if match["unit"] is None else "F8", match["unit"] or "")


def _pattern(template: str) -> tuple[str, list[re.Match[str]]]:
    pattern, end = "", 0
    placeholders = list(PLACEHOLDER.finditer(template))
    for match in placeholders:
        pattern += re.escape(template[end : match.start()]) + f"({_WORD.pattern})"
        end = match.end()
    return pattern + re.escape(template[end:]), placeholders
