"""A removal that may not take the whole film: what is left binds, and counts in the next film."""

import pytest
from interlock_rig import anneal, claims_rules, film, measure, steps, table
from msgspec.structs import replace

from fabctl.interlocks import RulePack, Verdict, audit
from fabctl.interlocks.arming import arm
from fabctl.interlocks.film import Film
from fabctl.interlocks.trace import trace
from fabctl.interlocks.wafer_state import Has
from simulators.physics.etching import WET

FILMS = RulePack({code: replace(claims_rules()[code], gate=None) for code in ("LM101", "LM102")})
"""A film's thickness and its anneal, by what the file says alone."""
HOT = anneal("450 degC")


def taken(recipe: str, operation: str = "strip", step: str = "wash-1") -> str:
    kind = "cmp" if operation == "polish" else "etcher"
    return f"- {{id: {step}, kind: {kind}, operation: {operation}, recipe: {{{recipe}}}}}\n"


def wash(time: str, bath: str = "msa", more: str = "") -> str:
    return taken(f"bath: {bath}, material: Sn, time: {time}{more}")


def found(text: str, pack: RulePack = FILMS) -> list[tuple[str, str, Verdict]]:
    return [(each.code, each.step, each.verdict) for each in audit(steps(text), pack, table()).all]


class TestAnnealAfterAWash:
    @pytest.mark.parametrize(
        ("washed", "verdict"),
        [
            (wash("1 s"), Verdict.ILLEGAL),  # 9 Å of 120 Å at the most
            (wash("14 s"), Verdict.NOT_SHOWN),  # 105 Å to 128 Å
            (wash("16 s"), None),  # 120 Å at the least
            (wash("2 min", bath="citric"), Verdict.NOT_SHOWN),  # nobody knows its rate
            (wash("2 min", more=", temperature: 25 degC"), Verdict.NOT_SHOWN),  # colder is slower
            (wash("2 min", more=", temperature: 35 degC"), None),
            (taken("chamber: metal, material: Sn, time: 60 s", "etch"), Verdict.NOT_SHOWN),
            (taken("chamber: metal, material: Sn, endpoint: Cu", "etch"), None),
            (
                taken("platen: barrier, material: Sn, time: 60 s, pressure: 1 psi", "polish"),
                Verdict.NOT_SHOWN,
            ),
            (taken("bath: tmah, material: Al, time: 2 min"), Verdict.ILLEGAL),  # no tin in it
        ],
    )
    def test_the_film_binds_unless_it_is_shown_to_be_gone(self, washed, verdict):
        """LM102 limits the anneal of whatever film is on the wafer."""
        said = [("LM102", "react-1", verdict)] if verdict is not None else []
        assert found(film() + washed + HOT) == said

    def test_the_finding_names_the_removal_in_doubt(self):
        """So that a reader knows what to lengthen."""
        (finding,) = audit(steps(film() + wash("14 s") + HOT), FILMS, table()).all
        assert finding.message.endswith("; whether wash-1 takes the whole film is not shown")

    def test_a_longer_wash_takes_a_film_in_its_window(self):
        """The thickest film that the window allows is what has to be gone."""
        thick = film("120 Å")
        assert found(thick + wash("60 s") + HOT) == []

    def test_what_a_wash_may_have_left_is_watched_live(self):
        """The monitor of the anneal is armed in doubt."""
        last = trace(steps(film() + wash("2 min", bath="citric") + HOT), table())[-1]
        channels = [("temperature", "A")]
        armed = arm(FILMS, last.step, last.before, channels, 0.0, materials=table())
        assert [monitor.rule.code for monitor in armed] == ["LM102"]

    def test_a_rule_for_wafers_without_film_binds_in_doubt_too(self):
        """Neither that it is there nor that it is gone passes for shown."""
        last = trace(steps(film() + wash("14 s") + HOT), table())[-1]
        without = replace(FILMS["LM102"].binds, wafer_has=(), wafer_lacks=(Has.FILM,))
        assert FILMS["LM102"].binds.selects(last.act, table())
        assert without.selects(last.act, table())


