"""Where each claim element stands after a run, by what was measured and nothing else."""

from collections.abc import Iterable, Sequence

from fabctl.claims.chart import chart
from fabctl.claims.history import History
from fabctl.claims.standing import Standing
from fabctl.engine.records import Kind
from fabctl.engine.wafer_history import wafer_history
from fabctl.journal import Record
from fabctl.process.claim import claims, with_parents


def practised(names: Iterable[str]) -> dict[str, bool]:
    """Say of every claim element there is whether these claims, with their parents, practise it."""
    known = claims()
    held = set(with_parents(tuple(names), known))
    return {
        element.name: claim.name in held for claim in known.values() for element in claim.elements
    }


def standings(records: Sequence[Record]) -> dict[str, Standing]:
    """Give every element's standing, from a run's records.

    Where the wafer was seen in section after every job, what was done to it decides. Where it was
    not, only the limits stand that live rules bound to jobs, and everything that must be seen is
    not shown.
    """
    return standings_of(wafer_history(records), records)


def standings_of(history: History, records: Sequence[Record]) -> dict[str, Standing]:
    """Give them for a run whose wafer's history has been read from its records already."""
    header = next((each.body for each in records if each.kind == Kind.RUN), {})
    return chart(header.get("practises", ()), history, _limited(records, history))


def _limited(records: Iterable[Record], history: History) -> dict[str, list[int]]:
    """Which jobs' signals the rules of each element judged, as places in the history."""
    places = {done.job: at for at, done in enumerate(history.done)}
    last = {done.step: done.job for done in history.done}
    found: dict[str, list[int]] = {}
    for record in records:
        if record.kind == Kind.JUDGED and record.body["step"] in last:
            for element in record.body["elements"]:
                place = places[last[record.body["step"]]]
                found[element] = sorted({*found.get(element, ()), place})
    return found
