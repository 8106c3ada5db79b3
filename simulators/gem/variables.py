"""Status and data variables: S1F3, S1F11, S1F21."""

from collections.abc import Callable, Iterable

from fabctl.secs.items import U8, A, Item, L
from fabctl.tools.dictionary import Dictionary, Role, Variable
from simulators.gem.outgoing import Handlers
from simulators.gem.values import INTEGERS, item_of, numbers_of, readable
from simulators.machine import Value

PADDED = 40
"""How long a text of a tool is that pads its texts with blanks."""

Source = Callable[[], Value | Item]


class Variables:
    """Every variable of the tool: where its value comes from, and how it looks on the wire."""

    def __init__(
        self,
        dictionary: Dictionary,
        measured: Callable[[Variable], Value],
    ) -> None:
        """`measured` reads a variable of the machine; raises KeyError where it has none."""
        self.by_id = {variable.vid: variable for variable in dictionary.variables}
        self.by_name = {variable.name: variable for variable in dictionary.variables}
        self._of = {
            role: dict.fromkeys(sorted(v.vid for v in dictionary.variables if v.role is role))
            for role in Role
        }
        self._measured = measured
        self._sources: dict[str, Source] = {}
        self._data: dict[str, Value | Item] = {}
        self._id = INTEGERS[dictionary.quirks.get("id_format", "U4")]
        self.spoilt: Callable[[str], bool] | None = None
        """Whether a fault of this name spoils how things are written."""
        self.shown: Callable[[Variable, Value], Value] | None = None
        """What is shown of a value: a fault may have spoilt it."""

    def provide(self, name: str, source: Source) -> None:
        """Have a variable that the equipment itself keeps read from `source`."""
        self._sources[name] = source

    def remember(self, data: dict[str, Value | Item]) -> None:
        """Set data variables, for the event about to be told and for later polls of its report."""
        self._data.update(data)

    def id(self, number: int) -> Item:
        """An ID in the format that the tool writes IDs in."""
        if self.spoilt is not None and self.spoilt("wrong-id-width"):
            return U8(number)
        return self._id(number)

    def ids(self, numbers: Iterable[int]) -> Item:
        """A list of IDs."""
        return L(*(self.id(number) for number in numbers))

    def item(self, vid: int) -> Item:
        """The variable's present value; ``L,0`` for an ID that is none, or that has no value."""
        variable = self.by_id.get(vid)
        if variable is None:
            return L()
        try:
            value = self.value(variable)
        except KeyError:
            return L()
        if isinstance(value, Item):
            return value
        if self.shown is not None:
            value = self.shown(variable, value)
        if isinstance(value, str) and self.spoilt is not None and self.spoilt("padded-text"):
            value = value.ljust(PADDED)
        return item_of(variable.format, value)

    def value(self, variable: Variable) -> Value | Item:
        """The variable's present value. Raises KeyError where nothing ever gave it one."""
        source = self._sources.get(variable.name)
        if source is not None:
            return source()
        if variable.name in self._data:
            return self._data[variable.name]
        return self._measured(variable)

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {(1, 3): self._values, (1, 11): self._names, (1, 21): self._data_names}

    def _values(self, body: Item | None) -> Item:
        known = self._of[Role.SV]
        return L(*(self.item(vid) if vid in known else L() for vid in numbers_of(body) or known))

    def _names(self, body: Item | None) -> Item:
        return self._described(body, Role.SV)

    def _data_names(self, body: Item | None) -> Item:
        return self._described(body, Role.DV)

    def _described(self, body: Item | None, role: Role) -> Item:
        known = self._of[role]
        rows = []
        for vid in numbers_of(body) or known:
            variable = self.by_id.get(vid) if vid in known else None
            name, unit = (variable.name, variable.unit) if variable else ("", "")
            rows.append(L(self.id(vid), A(name), readable(unit)))
        return L(*rows)
