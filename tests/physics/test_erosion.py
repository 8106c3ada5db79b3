"""What goes by impact or by rubbing goes whatever it is made of: no film shields for ever."""

import pytest

from fabctl.process.errors import InputError
from fabctl.structure.section import Section
from simulators.physics import etching, polishing
from simulators.physics.erosion import on_wafers, rates_of_all
from simulators.physics.values import read_table, shipped
from simulators.section.directional import etch_down
from simulators.section.films import deposit
from simulators.section.polishing import Descent, polish_to

BY_IMPACT = {"sputter": etching.DRY["sputter"].rates}
RUBBING = {name: polishing.rates(each, 2.0, 60.0) for name, each in polishing.PLATENS.items()}


def copper_under(material):
    wafer = deposit(Section.bare(1000), "cu", "Cu", 50.0, "c")
    return deposit(wafer, "film", material, 1.0, "f")


def polished(section, rates, seconds, job):
    return polish_to(section, Descent(section, rates).level(seconds), job)


def copper_left(section):
    return sum(each.shape.area for each in section.regions if each.job == "c")


@pytest.mark.parametrize("rates", [*BY_IMPACT.values(), *RUBBING.values()])
def test_a_nanometre_of_anything_is_gone_in_the_end(rates):
    per_s = {name: rate / 60 for name, rate in rates.items()}
    take = etch_down if rates is BY_IMPACT["sputter"] else polished
    for material in on_wafers():
        before = copper_under(material)
        after = take(before, per_s, 120.0, "x")
        assert copper_left(after) < copper_left(before) - 100, material


def test_lead_that_a_reaction_leaves_is_one_of_what_may_be_on_a_wafer():
    assert {"Pb", "Cu6Sn5", "Si", "a-Ge:H"} <= set(on_wafers())


@pytest.mark.parametrize("lacking", ["Cu3Si", "W"])
def test_a_table_that_lacks_a_material_is_refused_with_its_place(tmp_path, lacking):
    text = shipped("dry-etching").read_text(encoding="utf-8")
    at = text.index("  sputter:")
    path = tmp_path / "table.yaml"
    path.write_text("values:\n" + text[at:].replace(f"{lacking}:", "Xy:", 1), encoding="utf-8")
    with pytest.raises(InputError, match=f"lacks {lacking}") as refused:
        read_table(
            path,
            ("rates", "by_impact", "sigma", "directional", "oxidises"),
            lambda values: rates_of_all(values, "rates") if values.has("by_impact") else {},
        )
    (problem,) = refused.value.problems
    assert (problem.code, problem.mark.line) == ("IN202", 5)
    assert "0 nm/min" in problem.hint