class TestSumOfFilms:
    @pytest.mark.parametrize(
        ("washed", "second", "verdict"),
        [
            (taken("chamber: metal, material: Sn, depth: 100 Å", "etch"), "300 Å", None),
            (
                taken("chamber: metal, material: Sn, depth: 99 Å", "etch"),
                "300 Å",
                Verdict.ILLEGAL,
            ),
            (wash("12 s"), "290 Å", None),  # 190 Å to 210 Å are left
            (wash("12 s"), "300 Å", Verdict.NOT_SHOWN),
            (wash("12 s"), "311 Å", Verdict.ILLEGAL),  # though it took as much as it may
            (wash("2 min", bath="citric"), "200 Å", None),
            (wash("2 min", bath="citric"), "201 Å", Verdict.NOT_SHOWN),
            (wash("2 min", bath="citric"), "9 Å", Verdict.NOT_SHOWN),  # if all else is gone
        ],
    )
    def test_what_is_left_of_300_angstroms_counts_in_the_whole_film(self, washed, second, verdict):
        """As little and as much as may be left: both ends of LM101."""
        said = [("LM101", "film-2", verdict)] if verdict is not None else []
        assert found(film("300 Å") + washed + film(second, "film-2")) == said

    def test_the_witness_tells_what_the_removal_takes(self):
        """And the removal is among the places."""
        text = film("300 Å") + wash("12 s") + film("311 Å", "film-2")
        (finding,) = audit(steps(text), FILMS, table()).findings
        assert finding.witness == (
            "film-1.thickness = 300 Å, wash-1 takes 90 Å, film-2.thickness = 311 Å: together 521 Å"
        )
        assert [each.message for each in finding.related] == [
            "film-1 adds to it",
            "wash-1 takes some of it",
        ]

    def test_of_two_films_only_the_upper_one_is_taken(self):
        """A wash of lead solder leaves the tin under it."""
        text = film() + film("150 Å", "film-2", "Sn-Pb")
        both = taken("bath: msa-pb, material: Sn-Pb, time: 2 min")
        last = trace(steps(text + both), table())[-1].after.film
        assert last is not None
        assert last.materials == ("Sn",)
        assert not last.doubted


class TestMeasurement:
    def test_a_removal_makes_what_was_measured_void(self):
        """Else an anneal would start on the thickness of another film."""
        text = film() + measure() + wash("1 s") + anneal()
        (finding,) = audit(steps(text), claims_rules(), table()).not_shown
        assert "no step measures film_thickness between wash-1 and react-1" in finding.message

    @pytest.mark.parametrize(
        ("thickness", "off", "left"),
        [
            ("12 Å", taken("chamber: metal, material: Sn, depth: 2 Å", "etch"), None),
            ("12 Å", taken("chamber: metal, material: Sn, depth: 5 Å", "etch"), "7 Å"),
            (
                "120 Å",
                taken("platen: barrier, material: Sn, remaining: 9 Å, pressure: 1 psi", "polish"),
                "9 Å",
            ),
            ("120 Å", wash("14 s"), None),  # what it leaves, if any, is measured
        ],
    )
    def test_an_anneal_whose_gate_will_find_the_film_too_thin_is_refused_at_once(
        self, thickness, off, left
    ):
        """Legal as deposited; and no wafer shall learn before the anneal what the file says."""
        text = film(thickness) + off + measure() + anneal()
        found = [e for e in audit(steps(text), claims_rules(), table()).all if e.code == "LM101"]
        assert [(e.step, e.saw, e.verdict) for e in found] == (
            [("react-1", left, Verdict.ILLEGAL)] if left else []
        )

    def test_a_film_keeps_it_until_then(self):
        """What is measured is the film as it lies there."""
        last = trace(steps(film() + measure()), table())[-1].after.film
        assert isinstance(last, Film)
        assert last.measured_by == "check-1"


def test_the_simulated_baths_are_as_fast_as_the_table_says():
    """A wash that the rules think long enough is so in a dry run."""
    for material in table():
        for bath, rate in material.removed_in.items():
            real = WET[bath].rates[material.name]
            assert rate.at_least.value < real < rate.at_most.value
            assert float(rate.at.in_unit("degC")) == WET[bath].degc
