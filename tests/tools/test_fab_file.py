"""Fab files, which tool does a step, and which simulated tool stands in for a real one."""

import re
from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo
from tool_files import DICTIONARY, write

from fabctl.links import serial_ports
from fabctl.links.link import LinkError
from fabctl.process.errors import InputError
from fabctl.process.recipe import Recipe
from fabctl.process.vocabulary import KINDS
from fabctl.quantities import Quantity
from fabctl.tools.errors import NoToolError
from fabctl.tools.fab import Fab, load_fab, resolve, simulated
from sequences import data

FAB = """\
fab: ours
wafer: 200 mm
tools:
  - {id: A1, kind: cvd, dictionary: CVD9.yaml, address: "127.0.0.1:5001"}
  - {id: B1, kind: furnace, dictionary: FUR01.yaml}
"""


def fab(folder: Path, old: str = "", new: str = "") -> Fab:
    write(folder, DICTIONARY)
    return load_fab(write(folder, FAB.replace(old, new, 1) if old else FAB, "fab.yaml"))


def built_in() -> Fab:
    return load_fab(data("fabs", "built-in.yaml"))


def strip(**words: str) -> Recipe:
    return Recipe("strip", {"material": "Sn", "time": Quantity.parse("30 s"), **words})


def test_the_built_in_fab_has_every_kind() -> None:
    assert {entry.kind for entry in built_in().tools} == set(KINDS)


def test_a_dictionary_beside_the_fab_file_comes_first_then_those_of_fabctl(tmp_path: Path) -> None:
    loaded = fab(tmp_path)
    assert loaded.tool("A1").path == tmp_path / "CVD9.yaml"
    assert loaded.tool("B1").dictionary.tool == "FUR01"


def test_an_address_is_host_and_port(tmp_path: Path) -> None:
    place = fab(tmp_path).tool("A1").place
    assert (place.host, place.port, place.secs1) == ("127.0.0.1", 5001, False)


def test_an_ipv6_address_stands_in_brackets(tmp_path: Path) -> None:
    assert fab(tmp_path, "127.0.0.1", "[::1]").tool("A1").place.host == "::1"


def test_a_tool_without_address_can_not_be_dialled(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="no address"):
        fab(tmp_path).tool("B1").place.dial()


def test_a_tool_may_be_on_a_secs1_line(tmp_path: Path) -> None:
    place = fab(tmp_path, '"127.0.0.1:5001"', '"secs-i:/dev/ttyS0,19200"').tool("A1").place
    assert (place.secs1, place.device, place.baudrate) == (True, "/dev/ttyS0", 19200)


@pytest.mark.parametrize(
    ("real", "stand_in"),
    [
        ("10.0.0.7:5001", ""),
        ("127.0.0.1:5001", "127.0.0.1:5001"),
        ("secs-i:10.0.0.7:5001", "secs-i:"),
        ("secs-i:usb:A1", "secs-i:"),
        ("secs-i:/tmp/fab/A1", "secs-i:/tmp/fab/A1"),
    ],
)
def test_a_stand_in_speaks_as_the_tool_does(tmp_path: Path, real: str, stand_in: str) -> None:
    ours = fab(tmp_path, "127.0.0.1:5001", real)
    assert simulated(ours, built_in()).tool("A1").address == stand_in


def test_the_desk_of_a_simulated_lab_is_a_path(tmp_path: Path) -> None:
    assert fab(tmp_path, "tools:", "desk: /tmp/lab/desk\ntools:").desk == "/tmp/lab/desk"
    assert fab(tmp_path).desk == ""


def test_a_desk_beside_a_real_tool_is_refused(tmp_path: Path) -> None:
    text = FAB.replace("tools:", "desk: /tmp/lab/desk\ntools:").replace("127.0.0.1", "10.0.0.7")
    write(tmp_path, DICTIONARY)
    with pytest.raises(InputError, match=r"A1 at 10\.0\.0\.7:5001 is none of its tools"):
        load_fab(write(tmp_path, text, "fab.yaml"))


