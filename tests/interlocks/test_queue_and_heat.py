"""Queue times and heat budgets: by what steps state, over windows, and by the real wait."""

import pytest
from interlock_rig import anneal, copper, film, measure, steps, strip, table, written
from msgspec.structs import replace
from shipped_rules import shipped_rules

import sequences
from fabctl.interlocks import RulePack, Verdict, audit, load_rules
from fabctl.interlocks.queue import queue
from fabctl.interlocks.trace import trace
from fabctl.process.errors import InputError
from fabctl.process.loader import load_sequence
from fabctl.process.stock import Stock

RULES = shipped_rules("general")
SOAK = "- {id: soak, kind: etcher, operation: clean, recipe: {bath: citric, time: %s}}\n"
COLD = ", time: 60 s, temperature: 25 degC"
METAL = (
    "- {id: metal, kind: cvd, operation: deposit, recipe: {chamber: mocvd-cu, material: Cu, "
    "thickness: 750 nm, temperature: 200 degC}}\n"
)
POLISH = (
    "- {id: clear, kind: cmp, operation: polish, recipe: {platen: barrier, material: Cu, "
    "pressure: 1.5 psi, time: 60 s}}\n"
)
PRECLEAN = (
    "- {id: preclean, kind: cvd, operation: preclean, recipe: {chamber: preclean, "
    "gas: H2, temperature: 200 degC, time: 60 s}}\n"
)


def codes(text: str) -> list[str]:
    kinds = ("QT", "HB")
    found = audit(steps(text), RULES, table()).all
    return [each.code for each in found if each.code.startswith(kinds)]


def hot(temperature: str, hold: str, more: str = "", step: str = "hot") -> str:
    return (
        f"- {{id: {step}, kind: furnace, operation: anneal, recipe: {{temperature: {temperature}, "
        f"ramp: 10 degC/min, hold: {hold}, ambient: N2{more}}}}}\n"
    )


@pytest.mark.parametrize(
    ("soak", "found"), [("719 min", []), ("12 h", []), ("43201 s", ["QT202"]), ("13 h", ["QT202"])]
)
def test_what_must_happen_in_between_may_take_the_whole_queue_time(soak, found):
    assert codes(film() + measure() + SOAK % soak + anneal()) == found


@pytest.mark.parametrize(("plate_time", "found"), [("19 min", []), ("20 min", ["QT203"])])
def test_a_spun_on_coat_is_on_each_of_three_plates_for_its_time(plate_time, found):
    spun = (
        "- {id: spun, kind: spin_coater, operation: spin_on, recipe: {material: MSQ, cast_speed: "
        "2500 rpm, cast_time: 30 s, plate_1: 150 degC, plate_2: 200 degC, plate_3: 250 degC, "
        f"plate_time: {plate_time}}}}}\n"
    )
    assert codes(film("100 Å") + spun + measure() + anneal()) == found


def test_a_finding_tells_the_path_and_where_the_wait_begins():
    text = film() + SOAK % "13 h" + anneal()
    (finding,) = (e for e in audit(steps(text), RULES, table()).all if e.code == "QT202")
    assert finding.witness == "film-1, soak, react-1"
    assert finding.related[0].mark.line == 1
    assert (finding.saw, finding.step) == ("13 h", "react-1")


def test_heat_counts_from_the_threshold_up_and_down():
    # 50 K above 350 °C at 10 K/min: 5 min up; at 5 K/min down: 10 min more.
    cool = ", cool: 5 degC/min"
    assert codes(METAL + hot("400 degC", "105 min", cool)) == []
    assert codes(METAL + hot("400 degC", "106 min", cool)) == ["HB201"]


def test_a_temperature_that_is_not_stated_is_not_shown():
    """An etch in a heated bath may state none; how hot it is then, nobody has said."""
    rule = replace(RULES["HB201"], binds=replace(RULES["HB201"].binds, operations=("etch",)))
    open_it = "- {id: etch-1, kind: etcher, operation: etch, recipe: {bath: can, material: Cu%s}}\n"
    for more, verdicts in ((", time: 60 s", [Verdict.NOT_SHOWN]), (COLD, [])):
        found = audit(steps(METAL + open_it % more), RulePack({"HB201": rule}), table()).all
        assert [each.verdict for each in found] == verdicts


