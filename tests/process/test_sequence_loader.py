"""What a sequence file may say, and how each mistake in it is reported."""

import pytest

from fabctl.process.errors import InputError
from fabctl.process.loader import load_sequence
from fabctl.process.vocabulary import OPERATIONS
from fabctl.quantities import Quantity

GOOD = """\
sequence: two-steps
title: A film and its anneal
practises: [cap.5]
parameters:
  film_thickness: {value: 120 Å, window: [20 Å, 460 Å]}
  metal: Sn
steps:
  - id: film-1
    kind: cvd
    operation: deposit
    recipe: {chamber: film, material: $metal, thickness: $film_thickness, temperature: 25 degC}
    forms: film-1
    does: [cap.5.a]
  - id: react-1
    kind: furnace
    operation: anneal
    tool: FUR01
    recipe: {temperature: 200 degC, ramp: 5 degC/min, hold: 15 min, ambient: N2}
"""


@pytest.fixture
def load(tmp_path):
    """Loads GOOD with one text put in place of another."""

    def load(old="", new="", overrides=None):
        assert old in GOOD
        path = tmp_path / "s.yaml"
        path.write_text(GOOD.replace(old, new, 1) if old else GOOD)
        return load_sequence(path, overrides)

    return load


@pytest.fixture
def refused(load):
    """Gives the problems of GOOD with one text put in place of another, as text."""

    def refused(old, new="", overrides=None):
        with pytest.raises(InputError) as caught:
            load(old, new, overrides)
        return [
            f"{each.mark.line}:{each.mark.column} {each.code} {each.message} {each.hint}".strip()
            for each in caught.value.problems
        ]

    return refused


class TestLoads:
    def test_steps_in_order(self, load):
        """With their recipes as quantities and words."""
        film, react = load().steps
        assert (film.id, film.kind, film.operation, film.forms) == (
            "film-1",
            "cvd",
            "deposit",
            "film-1",
        )
        assert dict(film.recipe.parameters) == {
            "chamber": "film",
            "material": "Sn",
            "thickness": Quantity.parse("120 Å"),
            "temperature": Quantity.parse("25 degC"),
        }
        assert (react.tool, film.tool) == ("FUR01", "")
        assert film.does == ("cap.5.a",)

    def test_a_reference_carries_its_window_and_its_place(self, load):
        """The caret goes under ``$film_thickness``, the window comes from the parameter."""
        film = load().step("film-1")
        place = film.places["thickness"]
        assert (place.mark.line, place.mark.column, place.end.column) == (11, 58, 73)
        assert place.parameter == "film_thickness"
        window = film.windows["thickness"]
        assert (window.low.text, window.high.text, window.mark.line) == ("20 Å", "460 Å", 5)
        assert "temperature" not in film.windows

    def test_a_tolerance_is_a_difference_or_a_ratio(self, load):
        """It goes with every step that uses the parameter."""
        film = load("460 Å]}", "460 Å], tolerance: 5 %}").step("film-1")
        tolerance = film.tolerances["thickness"]
        assert (tolerance.by.text, tolerance.mark.line, tolerance.mark.column) == ("5 %", 5, 68)

    def test_parameters_are_kept_as_they_are_used(self, load):
        """A quantity with its window, a word without."""
        parameters = load().parameters
        assert parameters["metal"].value == "Sn"
        assert parameters["metal"].window is None
        assert parameters["film_thickness"].value == Quantity.parse("12 nm")

    def test_the_file_is_kept_as_text(self, load):
        """For excerpts."""
        assert load().text == GOOD

    def test_without_a_layout_nothing_is_exposed(self, load):
        """A blanket wafer needs no masks."""
        assert not load().layout.masks


def test_only_a_focus_may_be_below_zero():
    """Of every other quantity there is no negative one."""
    lowest = {
        name: rule.lowest
        for operation in OPERATIONS.values()
        for name, rule in operation.parameters.items()
        if rule.dimension is not None
    }
    assert {name for name, least in lowest.items() if least is None} == {"focus"}
    assert set(lowest.values()) == {None, 0}


