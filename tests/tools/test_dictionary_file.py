"""What the dictionary loader reads, and what it refuses, with the place."""

from fractions import Fraction
from pathlib import Path

import pytest
from tool_files import DICTIONARY, load, write

from fabctl.process.errors import InputError
from fabctl.tools.dictionary import Role
from fabctl.tools.dictionary_file import load_dictionary
from sequences import data


@pytest.mark.parametrize(
    "path",
    sorted(
        path
        for path in data("dictionaries").glob("*.yaml")
        if "\ntool:" in f"\n{path.read_text(encoding='utf-8')}"
    ),
    ids=lambda path: path.stem,
)
def test_every_dictionary_that_comes_with_fabctl_loads(path: Path) -> None:
    assert load_dictionary(path).tool == path.stem


def test_a_variable_is_found_by_name_and_by_number(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert loaded.variables_by_name["HeaterTemp"] is loaded.variables_by_id[1102]
    assert loaded.variables_by_id[2001].role is Role.DV


def test_timers_not_given_have_the_usual_values(tmp_path: Path) -> None:
    assert load(tmp_path).timers["t3"] == Fraction(45)


def test_an_included_entry_gives_way_to_the_files_own(tmp_path: Path) -> None:
    base = "events: [{ceid: 8, name: Started}, {ceid: 9, name: Ended}]\n"
    write(tmp_path, base, "base.yaml")
    loaded = load_dictionary(write(tmp_path, "include: base.yaml\n" + DICTIONARY))
    assert [event.name for event in loaded.events] == ["ProcessingStarted", "Ended"]


def test_an_included_file_finds_what_it_includes_beside_itself(tmp_path: Path) -> None:
    (tmp_path / "make").mkdir()
    (tmp_path / "make" / "all.yaml").write_text("states: {7: STOPPING}\n")
    (tmp_path / "make" / "base.yaml").write_text("include: all.yaml\n")
    loaded = load_dictionary(write(tmp_path, "include: make/base.yaml\n" + DICTIONARY))
    assert loaded.states[7] == "STOPPING"


UNCERTAIN = "uncertainties: {temperature: {within: 2 delta_degC, source: data sheet}}\n"


def test_how_sure_a_reading_is_comes_with_its_source(tmp_path: Path) -> None:
    said = load_dictionary(write(tmp_path, DICTIONARY + UNCERTAIN)).uncertainties["temperature"]
    assert (str(said.within), said.source) == ("2 delta_degC", "data sheet")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("temperature:", "pressure:", "no variable shows 'pressure'"),
        ("2 delta_degC", "2 Torr", "the uncertainty of temperature: 2 Torr is a pressure"),
        ("2 delta_degC", "0 delta_degC", "must be above 0"),
        (", source: data sheet", "", "needs 'source'"),
    ],
)
def test_an_uncertainty_that_means_nothing_is_refused(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    with pytest.raises(InputError, match=why):
        load_dictionary(write(tmp_path, DICTIONARY + UNCERTAIN.replace(old, new)))


def test_files_that_include_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ring"):
        load_dictionary(write(tmp_path, "include: CVD9.yaml\n" + DICTIONARY))


BLOCKS = """\
    blocks:
      - HEAT: {Temp: $temperature, Chamber: film}
      - DEPOSIT: {Thickness: $thickness, Material: $material, Gap: 320}
"""
REFUSED = {
    "unknown key": ("format: A}", "format: A, colour: red}", "no 'colour'"),
    "missing key": ("mdln: FAB-CVD, ", "", "needs 'mdln'"),
    "unknown kind": ("kind: cvd", "kind: oven", "can't be 'oven'"),
    "number twice": ("vid: 1102", "vid: 1001", "1001 is there twice"),
    "name twice": ("name: HeaterTemp", "name: Clock", "two named 'Clock'"),
    "unknown format": ("format: F4", "format: F5", "can't be 'F5'"),
    "limits upside down": ("min: 20, max: 450", "min: 451, max: 450", "above 'max'"),
    "range of no chamber": ("max: 450}", "max: 450, chambers: {cave: {max: 99}}}", "no chamber"),
    "range beyond the tool's": (
        "max: 450}",
        "max: 450, chambers: {film: {max: 451}}}",
        "outside the tool's own range",
    ),
    "range of a chamber upside down": (
        "max: 450}",
        "max: 450, chambers: {film: {min: 30, max: 29}}}",
        "above 'max'",
    ),
    "literal out of its chamber's range": (
        "min: 200, max: 600}",
        "min: 200, max: 600, chambers: {pecvd: {min: 400}}}",
        "below the tool's 400 mil in pecvd",
    ),
    "limits of a variable upside down": (
        "unit: degC, signal",
        "unit: degC, min: 500, max: 0, signal",
        "above 'max'",
    ),
    "no number": ("min: 20, max: 450", "min: 0x14, max: 450", "must be a number"),
    "report of nothing": ("report: [Clock]", "report: [Clok]", "no variable is called 'Clok'"),
    "trace of a data variable": ("variables: [HeaterTemp]", "variables: [AlarmID]", "AlarmID"),
    "unknown state": ("1: IDLE", "1: LAZY", "no state is called 'LAZY'"),
    "category too high": ("category: 2", "category: 128", "0 to 127"),
    "unknown quirk": ("chambers:", "quirks: {mood: bad}\nchambers:", "no quirk is called"),
    "unknown timer": ("chambers:", "timers: {t9: 1 s}\nchambers:", "no timer is called"),
    "timer without unit": ("chambers:", "timers: {t3: 45}\nchambers:", "t3"),
    "operation of another kind": ("operation: deposit\n", "operation: polish\n", "not done by"),
    "unknown block": ("- HEAT:", "- COOK:", "no recipe block is called 'COOK'"),
    "parameter left out": ("Temp: $temperature, ", "", "needs 'Temp'"),
    "unknown recipe parameter": ("$temperature", "$warmth", "no parameter 'warmth'"),
    "wrong dimension": ("Thickness: $thickness", "Thickness: $temperature", "not a temperature"),
    "word as a number": ("Thickness: $thickness", "Thickness: $material", "format A"),
    "quantity as a word": ("Material: $material", "Material: $thickness", "number format"),
    "literal out of range": ("Gap: 320", "Gap: 900", "above the tool's 600"),
    "literal of another word": ("Chamber: film", "Chamber: cellar", "not one of"),
    "words that do not come back": ("Material: $material", "Material: Sn", "does not carry it"),
    "required one left out": ("Thickness: $thickness", "Thickness: 5", "leaves out 'thickness'"),
    "quantity in when": ("material: [Sn, Al]", "thickness: 5 nm", "words only"),
    "start of nothing": ("Gap: 320}\n", "Gap: 320}\n    start: {DOSE: 5}\n", "no parameter 'DOSE'"),
    "formatted without blocks": (
        BLOCKS,
        "    body: HELLO\n",
        "needs 'blocks'",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(InputError) as refused:
        load(tmp_path, old, new)
    assert said in str(refused.value)
    assert all(problem.mark.line >= 1 for problem in refused.value.problems)


def test_all_faulty_entries_of_a_section_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        load_dictionary(write(tmp_path, DICTIONARY.replace("vid:", "id:")))
    assert len(refused.value.problems) >= 3
