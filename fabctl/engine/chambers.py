"""What the chambers of a fab laid down last, by the records of all runs on it.

A chamber remembers what no wafer shows. A job that is not known never to have started counts: it
may have laid down something.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fabctl.engine.history import NOT_STARTED
from fabctl.engine.records import Kind
from fabctl.interlocks.seasoned import Laid
from fabctl.journal import Journal, Record


@dataclass(slots=True)
class Chambers:
    """The chambers of one fab, as a run of it finds them; `fab` is the fab's name in the records.

    The runs before are looked up once, when they are first asked for.
    """

    journal: Journal
    run: str
    fab: str
    _last: dict[tuple[str, str], Laid] | None = None

    def last(self, tool: str, chamber: str) -> Laid | None:
        """Give what a chamber laid down last in an earlier run; None where none used it."""
        if self._last is None:
            self._last = self._look_up()
        return self._last.get((tool, chamber))

    def _look_up(self) -> dict[tuple[str, str], Laid]:
        headers = {each.run: each.body for each in self.journal.of_kind(Kind.RUN)}
        never = {
            each.body["job"]
            for each in self.journal.of_kind(Kind.CONCLUDED)
            if each.body["outcome"] == NOT_STARTED
        }
        last: dict[tuple[str, str], Laid] = {}
        for intent in self._of_others(self.journal.of_kind(Kind.INTENT)):
            header, body = headers.get(intent.run, {}), intent.body
            if header.get("inputs", {}).get("fab") != self.fab or body["job"] in never:
                continue
            recipe = next(each["recipe"] for each in header["steps"] if each["id"] == body["step"])
            if body["operation"] == "deposit":
                place = body["tool"], recipe["chamber"]
                last[place] = Laid(recipe["material"], intent.run, body["step"], intent.at)
        return last

    def _of_others(self, records: Iterable[Record]) -> Iterable[Record]:
        return (each for each in records if each.run != self.run)
