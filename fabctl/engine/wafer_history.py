"""What was done to the wafer and measured of it, from a run's records, as the claims see it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from fabctl.claims.history import Done, History, Measured
from fabctl.engine.history import NOT_STARTED
from fabctl.engine.records import Kind
from fabctl.interlocks.trip import Cause
from fabctl.journal import Record
from fabctl.process.material import materials
from fabctl.process.recipe import Value
from fabctl.quantities import Quantity, QuantityError
from fabctl.structure.section import SUBSTRATE, Region, Section
from fabctl.structure.snapshot import Snapshots, from_document

BROUGHT_IN = "brought in"
"""The name of every region that no job of the run has made, and was there before the first."""
WAITING = "while waiting"
"""The name of what came later and is no job's: films react with copper wherever they lie."""

_NO_SENSOR = {Cause.NAN, Cause.FROZEN, Cause.BAD_STATUS, Cause.UNPLUGGED, Cause.WRONG_UNIT}
"""Trips after which a tool's own record of the highest value is worth no more than its samples."""


def wafer_history(records: Iterable[Record], snapshots: Snapshots | None = None) -> History:
    """The history of a run's wafer: every job that ended, in order, with all that was measured.

    A measurement leaves the wafer as it was: where no look followed one, the last look stands.
    `snapshots` has read some of the sections already, where somebody has.
    """
    steps: Mapping[str, Mapping[str, Any]] = {}
    sections: dict[str, Section] = {}
    measured: dict[str, list[Measured]] = {}
    peaks: dict[str, dict[str, tuple[float, float | None]]] = {}
    ended: list[Mapping[str, Any]] = []
    unsure: set[tuple[str, str]] = set()
    seen, makers = snapshots or Snapshots(), Makers()
    for record in records:
        body = record.body
        makers.take(record)
        match record.kind:
            case Kind.RUN:
                steps = {step["id"]: step for step in body["steps"]}
            case Kind.SECTION:
                sections[body["job"]] = makers.credit(seen.section(body["section"]))
            case Kind.MEASURED:
                measured.setdefault(body["job"], []).append(_measured(body))
            case Kind.PEAKS:
                peaks[body["job"]] = _peaks(body)
            case Kind.TRIP if body["trip"]["cause"] in _NO_SENSOR:
                unsure.add((body["job"], body["trip"]["signal"]))
            case Kind.CONCLUDED if body["outcome"] != NOT_STARTED:
                ended.append(body)
    done: list[Done] = []
    for body in ended:
        step, job = steps[body["step"]], body["job"]
        section = sections.get(job)
        if section is None and step["operation"] == "measure":
            section = done[-1].section if done else sections.get("")
        done.append(
            Done(
                step=body["step"],
                job=job,
                tool=body["tool"],
                operation=step["operation"],
                recipe=_recipe(step["recipe"]),
                section=section,
                measured=tuple(measured.get(job, ())),
                peaks={
                    signal: peak
                    for signal, peak in peaks.get(job, {}).items()
                    if (job, signal) not in unsure
                },
            )
        )
    return History(sections.get(""), done, materials())


def sections(records: Iterable[Record]) -> Iterator[tuple[str, Section]]:
    """Every look at the wafer: the step before it ("" for the wafer as brought), and the section.

    Regions bear the names of `region_name`.
    """
    forms: dict[str, str] = {}
    names: dict[str, str] = {}
    brought: tuple[str, ...] = ()
    seen, makers = Snapshots(), Makers()
    for record in records:
        body = record.body
        makers.take(record)
        if record.kind == Kind.RUN:
            forms = {step["id"]: step["forms"] for step in body["steps"]}
        elif record.kind == Kind.INTENT:
            names[body["job"]] = forms[body["step"]] or body["step"]
        elif record.kind == Kind.SECTION:
            section = makers.credit(seen.section(body["section"]))
            brought = brought or names_brought([record])
            named = (
                replace(region, name=region_name(region, names, brought))
                for region in section.regions
            )
            yield body["step"], replace(section, regions=tuple(named))


def region_name(region: Region, names: Mapping[str, str], brought: tuple[str, ...]) -> str:
    """Name a region by the job that made it, as the sequence does: `names` is job → name.

    What no job of the run has made was brought in where it bears one of the names `brought`, or one
    that begins so, as a part of it does; else it came of itself.
    """
    if region.name == SUBSTRATE:
        return region.name
    return names.get(region.job, BROUGHT_IN if region.name.startswith(brought) else WAITING)


def names_brought(records: Iterable[Record]) -> tuple[str, ...]:
    """What the regions were called, by who saw them, before the first job.

    Where nobody looked so early, all that no job has made may have been there: ("",).
    """
    for record in records:
        if record.kind == Kind.SECTION:
            regions = record.body["section"]["regions"]
            return ("",) if record.body["job"] else tuple(region["name"] for region in regions)
    return ("",)


class Makers:
    """Which job of the run made what is seen of the wafer, by the run's records in their order.

    A tool that knows no jobs of ours signs its work in its own way. What is first seen so signed
    after a job is that job's; what is seen so before the first was brought in.
    """

    def __init__(self) -> None:
        self._jobs: set[str] = set()
        self._signed: dict[str, str] = {"": ""}

    def take(self, record: Record) -> None:
        """Take note of a record."""
        if record.kind == Kind.INTENT:
            self._jobs.add(record.body["job"])
        elif record.kind == Kind.SECTION:
            for region in record.body["section"]["regions"]:
                if region["job"] not in self._jobs:
                    self._signed.setdefault(region["job"], record.body["job"])

    def credit(self, section: Section) -> Section:
        """Give the section with each region's job as the run knows it, "" for none of its own."""
        if all(region.job in self._jobs or not region.job for region in section.regions):
            return section
        regions = (
            region if region.job in self._jobs else replace(region, job=self._signed[region.job])
            for region in section.regions
        )
        return replace(section, regions=tuple(regions))


def last_section(records: Iterable[Record]) -> Section | None:
    """The wafer as it was last seen in section."""
    last, makers = None, Makers()
    for record in records:
        makers.take(record)
        if record.kind == Kind.SECTION:
            last = record.body["section"]
    return None if last is None else makers.credit(from_document(last))


def _peaks(body: Mapping[str, Any]) -> dict[str, tuple[float, float | None]]:
    """The highest value of each signal that the tool recorded, or that came, and how sure it is."""
    found = {}
    for signal, value in body["by_tool"].items():
        came = body.get("seen", {}).get(signal, {}).get("value", value)
        found[signal] = (max(float(value), float(came)), body.get("uncertainty", {}).get(signal))
    if not body.get("was_blind", True):  # all of the job was seen
        for signal, top in body.get("seen", {}).items():
            uncertainty = body.get("uncertainty", {}).get(signal)
            found.setdefault(signal, (float(top["value"]), uncertainty))
    return found


def _measured(body: Mapping[str, Any]) -> Measured:
    return Measured(
        body["quantity"],
        body["layer"],
        tuple(float(value) for value in body["values"]),  # "nan" as well
        float(body["uncertainty"]),
        body["unit"],
    )


def _recipe(texts: Mapping[str, str]) -> dict[str, Value]:
    return {name: _value(text) for name, text in texts.items()}


def _value(text: str) -> Value:
    try:
        return Quantity.parse(text)
    except QuantityError:
        return text
