"""What an effect or a structure stands on is told as values, not in words alone."""

from math import isfinite

import cap_line
import lowk_line
import pytest
import resist_line
from built import RULES

from fabctl.claims import cap, lowk, resist
from fabctl.claims.standing import Verdict
from fabctl.interlocks.demand import OfMaterial
from fabctl.process.claim import ElementKind, elements

LINES = {
    "cap": (cap, cap_line.two_levels),
    "lowk": (lowk, lowk_line.two_levels),
    "resist": (resist, lambda: resist_line.process(developments=3)),
}
SEEN = {ElementKind.EFFECT, ElementKind.STRUCTURE}


def is_of_a_material(element):
    """What a layer is made of is no number."""
    return any(isinstance(RULES[code].demand, OfMaterial) for code in element.rules)


@pytest.mark.long
@pytest.mark.parametrize("document", LINES)
def test_every_effect_and_structure_that_stands_tells_values(document):
    module, line = LINES[document]
    standings = module.evaluate(line(), RULES).standings
    for name, standing in standings.items():
        told = standing.evidence.get("measured", [])
        asked = SEEN & set(elements()[name].kinds) and not (
            is_of_a_material(elements()[name]) and ElementKind.EFFECT not in elements()[name].kinds
        )
        assert told or not asked or standing.verdict is not Verdict.SATISFIED, name
        for each in told:
            assert isfinite(each["value"]), name
            assert each["uncertainty"] >= 0, name
            assert each["unit"] in ("nm", "nm²", "Å", "degC", "1"), name
            assert each["job"], name


def test_a_trench_is_told_with_its_depth():
    (depth,) = (
        lowk.evaluate(lowk_line.one_level(), RULES).standings["lowk.1.f"].evidence["measured"]
    )
    assert (depth["quantity"], depth["unit"], depth["told_by"]) == ("trench_depth", "nm", "section")
    assert depth["value"] == pytest.approx(200.0, abs=depth["uncertainty"])
