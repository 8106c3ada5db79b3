"""`fabctl dry-run` and `fabctl runs` on what it leaves: the real thing, in virtual time."""

import json
import shutil
from pathlib import Path

import pytest
from command_line import FILM_LINE, HOT

import sequences

STEPS = [
    line.split(":", 1)[1].split("#")[0].strip()
    for line in sequences.data("cap-line.yaml").read_text(encoding="utf-8").splitlines()
    if line.strip().startswith("- id:")
]


@pytest.fixture
def completed(dry_run):
    """One dry run of cap-line."""
    return dry_run("cap-line")


class TestCapLine:
    def test_it_completes(self, completed) -> None:
        assert (completed.code, completed.document["outcome"]) == (0, "completed")

    def test_every_step_is_done_in_the_files_order(self, completed) -> None:
        assert [(step["id"], step["outcome"]) for step in completed.document["steps"]] == [
            (name, "done") for name in STEPS
        ]

    def test_the_measured_film_satisfies_its_claim(self, completed) -> None:
        assert completed.document["claims"]["cap.5.a"]["standing"] == "satisfied"

    def test_the_anneals_peak_satisfies_its_claim(self, completed) -> None:
        assert completed.document["claims"]["cap.6.a"]["standing"] == "satisfied"

    def test_a_claim_that_it_does_not_practise_says_so(self, completed) -> None:
        assert completed.document["claims"]["lowk.1.a"]["standing"] == "not practised"

    def test_its_wires_were_recorded(self, completed) -> None:
        from fabctl.links.wire_log import messages_of

        names = {
            (message.stream, message.function)
            for _, _, message in messages_of(completed.out / "wire.pcap")
        }
        assert {(1, 13), (2, 41), (6, 11), (7, 23)} <= names


@pytest.mark.long
def test_one_seed_gives_one_journal_byte_for_byte(fabctl, completed, tmp_path: Path) -> None:
    fabctl("dry-run", "cap-line", "--out", tmp_path / "again")
    journals = [folder / "journal.jsonl" for folder in (completed.out, tmp_path / "again")]
    assert journals[0].read_bytes() == journals[1].read_bytes()


class TestRefusals:
    def test_an_illegal_sequence_is_refused(self, fabctl) -> None:
        done = fabctl("dry-run", "cap-line", "--set", "film-1.thickness=501 Å", "--json")
        assert (done.code, done.document["outcome"]) == (1, "refused")

    def test_it_is_refused_for_an_error_and_not_for_a_warning_before_it(self, fabctl) -> None:
        """A film near its end is a warning in an earlier line than the anneal that is too hot."""
        done = fabctl(
            *("dry-run", "cap-line", "--set", "film-1.thickness=490 Å"),
            *("--set", "react-1.temperature=410 degC", "--json"),
        )
        assert done.document["findings"][0]["severity"] == "warning"
        assert done.document["why"].startswith("the audit found 1 error: temperature is 410 degC")

    @pytest.mark.parametrize("command", ["dry-run", "run"])
    def test_what_a_tool_of_the_fab_cannot_do_is_refused(self, fabctl, command) -> None:
        done = fabctl(command, "resist-method", "--set", "soft-bake-1.time=1 s", "--json")
        codes = [each["code"] for each in done.document["findings"]]
        assert (done.code, done.document["outcome"], codes) == (1, "refused", ["TC102"])

    def test_no_step_of_it_is_started(self, fabctl) -> None:
        done = fabctl("dry-run", "cap-line", "--set", "film-1.thickness=501 Å", "--json")
        assert {step["outcome"] for step in done.document["steps"]} == {"pending"}

    @pytest.mark.long
    def test_it_is_executed_all_the_same_where_a_person_wants_to_see(self, dry_run) -> None:
        done = dry_run("cap-line", "--set", "film-1.thickness=600 Å", "--despite-findings")
        assert done.code == 1
        assert done.document["outcome"] != "refused"

    def test_a_sequence_that_is_not_there_is_2(self, fabctl) -> None:
        assert fabctl("dry-run", "no-such-line").code == 2

    def test_bad_input_is_told_with_its_place(self, fabctl, tmp_path: Path) -> None:
        path = tmp_path / "bad.yaml"
        path.write_text("sequence: bad\ntitle: one\nsteps: 6:40\n")
        assert f"{path}:3:8: " in fabctl("dry-run", path).err


class TestTrajectory:
    @pytest.mark.long
    def test_an_anneal_at_393_degrees_completes(self, dry_run) -> None:
        done = dry_run("cap-line", "--set", "react-1.temperature=393 degC")
        assert done.document["outcome"] == "completed"

    @pytest.mark.long
    def test_a_legal_set_point_that_overshoots_is_refused_and_would_be_held(self, dry_run) -> None:
        refused = dry_run("cap-line", *HOT[:2])
        assert (refused.code, refused.document["outcome"]) == (1, "refused")
        errors = [x["code"] for x in refused.document["findings"] if x["severity"] == "error"]
        assert errors == ["TR101"]
        done = dry_run("cap-line", *HOT)
        assert (done.code, done.document["outcome"]) == (1, "held")
        assert done.document["trips"][0]["trip"]["cause"] == "over"


