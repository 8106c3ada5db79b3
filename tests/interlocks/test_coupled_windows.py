"""Rules over values that hang together: judged jointly, the witness with every value's place."""

import sys

import pytest
from interlock_rig import claims_rules, table, written
from msgspec.structs import replace
from shipped_rules import shipped_rules

from fabctl.interlocks import RulePack, Verdict, audit, load_rules
from fabctl.process.loader import load_sequence
from fabctl.quantities import Quantity

needs_z3 = pytest.mark.skipif(
    not __import__("importlib.util").util.find_spec("z3"), reason="the extra proof is not installed"
)

RULE = """\
rules: bakes
title: Bakes
entries:
  - code: RL901
    name: second-bake
    title: A hard bake stands so to the soft bake.
    severity: error
    waivable: true
    applies: always
    binds: {{operation: [hard_bake]}}
    relation: {{to: {{operation: [soft_bake]}}, parameter: temperature, is: {how}}}
    cites: [{{source: a test, words: none, reading: none}}]
    hint: none
    examples:
      - verdict: legal
        steps:
          - {soft_low}
          - {hard_high}
      - verdict: illegal
        steps:
          - {soft_high}
          - {hard_low}
"""


def bake(name, temperature):
    operation = f"{name}_bake"
    recipe = f"{{temperature: {temperature}, time: 60 s}}"
    return f"{{id: {name}, kind: spin_coater, operation: {operation}, recipe: {recipe}}}"


BAKES = """\
sequence: bakes
title: Two bakes
parameters:
{parameters}
steps:
  - id: soft
    kind: spin_coater
    operation: soft_bake
    recipe: {{temperature: {soft}, time: 60 s}}
  - id: hard
    kind: spin_coater
    operation: hard_bake
    recipe: {{temperature: {hard}, time: 60 s}}
"""

FILMS = RulePack({code: replace(claims_rules()[code], gate=None) for code in ("LM101", "LM102")})
"""A film's thickness and its anneal, by what the file says alone."""

ETCHED = """\
sequence: etched
title: A film, an etch to a depth, and what follows
parameters:
{parameters}
steps:
  - id: film-1
    kind: cvd
    operation: deposit
    recipe: {{chamber: film, material: Sn, thickness: {film}, temperature: 25 degC}}
  - id: etch-1
    kind: etcher
    operation: etch
    recipe: {{chamber: metal, material: Sn, depth: {depth}}}
{then}"""

ANNEAL = """\
  - id: react-1
    kind: furnace
    operation: anneal
    recipe: {temperature: 450 degC, ramp: 5 degC/min, hold: 15 min, ambient: N2}
"""

MORE_FILM = """\
  - id: film-2
    kind: cvd
    operation: deposit
    recipe: {{chamber: film, material: Sn, thickness: {}, temperature: 25 degC}}
"""


@pytest.fixture
def bakes(tmp_path):
    """Judges two bakes by how the second must stand to the first."""

    def bakes(how, soft, hard, parameters):
        cool, hot = "110 degC", "120 degC"
        first = how in ("above", "at_least")
        low, high = (cool, hot) if first else (hot, cool)
        text = RULE.format(
            how=how,
            soft_low=bake("soft", low),
            hard_high=bake("hard", high),
            soft_high=bake("soft", high),
            hard_low=bake("hard", low),
        )
        pack = load_rules([written(tmp_path / "rules.yaml", text)])
        sequence = BAKES.format(soft=soft, hard=hard, parameters=parameters)
        return audit(load_sequence(written(tmp_path / "s.yaml", sequence)), pack, table()).all

    return bakes


@pytest.fixture
def etched(tmp_path):
    """Judges a film that an etch may take."""

    def etched(film, depth, then="", parameters="", pack=None):
        text = ETCHED.format(film=film, depth=depth, then=then, parameters=parameters)
        sequence = load_sequence(written(tmp_path / "s.yaml", text))
        return audit(sequence, pack or FILMS, table()).all

    return etched


