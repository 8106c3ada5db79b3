"""What is told of runs whose records are not those that were written, and of the others beside."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

DAMAGE = {
    "no JSON": "UPDATE record SET body = '{' WHERE seq = 2",
    "no text": "UPDATE record SET body = x'00ff' WHERE seq = 2",
    "emptied header": "UPDATE record SET body = '{}' WHERE seq = 1",
    "no header": "DELETE FROM record WHERE seq = 1",
    "nothing": "DELETE FROM record",
}
WHO = ("--by", "R. Okafor", "--reason", "x")
REFUSED = (
    ("show",),
    ("resume",),
    ("reset", *WHO),
    ("resolve", "--answer", "done", *WHO),
    ("bypass", "ST204", "--minutes", "5", "--approver", "A. Lovelace", *WHO),
    ("export",),
)


@pytest.fixture
def tamper(data: Path) -> Callable[[str], None]:
    """Do to the records of the real runs what their journal would not."""

    def do(sql: str) -> None:
        connection = sqlite3.connect(data / "journal.sqlite3")
        with connection:
            for act in ("update", "delete"):
                connection.execute(f"DROP TRIGGER record_no_{act}")
            connection.execute(sql)
        connection.close()

    return do


@pytest.mark.parametrize("sql", DAMAGE.values(), ids=DAMAGE)
def test_all_runs_are_listed_and_the_damaged_one_is_marked(
    fabctl, refused: str, dry: str, tamper, sql: str
) -> None:
    tamper(sql)
    listed = fabctl("runs", "list", "--json")
    assert listed.code == fabctl("runs", "verify").code == 1
    known, damaged = listed.document
    assert (known["run"], known["outcome"]) == (dry, "refused")
    assert (damaged["run"], damaged["outcome"]) == (refused, "damaged")
    assert damaged["why"] == f"see: fabctl runs verify {refused}"


@pytest.mark.parametrize("damage", ["emptied header", "nothing"])
def test_nothing_is_done_with_it(fabctl, refused: str, tamper, damage: str) -> None:
    tamper(DAMAGE[damage])
    (problems,) = fabctl("runs", "verify", refused, "--json").document["runs"].values()
    for command, *options in REFUSED:
        done = fabctl("runs", command, refused, *options)
        assert (command, done.code, done.out) == (command, 2, "")
        assert f"the records of {refused} are damaged: {'; '.join(problems)}" in done.err


@pytest.mark.parametrize("lost", [True, False])
def test_the_runs_of_a_journal_that_can_not_be_read_are_listed_as_damaged(
    fabctl, data: Path, refused: str, dry: str, *, lost: bool
) -> None:
    for path in (data / "journal.sqlite3", data / "dry-runs" / f"{dry}.sqlite3"):
        path.unlink() if lost else path.write_text("garbage")
    listed = fabctl("runs", "list", "--json")
    assert listed.code == fabctl("runs", "verify").code == 1
    assert [(each["run"], each["outcome"]) for each in listed.document] == [
        (dry, "damaged"),
        (refused, "damaged"),
    ]


def test_a_damaged_dry_run_gives_way_to_a_new_one(fabctl, data: Path, dry: str) -> None:
    (data / "dry-runs" / f"{dry}.sqlite3").write_text("garbage")
    again = fabctl("dry-run", "cap-line", "--set", "film-1.thickness=501 Å", "--json")
    assert (again.code, again.document["run"]) == (1, dry)
    assert fabctl("runs", "verify", dry).code == 0
