"""`fabctl runs` and `fabctl doctor` on what lies in the data folder."""

import io
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from command_line import FILM_LINE, HOT
from host_processes import Fabctl

from fabctl.cli.compose import BUILT_IN
from fabctl.cli.home import dry_run_file
from fabctl.cli.records import opened
from fabctl.journal import Journal


class TestDryRunsOnly:
    @pytest.mark.parametrize("command", ["show", "verify", "export"])
    def test_without_an_id_the_newest_is_meant(self, fabctl, dry: str, command: str) -> None:
        assert dry in fabctl("runs", command).out

    def test_looking_at_an_old_one_does_not_make_it_the_newest(self, fabctl, dry: str) -> None:
        newer = fabctl("dry-run", "cap-line", "--set", "film-1.thickness=502 Å", "--json")
        fabctl("runs", "show", dry)
        assert newer.document["run"] in fabctl("runs", "show").out

    def test_a_real_run_goes_before_them(self, fabctl, refused: str, dry: str) -> None:
        assert fabctl("runs", "show", "--json").document["run"] == refused

    def test_no_run_at_all_is_2(self, fabctl) -> None:
        assert fabctl("runs", "verify").code == 2


class TestHeldDryRun:
    @pytest.fixture
    def held(self, dry_run, data: Path) -> str:
        tripped = dry_run(FILM_LINE, *HOT)
        shutil.copytree(tripped.data, data)
        return tripped.document["run"]

    @pytest.mark.parametrize("act", [("reset",), ("resolve", "--answer", "scrap"), ("resume",)])
    def test_nothing_can_be_done_to_it(self, fabctl, held: str, act) -> None:
        command, *options = act
        done = fabctl("runs", command, held, *options, *(["--reason", "x"] * (act != ("resume",))))
        assert done.code == 2
        assert "a dry run is over when it ends" in done.err
        assert "fabctl dry-run" in done.err

    def test_nothing_is_advised(self, fabctl, held: str) -> None:
        assert fabctl("runs", "show", held, "--json").document["do"] == ""

    @pytest.mark.parametrize("command", [("runs", "show"), ("report",), ("claims", "chart")])
    def test_who_tells_of_it_ends_with_1_as_it_did(
        self, fabctl, held: str, command, tmp_path: Path, monkeypatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert fabctl(*command, held).code == 1


@pytest.fixture(scope="module")
def tripped_home(dry_run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of a held dry run as those of a real one."""
    held = dry_run(FILM_LINE, *HOT)
    dry = held.document["run"]
    home = tmp_path_factory.mktemp("tripped") / "data"
    shutil.copytree(held.data, home)
    with opened(home / "dry-runs" / f"{dry}.sqlite3") as journal:
        records = journal.records(dry)
    journal = Journal.open(home / "journal.sqlite3", durable=False)
    journal.own("tripped")
    for each in records:
        body = dict(each.body)
        if each.kind == "RUN":  # the paths, which a dry run's record leaves out
            files = {"sequence": str(FILM_LINE), "fab": str(BUILT_IN), "faults": "", "rules": []}
            body["inputs"] = {**body["inputs"], "files": files}
        journal.append("tripped", each.kind, body, each.at)
    journal.close()
    return home


class TestTrippedRun:
    @pytest.fixture
    def tripped(self, tripped_home: Path, data: Path) -> str:
        shutil.copytree(tripped_home, data)
        return "tripped"

    def test_show_says_what_to_do(self, fabctl, tripped: str) -> None:
        document = fabctl("runs", "show", tripped, "--json").document
        assert document["do"].startswith(f"fabctl runs reset {tripped}")

    def test_a_reset_without_a_reason_is_2(self, fabctl, tripped: str) -> None:
        assert fabctl("runs", "reset", tripped, "--by", "R. Okafor").code == 2

    def test_a_reset_without_a_name_is_2(self, fabctl, tripped: str) -> None:
        done = fabctl("runs", "reset", tripped, "--reason", "PID retuned")
        assert done.code == 2
        assert "--by NAME" in done.err

    def test_a_script_resets_nothing(self, fabctl, tripped: str, monkeypatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("LM102\n"))
        done = fabctl("runs", "reset", tripped, "--by", "R. Okafor", "--reason", "PID retuned")
        assert done.code == 2
        assert "never by a script" in done.err
        assert fabctl("runs", "show", tripped, "--json").document["latched"]

    def test_it_tells_who_answered_and_why(self, fabctl, tripped: str) -> None:
        options = ("--answer", "done", "--by", "R. Okafor", "--reason", "looked at it")
        assert fabctl("runs", "resolve", tripped, *options).code == 0
        assert "react-1 is done, says R. Okafor, " in fabctl("runs", "show", tripped).out

    def test_an_answer_does_not_let_it_go_on_without_a_reset(self, fabctl, tripped: str) -> None:
        options = ("--answer", "done", "--by", "R. Okafor", "--reason", "looked at it")
        fabctl("runs", "resolve", tripped, *options)
        done = fabctl("runs", "resume", tripped)
        assert done.code == 2
        assert "tripped" in done.err

    class TestBypass:
        @pytest.fixture
        def bypass(self, fabctl, tripped: str):
            """Ask for a bypass with an option or two changed; "" leaves one out."""
            usual = {"--minutes": "5", "--by": "Ada", "--approver": "Grace", "--reason": "a dummy"}

            def ask(code: str = "ST204", **changed: str):
                options = {**usual, **{f"--{name}": value for name, value in changed.items()}}
                words = [word for pair in options.items() if pair[1] for word in pair]
                return fabctl("runs", "bypass", tripped, code, *words)

            return ask

        @pytest.mark.parametrize("code", ["ST204", "st204"])
        def test_two_people_lift_one_interlock(self, fabctl, bypass, tripped, code) -> None:
            assert bypass(code).code == 0
            (lifted,) = fabctl("runs", "show", tripped, "--json").document["bypasses"]
            assert (lifted["rule"], lifted["by"], lifted["approver"]) == ("ST204", "Ada", "Grace")

        def test_of_a_run_under_way_it_is_asked_for_and_not_said_to_be_done(
            self, bypass, tripped: str, data: Path
        ) -> None:
            journal = Journal.open(data / "journal.sqlite3", durable=False)
            journal.own(tripped)
            try:
                done = bypass()
                assert "asked tripped to lift ST204 for 5 min" in done.err
                assert [each.action for each in journal.take_requests(tripped)] == ["bypass"]
            finally:
                journal.close()

        def test_anything_less_lifts_none(self, fabctl, bypass, tripped) -> None:
            for changed, why in (
                ({"by": ""}, "--by NAME"),
                ({"reason": ""}, "--reason TEXT"),
                ({"approver": "ADA"}, "are one"),
                ({"minutes": "61"}, "1 to 60 minutes"),
                ({"minutes": "0"}, "1 to 60 minutes"),
                ({"code": "LM102"}, "can't be bypassed"),
                ({"code": "LM201"}, "not enforced at run time"),
                ({"code": "ZZ1"}, "no rule ZZ1"),
            ):
                done = bypass(**changed)
                assert done.code == 2
                assert why in done.err
            assert fabctl("runs", "show", tripped, "--json").document["bypasses"] == []

    @pytest.mark.long
    @pytest.mark.wire
    class TestAtATerminal:
        @pytest.fixture
        def reset(self, tripped: str, data: Path):
            """Reset it at a terminal, by a person who answers the prompts."""
            words = ("--by", "R. Okafor", "--reason", "PID retuned")

            def reset_it(saw: str, code: str) -> tuple[int, str]:
                return Fabctl(data).at_terminal(
                    *("runs", "reset", tripped, *words),
                    answers={"what did you see? ": saw, "to reset it: ": code},
                )

            return reset_it

        def test_what_no_tool_can_tell_takes_a_persons_word(self, fabctl, reset, tripped) -> None:
            code, said = reset("the handheld reads 24 degC", "LM102")
            assert code == 0, said
            assert f"fabctl runs resolve {tripped} --step react-1" in said
            document = fabctl("runs", "show", tripped, "--json").document
            assert not document["latched"]
            (told,) = document["resets"]
            assert (told["by"], told["reason"]) == ("R. Okafor", "PID retuned")
            assert told["word"] == "the handheld reads 24 degC"
            shown = fabctl("runs", "show", tripped).out
            assert "reset by R. Okafor, " in shown
            assert "R. Okafor saw: the handheld reads 24 degC" in shown

        @pytest.mark.parametrize(("saw", "code"), [("", "LM102"), ("it is cold", "yes")])
        def test_without_it_or_the_interlocks_code_nothing_is(
            self, fabctl, reset, tripped, saw, code
        ) -> None:
            ended, said = reset(saw, code)
            assert ended == 2
            assert "not reset" in said
            assert fabctl("runs", "show", tripped, "--json").document["latched"]


def test_a_run_of_a_sequence_whose_name_begins_with_dry_is_no_dry_run(fabctl, tmp_path) -> None:
    path = tmp_path / "dry.yaml"
    path.write_text(FILM_LINE.read_text(encoding="utf-8").replace("film-line", "dry-line", 1))
    refused = fabctl("run", path, "--set", "film-1.thickness=501 Å", "--json").document
    assert refused["outcome"] == "refused"
    assert fabctl("runs", "show", refused["run"], "--json").document["outcome"] == "refused"


class TestLostJournal:
    def test_a_deleted_journal_is_noticed(self, fabctl, data: Path, refused: str) -> None:
        (data / "journal.sqlite3").unlink()
        for arguments in ((), (refused,)):
            done = fabctl("runs", "verify", *arguments, "--json")
            assert done.code == 1
            assert "is gone" in done.document["runs"][refused][0]

    def test_verifying_makes_no_new_one(self, fabctl, data: Path, refused: str) -> None:
        (data / "journal.sqlite3").unlink()
        fabctl("runs", "verify", refused)
        assert not (data / "journal.sqlite3").exists()

    def test_a_deleted_dry_run_is_noticed(self, fabctl, data: Path, dry: str) -> None:
        (data / "dry-runs" / f"{dry}.sqlite3").unlink()
        assert fabctl("runs", "verify", dry).code == 1

    def test_showing_a_run_of_it_says_so(self, fabctl, data: Path, refused: str) -> None:
        (data / "journal.sqlite3").unlink()
        assert "is gone" in fabctl("runs", "show", refused).err

    def test_the_doctor_notices(self, fabctl, data: Path, refused: str) -> None:
        (data / "journal.sqlite3").unlink()
        assert fabctl("doctor").code == 2

    def test_without_its_heads_too_there_was_no_run(self, fabctl, data: Path, refused: str) -> None:
        shutil.rmtree(data)
        assert "there is no run" in fabctl("runs", "verify").err


class TestDamagedRecords:
    @pytest.fixture
    def damaged(self, dry: str) -> str:
        """A dry run of whose records somebody has changed one."""
        connection = sqlite3.connect(dry_run_file(dry))
        with connection:
            connection.execute("DROP TRIGGER record_no_update")
            connection.execute("UPDATE record SET body = '{}' WHERE seq = 2")
        connection.close()
        return dry

    @pytest.mark.parametrize("command", [("report",), ("claims", "chart"), ("runs", "show")])
    def test_they_are_no_evidence_and_nothing_is_made_of_them(
        self, fabctl, damaged: str, command, tmp_path, monkeypatch
    ) -> None:
        """The message says what `runs verify` says."""
        monkeypatch.chdir(tmp_path)
        done = fabctl(*command, damaged)
        (problems,) = fabctl("runs", "verify", damaged, "--json").document["runs"].values()
        assert done.code == 2
        assert f"the records of {damaged} are damaged: {'; '.join(problems)}" in done.err
        assert "record 2" in problems[0]
        assert list(tmp_path.glob("*.html")) == []


class TestUnusableDataFolder:
    @pytest.fixture(params=["/dev/null/x", "/proc/nobody-can-write-here"])
    def unusable(self, request, fabctl, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setenv("FABCTL_HOME", request.param)
        return request.param

    @pytest.mark.parametrize(
        "command",
        [
            ("runs", "list"),
            ("runs", "show", "x"),
            ("runs", "verify"),
            ("dry-run", "cap-line"),
            ("run", "cap-line"),
            ("report", "x"),
        ],
    )
    def test_the_message_names_it_and_says_what_to_do(self, fabctl, unusable, command) -> None:
        done = fabctl(*command)
        assert done.code == 2
        assert f"the data folder {unusable}, which FABCTL_HOME names, can't be used" in done.err
        assert "set FABCTL_HOME to a folder that you can write to" in done.err

    def test_the_doctor_reports_it(self, fabctl, unusable) -> None:
        done = fabctl("doctor", "--json")
        assert done.code == 2
        checks = {check["name"]: check for check in done.document["checks"]}
        assert not checks["data folder"]["good"]
        assert "FABCTL_HOME" in checks["data folder"]["found"]


def test_a_refused_run_leaves_no_wire_log(fabctl, data: Path, refused: str) -> None:
    assert not list(data.glob("wire/*.pcap"))
