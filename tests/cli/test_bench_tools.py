"""`fabctl tools` on a fab with bench tools: nothing of SECS goes to a serial instrument."""

import pytest

import sequences

BENCH = sequences.data("fabs", "bench.yaml")


@pytest.mark.parametrize("command", [["recipes", "FUR02"], ["send", "SPN03", "S1F1"]])
def test_an_instrument_is_sent_no_message(fabctl, command):
    done = fabctl("tools", *command, "--fab", BENCH)
    assert done.code == 2
    assert "is no GEM tool" in done.err


def test_a_tool_that_is_worked_by_hand_has_a_status(fabctl):
    done = fabctl("tools", "status", "DEV01", "--fab", BENCH, "--json")
    assert done.code == 0
    assert done.document["DEV01"]["wafers"] == ["unknown"]


def test_the_tools_are_listed_with_their_drivers(fabctl):
    done = fabctl("tools", "list", "--fab", BENCH, "--json")
    drivers = {tool["tool"]: tool["driver"] for tool in done.document["tools"]}
    assert drivers["FUR02"] == "eurotherm"
    assert drivers["WET02"] == "manual"


def test_a_run_whose_tool_is_not_plugged_in_could_not_be_done(fabctl, tmp_path):
    fab = tmp_path / "fab.yaml"
    fab.write_text(
        "fab: mine\nwafer: 200 mm\ntools:\n  - {id: HOT01, kind: spin_coater, driver: hot-plate, "
        'dictionary: HOT01.yaml, address: "usb:B2003,9600,7E1"}\n',
        encoding="utf-8",
    )
    bake = tmp_path / "bake.yaml"
    bake.write_text(
        "sequence: bake\ntitle: One bake\nsteps:\n  - {id: b, kind: spin_coater, "
        "operation: hard_bake, recipe: {temperature: 110 degC, time: 60 s}}\n",
        encoding="utf-8",
    )
    done = fabctl("run", bake, "--fab", fab, "--json")
    assert (done.code, done.document["outcome"]) == (2, "refused")
    assert "no adapter with USB serial number B2003 is plugged in" in done.document["why"]


def test_a_run_on_a_simulated_lab_that_is_not_served_says_how_to_serve_it(fabctl, tmp_path):
    fab = tmp_path / "bench.yaml"
    text = BENCH.read_text(encoding="utf-8")
    fab.write_text(text.replace("/tmp/fabctl-bench", str(tmp_path)), encoding="utf-8")
    done = fabctl("run", "bench-cap", "--fab", fab)
    assert done.code == 2
    assert f"fabctl sim up --fab {fab} --wafers copper-line" in done.err
