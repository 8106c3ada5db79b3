"""The messages that a person writes for `fabctl tools send`."""

import pytest

from fabctl.cli.message_text import read_message
from fabctl.cli.output import Failure
from fabctl.secs.items import BOOLEAN, F4, U1, U4, A, B, L


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S1F1", (1, 1, None)),
        ("S1F1 W .", (1, 1, None)),
        ("S1F3 <L <U4 1001>>", (1, 3, L(U4(1001)))),
        ("S1F3 W <L[1] <U4 1001> > .", (1, 3, L(U4(1001)))),
        ("S1F13 <L>", (1, 13, L())),
        ('S2F41 <L <A "START"> <L>>', (2, 41, L(A("START"), L()))),
        ("S5F3 <L <B 0x80> <U4>>", (5, 3, L(B(b"\x80"), U4()))),
        ("S2F15 <L <L <U4 1> <F4 1.5>>>", (2, 15, L(L(U4(1), F4(1.5))))),
        ("S9F1 <BOOLEAN T F>", (9, 1, BOOLEAN(*(True, False)))),
        ("S9F1 <U1 1 2 3>", (9, 1, U1(1, 2, 3))),
        ('S9F1 <A "a > b">', (9, 1, A("a > b"))),
    ],
)
def test_it_is_read(text: str, expected: object) -> None:
    assert read_message(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "S1F2",
        "S0F1",
        "S200F1",
        "S1F3 <L",
        "S1F3 <L <U4 1>",
        "S1F3 <L> <L>",
        "S1F3 <L 5>",
        "S1F3 <U4 <U4 1>>",
        "S1F3 <U4 one>",
        "S1F3 <U1 300>",
        'S1F3 <A "äh">',
        "S1F3 <F4 1e39>",
        "S1F3 <Z9 1>",
        "S1F3 U4 1",
        "S1F3 " + "<L " * 50 + ">" * 50,
    ],
)
def test_it_is_refused(text: str) -> None:
    with pytest.raises(Failure):
        read_message(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("S1F3 <U4 one>", "'one' is no whole number"),
        ("S1F3 <F4 one>", "'one' is no number"),
        ("S1F3 <B 0x100>", "'0x100' is no byte"),
        ("S1F3 <BOOLEAN 1>", "'1' is neither T nor F"),
    ],
)
def test_what_is_wrong_with_a_value_is_told(text: str, why: str) -> None:
    with pytest.raises(Failure, match=why):
        read_message(text)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("S7F17 <L>", "deletes every recipe"),
        ("S7F17", "deletes every recipe"),
        ("S9F7 <B 0x00>", "is a tool's to send"),
    ],
)
def test_what_no_host_may_send_is_not_sent(fabctl, message, why):
    done = fabctl("tools", "send", "STP01", message)
    assert done.code == 2
    assert why in done.err