def test_heat_of_several_steps_adds_up_and_below_the_threshold_costs_nothing():
    twice = hot("400 degC", "58 min", step="a") + hot("400 degC", "58 min", step="b")
    assert codes(METAL + twice) == ["HB201"]
    assert codes(twice + METAL) == []
    assert codes(METAL + hot("350 degC", "200 min")) == []


def test_heat_that_no_step_tells_the_time_of_is_not_shown():
    text = METAL + (
        "- {id: hot, kind: cvd, operation: deposit, recipe: {chamber: pecvd, material: SiOC, "
        "thickness: 650 nm, temperature: 400 degC}}\n"
    )
    (finding,) = (e for e in audit(steps(text), RULES, table()).all if e.code == "HB201")
    assert finding.verdict is Verdict.NOT_SHOWN


@pytest.mark.parametrize(("third", "longest"), [("350 degC", 60), ("360 degC", 40)])
def test_each_hot_plate_of_a_spun_on_coat_counts(third, longest):
    """On one after the other, each for the plate time."""
    for minutes, found in ((longest, []), (longest + 1, ["plate_1"])):
        text = METAL + (
            "- {id: fill, kind: spin_coater, operation: spin_on, recipe: {material: MSQ, "
            "cast_speed: 2500 rpm, cast_time: 30 s, plate_1: 360 degC, plate_2: 360 degC, "
            f"plate_3: {third}, plate_time: {minutes} min}}}}\n"
        )
        over = [e for e in audit(steps(text), RULES, table()).all if e.code == "HB201"]
        assert [each.parameter for each in over] == found


def test_a_boat_that_goes_in_hotter_than_its_hold_is_hot_for_nobody_knows_how_long():
    """It cools as the furnace lets it; one that goes in colder is hot no sooner than it is told."""
    assert codes(METAL + hot("200 degC", "5 min", ", boat_in: 350 degC")) == []
    assert codes(METAL + hot("400 degC", "110 min", ", boat_in: 400 degC")) == []
    for temperature in ("200 degC", "390 degC"):
        text = METAL + hot(temperature, "5 min", ", boat_in: 400 degC")
        (finding,) = (e for e in audit(steps(text), RULES, table()).all if e.code == "HB201")
        assert finding.verdict is Verdict.NOT_SHOWN
        assert finding.parameter == "boat_in"


@pytest.mark.parametrize(
    ("thickness", "hours"),
    [("10 Å", 1), ("119 Å", 1), ("120 Å", 12), ("499 Å", 12), ("500 Å", 48)],
)
def test_the_thicker_a_film_of_tin_the_longer_it_may_wait(thickness, hours):
    seen = trace(steps(film(thickness) + anneal()), table())[-1]

    def legal(waited: float) -> bool:
        found = queue(RULES, seen.step, seen.before, table(), lambda _step: waited)
        return all(each.verdict is Verdict.LEGAL for each in found)

    assert legal(hours * 3600)
    assert not legal(hours * 3600 + 1)


def test_a_film_that_was_taken_off_is_not_waited_for():
    text = film("50 Å") + strip() + SOAK % "9 h" + film("50 Å", "silicon", "a-Si:H") + anneal()
    assert codes(text) == []
    assert codes(text.replace(strip(), "")) == ["QT203"]


@pytest.mark.parametrize(
    ("between", "found"),
    [
        ("wait clean preclean", []),
        ("wait preclean", ["QT204"]),
        ("wait clean", ["QT204"]),
        ("clean wait", ["QT204"]),
        ("wait preclean clean", ["QT204"]),
        ("clean preclean wait", ["QT204"]),
        ("clean wait preclean", []),
        ("preclean clean wait preclean", []),
    ],
)
def test_all_cures_in_their_order_have_a_wait_begin_anew(between, found):
    cures = {
        "clean": "- {id: clean, kind: etcher, operation: clean, recipe: {bath: citric, "
        "time: 45 s}}\n",
        "preclean": PRECLEAN,
    }
    cures["wait"] = (SOAK % "5 h").replace("citric", "glycolic")
    assert codes(POLISH + "".join(cures[each] for each in between.split()) + film()) == found


