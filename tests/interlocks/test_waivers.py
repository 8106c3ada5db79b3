"""A waiver covers one finding, for a while, if two people stand for it."""

from dataclasses import dataclass
from datetime import date

import pytest
from interlock_rig import anneal, copper, film, steps, table, written
from shipped_rules import shipped_rules

from fabctl.interlocks import (
    apply_waivers,
    audit,
    fingerprint,
    idle_waivers,
    load_waivers,
)
from fabctl.interlocks.finding import Waived
from fabctl.process.errors import Problem

PACK = shipped_rules()
TODAY = date(2026, 6, 1)
HOT = film().replace("25 degC", "120 degC")
GOOD = {
    "code": "LM203",
    "step": "film-1",
    "reason": "a split lot, to see how much reacts",
    "author": "Ada",
    "approver": "Grace",
    "issued": "2026-05-01",
    "expires": "2026-07-01",
}


@dataclass(frozen=True)
class Applied:
    """A report with waivers, and what is said of those that did nothing."""

    legal: bool
    waived: tuple[Waived, ...]
    notes: tuple[Problem, ...]


def report(tmp_path, text: str = HOT, repeat: str = "", **changes: str) -> Applied:
    """Audit a text with a waiver for HOT's one finding; `repeat` is the code of another one."""
    sequence = steps(HOT, stock=copper())
    (finding,) = audit(sequence, PACK, table()).findings
    entry = {**GOOD, "finding": fingerprint(finding, sequence), **changes}
    lines = "\n    ".join(f"{key}: {value}" for key, value in entry.items() if value)
    items = f"  - {lines}\n"
    if repeat:
        items += items.replace("LM203", repeat)
    waivers = load_waivers([written(tmp_path / "waivers.yaml", f"waivers:\n{items}")])
    done = apply_waivers(audit(steps(text, stock=copper()), PACK, table()), PACK, waivers, TODAY)
    return Applied(done.legal, done.waived, idle_waivers([done], PACK, waivers, TODAY))


def test_a_good_one_takes_the_finding_out_and_stays_visible(tmp_path):
    done = report(tmp_path)
    assert done.legal
    (waived,) = done.waived
    assert waived.finding.code == "LM203"
    assert (waived.author, waived.approver) == ("Ada", "Grace")
    assert done.notes == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"approver": "ada"}, "WV105"),
        ({"author": "R. Okafor", "approver": "r  okafor"}, "WV105"),
        ({"approver": "\uff21da"}, "WV105"),
        ({"approver": "Gr\u0430ce"}, "WV105"),
        ({"approver": "'.-'"}, "WV105"),
        ({"expires": "2026-05-31"}, "WV102"),
        ({"issued": "2026-06-02"}, "WV102"),
        ({"expires": "2026-08-01"}, "WV106"),
        ({"expires": "2026-04-30"}, "WV106"),
        ({"finding": "0" * 64}, "WV103"),
        ({"code": "LM101"}, "WV104"),
        ({"code": "LM999"}, "WV104"),
        ({"code": "LM201"}, "WV103"),
        ({"reason": ""}, "WV101"),
        ({"approver": ""}, "WV101"),
        ({"expires": "2026-02-30"}, "WV101"),
        ({"expires": "tomorrow"}, "WV101"),
        ({"finding": "abc"}, "WV101"),
        ({"colour": "green"}, "WV101"),
    ],
)
def test_any_other_does_nothing_and_says_so(tmp_path, changes, code):
    done = report(tmp_path, **changes)
    assert not done.legal
    assert done.waived == ()
    notes = [note for note in done.notes if note.code == code]
    assert notes
    assert notes[0].mark.file.endswith("waivers.yaml")


def test_it_ends_with_its_last_day(tmp_path):
    assert report(tmp_path, expires="2026-06-01").legal


def test_a_changed_step_voids_it(tmp_path):
    done = report(tmp_path, HOT.replace("120 Å", "121 Å"))
    assert not done.legal
    assert [note.code for note in done.notes] == ["WV103"]


@pytest.mark.parametrize(
    "changed",
    [
        HOT.replace("kind: cvd", "kind: cvd, tool: CVD01"),
        HOT.replace("film, material", "film-si, material"),
    ],
)
def test_another_tool_voids_it(tmp_path, changed):
    assert not report(tmp_path, changed).legal


def test_a_longer_wait_voids_it():
    """What other steps have to do with a finding is part of it."""
    soak = "- {id: soak, kind: etcher, operation: clean, recipe: {bath: citric, time: %s}}\n"
    prints = set()
    for time in ("13 h", "14 h"):
        sequence = steps(film() + soak % time + anneal(), stock=copper())
        (finding,) = (e for e in audit(sequence, PACK, table()).all if e.code == "QT202")
        prints.add(fingerprint(finding, sequence))
    assert len(prints) == 2


def test_one_whose_step_is_nowhere_says_so(tmp_path):
    done = report(tmp_path, film(step="film-9"))
    assert [note.code for note in done.notes] == ["WV103"]


def test_one_that_another_repeats_is_told_of_and_holds(tmp_path):
    done = report(tmp_path, repeat="LM203")
    assert done.legal
    assert [(note.code, note.mark.line) for note in done.notes] == [("WV107", 10)]


def test_one_of_another_code_does_not_take_its_place(tmp_path):
    """They name one fingerprint, and only the first names the rule that found it."""
    done = report(tmp_path, repeat="LM201")
    assert done.legal
    assert [(note.code, note.mark.line) for note in done.notes] == [("WV103", 10)]


def test_one_that_any_of_the_reports_needed_is_not_idle(tmp_path):
    """A file of waivers may serve many sequences in which a step has the same name."""
    path = tmp_path / "waivers.yaml"
    report(tmp_path)
    waivers = load_waivers([path])
    reports = [
        apply_waivers(audit(steps(text, stock=copper()), PACK, table()), PACK, waivers, TODAY)
        for text in (film(), HOT, film(step="film-9"))
    ]
    assert idle_waivers(reports, PACK, waivers, TODAY) == ()


def test_one_for_a_step_of_a_rework_that_matches_nothing_says_so(tmp_path):
    """The step stands in the file under its own name."""
    notes = report(tmp_path, step="film-1_r2", finding="0" * 64).notes
    assert [note.code for note in notes] == ["WV103"]
