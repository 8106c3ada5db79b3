"""The journal of a dry run, written by a process of its own."""

import os
import subprocess
import sys
import threading

import pytest

from fabctl.journal import Journal, JournalError
from fabctl.journal.beside import StoreBeside, serve, store_beside

AT = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def store():
    """The two ends of a real pair of pipes, without the half second that a process takes."""
    (calls, to), (answers, told) = os.pipe(), os.pipe()
    with os.fdopen(to, "wb") as ours, os.fdopen(answers, "rb") as heard:

        def run():
            with os.fdopen(calls, "rb") as asked, os.fdopen(told, "wb") as telling:
                serve(asked, telling)

        served = threading.Thread(target=run)
        served.start()
        yield StoreBeside(ours, heard)
        ours.close()
        served.join()


def test_what_it_was_given_is_in_the_file_once_closed(store, tmp_path):
    journal = Journal.open_in(store, tmp_path / "dry")
    journal.own("r1")
    for number in range(300):
        journal.append("r1", "NOTE", {"n": number, "job": f"j{number}"}, AT)
    journal.close()
    again = Journal.open(tmp_path / "dry")
    assert [record.body["n"] for record in again.records("r1")] == list(range(300))
    assert again.verify("r1") == []
    again.close()


def test_it_reads_what_an_open_store_reads(store, tmp_path):
    journal = Journal.open_in(store, tmp_path / "dry")
    journal.own("r1")
    journal.append("r1", "INTENT", {"job": "r1.a.1"}, AT)
    number = journal.request("r1", "pause", "mk", "", AT)
    other = Journal.open(tmp_path / "dry")
    assert journal.records("r1") == other.records("r1")
    assert journal.runs() == other.runs() == ["r1"]
    assert journal.of_kind("INTENT") == journal.open_intents("r1") == other.records("r1")
    assert [each.id for each in journal.take_requests("r1")] == [number]
    other.close()
    journal.close()


def test_an_intent_written_twice_is_told_when_it_is_closed(store, tmp_path):
    journal = Journal.open_in(store, tmp_path / "dry")
    journal.own("r1")
    for _ in range(2):
        journal.append("r1", "INTENT", {"job": "r1.a.1"}, AT)
    with pytest.raises(JournalError, match="written twice"):
        journal.close()


def test_a_file_that_is_no_database_is_told_to_the_first_that_reads(store, tmp_path):
    (tmp_path / "dry").write_bytes(b"no database" * 100)
    journal = Journal.open_in(store, tmp_path / "dry")
    with pytest.raises(JournalError, match="can't be opened"):
        journal.own("r1")


@pytest.mark.long
def test_a_process_writes_what_it_is_given(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "sqlalchemy", raising=False)
    with store_beside() as store:
        journal = Journal.open_in(store, tmp_path / "dry")
        journal.own("r1")
        journal.append("r1", "NOTE", {}, AT)
        journal.close()
    again = Journal.open(tmp_path / "dry")
    assert len(again.records("r1")) == 1
    again.close()


@pytest.mark.long
def test_a_process_that_is_gone_is_told(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "sqlalchemy", raising=False)
    started = []
    made = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *a, **k: started.append(made(*a, **k)) or started[0]
    )
    with store_beside() as store:
        journal = Journal.open_in(store, tmp_path / "dry")
        journal.own("r1")
        journal.append("r1", "NOTE", {}, AT)
        started[0].kill()
        started[0].wait()
        with pytest.raises(JournalError, match="process that writes it is gone"):
            journal.close()


def test_where_sqlalchemy_is_loaded_there_is_none():
    import sqlalchemy  # noqa: F401

    with store_beside() as store:
        assert store is None
