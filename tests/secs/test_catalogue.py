"""What messages hold, and how they are shown."""

import pytest

from fabctl.secs.catalogue import data_item, is_known, layout, problems
from fabctl.secs.catalogue_additions import MESSAGES
from fabctl.secs.items import BOOLEAN, C2, F4, U1, U2, U4, A, B, Format, Item, L
from fabctl.secs.message import Message
from fabctl.secs.sml import sml
from fabctl.secs.structures import Fields, Named, Repeated, parse


def message(name: str, item: Item | None = None, *, wait: bool = False) -> Message:
    """A message by its name."""
    stream, function = name[1:].split("F")
    return Message(int(stream), int(function), wait, item)


class TestLayouts:
    """The notation."""

    def test_notation(self):
        """Items, fixed lists, lists of any length, named lists."""
        assert parse("<L <RCMD> <L PARAMS <L <CPNAME> <CPVAL>>>>") == Fields(
            (Named("RCMD"), Repeated(Fields((Named("CPNAME"), Named("CPVAL")))))
        )

    @pytest.mark.parametrize("text", ["", "RCMD", "<L>", "<L <A>", "<A> <B>", "<A>>", "<L <A> B>"])
    def test_nonsense(self, text: str):
        """Is refused."""
        with pytest.raises(ValueError, match=r"expected|missing|more than|no layout"):
            parse(text)

    def test_secsgems_dictionary_backs_it(self):
        """S2F41 is not ours."""
        assert (2, 41) not in MESSAGES
        assert layout(2, 41) == parse("<L <RCMD> <L <L <CPNAME> <CPVAL>>>>")

    def test_what_secsgem_lacks_is_added(self):
        """Clock, carriers, formatted programs, process jobs; and every layout can be read."""
        for stream, function in [(2, 31), (3, 17), (7, 23), (7, 27), (14, 9), (16, 11)]:
            assert layout(stream, function) is not None
        for key in MESSAGES:
            layout(*key)

    def test_unknown_and_header_only(self):
        """Differ, though both have no layout."""
        assert layout(1, 1) is layout(99, 1) is None
        assert is_known(1, 1)
        assert not is_known(99, 1)

    def test_data_item(self):
        """Formats and meanings, secsgem's and ours."""
        assert data_item("HCACK").formats == {Format.B}
        assert data_item("HCACK").meanings[4] == "ack finish later"
        assert data_item("TIACK").meanings[1] == "not done"
        assert data_item("NO_SUCH").formats == frozenset()


class TestProblems:
    """Deviations from the catalogue, each in words."""

    @pytest.mark.parametrize(
        "good",
        [
            message("S1F1"),
            message("S1F13", L()),
            message("S2F41", L(A("START"), L(L(A("LOTID"), A("R1"))))),
            message("S6F11", L(U4(0), U4(8), L())),
            message("S7F23", L(A("P"), A("M"), A("1"), L(L(U2(501), L(F4(1.0)))))),
            message("S99F1", U1(1)),
        ],
    )
    def test_none(self, good: Message):
        """As E5 has it; an empty list may stand for none; unknown messages are not judged."""
        assert problems(good) == []

    @pytest.mark.parametrize(
        ("bad", "words"),
        [
            (message("S1F1", L()), "S1F1 has no body"),
            (message("S2F42"), "S2F42 lacks its body"),
            (message("S2F42", L(U1(0), L())), "S2F42[1]: HCACK is U1, not B"),
            (message("S2F42", B(0)), "S2F42: B where a list belongs"),
            (message("S6F11", L(U4(1), U4(2))), "S6F11: a list of 2, not of 3"),
            (message("S2F41", L(A("X"), L(L(A("Y"))))), "S2F41[2][1]: a list of 1, not of 2"),
        ],
    )
    def test_found(self, bad: Message, words: str):
        """Where it is, and what it should be."""
        assert problems(bad) == [words]


class TestSml:
    """Messages for people."""

    def test_names_and_meanings(self):
        """Every item with its name, codes in words."""
        reply = message("S2F42", L(B(4), L(L(A("LOTID"), B(2)))))
        assert sml(reply) == (
            "S2F42\n"
            "<L[2]\n"
            "  <B 0x04> /* HCACK: ack finish later */\n"
            "  <L[1]\n"
            "    <L[2]\n"
            '      <A "LOTID"> /* CPNAME */\n'
            "      <B 0x02> /* CPACK: cpval illegal value */\n"
            "    >\n"
            "  >\n"
            "> ."
        )

    def test_header_only(self):
        """With its W."""
        assert sml(message("S1F1", wait=True)) == "S1F1 W ."

    @pytest.mark.parametrize(
        ("item", "shown"),
        [
            (F4(12.300000190734863), "<F4 12.3>"),
            (F4(float("nan")), "<F4 nan>"),
            (U4(), "<U4[0]>"),
            (U4(1, 2), "<U4 1 2>"),
            (BOOLEAN(True, False), "<BOOLEAN T F>"),  # noqa: FBT003
            (B(b"\x00\xff"), "<B 0x00 0xFF>"),
            (A('say "no"\n'), '<A "say \\x22no\\x22\\x0a">'),
            (C2("ü"), "<C2 0x00 0x02 0xC3 0xBC>"),
            (L(), "<L[0]>"),
        ],
    )
    def test_values(self, item: Item, shown: str):
        """As SML writes them; floats as short as their width allows."""
        assert sml(message("S99F1", item)) == f"S99F1\n{shown} ."

    def test_long_values(self):
        """Shortened, with their number."""
        assert sml(message("S99F1", U1(*range(100)))).endswith("62 63 ...> .")
        assert "<A[5000]" in sml(message("S99F1", A("x" * 5000)))

    def test_what_does_not_fit_the_catalogue_is_shown_without_names(self):
        """A message from a strange tool is readable still."""
        assert sml(message("S2F42", L(B(4)))) == "S2F42\n<L[1]\n  <B 0x04>\n> ."
