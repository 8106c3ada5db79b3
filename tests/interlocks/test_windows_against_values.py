"""A window's verdict is that of its values, tried out as sequences without a window."""

import itertools
import re
from importlib.util import find_spec

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from interlock_rig import anneal, claims_rules, film, table, written
from msgspec.structs import replace

from fabctl.interlocks import RulePack, audit
from fabctl.process.loader import load_sequence

pytestmark = pytest.mark.skipif(not find_spec("z3"), reason="the extra proof is not installed")

PACK = RulePack({code: replace(claims_rules()[code], gate=None) for code in ("LM101", "LM102")})
PLACES = ("film-1.thickness", "etch-1.depth", "film-2.thickness", "etch-2.depth")
VALUE = re.compile(r"([\w-]+\.\w+) = ([0-9.]+) Å")


def etch(depth, step):
    return (
        f"- {{id: {step}, kind: etcher, operation: etch, recipe: "
        f"{{chamber: metal, material: Sn, depth: {depth}}}}}\n"
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Audits film, etch, film, etch, and an anneal that is too hot for any film that is left."""
    folder = tmp_path_factory.mktemp("windows")

    def found(slots, parameters=""):
        first, deep, second, deeper = slots
        text = film(first) + etch(deep, "etch-1") + film(second, "film-2")
        text += etch(deeper, "etch-2") + anneal("450 degC")
        whole = f"sequence: s\ntitle: t\n{parameters}steps:\n{text}"
        sequence = load_sequence(written(folder / "s.yaml", whole))
        findings = audit(sequence, PACK, table()).findings
        return {(finding.code, finding.step): finding for finding in findings}

    return found


SLOTS = st.tuples(*[st.sampled_from(["$a", "$a", "$b", "60 Å", "150 Å", "300 Å"]) for _ in PLACES])
WINDOWS = st.tuples(st.integers(0, 20), st.integers(1, 20)).map(
    lambda at: (at[0] * 20 + 5, (at[0] + at[1]) * 20 + 5)
)


@settings(max_examples=5, deadline=None)
@given(SLOTS, WINDOWS, WINDOWS)
def test_it_is_illegal_just_where_one_of_its_values_is(found, slots, a, b):
    """What a value breaks, its window breaks; and the witness breaks what it is a witness of."""
    windows = {name: ends for name, ends in (("$a", a), ("$b", b)) if name in slots}
    assume(windows)
    parameters = "parameters:\n" + "".join(
        f"  {name[1:]}: {{value: {low} Å, window: [{low} Å, {high} Å]}}\n"
        for name, (low, high) in windows.items()
    )

    def at(values):
        return found([values.get(slot, slot) for slot in slots])

    whole = found(slots, parameters)
    tried = [
        [f"{value} Å" for value in (low, (low + high) // 2, high)] for low, high in windows.values()
    ]
    for values in itertools.product(*tried):
        assert at(dict(zip(windows, values, strict=True))).keys() <= whole.keys()
    for key, finding in whole.items():
        values = {name: f"{low} Å" for name, (low, _) in windows.items()}
        for place, value in VALUE.findall(finding.witness):
            values[slots[PLACES.index(place)]] = f"{value} Å"
        assert key in at(values), finding.witness
