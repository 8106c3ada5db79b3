"""What `verify` notices: whatever was done to a run's records behind the journal's back."""

import shutil
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fabctl.journal import Journal, JournalDamagedError, JournalError

AT = "2000-01-01T00:00:00.000Z"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "runs.sqlite3"
    write(path, 5)
    return path


def write(path, count):
    journal = Journal.open(path)
    journal.own("r1")
    for n in range(count):
        journal.append("r1", "INTENT", {"job": f"{path.name}.{n}.{journal.records('r1')[-1:]}"}, AT)
    journal.close()


def verify(path):
    journal = Journal.open(path)
    try:
        return journal.verify("r1")
    finally:
        journal.close()


def tamper(path, sql):
    """Change the file as somebody would who knows to drop the triggers."""
    with sqlite3.connect(path) as connection:
        for table in ("record", "request"):
            for act in ("update", "delete"):
                connection.execute(f"DROP TRIGGER {table}_no_{act}")
        connection.execute(sql)
    connection.close()


def test_what_was_written_is_sound(path):
    assert verify(path) == []


@pytest.mark.parametrize("act", ["DELETE FROM record", "UPDATE record SET at = ''"])
def test_the_database_refuses_to_change_a_record(path, act):
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(act)
    connection.close()


@pytest.mark.parametrize("column", ["at", "kind", "job", "body", "previous", "hash"])
def test_a_changed_byte_in_any_column_is_noticed(path, column):
    tamper(
        path,
        f"UPDATE record SET {column} = replace({column}, substr({column}, 4, 1), '#') "
        "WHERE seq = 3",
    )
    assert len(verify(path)) == 1


def test_a_missing_record_is_noticed(path):
    tamper(path, "DELETE FROM record WHERE seq = 2")
    assert verify(path) == ["record 2 is missing"]


def test_a_missing_last_record_is_noticed(path):
    tamper(path, "DELETE FROM record WHERE seq = 5")
    assert "cut off" in verify(path)[0]


def test_a_run_without_any_record_left_is_noticed(path):
    tamper(path, "DELETE FROM record")
    assert "cut off" in verify(path)[0]


def test_an_old_file_put_back_is_noticed(path, tmp_path):
    shutil.copy(path, tmp_path / "old")
    write(path, 2)
    shutil.copy(tmp_path / "old", path)
    assert "old file" in verify(path)[0]


def test_another_runs_file_put_in_place_is_noticed(path, tmp_path):
    write(tmp_path / "other.sqlite3", 5)
    shutil.copy(tmp_path / "other.sqlite3", path)
    assert "another file" in verify(path)[0]


def test_a_missing_witness_is_noticed(path):
    (path.with_name(path.name + ".heads") / "r1.head").unlink()
    assert "witness" in verify(path)[0]


def test_a_spoilt_witness_is_noticed(path):
    (path.with_name(path.name + ".heads") / "r1.head").write_text("0005 nonsense\n")
    assert "not as it was written" in verify(path)[0]


def test_records_added_by_somebody_else_are_noticed(path):
    head = path.with_name(path.name + ".heads") / "r1.head"
    old = head.read_text()
    write(path, 2)
    head.write_text(old)
    assert "somebody else" in verify(path)[0]


def test_a_writer_that_died_before_the_witness_is_no_damage(path):
    head = path.with_name(path.name + ".heads") / "r1.head"
    old = head.read_text()
    write(path, 1)
    head.write_text(old)
    assert verify(path) == []


def test_nobody_can_own_a_damaged_run(path):
    tamper(path, "DELETE FROM record WHERE seq = 5")
    journal = Journal.open(path)
    with pytest.raises(JournalDamagedError, match="cut off"):
        journal.own("r1")
    assert not journal.is_owned("r1")
    journal.close()


def test_what_can_not_even_be_read_is_told_as_damage(path):
    tamper(path, "UPDATE record SET body = '{' WHERE seq = 3")
    journal = Journal.open(path)
    with pytest.raises(JournalDamagedError, match="r1 are damaged: the body of record 3"):
        journal.of_kind("INTENT")
    journal.close()


def test_a_run_without_its_first_record_is_still_known(path):
    tamper(path, "DELETE FROM record WHERE seq = 1")
    journal = Journal.open(path)
    assert journal.runs() == ["r1"]
    journal.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changed_byte_of_the_file_is_noticed_or_no_part_of_a_record(path, tmp_path, data):
    sound = path.read_bytes()
    copy = tmp_path / "copy.sqlite3"
    shutil.copytree(
        path.with_name(path.name + ".heads"), tmp_path / "copy.sqlite3.heads", dirs_exist_ok=True
    )
    place = data.draw(st.integers(0, len(sound) - 1))
    changed = bytearray(sound)
    changed[place] ^= data.draw(st.integers(1, 255))
    copy.write_bytes(changed)
    original, found = Journal.open(path), []
    try:
        journal = Journal.open(copy)
    except JournalError:
        original.close()
        return
    try:
        found = journal.verify("r1")
        assert found or list(journal.export("r1")) == list(original.export("r1"))
    finally:
        journal.close()
        original.close()