BAKE = "  bake: {value: 110 degC, window: [100 degC, 120 degC]}"
TWO = BAKE + "\n  other: {value: 110 degC, window: [105 degC, 125 degC]}"
STRAYS = "  bake: {value: 110 degC, window: [100 degC, 120 degC], tolerance: 2 delta_K}"


class TestRelationOfParameters:
    @needs_z3
    @pytest.mark.parametrize(
        ("how", "legal"),
        [("at_most", True), ("at_least", True), ("below", False), ("above", False)],
    )
    def test_one_parameter_in_two_steps_is_as_hot_as_itself(self, bakes, how, legal):
        """Whatever its window: intervals alone would find 120 degC against 100 degC."""
        assert (bakes(how, "$bake", "$bake", BAKE) == ()) is legal

    @needs_z3
    def test_with_a_tolerance_each_step_strays_for_itself(self, bakes):
        """What is set alike need not come out alike."""
        (finding,) = bakes("at_most", "$bake", "$bake", STRAYS)
        assert finding.verdict is Verdict.ILLEGAL
        assert "$bake" in " ".join(each.message for each in finding.related)

    def test_two_parameters_are_judged_at_the_ends_of_their_windows(self, bakes):
        """Exact intervals: no solver is asked. Every value of the witness has its place."""
        (finding,) = bakes("at_most", "$bake", "$other", TWO)
        assert finding.witness == "hard.temperature = 125 degC, soft.temperature = 100 degC"
        assert (finding.mark.line, finding.mark.column) == (14, 27)
        places = [(each.message, each.mark.line, each.mark.column) for each in finding.related[1:]]
        assert places == [
            ("hard.temperature = 125 degC", 14, 27),
            ("$other = 125 degC", 5, 3),
            ("soft.temperature = 100 degC", 10, 27),
            ("$bake = 100 degC", 4, 3),
        ]

    def test_windows_that_do_not_meet_are_proved(self, bakes):
        """105 degC at most against 110 degC at least."""
        apart = BAKE.replace("120", "105").replace("110", "102")
        assert bakes("below", "110 degC", "$bake", apart) == ()

    def test_equal_ends_are_strict_or_not(self, bakes):
        """120 degC is at most 120 degC, and not below it."""
        assert bakes("at_most", "120 degC", "$bake", BAKE) == ()
        (finding,) = bakes("below", "120 degC", "$bake", BAKE)
        assert finding.saw == "120 degC"

    def test_without_a_solver_coupled_values_are_not_shown(self, bakes, monkeypatch):
        """Never legal; and it is told what to install."""
        monkeypatch.setitem(sys.modules, "z3", None)
        (finding,) = bakes("at_most", "$bake", "$bake", STRAYS)
        assert finding.verdict is Verdict.NOT_SHOWN
        assert "fabctl[proof]" in finding.hint
        assert (finding.mark.line, finding.mark.column) == (13, 27)


