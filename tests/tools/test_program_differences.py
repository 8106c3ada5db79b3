"""Where a program on a tool is another than the one that was sent."""

import pytest
from msgspec.structs import replace

from fabctl.tools.dictionary_file import load_dictionary
from fabctl.tools.port import Block, Program
from fabctl.tools.program_differences import differences
from sequences import data

FURNACE = load_dictionary(data("dictionaries", "FUR01.yaml"))
PUSH, PULL = Block(501, (0.0, 200.0, 80.0)), Block(505, (0.0, 200.0))
SENT = Program("anneal", (PUSH, PULL))


def test_the_same_program_differs_in_nothing() -> None:
    assert differences(FURNACE, SENT, SENT) == ()


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ((PUSH,), "its blocks are PUSH, PUSH, PULL were sent"),
        ((), "its blocks are none, PUSH, PULL were sent"),
        ((PUSH, Block(999, ())), "its blocks are PUSH, 999, PUSH, PULL were sent"),
        ((PUSH, Block(505, (0.0,))), "PULL has 1 parameters, 2 were sent"),
        ((replace(PUSH, parameters=(0.0, 220.0, 80.0)), PULL), "PUSH.Speed is 220 mm/min, 200 mm"),
        ((replace(PUSH, parameters=(0.0, "fast", 80.0)), PULL), "PUSH.Speed is 'fast', 200 mm"),
    ],
)
def test_what_differs_is_told_by_its_name(there, said) -> None:
    (told,) = differences(FURNACE, SENT, Program("anneal", there))
    assert told.startswith(said)


def test_two_texts_are_told_apart_line_by_line() -> None:
    sent, there = (Program("x", body) for body in (b"Load A\nHeat 5\n", b"Load A\nHeat 6\nSoak\n"))
    assert differences(FURNACE, sent, there) == (
        "Heat 5 was sent, Heat 6 is there",
        "nothing was sent, Soak is there",
    )
