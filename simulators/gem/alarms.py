"""Alarms: S5F1 told, S5F3 enabled, S5F5 and S5F7 listed."""

from collections.abc import Callable

from fabctl.secs.items import A, B, Item, L
from fabctl.secs.read import as_int, as_list
from fabctl.tools.dictionary import Alarm, Dictionary
from simulators.gem.events import Events
from simulators.gem.outgoing import Handlers
from simulators.gem.values import numbers_of, readable
from simulators.gem.variables import Variables

SET = 0x80


class Alarms:
    """Which alarms stand and which the host wants to hear of."""

    def __init__(
        self,
        dictionary: Dictionary,
        variables: Variables,
        events: Events,
        send: Callable[[Item], None],
    ) -> None:
        """`send` takes the item of an S5F1."""
        self._alarms = {alarm.alid: alarm for alarm in dictionary.alarms}
        self._by_name = {alarm.name: alarm for alarm in dictionary.alarms}
        self._variables = variables
        self._events = events
        self._send = send
        self._enabled: set[int] = set()
        self._standing: set[int] = set()
        variables.provide("AlarmsEnabled", lambda: variables.ids(sorted(self._enabled)))
        variables.provide("AlarmsSet", lambda: variables.ids(sorted(self._standing)))

    def named(self, name: str) -> Alarm:
        """The alarm of a name or of an ID written as text. Raises KeyError."""
        if name.isdecimal() and int(name) in self._alarms:
            return self._alarms[int(name)]
        return self._by_name[name]

    def set(self, alarm: Alarm) -> bool:
        """An alarm is detected; False if it stood already."""
        if alarm.alid in self._standing:
            return False
        self._standing.add(alarm.alid)
        self._tell(alarm, "AlarmDetected")
        return True

    def clear(self, alarm: Alarm) -> None:
        """An alarm's cause is gone."""
        if alarm.alid in self._standing:
            self._standing.discard(alarm.alid)
            self._tell(alarm, "AlarmCleared")

    def standing(self) -> list[Alarm]:
        """The alarms that are set."""
        return [self._alarms[alid] for alid in sorted(self._standing)]

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {
            (5, 3): self._enable,
            (5, 5): lambda body: self._listed(numbers_of(body) or sorted(self._alarms)),
            (5, 7): lambda _body: self._listed(sorted(self._enabled)),
        }

    def _tell(self, alarm: Alarm, event: str) -> None:
        if alarm.alid in self._enabled:
            self._send(self._row(alarm.alid))
        self._events.occur(event, AlarmID=alarm.alid)

    def _row(self, alid: int) -> Item:
        alarm = self._alarms.get(alid)
        if alarm is None:
            return L(B(0), self._variables.id(alid), A(""))
        code = alarm.category | (SET if alid in self._standing else 0)
        return L(B(code), self._variables.id(alid), readable(alarm.text[:120]))

    def _listed(self, alids: list[int]) -> Item:
        return L(*(self._row(alid) for alid in alids))

    def _enable(self, body: Item | None) -> Item:
        how, which = as_list(body, 2)
        alids = set(numbers_of(which)) or set(self._alarms)
        if not alids <= set(self._alarms):
            return B(1)
        if as_int(how) & SET:
            self._enabled |= alids
        else:
            self._enabled -= alids
        return B(0)