class TestFilmThatAnEtchMayTake:
    THICK = "  thick: {value: 120 Å, window: [20 Å, 460 Å]}"

    def test_an_etch_as_deep_as_the_film_takes_it(self, etched):
        """The same parameter: nothing is left, so the anneal reacts nothing."""
        assert etched("$thick", "$thick", ANNEAL, self.THICK) == ()

    def test_an_etch_that_may_leave_some_leaves_a_reaction_anneal(self, etched):
        """300 Å of a film that may have 460 Å."""
        (finding,) = etched("$thick", "300 Å", ANNEAL, self.THICK)
        assert finding.code == "LM102"
        assert str(finding.path) == "where etch-1 leaves some of the film (1 of 2 paths)"
        assert finding.witness == (
            "film-1.thickness = 460 Å, etch-1.depth = 300 Å, react-1.temperature = 450 degC"
        )

    def test_the_depth_has_a_window_too(self, etched):
        """At its nominal 300 Å the etch would take all of 290 Å."""
        deep = "  deep: {value: 300 Å, window: [250 Å, 310 Å]}"
        (finding,) = etched("290 Å", "$deep", ANNEAL, deep)
        assert "etch-1.depth = 250 Å" in finding.witness

    def test_what_an_etch_takes_is_not_told_as_laid_down(self, etched):
        """460 Å less 100 Å, and 200 Å more."""
        (finding,) = etched("$thick", "100 Å", MORE_FILM.format("200 Å"), self.THICK)
        assert finding.saw == "560 Å"

    def test_where_the_film_is_gone_the_next_begins_anew(self, etched):
        """5 Å alone are too thin, and so are they on what an etch may have left."""
        assert etched("$thick", "300 Å", MORE_FILM.format("10 Å"), self.THICK) == ()
        (finding,) = etched("$thick", "300 Å", MORE_FILM.format("5 Å"), self.THICK)
        assert (finding.code, finding.step) == ("LM101", "film-2")
        assert str(finding.path) == "where etch-1 leaves some of the film (2 of 2 paths)"

    def test_what_is_left_and_what_follows_are_judged_together(self, etched):
        """Of 400 Å 100 Å are left at most; as much again is a film of 500 Å, of 401 Å one more."""
        window = self.THICK.replace("460", "400")
        assert etched("$thick", "300 Å", MORE_FILM.format("$thick"), window) == ()
        window = self.THICK.replace("460", "401")
        (finding,) = etched("$thick", "300 Å", MORE_FILM.format("$thick"), window)
        assert finding.witness.startswith("film-1.thickness = ")
        assert str(finding.path) == "where etch-1 leaves some of the film (1 of 2 paths)"

    def test_a_course_that_no_values_lead_to_is_left_out(self, etched):
        """After an etch as deep as the film another film of 460 Å is the only one."""
        assert etched("$thick", "$thick", MORE_FILM.format("$thick"), self.THICK) == ()

    def test_without_a_solver_it_is_not_shown(self, etched, monkeypatch):
        """What is found in a course that may not exist is neither legal nor illegal."""
        monkeypatch.setitem(sys.modules, "z3", None)
        strays = self.THICK.replace("}", ", tolerance: 10 Å}")
        (finding,) = etched("$thick", "$thick", ANNEAL, strays)
        assert finding.verdict is Verdict.NOT_SHOWN
        assert "fabctl[proof]" in finding.hint

    def test_a_thin_film_waits_only_where_it_may_be_thin(self, etched):
        """QT203 binds thin films, as an etch may leave them."""
        pack = RulePack({"QT203": shipped_rules("general")["QT203"]})
        degas = (
            "  - {id: wait-1, kind: cvd, operation: degas, "
            "recipe: {chamber: degas, temperature: 100 degC, time: 2 h}}\n"
        )
        then = degas + ANNEAL
        thick = "  thick: {value: 400 Å, window: [340 Å, 460 Å]}"
        assert etched("$thick", "220 Å", then, thick, pack) == ()
        (finding,) = etched("$thick", "221 Å", then, thick, pack)
        thickness = finding.witness.split("film-1.thickness = ")[1].split(", ")[0]
        assert Quantity.parse("221 Å") < Quantity.parse(thickness)
        assert Quantity.parse(thickness) < Quantity.parse("341 Å")


class TestTolerances:
    THICK = "  thick: {value: 490 Å, tolerance: %s}"

    @pytest.mark.parametrize(
        ("by", "witness"), [("20 Å", "510 Å"), ("5 %", "514.5 Å"), ("10 Å", None), ("2 %", None)]
    )
    def test_a_value_is_judged_as_far_as_it_may_stray(self, etched, by, witness):
        """By a difference, or by a ratio of what is set."""
        found = etched("$thick", "600 Å", parameters=self.THICK % by)
        assert [each.saw for each in found] == ([witness] if witness else [])

    def test_the_finding_tells_where_the_tolerance_stands(self, etched):
        """Beside the value's own place."""
        (finding,) = etched("$thick", "600 Å", parameters=self.THICK % "20 Å")
        assert [(each.message, each.mark.line, each.mark.column) for each in finding.related] == [
            ("it may stray by 20 Å", 4, 36)
        ]
