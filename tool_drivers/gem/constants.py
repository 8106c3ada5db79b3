"""The equipment constants that are set otherwise than the tool's dictionary has them (S2F13)."""

from fractions import Fraction

from fabctl.quantities import exact, show_number
from fabctl.secs.items import Format, Item, ItemError
from fabctl.secs.read import as_bool, as_float, as_list, as_text
from fabctl.tools.dictionary import Role, Variable
from fabctl.tools.errors import ToolError
from fabctl.tools.port import ChangedConstant
from tool_drivers.gem.wire import Wire

_OF_COMMUNICATION = frozenset(
    {
        "EstablishCommunicationsTimeout",
        "TimeFormat",
        "ConfigSpool",
        "MaxSpoolTransmit",
        "OverWriteSpool",
        "InitControlState",
        "OffLineSubstate",
        "OnLineSubstate",
        "OnLineFailed",
    }
)
"""GEM's own constants (SEMI E30), by the names it gives them: how a tool talks, and to whom."""


async def changed_constants(wire: Wire) -> tuple[ChangedConstant, ...]:
    """Ask for every constant that the dictionary has a default of. Raises `ToolError`."""
    known = [
        each
        for each in wire.dictionary.variables
        if each.role is Role.EC and each.default is not None
    ]
    if not known:
        return ()
    reply = await wire.ask(2, 13, wire.ids(each.vid for each in known))
    try:
        given = as_list(reply)
    except ItemError as error:
        raise ToolError(wire.tool, f"S2F14: {error}") from None
    if len(given) != len(known):
        said = f"S2F14: {len(given)} values where {len(known)} were asked for"
        raise ToolError(wire.tool, said)
    found = []
    for variable, item in zip(known, given, strict=True):
        there, meant = _told(item, variable), _meant(variable)
        if there != meant:
            of_process = variable.name not in _OF_COMMUNICATION
            saw, wanted = (_said(each, variable.unit) for each in (there, meant))
            found.append(ChangedConstant(variable.name, saw, wanted, of_process))
    return tuple(found)


def _told(item: Item, variable: Variable) -> Fraction | str | None:
    """What the tool says; None where it does not know the constant, or says no such thing."""
    try:
        if variable.format == "A":
            return as_text(item).strip()
        if variable.format == "BOOLEAN":
            return _truth(as_bool(item))
        return exact(as_float(item), 8 if item.format is Format.F8 else 4)
    except (ItemError, ValueError):
        return None


def _meant(variable: Variable) -> Fraction | str:
    assert variable.default is not None
    if variable.format == "A":
        return variable.default.strip()
    if variable.format == "BOOLEAN":
        return _truth(variable.default.strip().lower() in ("true", "t", "yes", "1"))
    return Fraction(variable.default)


def _truth(told: bool) -> str:  # noqa: FBT001 -- a value
    return "true" if told else "false"


def _said(value: Fraction | str | None, unit: str) -> str:
    if isinstance(value, Fraction):
        return f"{show_number(value)} {unit}".strip()
    return "not told" if value is None else value
