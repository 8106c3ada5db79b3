"""What a file of wafers brought in may say, and how each mistake in it is reported."""

import pytest

import sequences
from fabctl.process.errors import InputError
from fabctl.process.loader import load_sequence
from fabctl.process.stock import Deposited, Opened, PolishedTo
from fabctl.process.stock_loader import load_stock
from fabctl.quantities import Quantity

SHIPPED = sorted(sequences.data("wafers").glob("*.yaml"))
GOOD = """\
wafer: lines
title: Copper lines
layout: single-line
made:
  - {deposit: SiOC, thickness: 650 nm}
  - {open: CAP-LINE-1, depth: 650 nm}
  - {deposit: TaN, thickness: 10 nm}
  - {deposit: copper, thickness: 0.75 um}
  - {polish_to: SiOC}
"""
SEQUENCE = """\
sequence: s
title: t
wafer: lines
steps:
  - {id: c, kind: etcher, operation: clean, recipe: {bath: citric, time: 45 s}}
"""


@pytest.fixture
def load(tmp_path):
    """Loads a sequence for GOOD wafers, with one text put in place of another."""

    def load(old="", new=""):
        texts = {tmp_path / "wafers" / "lines.yaml": GOOD, tmp_path / "s.yaml": SEQUENCE}
        assert any(old in text for text in texts.values())
        (tmp_path / "wafers").mkdir()
        for path, text in texts.items():
            path.write_text(text.replace(old, new) if old else text)
        return load_sequence(tmp_path / "s.yaml")

    return load


def test_a_sequence_finds_the_wafers_in_the_folder_beside_it(load):
    stock = load().stock
    assert (stock.name, stock.title, stock.layout.name) == ("lines", "Copper lines", "single-line")
    assert stock.made[0] == Deposited("SiOC", Quantity.parse("650 nm"))
    assert stock.made[1] == Opened("CAP-LINE-1", Quantity.parse("650 nm"))
    assert stock.made[3] == Deposited("Cu", Quantity.parse("750 nm"))
    assert stock.made[4] == PolishedTo("SiOC", ("TaN", "Cu"))


def test_what_no_polish_took_some_of_is_sure_to_be_seen(load):
    stock = load().stock
    assert stock.materials == ("SiOC", "TaN", "Cu")
    assert stock.sure == {"SiOC"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_those_that_come_with_fabctl_load(path):
    assert load_stock(path).name == path.stem


def test_a_sequence_that_names_none_has_bare_wafers(load):
    assert load("wafer: lines\nsteps", "steps").stock is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wafer: lines\nsteps", "wafer: lnes\nsteps", "s.yaml:3:8 IN205 there are no wafers lnes"),
        ("wafer: lines\nsteps", "wafer: ../lines\nsteps", "s.yaml:3:8 IN204 wafer must be a name"),
        ("thickness: 10 nm", "thicknes: 10 nm", "7:20 IN201 deposit of made has no key thicknes"),
        ("deposit: TaN", "depost: TaN", "7:5 IN202 made lists what was done: deposit, open"),
        ("TaN", "TaM", "7:15 IN205 the materials table lacks TaM did you mean TaN?"),
        ("deposit: TaN", "deposit: Sn", "7:15 IN207 Sn is a film, and wafers are brought in with"),
        ("deposit: TaN", "deposit: resist-n1", "7:15 IN207 resist-n1 is a resist"),
        ("10 nm", "10", "7:31 UN101 thickness: 10 lacks its unit"),
        ("10 nm", "10 s", "7:31 UN101 thickness: 10 s is a time, not a length"),
        ("10 nm", "-10 nm", "7:31 TY104 thickness is -10 nm, but can't be below 0.1 nm"),
        ("0.75 um", "75 um", "8:34 TY104 the layers are 75660 nm high together, more than 5 um"),
        ("open: CAP-LINE-1", "open: CAP-LINE", "6:12 IN205 there is no reticle CAP-LINE in the"),
        ("depth: 650 nm", "depth: 651 nm", "6:31 TY104 the opening is 651 nm deep, and only 650"),
        ("polish_to: SiOC", "polish_to: SiN", "9:17 IN205 there is no SiN on the wafer to polish"),
        ("layout: single-line", "layout: single-lin", "3:9 IN205 there is no layout single-lin"),
        (
            "title: t",
            "title: t\nlayout: bench-window",
            "s.yaml:4:8 IN207 the layout bench-window is 12000 nm wide, and the wafers lines were",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(load, old, new, said):
    with pytest.raises(InputError) as caught:
        load(old, new)
    told = [f"{each.mark} {each.code} {each.message} {each.hint}" for each in caught.value.problems]
    assert any(said in each for each in told), told


def test_a_list_of_nothing_is_refused(tmp_path):
    path = tmp_path / "bare.yaml"
    path.write_text("wafer: bare\ntitle: Bare\nmade: []\n")
    with pytest.raises(InputError, match="a bare wafer needs no file"):
        load_stock(path)
