"""What a mutated sequence leaves unsatisfied: what it should, consequences included, no more."""

import mutations_cap
import mutations_lowk
import mutations_resist
import pytest
import yaml
from mutants import Mutation, fault_file, mutated, outcome, unsatisfied

import sequences
from fabctl.process.claim import claims

CASES = [
    case for table in (mutations_lowk, mutations_resist, mutations_cap) for case in table.CASES
]
QUIET = {
    "prime": "what makes resist stick",
    "clean": "what takes polymer and oxide away",
    "degas": "what takes water out",
    "hard_bake": "where a claim does not ask for it",
}
"""Operations without which the simulated wafer is no other, so that no element may fall."""
HARMLESS = (
    "film stripped too short",
    "copper polished to the barrier, then recessed",
    "copper recessed a little more after the first barrier's etch",
    "first dielectric damaged after k1 was measured, and the damage taken away",
    "method: masks swapped",
)
"""Cases in which something else is done and no element falls, by the claims' own words."""
QUANTITIES = ("step_height", "sheet_resistance")
"""Measured for the process, not for a claim."""
ASKED_FOR = {
    "hard-bake-1": ("resist-one-development",),
    "hard-bake-2": ("resist-three-developments",),
}


def quiet():
    """One mutation for each step that no element speaks of."""
    for name in (
        "lowk-one-level",
        "resist-one-development",
        "resist-three-developments",
        "cap-line",
    ):
        document = yaml.safe_load(sequences.find(name).read_text(encoding="utf-8"))
        for step in document["steps"]:
            asked = name in ASKED_FOR.get(step["id"], ())
            measures_no_limit = step["recipe"].get("quantity") in QUANTITIES
            if (step["operation"] in QUIET or measures_no_limit) and not asked:
                yield pytest.param(name, step["id"], id=f"{name} without {step['id']}")


def test_there_are_at_least_sixty_and_each_has_a_reason():
    assert len(CASES) >= 60
    assert all(case.reason for case in CASES)
    assert {case.name for case in CASES if not case.expected} == set(HARMLESS)
    assert len({repr(case.mutation) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("way", ["drop", "move", "change", "faults", "swap"])
def test_each_way_to_spoil_a_sequence_is_tried_several_times(way):
    assert sum(bool(getattr(case.mutation, way)) for case in CASES) >= 5


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.mutation.of}: {case.name}")
def test_a_mutation_costs_the_elements_that_it_should_and_no_other(case, fabctl, tmp_path):
    """Executed by the whole host despite the audit's findings."""
    faults = fault_file(case.mutation, tmp_path)
    spoilt = ("--faults", faults) if faults else ()
    path = mutated(case.mutation, tmp_path)
    done = fabctl("dry-run", path, *spoilt, "--despite-findings", "--json")
    standings = done.document["claims"]
    assert set(standings) == {e.name for claim in claims().values() for e in claim.elements}
    fallen = {
        name: each["evidence"]
        for name, each in standings.items()
        if each["standing"] in ("not satisfied", "not shown")
    }
    assert set(fallen) == case.expected | case.expected_held, fallen
    assert done.document["outcome"] == ("held" if case.held else "completed")
    assert done.code == 1 or not case.expected


@pytest.mark.long
@pytest.mark.parametrize(("name", "step"), [*quiet()])
def test_a_step_that_no_element_speaks_of_costs_none(name, step, tmp_path):
    """On the bare machines."""
    _, standings = outcome(Mutation(name, drop=(step,)), tmp_path)
    assert {each: standings[each].why for each in unsatisfied(standings)} == {}


@pytest.mark.parametrize(
    "table",
    [pytest.param(mutations_lowk, marks=pytest.mark.long), mutations_resist, mutations_cap],
)
def test_a_first_mutation_of_each_document(table, tmp_path):
    """On the bare machines: quick to know after every change."""
    case = table.CASES[0]
    _, standings = outcome(case.mutation, tmp_path)
    assert unsatisfied(standings) == case.expected
