"""What a tool throws dice for hangs on the seed and on what it did before, not on any name."""

import pytest
from machine_rig import Line, recipe

DEPOSIT = {"chamber": "pecvd", "material": "SiOC", "thickness": "650 nm", "temperature": "350 degC"}


def areas(seed, job):
    """What two deposits leave, with jobs numbered from one on."""
    line = Line(seed)
    line.jobs = job
    for _ in range(2):
        line.do("cvd", recipe("deposit", **DEPOSIT))
    return [region.shape.area for region in line.wafer.section.regions]


def test_the_names_of_jobs_change_no_wafer():
    assert areas(1, job=0) == areas(1, job=700)


def test_another_seed_does():
    assert areas(1, job=0) != areas(2, job=0)


def test_two_jobs_of_one_tool_are_two_throws():
    _, first, second = areas(1, job=0)
    assert first != pytest.approx(second, rel=1e-6)
