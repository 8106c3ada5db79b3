"""What a command says to names, numbers and files that it can't take."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import FILM_LINE

import sequences

ROOT = Path(__file__).parents[2]


class TestSequenceNames:
    @pytest.mark.parametrize("command", [("audit",), ("dry-run",), ("run",), ("sequences", "show")])
    def test_a_misspelt_one_is_told_without_a_place(self, fabctl, command) -> None:
        done = fabctl(*command, "cap-lien")
        assert done.code == 2
        assert done.err == (
            "there is no sequence cap-lien; did you mean cap-line? (see: fabctl sequences)\n"
        )

    @pytest.mark.parametrize("command", ["audit", "dry-run", "run"])
    def test_one_that_a_file_here_has_too_is_not_chosen_for_anybody(
        self, fabctl, tmp_path: Path, monkeypatch, command
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "cap-line").write_bytes(FILM_LINE.read_bytes())
        done = fabctl(command, "cap-line")
        assert done.code == 2
        assert done.err == (
            "cap-line is a sequence that comes with fabctl, and also a file here: "
            f"write ./cap-line for yours, {sequences.find('cap-line')} for fabctl's\n"
        )

    def test_a_folder_of_that_name_is_asked_about_where_folders_are_audited(
        self, fabctl, tmp_path: Path, monkeypatch
    ) -> None:
        """A dry run may have written it: that one reads no folder."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "cap-line").mkdir()
        assert "and also a folder here" in fabctl("audit", "cap-line").err
        assert fabctl("sequences", "show", "cap-line").code == 0


class TestTools:
    @pytest.mark.parametrize("command", ["dry-run", "run"])
    def test_a_step_that_no_tool_can_do_is_told_with_its_place(
        self, fabctl, tmp_path: Path, command: str
    ) -> None:
        text = sequences.find("cap-line").read_text(encoding="utf-8")
        path = tmp_path / "typo.yaml"
        path.write_text(text.replace("chamber: pecvd", "chamber: pecv"), encoding="utf-8")
        done = fabctl(command, str(path))
        line = text[: text.index("- id: dielectric-1")].count("\n") + 1
        assert done.code == 2
        assert done.err.startswith(f"{path}:{line}:9: dielectric-1: built-in: no tool for deposit")


class TestFaultFiles:
    @pytest.mark.parametrize(
        "command", [("dry-run", "cap-line"), ("run", "cap-line"), ("sim", "up")]
    )
    def test_a_missing_one_is_told_the_same_everywhere(self, fabctl, command) -> None:
        done = fabctl(*command, "--faults", "zone-frozn.yaml")
        assert done.code == 2
        assert done.err.startswith(
            "there is no fault file zone-frozn.yaml; did you mean zone-frozen? (with fabctl come "
        )

    def test_those_of_fabctl_go_by_their_names(self, fabctl) -> None:
        ours = sequences.data("faults", "film-rate.yaml")
        refused = ("--set", "film-1.thickness=501 Å", "--json")
        runs = [
            fabctl("dry-run", FILM_LINE, "--faults", each, *refused).document["run"]
            for each in ("film-rate", "film-rate.yaml", ours, "etch-slow")
        ]
        assert runs[0] == runs[1] == runs[2] != runs[3]

    def test_a_file_of_ones_own_is_taken_by_its_path(
        self, fabctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "film-rate.yaml").write_text("faults: 7\n")
        monkeypatch.chdir(tmp_path)
        assert (
            "film-rate.yaml:1:" in fabctl("dry-run", "cap-line", "--faults", "film-rate.yaml").err
        )


class TestFabFiles:
    @pytest.mark.parametrize(
        "command",
        [
            ("dry-run", "cap-line"),
            ("run", "cap-line"),
            ("audit", "cap-line"),
            ("tools", "list"),
            ("sim", "up"),
        ],
    )
    def test_a_missing_one_is_told_the_same_everywhere(self, fabctl, command) -> None:
        done = fabctl(*command, "--fab", "bensh")
        assert done.code == 2
        assert done.err == (
            "there is no fab file bensh; did you mean bench? (with fabctl come bench, built-in)\n"
        )

    @pytest.mark.parametrize("name", ["bench", "bench.yaml"])
    def test_those_of_fabctl_go_by_their_names(self, fabctl, name: str) -> None:
        assert fabctl("tools", "list", "--fab", name, "--json").document["fab"] == "bench"

    def test_an_audit_takes_their_names_too(self, fabctl) -> None:
        assert "TC101" in fabctl("audit", "cap-line", "--fab", "bench").out

    def test_the_built_in_one_by_name_is_simulated_and_takes_faults(self, fabctl) -> None:
        refused = ("--set", "film-1.thickness=501 Å", "--json")
        options = ("--fab", "built-in", "--faults", "film-rate")
        assert fabctl("run", "cap-line", *options, *refused).document["outcome"] == "refused"


@pytest.mark.parametrize("speed", ["inf", "nan", "-inf", "0", "5001", "1e9"])
def test_a_speed_that_no_fab_has_is_a_usage_error(fabctl, speed: str) -> None:
    done = fabctl("run", "cap-line", f"--speed={speed}")
    assert done.code == 2
    assert "--speed" in done.err


@pytest.mark.parametrize("option", [(), ("--faults",), ("--fab",), ("--rules",)])
def test_a_pipe_is_refused_and_not_waited_for(fabctl, tmp_path: Path, option) -> None:
    os.mkfifo(tmp_path / "pipe")
    command = ("dry-run", "cap-line", *option) if option else ("audit",)
    done = fabctl(*command, tmp_path / "pipe")
    assert done.code == 2
    assert "not a regular file" in done.out + done.err


def test_two_forms_of_an_audit_at_once_are_a_usage_error(fabctl) -> None:
    done = fabctl("audit", "cap-line", "--format", "sarif", "--json")
    assert done.code == 2
    assert "--format sarif" in done.document["error"]


def test_two_forms_of_a_chart_at_once_are_a_usage_error(fabctl) -> None:
    assert fabctl("claims", "chart", "x", "--format", "csv", "--json").code == 2


def test_a_dry_runs_wires_are_where_out_says(fabctl) -> None:
    done = fabctl("dry-run", "cap-line", "--set", "film-1.thickness=501 Å", "--json")
    assert "--out DIR" in fabctl("runs", "export", done.document["run"], "--as", "pcap").err


def test_the_benchmarks_are_listed() -> None:
    command = [sys.executable, "-m", "benchmarks"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "secs_vs_secsgem " in done.stdout
