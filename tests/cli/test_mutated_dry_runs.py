"""Mutated sequences through the whole host: the same elements fall as on the bare machines."""

import pytest
from mutants import Mutation, mutated

from fabctl.process.claim import claims

CASES = [
    (Mutation("lowk-one-level", drop=("barrier-2",)), "1.e 4.a 4.b 7.a 9.e"),
    (Mutation("lowk-one-level", drop=("etch-back-2",)), "7.a"),
    (Mutation("resist-three-developments", drop=("soft-bake-2",)), "9.a"),
    (Mutation("resist-three-developments", move=(("hard-bake-2", "develop-2"),)), "7.a"),
    (Mutation("cap-two-level", drop=("stop-2",)), "14.a 20.a"),
    (Mutation("cap-two-level", drop=("strip-2",)), "8.f"),
]


@pytest.mark.parametrize(("mutation", "costs"), CASES, ids=lambda each: str(each)[:60])
def test_it_costs_what_it_should(fabctl, tmp_path, mutation, costs):
    """Executed despite the audit's findings; exit code 1."""
    done = fabctl("dry-run", mutated(mutation, tmp_path), "--despite-findings", "--json")
    document = mutation.of.partition("-")[0]
    standings = done.document["claims"]
    assert set(standings) == {e.name for claim in claims().values() for e in claim.elements}
    fallen = {
        name
        for name, each in standings.items()
        if each["standing"] in ("not satisfied", "not shown")
    }
    assert done.document["outcome"] == "completed"
    assert fallen == {f"{document}.{each}" for each in costs.split()}
    assert done.code == 1
