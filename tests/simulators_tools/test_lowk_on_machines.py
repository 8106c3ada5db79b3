"""Low-k on the machines: k on the monitor wafer, oxygen cold, copper back to its barrier."""

import statistics

import pytest
from machine_rig import Line, recipe

from fabctl.process.material import materials
from simulators.machine import RunResult

SIOC = recipe(
    "deposit", chamber="pecvd", material="SiOC", thickness="600 nm", temperature="350 degC"
)
MSQ = recipe(
    "spin_on",
    material="MSQ",
    cast_speed="2500 rpm",
    cast_time="30 s",
    plate_1="150 degC",
    plate_2="200 degC",
    plate_3="350 degC",
    plate_time="60 s",
)
CURE = recipe("cure", temperature="420 degC", ramp="5 degC/min", hold="45 min", ambient="N2")
OXYGEN = recipe(
    "treat", chamber="ash", material="SiOC", gas="O2", time="45 s", temperature="25 degC"
)


def k(line, material):
    told = recipe("measure", quantity="dielectric_constant", material=material, sites="5")
    assert line.do("metrology", told) is RunResult.COMPLETE
    values = line.machines["MET01"].value("SiteDielectricConstant")
    return statistics.fmean(values)


def test_k_is_that_of_the_materials_table():
    line = Line()
    line.do("cvd", SIOC)
    assert k(line, "SiOC") == pytest.approx(float(materials().find("SiOC").k), abs=0.05)


def test_a_cure_brings_k_of_the_spun_film_below_2_and_a_half():
    line = Line()
    line.do("spin_coater", MSQ)
    assert k(line, "MSQ") == pytest.approx(2.7, abs=0.05)
    line.do("furnace", CURE)
    assert k(line, "MSQ") == pytest.approx(2.3, abs=0.05)


def test_k_follows_the_damage_and_falls_back_when_acid_has_taken_it():
    line = Line()
    line.do("cvd", SIOC)
    line.do("etcher", OXYGEN)
    damaged = 600 / (40 / 4.5 + 560 / 2.8)  # two capacitors in series
    assert k(line, "SiOC") == pytest.approx(damaged, abs=0.02)
    line.do("etcher", recipe("etch_back", bath="hf", material="SiOC", time="90 s"))
    assert k(line, "SiOC") == pytest.approx(2.8, abs=0.02)


def test_nothing_tells_k_of_what_is_not_there():
    told = recipe("measure", quantity="dielectric_constant", material="MSQ", sites="5")
    assert Line().do("metrology", told) is RunResult.FAILED


def test_a_coat_is_as_thick_as_the_spin_table_says():
    line = Line()
    line.do("spin_coater", MSQ)
    assert statistics.fmean(line.wafer.thickness("MSQ")) == pytest.approx(450.0, rel=0.02)


def test_oxygen_and_acid_take_40_nm_a_cycle():
    line = Line()
    line.do("cvd", SIOC)
    before = line.wafer.amount("SiOC")
    line.do("etcher", OXYGEN)
    assert line.wafer.cut.has("SiOC", "damaged")
    line.do("etcher", recipe("etch_back", bath="hf", material="SiOC", time="90 s"))
    width = line.wafer.section.width
    assert (before - line.wafer.amount("SiOC")) / width == pytest.approx(40.0, abs=0.5)
    assert not line.wafer.cut.has("SiOC", "damaged")


def test_copper_etched_back_ends_on_its_barrier():
    line = Line()
    barrier = recipe(
        "deposit", chamber="ald", material="TaN", thickness="10 nm", temperature="300 degC"
    )
    copper = recipe(
        "deposit", chamber="mocvd-cu", material="Cu", thickness="100 nm", temperature="200 degC"
    )
    line.do("cvd", barrier)
    line.do("cvd", copper)
    back = recipe("etch_back", bath="can", material="Cu", endpoint="TaN", over_etch="10 %")
    assert line.do("etcher", back) is RunResult.COMPLETE
    assert line.wafer.amount("Cu") == 0
    assert max(line.wafer.thickness("TaN")) > 9.0
