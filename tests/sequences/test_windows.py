"""Every window that a sequence states is one: its claims hold at either end, too."""

from collections.abc import Iterator

import pytest
from sequence_rig import executed

import sequences
from fabctl.claims.chart import chart
from fabctl.claims.standing import Verdict
from fabctl.process.loader import load_sequence
from fabctl.process.sequence import Window

pytestmark = pytest.mark.long


def ends() -> Iterator[object]:
    """Each sequence for bare wafers, with one of its parameters at an end of its window."""
    for path in sequences.listed():
        sequence = load_sequence(path)
        using: dict[str, dict[str, Window]] = {}
        for step in sequence.steps if sequence.stock is None else ():
            for name, window in step.windows.items():
                places = using.setdefault(step.places[name].parameter, {})
                places[f"{step.id}.{name}"] = window
        for parameter, places in using.items():
            for end in ("low", "high"):
                overrides = {place: str(getattr(each, end)) for place, each in places.items()}
                yield pytest.param(path, overrides, id=f"{path.stem}: {parameter}, {end}")


@pytest.mark.parametrize(("path", "overrides"), [*ends()])
def test_the_claims_hold_at_either_end(path, overrides):
    """On the bare machines."""
    sequence = load_sequence(path, overrides)
    history = executed(sequence)
    fallen = {
        name: each.why
        for name, each in chart(sequence.practises, history).items()
        if each.verdict not in (Verdict.SATISFIED, Verdict.NOT_PRACTISED)
    }
    assert fallen == {}
    assert len(history.done) == len(sequence.steps)
