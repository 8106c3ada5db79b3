"""The sequences that come with fabctl."""

from pathlib import Path

import pytest

import sequences
from fabctl.process.claim import claims
from fabctl.process.loader import load_sequence
from fabctl.process.material import materials
from fabctl.quantities import Quantity

NAMES = ["cap-line", "cap-line-aluminium"]


@pytest.fixture(params=NAMES)
def sequence(request):
    """Each of the two."""
    return load_sequence(sequences.find(request.param))


def places(sequence, operation, **words):
    """Where in the order the steps with that operation and those words stand."""
    return [
        index
        for index, step in enumerate(sequence.steps)
        if step.operation == operation
        and all(step.recipe.parameters.get(name) == word for name, word in words.items())
    ]


def test_both_are_listed():
    """By their file names."""
    assert set(NAMES) <= {path.stem for path in sequences.listed()}


def test_what_is_not_listed_is_a_path():
    """Whether it exists is said by who reads it."""
    assert sequences.find("mine/flow.yaml") == Path("mine/flow.yaml")


def test_every_listed_sequence_loads_and_is_named_like_its_file():
    """None is broken."""
    for path in sequences.listed():
        assert load_sequence(path).name == path.stem


def test_the_film_is_tin_at_120_angstrom_and_reacts_at_200():
    """The nominal recipe."""
    cap_line = load_sequence(sequences.find("cap-line"))
    film = cap_line.step("film-1").recipe.parameters
    assert (film["material"], film["thickness"]) == ("Sn", Quantity.parse("120 Å"))
    react = cap_line.step("react-1").recipe.parameters
    assert react["temperature"] == Quantity.parse("200 degC")
    assert react["hold"] == Quantity.parse("15 min")


def test_aluminium_reacts_at_300():
    """Its compound needs more heat."""
    aluminium = load_sequence(sequences.find("cap-line-aluminium"))
    assert aluminium.step("film-1").recipe.parameters["material"] == "Al"
    react = aluminium.step("react-1").recipe.parameters
    assert react["temperature"] == Quantity.parse("300 degC")


class TestEachSequence:
    def test_practises_the_first_seven_claims(self, sequence):
        """cap.8 and on need a second level."""
        assert sequence.practises == tuple(f"cap.{number}" for number in range(1, 8))

    def test_what_it_says_it_does_belongs_to_what_it_practises(self, sequence):
        """And no element of those claims is forgotten."""
        said = {element for step in sequence.steps for element in step.does}
        asked = {each.name for name in sequence.practises for each in claims()[name].elements}
        assert said == asked

    def test_the_stop_layer_is_there_before_the_opening(self, sequence):
        """cap.7."""
        [stop] = places(sequence, "deposit", material="SiN")
        assert stop < min(places(sequence, "etch"))

    def test_copper_lies_in_a_liner(self, sequence):
        """With nothing in between."""
        [liner] = places(sequence, "deposit", material="TaN")
        assert sequence.steps[liner + 1].recipe.parameters["material"] == "Cu"

    def test_the_film_is_measured_before_the_anneal(self, sequence):
        """At nine sites, right before."""
        metal = sequence.step("film-1").recipe.parameters["material"]
        [measured] = places(sequence, "measure", quantity="film_thickness", material=metal)
        assert sequence.steps[measured].recipe.parameters["sites"] == Quantity.parse("9")
        assert sequence.steps[measured + 1].id == "react-1"

    def test_the_film_is_stripped_after_the_anneal(self, sequence):
        """cap.1.e."""
        metal = sequence.step("film-1").recipe.parameters["material"]
        assert places(sequence, "strip", material=metal)[0] > places(sequence, "anneal")[-1]

    def test_the_strip_clears_the_thickest_film_of_the_window(self, sequence):
        """With as much over; tin goes at 50 nm/min, aluminium at 60."""
        window = sequence.step("film-1").windows["thickness"]
        minutes = sequence.step("strip-1").recipe.parameters["time"].in_unit("min")
        assert window.high.in_unit("nm") / 50 * 2 <= minutes

    def test_its_windows_stay_inside_the_claims(self, sequence):
        """The spread over the wafer included: 3 × 2.5 %."""
        thickness = sequence.step("film-1").windows["thickness"]
        assert thickness.high.in_unit("Å") * 1075 < 500 * 1000
        assert thickness.low.in_unit("Å") * 925 > 10 * 1000
        heat = sequence.step("react-1").windows["temperature"]
        assert heat.high <= Quantity.parse("393 degC")

    def test_the_film_does_not_melt_before_it_reacts(self, sequence):
        """Tin would ball up."""
        film = materials().find(sequence.step("film-1").recipe.parameters["material"])
        assert sequence.step("react-1").windows["temperature"].high < film.melts

    def test_every_material_is_in_the_table(self, sequence):
        """By its canonical name."""
        for step in sequence.steps:
            word = step.recipe.parameters.get("material")
            assert word is None or materials().find(word).name == word

    def test_a_negative_resist_has_a_clear_field_reticle(self, sequence):
        """The other way round the wafer would be inverted."""
        [coat] = places(sequence, "coat")
        resist = materials().find(sequence.steps[coat].recipe.parameters["material"])
        assert resist.tone == "negative"
        assert sequence.layout.masks["CAP-LINE-1"].polarity == "clear-field"
