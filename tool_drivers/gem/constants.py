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


class Constants:
    """The constants of one tool that its dictionary has a default of."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._known = tuple(
            (each, _meant(each.default, each.format))
            for each in wire.dictionary.variables
            if each.role is Role.EC and each.default is not None
        )
        self._read_last: tuple[Item, tuple[ChangedConstant, ...]] | None = None
        """The tool's last answer, and what was changed by it: mostly it answers the same again."""

    async def changed(self) -> tuple[ChangedConstant, ...]:
        """Ask for all of them. Raises `ToolError`."""
        if not self._known:
            return ()
        reply = await self._wire.ask(2, 13, self._wire.ids(each.vid for each, _ in self._known))
        if reply is None:
            raise ToolError(self._wire.tool, "S2F14: it is empty")
        if self._read_last is None or self._read_last[0] != reply:
            self._read_last = (reply, self._read(reply))
        return self._read_last[1]

    def _read(self, reply: Item) -> tuple[ChangedConstant, ...]:
        try:
            given = as_list(reply)
        except ItemError as error:
            raise ToolError(self._wire.tool, f"S2F14: {error}") from None
        if len(given) != len(self._known):
            said = f"S2F14: {len(given)} values where {len(self._known)} were asked for"
            raise ToolError(self._wire.tool, said)
        found = []
        for (variable, meant), item in zip(self._known, given, strict=True):
            there = _told(item, variable)
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


def _meant(default: str, form: str) -> Fraction | str:
    if form == "A":
        return default.strip()
    if form == "BOOLEAN":
        return _truth(default.strip().lower() in ("true", "t", "yes", "1"))
    return Fraction(default)


def _truth(told: bool) -> str:  # noqa: FBT001 -- a value
    return "true" if told else "false"


def _said(value: Fraction | str | None, unit: str) -> str:
    if isinstance(value, Fraction):
        return f"{show_number(value)} {unit}".strip()
    return "not told" if value is None else value
