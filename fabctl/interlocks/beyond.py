"""Tells of values set on the command line that lie outside of the windows that the file gives.

That is what setting one is for: to see what would become of it. But a window was agreed on, and a
value outside of it, legal or not, must not pass unseen.
"""

from collections.abc import Iterable, Iterator

from fabctl.interlocks.bench import place_of_id
from fabctl.interlocks.finding import Finding, Related, excerpt
from fabctl.interlocks.rule import Severity
from fabctl.interlocks.verdict import Verdict
from fabctl.process.sequence import Sequence, Step

CODE = "WN103"
"""The code of such a value."""


def beyond_windows(
    sequence: Sequence, steps: Iterable[Step], told: Iterable[Finding]
) -> Iterator[Finding]:
    """Warn of every such value, with the window's place; not of one where more is `told`."""
    for step in steps:
        if not step.left:
            continue
        marks = {each.mark for each in told}
        for name, window in step.left.items():
            place = step.places.get(name) or place_of_id(step)
            if place.mark in marks:
                continue
            saw, ends = str(step.recipe.parameters[name]), f"{window.low} to {window.high}"
            yield Finding(
                code=CODE,
                rule="set-beyond-window",
                verdict=Verdict.ILLEGAL,
                severity=Severity.WARNING,
                step=step.id,
                parameter=name,
                mark=place.mark,
                excerpt=excerpt(sequence.text, place),
                saw=saw,
                saw_in_rule_unit=saw,
                limit=ends,
                elements=(),
                witness=f"{step.id}.{name} = {saw}",
                message=f"{name} is set to {saw} on the command line, "
                f"outside of the file's window, {ends}",
                hint="change the window in the file if the value is to stay",
                related=(Related(window.mark, f"the window is {ends}"),),
            )
