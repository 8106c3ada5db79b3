"""Every sequence that comes with fabctl, as a person has it audited and dry-run."""

import pytest

import sequences
from fabctl.process.claim import claims, with_parents
from fabctl.process.loader import load_sequence

pytestmark = pytest.mark.long

CLAIMED = [path.stem for path in sequences.listed() if not path.stem.startswith("bench-")]
"""Those of the bench run on its own fab: `tests/bench`."""


@pytest.mark.parametrize("name", CLAIMED)
def test_its_audit_is_clean(fabctl, name):
    done = fabctl("audit", name, "--json")
    assert (done.code, done.document["files"][0]["findings"]) == (0, [])


@pytest.mark.parametrize("name", CLAIMED)
def test_its_dry_run_satisfies_every_element_that_it_practises(dry_run, name):
    done = dry_run(name)
    practised = {
        element.name
        for claim in with_parents(load_sequence(sequences.find(name)).practises, claims())
        for element in claims()[claim].elements
    }
    standings = {each: done.document["claims"][each]["standing"] for each in practised}
    assert set(standings.values()) == {"satisfied"}, standings
    assert (done.code, done.document["outcome"]) == (0, "completed")
