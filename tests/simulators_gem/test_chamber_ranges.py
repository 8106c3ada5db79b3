"""A tool refuses a value that its chamber does not take, though another of its chambers does."""

import pytest
from machine_rig import FAB, recipe
from msgspec.structs import replace

from fabctl.secs.items import F4, A
from fabctl.tools.template import encode
from simulators.gem.program_items import Received, formatted_item, received, verified

DICTIONARIES = {tool.id: tool.dictionary for tool in FAB.tools}
CCP = ("ETC01", recipe("etch", chamber="ccp", material="SiOC", depth="100 nm"))
ASH = ("ETC01", recipe("strip", chamber="ash", material="resist-n1", gas="N2/H2", time="60 s"))
PECVD = (
    "CVD01",
    recipe("deposit", chamber="pecvd", material="SiOC", thickness="6500 Å", temperature="350 degC"),
)
FILM = (
    "CVD01",
    recipe("deposit", chamber="film", material="Sn", thickness="120 Å", temperature="25 degC"),
)
STRIP = ("WET01", recipe("strip", bath="msa", material="Sn", time="15 s"))
ANNEAL = (
    "FUR01",
    recipe("anneal", temperature="200 degC", ramp="5 degC/min", hold="15 min", ambient="N2"),
)


def said(tool, told, block, parameter, value):
    """What the tool says of a program in which one parameter was changed."""
    dictionary = DICTIONARIES[tool]
    program = encode(dictionary, "R1", told)
    blocks = list(program.body)
    codes = [dictionary.ccodes_by_id[each.ccode] for each in blocks]
    at = [code.name for code in codes].index(block)
    names = [each.name for each in codes[at].parameters]
    values = list(blocks[at].parameters)
    values[names.index(parameter)] = value
    blocks[at] = replace(blocks[at], parameters=tuple(values))
    changed = replace(program, body=tuple(blocks))
    _, faults = verified(received(formatted_item(changed, dictionary)), dictionary)
    return [(fault.code, fault.block - 1 - at, fault.words) for fault in faults]


@pytest.mark.parametrize(
    ("told", "block", "parameter", "value", "limits"),
    [
        (CCP, "STABILISE", "ChuckTemp", 200.0, "-10 to 60 degC in ccp"),
        (CCP, "STABILISE", "FlowO2", 400.0, "0 to 100 sccm in ccp"),
        (CCP, "STABILISE", "FlowN2", 501.0, "0 to 500 sccm in ccp"),
        (CCP, "STABILISE", "Pressure", 1500.0, "10 to 100 mTorr in ccp"),
        (CCP, "STABILISE", "FlowH2", 10.0, "0 to 0 sccm in ccp"),
        (CCP, "STRIKE", "Source", 2500.0, "500 to 2000 W in ccp"),
        (CCP, "STRIKE", "Bias", 50.0, "100 to 1500 W in ccp"),
        (ASH, "STABILISE", "FlowCF4", 50.0, "0 to 0 sccm in ash"),
        (ASH, "STABILISE", "ChuckTemp", 290.0, "-10 to 280 degC in ash"),
        (PECVD, "STABILISE", "Pressure", 20.0, "2 to 8 Torr in pecvd"),
        (PECVD, "STABILISE", "Temp", 25.0, "300 to 400 degC in pecvd"),
        (PECVD, "DEPOSIT", "Gap", 600.0, "250 to 500 mil in pecvd"),
        (PECVD, "DEPOSIT", "RF_HF", 100.0, "280 to 1000 W in pecvd"),
        (FILM, "STABILISE", "Temp", 200.0, "15 to 150 degC in film"),
        (STRIP, "TREAT", "Temp", 70.0, "25 to 35 degC in msa"),
        (ANNEAL, "SOAK", "Temp", 50.0, "100 to 450 degC"),
        (ANNEAL, "RAMP", "TargetTemp", 50.0, "100 to 450 degC"),
    ],
)
def test_a_value_outside_its_chambers_range_is_refused(told, block, parameter, value, limits):
    words = f"{block} {parameter} {value:g} is not within {limits}"
    assert said(*told, block, parameter, value) == [(4, 0, words)]


@pytest.mark.parametrize(
    ("told", "block", "parameter", "value"),
    [
        (ASH, "STABILISE", "ChuckTemp", 250.0),
        (ASH, "STABILISE", "FlowN2", 4000.0),
        (ASH, "STABILISE", "Pressure", 1500.0),
        (ASH, "STABILISE", "FlowO2", 400.0),
        (FILM, "DEPOSIT", "Gap", 600.0),
        (FILM, "DEPOSIT", "RF_HF", 100.0),
    ],
)
def test_what_another_chamber_takes_stays_allowed_there(told, block, parameter, value):
    assert said(*told, block, parameter, value) == []


def test_a_chamber_that_is_no_word_is_told_and_no_more():
    dictionary = DICTIONARIES["ETC01"]
    first, *_ = encode(dictionary, "R1", CCP[1]).body
    values = [A(v) if isinstance(v, str) else F4(v) for v in first.parameters]
    values[1] = F4(1.0)
    came = Received("R1", "", "", ((first.ccode, tuple(values)),))
    _, faults = verified(came, dictionary)
    assert [fault.words.startswith("STABILISE Chamber:") for fault in faults] == [True]
