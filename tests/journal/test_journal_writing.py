"""Appending, reading, owning and asking."""

import json

import pytest

from fabctl.journal import Journal, JournalError, RunOwnedError

AT = "2000-01-01T00:00:00.000Z"


@pytest.fixture
def journal(tmp_path):
    opened = Journal.open(tmp_path / "runs.sqlite3")
    yield opened
    opened.close()


def test_records_come_back_as_they_were_written(journal):
    journal.own("r1")
    written = [journal.append("r1", "NOTE", {"n": n, "what": "Å ± 2 %"}, AT) for n in range(3)]
    assert journal.records("r1") == written
    assert [record.seq for record in written] == [1, 2, 3]


def test_each_run_counts_for_itself(journal):
    for run in ("r1", "r2"):
        journal.own(run)
        assert journal.append(run, "NOTE", {}, AT).seq == 1


def test_runs_are_listed_oldest_first(journal):
    for run, at in (("late", "2001"), ("early", "1999")):
        journal.own(run)
        journal.append(run, "NOTE", {}, at)
    assert journal.runs() == ["early", "late"]


def test_records_after_a_number(journal):
    journal.own("r1")
    for n in range(4):
        journal.append("r1", "NOTE", {"n": n}, AT)
    assert [record.seq for record in journal.records("r1", after=2)] == [3, 4]


def test_nothing_is_appended_to_a_run_that_is_not_owned(journal):
    with pytest.raises(JournalError, match="not owned"):
        journal.append("r1", "NOTE", {}, AT)


def test_a_second_owner_is_refused_until_the_first_lets_go(journal, tmp_path):
    journal.own("r1")
    other = Journal.open(tmp_path / "runs.sqlite3")
    with pytest.raises(RunOwnedError):
        other.own("r1")
    assert other.is_owned("r1")
    journal.release("r1")
    assert not other.is_owned("r1")
    other.own("r1")
    other.close()


def test_a_run_goes_on_where_its_last_owner_left_it(journal):
    journal.own("r1")
    first = journal.append("r1", "NOTE", {}, AT)
    journal.release("r1")
    journal.own("r1")
    second = journal.append("r1", "NOTE", {}, AT)
    assert (second.seq, second.previous) == (2, first.hash)


@pytest.mark.parametrize("run", ["", "../r1", "a b", "x" * 65])
def test_a_run_id_can_name_a_file(journal, run):
    with pytest.raises(JournalError, match="no run ID"):
        journal.own(run)


def test_not_a_number_is_refused_before_anything_is_written(journal):
    journal.own("r1")
    with pytest.raises(JournalError, match="not plain JSON"):
        journal.append("r1", "NOTE", {"value": float("nan")}, AT)
    assert journal.append("r1", "NOTE", {}, AT).seq == 1


def test_a_second_intent_for_a_job_is_refused_by_the_database(journal):
    journal.own("r1")
    journal.append("r1", "INTENT", {"job": "r1.film-1.1"}, AT)
    with pytest.raises(JournalError, match="twice"):
        journal.append("r1", "INTENT", {"job": "r1.film-1.1"}, AT)
    assert journal.append("r1", "NOTE", {}, AT).seq == 2


def test_open_intents_are_those_that_nothing_concludes(journal):
    journal.own("r1")
    for job in ("a", "b"):
        journal.append("r1", "INTENT", {"job": job}, AT)
    journal.append("r1", "CONCLUDED", {"job": "a"}, AT)
    assert [record.body["job"] for record in journal.open_intents("r1")] == ["b"]


def test_requests_reach_the_owner_once(journal, tmp_path):
    journal.own("r1")
    other = Journal.open(tmp_path / "runs.sqlite3")
    other.request("r1", "pause", "mk", "lunch", AT)
    other.close()
    assert [(r.action, r.by, r.reason) for r in journal.take_requests("r1")] == [
        ("pause", "mk", "lunch")
    ]
    assert journal.take_requests("r1") == []


def test_requests_from_before_the_owner_are_void(journal):
    journal.request("r1", "stop", "mk", "", AT)
    journal.own("r1")
    assert journal.take_requests("r1") == []


def test_the_export_is_canonical_json(journal):
    journal.own("r1")
    journal.append("r1", "NOTE", {"b": 1, "a": "µ"}, AT)
    (line,) = journal.export("r1")
    parsed = json.loads(line)
    assert line == json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert parsed["body"] == {"a": "µ", "b": 1}


def test_two_dry_runs_with_the_same_records_export_the_same_bytes(tmp_path):
    exports = []
    for name in ("one", "two"):
        journal = Journal.open(tmp_path / name, durable=False)
        journal.own("r1")
        for n in range(300):
            journal.append("r1", "NOTE", {"n": n}, AT)
        exports.append(list(journal.export("r1")))
        journal.close()
    assert exports[0] == exports[1]
    assert len(exports[0]) == 300


def test_a_dry_runs_journal_is_whole_once_closed(tmp_path):
    journal = Journal.open(tmp_path / "dry", durable=False)
    journal.own("r1")
    journal.append("r1", "NOTE", {}, AT)
    journal.close()
    again = Journal.open(tmp_path / "dry")
    assert len(again.records("r1")) == 1
    assert again.verify("r1") == []
    again.close()


def test_a_file_that_is_no_database_is_told_so(tmp_path):
    (tmp_path / "runs.sqlite3").write_bytes(b"these are not the records you are looking for" * 50)
    with pytest.raises(JournalError, match="can't be opened"):
        Journal.open(tmp_path / "runs.sqlite3")
