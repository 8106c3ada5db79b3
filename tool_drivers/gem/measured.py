"""What the tool measured: results of a metrology job, and peaks since the job's start."""

import math
from collections.abc import Mapping, Sequence

from fabctl.secs.items import Item
from fabctl.tools.errors import ToolError
from fabctl.tools.port import Measurement
from tool_drivers.gem.reading import number_of, numbers_of, text_of
from tool_drivers.gem.wire import NOT_GIVEN, Wire


async def results(wire: Wire, job: str) -> Sequence[Measurement]:
    """The results of a job. Raises `ToolError` where the tool has measured for another since."""
    entries = wire.dictionary.results
    names = [
        name for entry in entries for name in (entry.values, entry.uncertainty, entry.layer) if name
    ]
    values = await _of_job(wire, job, names)
    measured = []
    for entry in entries:
        numbers = numbers_of(values[entry.values])
        uncertainty = number_of(values[entry.uncertainty])
        if not numbers:
            continue
        if not math.isfinite(uncertainty):
            raise ToolError(wire.tool, f"{entry.quantity} came without its uncertainty")
        measured.append(
            Measurement(
                quantity=entry.quantity,
                values=numbers,
                unit=entry.unit,
                uncertainty=uncertainty,
                tool_time=text_of(values["Clock"]),
                layer=text_of(values.get(entry.layer, NOT_GIVEN)),
            )
        )
    return measured


async def peaks(wire: Wire, job: str) -> Mapping[str, float]:
    """Signal → highest value since the job's start; a signal without a number is left out.

    Raises `ToolError` where the tool has started another job since.
    """
    keepers = [variable for variable in wire.dictionary.variables if variable.peak_of]
    values = await _of_job(wire, job, [variable.name for variable in keepers])
    found: dict[str, float] = {}
    for variable in keepers:
        number = number_of(values[variable.name])
        if math.isfinite(number):
            signal = variable.peak_of
            found[signal] = max(number, found.get(signal, number))
    return found


async def _of_job(wire: Wire, job: str, names: list[str]) -> Mapping[str, Item]:
    """Read variables that belong to a job, and make sure that they still do."""
    if not names:
        return {}
    values = await wire.values(("JobID", "Clock", *names))
    last = text_of(values["JobID"]).strip()
    if last != job:
        raise ToolError(wire.tool, f"its values are of job {last or '(none)'}, not of {job}")
    return values
