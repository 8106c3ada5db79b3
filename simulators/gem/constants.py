"""Equipment constants: S2F13, S2F15, S2F29."""

from collections.abc import Callable
from functools import partial

from fabctl.secs.items import A, B, Item, ItemError, L
from fabctl.secs.read import as_int, as_list
from fabctl.tools.dictionary import Dictionary, Role, Variable
from simulators.gem.outgoing import Handlers
from simulators.gem.values import bound, numbers_of, outside, readable, typed, value_of
from simulators.gem.variables import Variables
from simulators.machine import Value

ACCEPTED, UNKNOWN, BUSY, OUT_OF_RANGE = range(4)


class Constants:
    """The equipment constants, kept through a loss of the link; every one within its range."""

    def __init__(
        self,
        dictionary: Dictionary,
        variables: Variables,
        may_change: Callable[[], bool],
        changed: Callable[[str, Value], None],
    ) -> None:
        self._known = {v.vid: v for v in dictionary.variables if v.role is Role.EC}
        self._values: dict[str, Value] = {
            v.name: typed(v.format, v.default or ("" if v.format == "A" else "0"))
            for v in self._known.values()
        }
        self._ids = {v.name: v.vid for v in self._known.values()}
        self._variables = variables
        self._may_change = may_change
        self._changed = changed
        for variable in self._known.values():
            variables.provide(variable.name, partial(self._values.__getitem__, variable.name))

    def number(self, name: str, default: float) -> float:
        """A constant as a number; `default` where this tool has no such constant."""
        value = self._values.get(name, default)
        return default if isinstance(value, str | tuple) else float(value)

    def id_of(self, name: str) -> int:
        """The ECID of a constant. Raises KeyError."""
        return self._ids[name]

    def set(self, name: str, value: Value) -> None:
        """Change a constant at the panel; the caller has kept to its range."""
        self._values[name] = value
        self._changed(name, value)

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {(2, 13): self._read, (2, 15): self._write, (2, 29): self._describe}

    def _read(self, body: Item | None) -> Item:
        wanted = numbers_of(body) or sorted(self._known)
        return L(*(self._variables.item(e) if e in self._known else L() for e in wanted))

    def _write(self, body: Item | None) -> Item:
        new: list[tuple[Variable, Value]] = []
        for pair in as_list(body):
            ecid, ecv = as_list(pair, 2)
            variable = self._known.get(as_int(ecid))
            if variable is None:
                return B(UNKNOWN)
            try:
                value = value_of(variable.format, ecv)
            except ItemError:
                return B(OUT_OF_RANGE)
            if outside(variable.format, value, variable.minimum, variable.maximum):
                return B(OUT_OF_RANGE)
            new.append((variable, value))
        if not self._may_change():
            return B(BUSY)
        for variable, wanted in new:  # all or nothing
            self.set(variable.name, wanted)
        return B(ACCEPTED)

    def _describe(self, body: Item | None) -> Item:
        rows = []
        for ecid in numbers_of(body) or sorted(self._known):
            variable = self._known.get(ecid)
            if variable is None:
                rows.append(L(self._variables.id(ecid), *(A("") for _ in range(5))))
                continue
            rows.append(
                L(
                    self._variables.id(ecid),
                    A(variable.name),
                    bound(variable.format, variable.minimum),
                    bound(variable.format, variable.maximum),
                    bound(variable.format, variable.default),
                    readable(variable.unit),
                )
            )
        return L(*rows)
