"""Wafers of the simulated fab that are brought in: as their file says, and reacting as any."""

import pytest

import sequences
from fabctl.process.stock_loader import load_stock
from fabctl.structure.invariants import check
from fabctl.structure.predicates import exposes, thickness
from simulators.physics.uniformity import SITES
from simulators.wafers.effects import Deposit, Heat
from simulators.wafers.stock import made_elsewhere
from simulators.wafers.store import WaferStore

FILES = sorted(sequences.data("wafers").glob("*.yaml"))
LINE = sequences.data("wafers", "copper-line.yaml")


def line():
    store = WaferStore(made_elsewhere(load_stock(LINE)))
    store.ensure("W1")
    return store.wafer("W1")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_section_is_a_partition(path):
    check(made_elsewhere(load_stock(path)).section)


def test_a_line_that_does_not_go_through_its_dielectric_is_polished_to_the_field(tmp_path):
    """Not to the floor of its trench, which is the same dielectric."""
    path = tmp_path / "trench.yaml"
    path.write_text(
        "wafer: trench\ntitle: t\nlayout: single-line\nmade:\n"
        "  - {deposit: SiOC, thickness: 650 nm}\n  - {open: CAP-LINE-1, depth: 300 nm}\n"
        "  - {deposit: Cu, thickness: 400 nm}\n  - {polish_to: SiOC}\n",
        encoding="utf-8",
    )
    section = made_elsewhere(load_stock(path)).section
    check(section)
    (copper,) = section.of_material("Cu")
    assert copper.shape.bounds == (1600, 350, 2400, 650)


def test_its_regions_are_of_no_job():
    assert {region.job for region in line().section.regions} == {""}


def test_the_line_lies_flush_in_its_liner():
    section = line().section
    (copper,) = section.of_material("Cu")
    assert copper.shape.bounds == (1610, 10, 2390, 700)
    assert exposes(section, copper.shape) == pytest.approx(780)
    (liner,) = section.of_material("TaN")
    assert thickness(liner.shape) == pytest.approx(10)


def test_a_film_on_it_reacts_over_the_line_alone():
    wafer = line()
    wafer.apply(Deposit("Sn", 12.0, (1.0,) * len(SITES), 0.9, "film"))
    wafer.apply(Heat(((900.0, 200.0),), "react"))
    (layer,) = wafer.section.of_material("Cu3Sn")
    assert layer.job == "react"
    assert 1500 < layer.shape.bounds[0] < layer.shape.bounds[2] < 2500


def test_each_new_wafer_is_another_one():
    store = WaferStore(made_elsewhere(load_stock(LINE)))
    store.ensure("a")
    store.wafer("a").apply(Deposit("Sn", 12.0, (1.0,) * len(SITES), 0.9, "film"))
    store.ensure("b")
    assert not store.wafer("b").section.of_material("Sn")