class TestRefuses:
    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("title:", "titel:", "2:1 IN201 a sequence has no key titel did you mean title?"),
            ("title: A film and its anneal\n", "", "1:1 IN202 a sequence lacks title"),
            ("two-steps", "two steps", "1:11 IN204 sequence must be a name"),
            ("two-steps", "two/steps", "1:11 IN204 a sequence's name has letters, digits and . _"),
            ("two-steps", "two:steps", "1:11 IN204 a sequence's name has letters, digits and . _"),
            ("[cap.5]", "[cap.50]", "3:12 IN205 there is no claim cap.50 did you mean cap.5?"),
            ("[cap.5.a]", "[cap.5.z]", "13:12 IN205 there is no claim element cap.5.z"),
            ("[cap.5]\n", "[cap.5]\nlayout: x\n", "4:9 IN205 there is no layout x"),
            ("[cap.5]\n", "[cap.5]\nlayout: ../a\n", "4:9 IN204 layout must be a name"),
            ("kind: cvd", "kind: cvt", "9:11 IN206 kind can't be cvt did you mean cvd?"),
            ("kind: cvd", "kind: furnace", "9:11 IN207 no furnace does deposit cvd"),
            ("operation: anneal", "operation: anneel", "IN206 operation can't be anneel did you"),
            ("id: react-1", "id: film-1", "14:9 IN204 the step film-1 stands here again; first in"),
            ("id: react-1", "id: re.act", "14:9 IN204 a step's id is up to 60 letters"),
            ("id: react-1", f"id: {'x' * 61}", "14:9 IN204 a step's id is up to 60 letters"),
            ("tool: FUR01", "disabled: true", "17:5 IN201 a step has no key disabled"),
            ("hold: 15", "holt: 15", "18:55 IN201 the recipe of anneal has no key holt did you"),
            (", ambient: N2", "", "18:13 IN202 the recipe of anneal lacks ambient"),
            ("ambient: N2", "ambient: O2", "18:78 IN206 ambient can't be O2 one of N2"),
            ("200 degC", "6:40", "18:27 TY101 temperature: 6:40 looks like a time of day"),
            ("200 degC", "0400 degC", "18:27 TY101 temperature: 0400 has a leading zero"),
            ("200 degC", "0x190 degC", "18:27 TY101 temperature: 0x190 is not decimal"),
            ("200 degC", "1_000 degC", "18:27 TY101 temperature: 1_000 has an underscore"),
            ("200 degC", ".nan", "18:27 TY101 temperature: .nan is not a number"),
            ("200 degC", "1e400 degC", "18:27 TY101 temperature: 1e400 is out of range"),
            ("200 degC", "４００ degC", "18:27 TY101 temperature: '４００' has '４' (U+FF14"),
            ("200 degC", "'200 degC'", "18:27 TY102 temperature: a number is written without q"),
            ("200 degC", "200\n     degC", "18:27 TY101 temperature: a number and its unit stand"),
            ("200 degC", "200", "18:27 UN101 temperature: 200 lacks its unit"),
            ("200 degC", "200 delta_K", "18:27 UN101 temperature: 200 delta_K is a temperature di"),
            ("200 degC", "[200 degC]", "18:27 IN203 temperature must be a number with its unit"),
            ("200 degC", "", "18:27 TY101 temperature: a number is missing"),
            ("120 Å,", "120 A,", "5:27 UN101 thickness ($film_thickness): 120 A is a current"),
            ("120 Å,", "500 Å,", "5:27 WN102 500 Å is outside its own window, 20 Å to 460 Å"),
            ("[20 Å, 460 Å]", "[460 Å, 20 Å]", "WN101 the window of film_thickness holds no choi"),
            ("hold: 15 min", "hold: -15 min", "18:61 TY104 hold is -15 min, but can't be below 0"),
            ("5 degC/min", "-5 degC/min", "18:43 TY104 ramp is -5 degC/min, but can't be below"),
            ("200 degC", "-300 degC", "18:27 TY101 temperature: -300 degC is below absolute zero"),
            ("[20 Å, 460 Å]", "[-20 Å, 460 Å]", "5:43 TY104 the window of film_thickness is -20 Å"),
            ("460 Å]}", "460 Å], tolerance: 21 Å}", "5:68 TY104 thickness may be 20 Å and stray"),
            ("460 Å]}", "460 Å], tolerance: 101 %}", "5:68 TY104 thickness may be 20 Å and stray"),
            ("[20 Å, 460 Å]", "[20 Å]", "5:42 IN203 the window of film_thickness must be [low"),
            ("[20 Å, 460 Å]", "[20 Å, 460 K]", "5:49 UN101 the window of film_thickness: 460 K is"),
            (
                "metal: Sn",
                "metal: {value: Sn, window: [Sn, Al]}",
                "IN207 the window of metal: a wo",
            ),
            ("460 Å]}", "460 Å], tolerance: 0 Å}", "5:68 WN101 the tolerance of film_thickness mu"),
            ("460 Å]}", "460 Å], tolerance: -1 %}", "5:68 WN101 the tolerance of film_thickness m"),
            ("460 Å]}", "460 Å], tolerance: 5 s}", "5:68 UN101 the tolerance of film_thickness: 5"),
            ("[20 Å, 460 Å]", "[120 Å, 120 Å]", "5:42 WN101 the window of film_thickness holds no"),
            (
                "metal: Sn",
                "metal: {value: Sn, tolerance: 1 %}",
                "IN207 the tolerance of metal: a word",
            ),
            ("$metal", "$mettle", "11:39 IN205 there is no parameter mettle did you mean metal?"),
            ("$metal", "Sn", "6:3 IN205 no step uses the parameter metal"),
        ],
    )
    def test_each_mistake_with_its_place(self, refused, old, new, said):
        """One mistake, one problem."""
        [problem] = refused(old, new)
        assert said in problem

    def test_a_decimal_comma_ends_the_value_in_braces(self, refused):
        """Both halves are reported."""
        found = refused("120 Å,", "20,5 Å,")
        assert "5:27 UN101 thickness ($film_thickness): 20 lacks its unit" in found[0]
        assert "5:30 IN201 the parameter film_thickness has no key 5 Å" in found[1]

    def test_all_mistakes_of_a_file_at_once(self, refused):
        """Nobody has to run it again for the next one."""
        found = refused(
            "recipe: {temperature: 200 degC, ramp: 5 degC/min, hold: 15 min, ambient: N2}",
            "recipe: {temperature: 200, ramp: 5 degC, hold: 0400 min, ambient: air}",
        )
        assert [text.split()[1] for text in found] == ["UN101", "UN101", "TY101", "IN206"]

    def test_nothing_to_do(self, refused):
        """A sequence without steps is a mistake."""
        [problem] = refused(GOOD[GOOD.index("parameters") :], "steps: []\n")
        assert "IN203 a sequence needs at least one step" in problem

    def test_two_ways_to_end_an_etch(self, refused):
        """Depth, time and end point exclude each other."""
        react = GOOD[GOOD.index("    kind: furnace") :]
        etch = "    kind: etcher\n    operation: etch\n    recipe: {%s}\n"
        both = refused(react, etch % "chamber: ccp, material: SiN, depth: 50 nm, time: 30 s")
        assert "takes one of depth, time, endpoint; not depth and time" in both[0]
        none = refused(react, etch % "material: SiN, depth: 50 nm")
        assert "takes one of chamber, bath; none is there" in none[0]


