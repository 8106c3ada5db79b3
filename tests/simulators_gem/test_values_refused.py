"""What a tool can't hold or can't tell again, it refuses: every primary gets its reply."""

import pytest
from gem_rig import Host
from hypothesis import given
from hypothesis import strategies as st

from fabctl.secs.codec import encode
from fabctl.secs.items import C2, F4, F8, I8, U1, U2, U4, U8, A, B, Item, J, L

LONG = A("1" * 5000)
"""More digits than Python reads."""


def pieces(host: Host) -> list[Item]:
    return [host.answered.item] + [each.item for each in host.told]


def start(host: Host, **parameters: Item) -> tuple[int, list[Item]]:
    """HCACK, and the parameters that were bad."""
    hcack = host.command("START", **parameters)
    return hcack, list(host.answered.item.value[1].value)


class TestNumbers:
    def test_a_constant_that_its_format_can_not_hold_is_out_of_range(self):
        host = Host()
        for value in (F8(1e300), F8(-1e300), F8(float("inf")), U8(2**64 - 1)):
            assert host.ask(2, 15, L(L(U4(3601), value))) == B(3)

    def test_a_command_is_refused_with_the_parameter_that_is_too_great(self):
        host = Host()
        host.ready()
        bad = L(A("DOSE"), B(2))
        assert start(host, LOTID=A("J1"), DOSE=F8(1e300)) == (3, [bad])

    def test_a_program_is_refused_for_it(self):
        host = Host()
        block = L(U2(501), L(F8(1e300), F4(400)))
        assert host.ask(7, 23, L(A("R1"), A(""), A(""), L(block))) == B(0)
        (row,) = host.told[-1].item.value[1].value
        assert row.value[0] == U1(4)
        assert host.ask(7, 25, A("R1")) == L()

    @pytest.mark.parametrize("ccode", [A("abc"), A(""), A("+-5"), LONG])
    def test_a_block_code_that_is_no_number_is_illegal_data(self, ccode):
        host = Host()
        host.ask(7, 23, L(A("R1"), A(""), A(""), L(L(ccode, L()))))
        assert (host.told[-1].stream, host.told[-1].function) == (9, 7)

    @pytest.mark.parametrize("number", [LONG, A("1" * 400), F8(1e300)])
    def test_numbers_beyond_all_bounds_get_a_reply(self, number):
        host = Host()
        assert host.ask(2, 15, L(L(U4(1), number))) == B(3)
        host.ask(2, 15, L(L(number, U4(1))))
        assert host.answered is None or host.answered.item == B(1)
        if host.answered is None:
            assert (host.told[-1].stream, host.told[-1].function) == (9, 7)


NUMBERS = st.one_of(
    st.floats().map(F8),
    st.integers(-(2**63), 2**63 - 1).map(I8),
    st.integers(0, 2**64 - 1).map(U8),
    st.from_regex(r"[-+]{0,2}[0-9]{0,30}", fullmatch=True).map(A),
    st.just(LONG),
)


@pytest.mark.long
@given(NUMBERS, NUMBERS, NUMBERS)
def test_whatever_the_number_there_is_a_reply(first, second, third):
    host = Host()
    for stream, function, body in (
        (2, 15, L(L(first, second))),
        (2, 15, L(L(U4(3601), second))),
        (2, 41, L(A("START"), L(L(A("LOTID"), A("J1")), L(A("DOSE"), first)))),
        (7, 23, L(A("R1"), A(""), A(""), L(L(U2(501), L(first, second))))),
        (7, 23, L(A("R1"), A(""), A(""), L(L(third, L())))),
        (2, 23, L(first, A("000010"), second, third, L(U4(1001)))),
        (2, 33, L(first, L(L(second, L(third))))),
    ):
        before = len(host.told)
        host.ask(stream, function, body)
        assert host.answered is not None or host.told[before].stream == 9


def test_more_ids_than_any_tool_has_are_not_answered_for_seconds():
    host = Host()
    host.ask(1, 3, L(*[U4(1001)] * 10_001))
    assert (host.told[-1].stream, host.told[-1].function) == (9, 7)


def test_a_parameter_given_twice_is_refused():
    host = Host()
    host.ready()
    pairs = [L(A("LOTID"), A("J1")), L(A("LOTID"), A("J2"))]
    assert host.ask(2, 41, L(A("START"), L(*pairs))) == L(B(3), L(L(A("LOTID"), B(2))))


TEXTS = [C2("jöb"), J("ｱ"), B(b"j\xf6b")]
"""Text that A has no character for, in each format that may carry it."""


class TestText:
    @pytest.mark.parametrize("text", TEXTS)
    def test_a_job_whose_name_can_not_be_told_again_does_not_start(self, text):
        host = Host()
        host.ready()
        assert start(host, LOTID=text) == (3, [L(A("LOTID"), B(3))])

    @pytest.mark.parametrize("text", TEXTS)
    def test_nor_is_it_a_name_of_anything(self, text):
        host = Host()
        for stream, function, body in (
            (2, 41, L(text, L())),
            (2, 41, L(A("START"), L(L(text, A("J1"))))),
            (7, 1, L(text, U4(10))),
            (7, 3, L(text, B(b"x"))),
            (7, 23, L(text, A(""), A(""), L())),
        ):
            host.ask(stream, function, body)
            assert (host.told[-1].stream, host.told[-1].function) == (9, 7)
            assert host.answered is None

    def test_localised_text_in_seven_bits_is_text(self):
        host = Host()
        host.ready()
        assert start(host, LOTID=C2("J1")) == (4, [])
        for item in pieces(host):
            encode(item)
        assert host.sv("JobID") == A("J1")

    def test_the_operator_may_be_told_more(self):
        host = Host()
        assert host.ask(10, 3, L(B(0), C2("Grüße"))) == B(0)
        assert host.tool.terminal.shown == ["Grüße"]