class TestFaults:
    @pytest.mark.long
    @pytest.mark.parametrize(
        ("fault", "cause", "step"),
        [
            ("furnace-overshoot", "over", "react-1"),
            ("zone-frozen", "frozen", "react-1"),
            ("sensor-nan", "nan", "react-1"),
            ("trace-silent", "stale", "react-1"),
        ],
    )
    def test_each_trips_by_its_own_cause(self, fabctl, fault: str, cause: str, step: str) -> None:
        faults = sequences.data("faults", f"{fault}.yaml")
        settings = ("--set", "react-1.temperature=393 degC") if fault == "furnace-overshoot" else ()
        done = fabctl("dry-run", "cap-line", "--faults", faults, *settings, "--json")
        assert (done.code, done.document["outcome"]) == (1, "held")
        first = done.document["trips"][0]
        assert (first["trip"]["cause"], first["step"]) == (cause, step)

    @pytest.mark.long
    def test_a_film_that_measures_too_thick_is_not_annealed(self, fabctl) -> None:
        done = fabctl(
            "dry-run",
            "cap-line",
            "--faults",
            sequences.data("faults", "film-rate.yaml"),
            "--set",
            "film-1.thickness=400 Å",
            "--json",
        )
        assert (done.code, done.document["outcome"]) == (1, "held")
        react = next(step for step in done.document["steps"] if step["id"] == "react-1")
        assert react["job"] == ""

    def test_a_fault_of_a_tool_that_is_not_there_is_2(self, fabctl, tmp_path: Path) -> None:
        path = tmp_path / "faults.yaml"
        path.write_text("faults:\n  - {tool: XXX01, fault: link-drop}\n")
        done = fabctl("dry-run", "cap-line", "--faults", path)
        assert done.code == 2
        assert f"{path}:2:" in done.err


class TestOtherFabs:
    @pytest.fixture
    def fab(self, tmp_path: Path) -> Path:
        """A real lab's fab file: its tools have other names, and addresses nobody answers at."""
        built_in = sequences.data("fabs", "built-in.yaml").read_text(encoding="utf-8")
        path = tmp_path / "lab.yaml"
        path.write_text(built_in.replace("{id: FUR01", "{id: FURNACE-7"), encoding="utf-8")
        return path

    @pytest.mark.long
    def test_its_tools_are_simulated_under_their_own_names(self, fabctl, fab: Path) -> None:
        done = fabctl("dry-run", "cap-line", "--fab", fab, "--json")
        assert done.document["outcome"] == "completed"
        assert "FURNACE-7" in {step["tool"] for step in done.document["steps"]}


class TestRuns:
    @pytest.fixture
    def held(self, dry_run, data: Path) -> str:
        """The ID of a run that is held; its data are this test's own."""
        tripped = dry_run(FILM_LINE, *HOT)
        shutil.copytree(tripped.data, data)
        return tripped.document["run"]

    def test_show_says_why_it_is_held(self, fabctl, held: str) -> None:
        document = fabctl("runs", "show", held, "--json").document
        assert document["held"]["cause"] == "trip"

    def test_an_untouched_journal_verifies(self, fabctl, held: str) -> None:
        assert fabctl("runs", "verify", held, "--json").document == {
            "sound": True,
            "runs": {held: []},
        }

    def test_a_changed_byte_does_not(self, fabctl, held: str, data: Path) -> None:
        path = data / "dry-runs" / f"{held}.sqlite3"
        whole = path.read_bytes()
        changed = whole.replace(b'"outcome":"held"', b'"outcome":"Held"')
        assert changed != whole
        path.write_bytes(changed)
        assert fabctl("runs", "verify", held).code == 1

    def test_its_journal_is_exported_line_by_line(self, fabctl, held: str) -> None:
        lines = fabctl("runs", "export", held).out.splitlines()
        assert [json.loads(line)["seq"] for line in lines] == list(range(1, len(lines) + 1))

    def test_an_export_to_a_file_with_json_is_one_document(self, fabctl, held, tmp_path) -> None:
        out = tmp_path / "journal.jsonl"
        done = fabctl("runs", "export", held, "--out", out, "--json")
        assert done.document["file"] == str(out)

    def test_it_is_listed(self, fabctl, held: str) -> None:
        found = fabctl("runs", "list", "--json").document
        assert [(each["run"], each["outcome"]) for each in found] == [(held, "held")]

    def test_what_is_not_going_on_can_not_be_paused(self, fabctl, held: str) -> None:
        assert fabctl("runs", "pause", held).code == 2

    def test_a_run_that_never_was_is_2(self, fabctl) -> None:
        assert fabctl("runs", "show", "no-such-run").code == 2