def test_a_tool_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoToolError, match="which has A1, B1"):
        fab(tmp_path).tool("C1")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: B1", "id: A1", "A1 is there twice"),
        (
            "dictionary: FUR01.yaml}",
            'dictionary: FUR01.yaml, address: "127.0.0.1:5001"}',
            "B1 has A1's address",
        ),
        ("tools:", "desk: lab/desk\ntools:", "a path from the root"),
        ("kind: cvd", "kind: furnace", "can't have the dictionary of a cvd"),
        ("FUR01.yaml", "FUR99.yaml", "no dictionary 'FUR99.yaml'"),
        ("127.0.0.1:5001", "somewhere", "not host:port"),
        ("127.0.0.1:5001", "127.0.0.1:99999", "between 1 and 65535"),
        ("wafer: 200 mm", "wafer: 200", "wafer"),
        ("kind: cvd", "kind: oven", "can't be 'oven'"),
        ("fab: ours\n", "", "needs 'fab'"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        fab(tmp_path, old, new)


@pytest.mark.parametrize("scheme", ["", "secs-i:"])
@pytest.mark.parametrize(
    "port",
    [
        "/dev/ttyUSB0",
        "/dev/ttyACM12",
        "/dev/../dev//ttyUSB0",
        "/dev/cu.usbserial-1410",
        "/dev/tty.usbmodem14101",
    ],
)
def test_a_port_that_is_only_a_number_is_refused_at_its_place(tmp_path, port, scheme) -> None:
    with pytest.raises(InputError) as refused:
        fab(tmp_path, "127.0.0.1:5001", f"{scheme}{port},9600")
    (problem,) = refused.value.problems
    line = FAB.splitlines()[3]
    assert (problem.mark.line, problem.mark.column) == (4, line.index('"127') + 1)
    assert f"{port} is only a number" in problem.message
    assert "usb:" in problem.hint


def test_what_to_write_instead_is_the_name_of_the_adapter_that_is_there(
    tmp_path, monkeypatch
) -> None:
    adapter = ListPortInfo("/dev/ttyUSB0", skip_link_detection=True)
    adapter.serial_number = "A10K3F7X"
    monkeypatch.setattr(serial_ports.list_ports, "comports", lambda: [adapter])
    with pytest.raises(InputError) as refused:
        fab(tmp_path, "127.0.0.1:5001", "/dev/ttyUSB0,9600")
    assert refused.value.problems[0].hint == "name the port by usb:A10K3F7X"


@pytest.mark.parametrize(
    "port",
    [
        "/dev/ttyS0",
        "/dev/pts/3",
        "/tmp/fabctl-bench/ttyUSB0",
        "/dev/serial/by-id/usb-FTDI_A1-if00-port0",
        "/dev/furnace",
        "/dev/cu.usbserial-A10K3F7X",
        "rfc2217://terminal-server:4001",
    ],
)
def test_a_port_that_is_named_by_what_it_is_or_by_a_place_that_stays_is_taken(
    tmp_path, port
) -> None:
    assert fab(tmp_path, "127.0.0.1:5001", port).tool("A1").place.device == port


def test_the_bath_tells_the_wet_bench_from_the_plasma_etcher() -> None:
    assert resolve(built_in(), "etcher", strip(bath="msa")).id == "WET01"


def test_a_tool_asked_for_wins() -> None:
    entry = next(e for e in built_in().tools if e.kind == "furnace")
    recipe = Recipe(
        "anneal",
        {
            "temperature": Quantity.parse("200 degC"),
            "ramp": Quantity.parse("5 degC/min"),
            "hold": Quantity.parse("15 min"),
            "ambient": "N2",
        },
    )
    assert resolve(built_in(), "furnace", recipe, entry.id) == resolve(
        built_in(), "furnace", recipe
    )


def test_a_step_that_no_tool_can_do_says_why_for_each() -> None:
    with pytest.raises(NoToolError, match=r"ETC01.*WET01"):
        resolve(built_in(), "etcher", strip(bath="holy-water"))


def test_a_tool_of_another_kind_is_refused() -> None:
    with pytest.raises(NoToolError, match="is no etcher"):
        resolve(built_in(), "etcher", strip(bath="x"), "FUR01")


def test_a_real_tool_is_replaced_by_the_simulated_one_of_its_kind(tmp_path: Path) -> None:
    ours = fab(tmp_path, "127.0.0.1:5001", "10.0.0.7:5001")
    stand_in = simulated(ours, built_in()).tool("A1")
    assert (stand_in.id, stand_in.dictionary.tool, stand_in.address) == ("A1", "CVD01", "")


def test_of_several_simulated_tools_the_most_alike_stands_in() -> None:
    every = simulated(built_in(), built_in())
    assert [entry.dictionary.tool for entry in every.tools] == [
        entry.id for entry in built_in().tools
    ]


def test_a_stand_ins_channels_are_redundant_as_the_real_tools_are(tmp_path: Path) -> None:
    text = data("dictionaries", "FUR01.yaml").read_text(encoding="utf-8")
    for zone in (1, 2, 3):
        text = re.sub(rf"(name: Zone{zone}Temp, .*?)\}}", r"\1, redundant: load}", text)
    write(tmp_path, text, "FUR01.yaml")
    stand_in = simulated(fab(tmp_path), built_in()).tool("B1").dictionary
    assert stand_in.redundant == (frozenset({"Zone1Temp", "Zone2Temp", "Zone3Temp"}),)
