"""The script `go`, which sets everything up."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def stub(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with `go` in it, and nothing on PATH but what `go` itself needs."""
    place = tmp_path / "checkout"
    tools = place / "tools"
    tools.mkdir(parents=True)
    for name in ("go", "pyproject.toml"):
        shutil.copy(ROOT / name, place / name)
    for name in ("dirname", "cat", "cksum", "mktemp", "readlink", "rm"):
        (tools / name).symlink_to(str(shutil.which(name)))
    return place


def go(
    checkout: Path, *arguments: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(checkout / "go"), *arguments],
        cwd=cwd or checkout,
        env={"PATH": str(checkout / "tools")},
        capture_output=True,
        text=True,
        check=False,
    )


def made_venv(checkout: Path, marker: str) -> None:
    """What `go` leaves behind after an installation, with programs that tell their arguments."""
    programs = checkout / ".venv" / "bin"
    programs.mkdir(parents=True)
    stub(programs, "python", 'case $1 in -c) exit 0;; esac; echo "python $*"')
    stub(programs, "fabctl", 'echo "fabctl $* in $(pwd)"')
    with (checkout / "pyproject.toml").open("rb") as source:
        wanted = subprocess.run(["cksum"], stdin=source, capture_output=True, check=True).stdout
    (checkout / ".venv" / marker).write_bytes(f"{checkout} ".encode() + wanted)


class TestPython:
    def test_none_at_all_is_told_with_what_to_install(self, checkout: Path) -> None:
        done = go(checkout, "run")
        if done.returncode != 2:
            pytest.skip("this machine has a Python where go looks beside PATH")
        assert "needs Python 3.11 or newer" in done.stderr

    def test_one_that_is_too_old_is_passed_over(self, checkout: Path) -> None:
        stub(checkout / "tools", "python3", "exit 1")
        stub(checkout / "tools", "python3.12", "case $2 in *version_info*) exit 0;; esac; exit 1")
        assert "with " + str(checkout / "tools" / "python3.12") in go(checkout, "run").stderr

    def test_one_without_ensurepip_and_pip_is_told_with_what_to_install(
        self, checkout: Path
    ) -> None:
        stub(checkout / "tools", "python3", "case $2 in *version_info*) exit 0;; esac; exit 1")
        done = go(checkout, "run")
        assert done.returncode == 2
        assert "python3-venv" in done.stderr

    @pytest.mark.long
    def test_one_without_ensurepip_borrows_virtualenv_by_pip(self, checkout: Path) -> None:
        real = f'exec {sys.executable} "$@"'
        stub(
            checkout / "tools",
            "python3",
            f"""echo "$@" >>{checkout}/asked
            case "$*" in
                *version_info*|"-m pip"*) exit 0;;
                "-m virtualenv -q .venv") [ -n "$PYTHONPATH" ] && {real[5:]} -m venv .venv
                    echo 'exit 0' >.venv/bin/python; exit 0;;
                *) exit 1;;
            esac""",
        )
        go(checkout, "run")
        assert "-m pip install -q --target" in (checkout / "asked").read_text()


class TestHandingOver:
    def test_anything_but_test_and_check_is_handed_to_fabctl(self, checkout: Path) -> None:
        made_venv(checkout, ".installed-")
        assert go(checkout, "run", "cap-line").stdout.startswith("fabctl run cap-line in")

    def test_fabctl_runs_where_the_caller_stands(self, checkout: Path, tmp_path: Path) -> None:
        made_venv(checkout, ".installed-")
        assert go(checkout, "runs", cwd=tmp_path).stdout.endswith(f" in {tmp_path}\n")

    def test_test_is_handed_to_pytest(self, checkout: Path) -> None:
        made_venv(checkout, ".installed-dev")
        told = go(checkout, "test", "-k", "film").stdout
        assert told.startswith("python -m pytest ")
        assert told.endswith(" -k film\n")

    def test_what_serves_development_serves_a_run(self, checkout: Path) -> None:
        made_venv(checkout, ".installed-dev")
        assert go(checkout, "run").stderr == ""

    def test_a_link_to_go_is_go(self, checkout: Path, tmp_path: Path) -> None:
        made_venv(checkout, ".installed-")
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "one").symlink_to("../checkout/go")
        (tmp_path / "bin" / "go").symlink_to("one")
        (tmp_path / "bin" / "tools").symlink_to(checkout / "tools")
        assert go(tmp_path / "bin", "runs", cwd=tmp_path).stdout == f"fabctl runs in {tmp_path}\n"

    def test_cdpath_leads_nowhere_else(self, checkout: Path, tmp_path: Path) -> None:
        made_venv(checkout, ".installed-")
        (tmp_path / "other" / "checkout").mkdir(parents=True)
        done = subprocess.run(
            ["/bin/sh", "checkout/go", "runs"],
            cwd=tmp_path,
            env={"PATH": str(checkout / "tools"), "CDPATH": str(tmp_path / "other")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == f"fabctl runs in {tmp_path}\n"

    @pytest.mark.parametrize("command", ["cp -R", "mv"])
    def test_in_a_copied_or_moved_checkout_the_venv_is_made_anew(
        self, checkout: Path, tmp_path: Path, command: str
    ) -> None:
        """Its programs would run the old one's code, or nothing."""
        made_venv(checkout, ".installed-dev")
        stub(checkout / "tools", "python3", "case $2 in *version_info*) exit 0;; esac; exit 1")
        subprocess.run([*command.split(), checkout, tmp_path / "check"], check=True)
        assert "making .venv" in go(tmp_path / "check", "run").stderr

    def test_go_alone_is_no_checkout(self, checkout: Path) -> None:
        (checkout / "pyproject.toml").unlink()
        done = go(checkout, "run")
        assert done.returncode == 2
        assert "no checkout of fabctl" in done.stderr

    def test_a_changed_pyproject_installs_again(self, checkout: Path) -> None:
        made_venv(checkout, ".installed-dev")
        with (checkout / "pyproject.toml").open("a") as file:
            file.write("\n")
        assert "installing fabctl" in go(checkout, "test").stderr


def test_the_scripts_are_executable() -> None:
    assert os.access(ROOT / "go", os.X_OK)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
