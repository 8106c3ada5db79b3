"""A run goes on with the rules, the sequence and the wafer that it was begun with."""

import hashlib

import pytest

import sequences
from fabctl.cli import compose
from fabctl.cli.output import Failure
from fabctl.process.layout import load_layout
from fabctl.process.stock_loader import load_stock

LEGAL = "399.9 degC"
"""Stands in the legal example of LM102."""


@pytest.fixture
def pack(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes(sequences.data("rules", "claims.yaml").read_bytes())
    return path


@pytest.fixture
def inputs(pack):
    """What the first record of a run with a pack of one's own tells."""
    fab = compose.chosen_fab(None)
    return compose.order("cap-line", {}, fab, rules=[pack], record_paths=True).inputs


def test_the_pack_is_read_again(inputs) -> None:
    assert "LM102" in compose.order_again(inputs).guard.rules.rules


def test_one_that_has_changed_keeps_the_run_from_going_on(inputs, pack) -> None:
    """Or other rules would watch its second half."""
    digest = hashlib.sha256(pack.read_bytes()).hexdigest()
    pack.write_text(pack.read_text(encoding="utf-8").replace("400 degC", "500 degC"), "utf-8")
    with pytest.raises(Failure, match=f"other rules than {pack} holds now.*{digest}"):
        compose.order_again(inputs)


def test_so_does_one_that_is_gone(inputs, pack) -> None:
    pack.unlink()
    with pytest.raises(Failure, match="put back the file"):
        compose.order_again(inputs)


def test_one_whose_examples_do_not_hold_any_more_still_watches(inputs, pack) -> None:
    """A later fabctl may judge an example otherwise; the wafer is under way all the same."""
    pack.write_text(pack.read_text(encoding="utf-8").replace(LEGAL, "401 degC"), "utf-8")
    rules = {pack.name: hashlib.sha256(pack.read_bytes()).hexdigest()}
    assert "LM102" in compose.order_again({**inputs, "rules": rules}).guard.rules.rules


def test_a_new_run_with_such_a_pack_is_refused(fabctl, pack) -> None:
    pack.write_text(pack.read_text(encoding="utf-8").replace(LEGAL, "401 degC"), "utf-8")
    done = fabctl("run", "cap-line", "--rules", pack, "--json")
    assert done.code == 2
    assert "IN207" in done.err


@pytest.mark.parametrize("changed", ["sequence", "wafer", "layout"])
def test_a_changed_file_of_the_users_is_told(tmp_path, changed: str) -> None:
    files = {
        "sequence": "bench-cap.yaml",
        "wafer": "wafers/copper-line.yaml",
        "layout": "layouts/single-line.yaml",
    }
    for name in files.values():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(sequences.data(name).read_bytes())
    fab = compose.chosen_fab(sequences.data("fabs", "bench.yaml"))
    inputs = compose.order(str(tmp_path / "bench-cap.yaml"), {}, fab, record_paths=True).inputs
    path = tmp_path / files[changed]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with path.open("a", encoding="utf-8") as file:
        file.write("# a comment\n")
    load_stock.cache_clear()  # as it is in the process that takes the run up
    load_layout.cache_clear()
    with pytest.raises(Failure, match=f"another {changed} than {path} holds now.*{digest}"):
        compose.order_again(inputs)


def test_a_layout_that_takes_the_place_of_fabctls_own_is_told_too(tmp_path) -> None:
    sequence = tmp_path / "cap-line.yaml"
    sequence.write_bytes(sequences.data("cap-line.yaml").read_bytes())
    fab = compose.chosen_fab(None)
    inputs = compose.order(str(sequence), {}, fab, record_paths=True).inputs
    path = tmp_path / "layouts" / "single-line.yaml"
    path.parent.mkdir()
    path.write_bytes(sequences.data("layouts", "single-line.yaml").read_bytes())
    with pytest.raises(Failure, match=f"another layout than {path} holds now: take that file away"):
        compose.order_again(inputs)


def test_faults_need_not_be_there_any_more(tmp_path) -> None:
    """The simulated tools have them already."""
    faults = tmp_path / "faults.yaml"
    faults.write_bytes(sequences.data("faults", "film-rate.yaml").read_bytes())
    fab = compose.chosen_fab(None)
    inputs = compose.order("cap-line", {}, fab, faults=faults, record_paths=True).inputs
    faults.unlink()
    assert compose.order_again(inputs).faults is None


def test_a_wider_rule_under_a_code_of_ones_own_makes_no_run_legal(fabctl, pack) -> None:
    """What a claim asks for is not a lab's to say: fabctl's own rule binds beside it."""
    text = pack.read_text(encoding="utf-8").replace("400 degC", "450 degC")
    text = text.replace("LM102", "LM902")  # under our code it would be refused
    pack.write_text(text.replace("752 degF", "850 degF"), encoding="utf-8")
    hot = ("--set", "react-1.temperature=410 degC")
    done = fabctl("dry-run", "cap-line", "--rules", pack, *hot, "--json")
    assert (done.document["outcome"], done.code) == ("refused", 1)
    assert {each["code"] for each in done.document["findings"]} == {"LM102"}