def test_before_start_the_wait_counts_since_the_last_cure():
    text = f"{POLISH}{SOAK % '45 s'}{PRECLEAN}{film()}"
    seen = trace(steps(text), table())[-1]
    passed = {"clear": 9 * 3600.0, "soak": 9 * 3600.0, "preclean": 4 * 3600.0}
    (kept,) = queue(RULES, seen.step, seen.before, table(), passed.get)
    passed["preclean"] += 1
    (broken,) = queue(RULES, seen.step, seen.before, table(), passed.get)
    assert (kept.verdict, broken.verdict) == (Verdict.LEGAL, Verdict.ILLEGAL)


def test_a_queue_rule_without_a_limit_is_refused(tmp_path):
    text = sequences.data("rules", "general.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "bad.yaml"
    for old, new in (("within: 15 min", "within: 0 min"), ("within: 15 min", "within: 15 degC")):
        bad.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(InputError):
            load_rules([bad])


def windowed(tmp_path, parameters: str, text: str, stock: Stock | None = None):
    path = written(
        tmp_path / "s.yaml", f"sequence: s\ntitle: t\nparameters:\n{parameters}steps:\n{text}"
    )
    sequence = replace(load_sequence(path), stock=stock)
    found = audit(sequence, RULES, table()).all
    return [each for each in found if each.code in ("QT202", "HB201")]


@pytest.mark.parametrize(("longest", "found"), [("12 h", []), ("13 h", ["QT202"])])
def test_a_wait_is_judged_for_the_longest_that_a_window_allows(tmp_path, longest, found):
    """A soak of up to 13 h is allowed, and then the anneal comes too late for certain."""
    soak = f"  soak: {{value: 1 h, window: [30 min, {longest}]}}\n"
    text = film() + measure() + SOAK % "$soak" + anneal()
    assert [each.code for each in windowed(tmp_path, soak, text)] == found


def test_a_window_counts_on_a_wafer_that_was_made_elsewhere(tmp_path):
    soak = "  soak: {value: 1 h, window: [30 min, 13 h]}\n"
    text = film() + measure() + SOAK % "$soak" + anneal()
    (finding,) = windowed(tmp_path, soak, text, copper())
    assert (finding.code, finding.saw) == ("QT202", "13 h")


def test_a_wait_names_the_time_that_makes_it_too_long(tmp_path):
    """With the places of the value and of the parameter."""
    soak = "  soak: {value: 1 h, window: [30 min, 13 h]}\n"
    (finding,) = windowed(tmp_path, soak, film() + measure() + SOAK % "$soak" + anneal())
    assert finding.witness == "film-1, check-1, soak, react-1, soak.time = 13 h"
    assert "react-1 may start 13 h after film-1 at the earliest" in finding.message
    assert [(each.message, each.mark.line) for each in finding.related[1:]] == [
        ("soak.time = 13 h", 8),
        ("$soak = 13 h", 4),
    ]


@pytest.mark.parametrize(("longest", "found"), [("105 min", []), ("113 min", ["HB201"])])
def test_heat_is_judged_at_the_worst_ends_of_windows(tmp_path, longest, found):
    """50 K above the threshold at 5 K/min at the least: 10 min, and up to 110 min of hold."""
    windows = (
        f"  hold: {{value: 60 min, window: [10 min, {longest}]}}\n"
        "  ramp: {value: 10 degC/min, window: [5 degC/min, 20 degC/min]}\n"
    )
    text = METAL + hot("400 degC", "$hold").replace("ramp: 10 degC/min", "ramp: $ramp")
    findings = windowed(tmp_path, windows, text)
    assert [each.code for each in findings] == found
    for finding in findings:
        assert finding.witness == (
            "hot: 2.05 h, hot.temperature = 400 degC, hot.hold = 113 min, hot.ramp = 5 degC/min"
        )


def test_a_ramp_that_may_be_endless_is_not_shown(tmp_path):
    """At 0 K/min the wafer stays hot for ever."""
    ramp = "  ramp: {value: 10 degC/min, window: [0 degC/min, 20 degC/min]}\n"
    text = METAL + hot("400 degC", "60 min").replace("ramp: 10 degC/min", "ramp: $ramp")
    (finding,) = windowed(tmp_path, ramp, text)
    assert finding.verdict is Verdict.NOT_SHOWN
