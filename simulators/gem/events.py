"""Collection events and the reports that a host defines for them: S2F33/35/37, S6F11/15/19."""

from collections.abc import Callable

from fabctl.secs.items import A, B, Item, ItemError, L
from fabctl.secs.read import as_int, as_list
from fabctl.tools.dictionary import Dictionary
from simulators.gem.outgoing import Handlers
from simulators.gem.values import id_of, numbers_of
from simulators.gem.variables import Variables
from simulators.machine import Value

ACCEPTED = 0
MOST_VARIABLES = 4000
"""In all reports together. So no event, which has each report once, is longer."""
NO_SPACE = 1  # DRACK
REPORT_DEFINED, VARIABLE_UNKNOWN = 3, 4  # DRACK
BAD_FORMAT = 2  # LRACK
EVENT_LINKED, EVENT_UNKNOWN, REPORT_UNKNOWN = 3, 4, 5  # LRACK


class Events:
    """Events, reports, links and enables; the host's set-up outlives its link."""

    def __init__(
        self,
        dictionary: Dictionary,
        variables: Variables,
        send: Callable[[str, int, Item], None],
    ) -> None:
        """`send` takes an event's name, its CEID and the item of its S6F11."""
        self._events = {event.ceid: event for event in dictionary.events}
        self._ceids = {event.name: event.ceid for event in dictionary.events}
        self._variables = variables
        self._send = send
        self._reports: dict[int, list[int]] = {}
        self._links: dict[int, list[int]] = {}
        self._enabled: set[int] = set()
        self._count = 0
        variables.provide("EventsEnabled", lambda: variables.ids(sorted(self._enabled)))

    def occur(self, name: str, **data: Value | Item) -> None:
        """Tell an event, with its data variables, if the tool has it and the host enabled it."""
        self._variables.remember(data)
        ceid = self._ceids.get(name)
        if ceid is not None and ceid in self._enabled:
            self._send(name, ceid, self._report_of(ceid))

    def forget(self) -> None:
        """Lose the host's set-up, as a tool may that keeps it in volatile memory."""
        self._reports, self._links, self._enabled = {}, {}, set()

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {
            (1, 23): self._describe,
            (2, 33): self._define,
            (2, 35): self._link,
            (2, 37): self._enable,
            (6, 15): lambda body: self._report_of(one_number(body)),
            (6, 19): lambda body: self._values(one_number(body)),
        }

    def _values(self, rptid: int) -> Item:
        return L(*(self._variables.item(vid) for vid in self._reports.get(rptid, ())))

    def _report_of(self, ceid: int) -> Item:
        self._count += 1
        reports = (
            L(self._variables.id(rptid), self._values(rptid)) for rptid in self._links.get(ceid, ())
        )
        return L(self._variables.id(self._count), self._variables.id(ceid), L(*reports))

    def _describe(self, body: Item | None) -> Item:
        rows = []
        for ceid in numbers_of(body) or sorted(self._events):
            event = self._events.get(ceid)
            names = event.report if event else ()
            vids = [self._variables.by_name[n].vid for n in names if n in self._variables.by_name]
            rows.append(
                L(
                    self._variables.id(ceid),
                    A(event.name if event else ""),
                    self._variables.ids(vids),
                )
            )
        return L(*rows)

    def _define(self, body: Item | None) -> Item:
        _, definitions = as_list(body, 2)
        wanted = as_list(definitions)
        reports = dict(self._reports) if wanted else {}
        for definition in wanted:
            rptid, vids = as_list(definition, 2)
            number, variables = id_of(rptid), numbers_of(vids)
            if not variables:
                reports.pop(number, None)
            elif number in reports:
                return B(REPORT_DEFINED)
            elif any(vid not in self._variables.by_id for vid in variables):
                return B(VARIABLE_UNKNOWN)
            else:
                reports[number] = variables
        if sum(map(len, reports.values())) > MOST_VARIABLES:
            return B(NO_SPACE)
        self._reports = reports
        links = {
            ceid: [rptid for rptid in rptids if rptid in reports]
            for ceid, rptids in self._links.items()
        }
        self._links = {ceid: rptids for ceid, rptids in links.items() if rptids}
        return B(ACCEPTED)

    def _link(self, body: Item | None) -> Item:
        _, wanted = as_list(body, 2)
        links = dict(self._links)
        for entry in as_list(wanted):
            first, rptids = as_list(entry, 2)
            ceid, reports = id_of(first), numbers_of(rptids)
            if ceid not in self._events:
                return B(EVENT_UNKNOWN)
            if not reports:
                links.pop(ceid, None)
            elif ceid in links:
                return B(EVENT_LINKED)
            elif len(reports) > len(set(reports)):
                return B(BAD_FORMAT)
            elif any(rptid not in self._reports for rptid in reports):
                return B(REPORT_UNKNOWN)
            else:
                links[ceid] = reports
        self._links = links
        return B(ACCEPTED)

    def _enable(self, body: Item | None) -> Item:
        enable, wanted = as_list(body, 2)
        ceids = set(numbers_of(wanted)) or set(self._events)
        if not ceids <= set(self._events):
            return B(1)
        if as_int(enable):
            self._enabled |= ceids
        else:
            self._enabled -= ceids
        return B(ACCEPTED)


def one_number(body: Item | None) -> int:
    """The one ID of a body that is an item, or a list of one. Raises `ItemError`."""
    numbers = numbers_of(body)
    if len(numbers) != 1:
        raise ItemError(f"one ID expected, {len(numbers)} came")
    return numbers[0]