class TestOverrides:
    def test_a_value_is_replaced_and_keeps_its_place(self, load):
        """The window binds the file's own value, not the person's."""
        film = load(overrides={"film-1.thickness": "501 Å"}).step("film-1")
        assert film.recipe.parameters["thickness"] == Quantity.parse("50.1 nm")
        assert film.places["thickness"].overridden
        assert str(film.places["thickness"].mark).endswith("s.yaml:11:58")
        assert not film.windows

    def test_a_word_is_replaced(self, load):
        """Words are set like numbers."""
        film = load(overrides={"film-1.material": "Al"}).step("film-1")
        assert film.recipe.parameters["material"] == "Al"

    def test_what_the_recipe_leaves_out_can_be_set(self, load):
        """Its place is then the recipe's."""
        react = load(overrides={"react-1.boat_in": "80 degC"}).step("react-1")
        assert react.recipe.parameters["boat_in"] == Quantity.parse("80 degC")
        assert react.places["boat_in"].mark.line == 18

    @pytest.mark.parametrize(
        ("target", "text", "said"),
        [
            (
                "film-2.thickness",
                "1 nm",
                "8:3 IN205 there is no step film-2 to set anything in did",
            ),
            ("film-1.thicknes", "1 nm", "IN205 film-1 has no parameter thicknes that could be set"),
            ("thickness", "1 nm", "IN205 thickness can't be set: name a step and its parameter"),
            (
                "film-1.thickness",
                "6:40",
                "11:58 TY101 film-1.thickness as set on the command line:",
            ),
            (
                "film-1.thickness",
                "",
                "11:58 TY101 film-1.thickness as set on the command line: a n",
            ),
            ("react-1.hold", "-1 s", "18:61 TY104 react-1.hold as set on the command line is -1 s"),
            ("film-1.thickness", "5 K", "11:58 UN101 film-1.thickness as set on the command line:"),
            ("react-1.ambient", "O2", "18:78 IN206 react-1.ambient as set on the command line can"),
        ],
    )
    def test_what_can_not_be_set(self, refused, target, text, said):
        """It is bad input, with the place that was meant."""
        [problem] = refused("", "", {target: text})
        assert said in problem
