"""The terminal as a desk: values and a name, a no with its reason, and nobody."""

import asyncio
import contextlib
import os
import sys

import pytest

from fabctl.cli.desk import TerminalDesk
from fabctl.cli.run import _ends_questions
from fabctl.clock import run
from fabctl.journal import Record
from fabctl.tools.desk import Act, Answer, Declined, Entry, Question, Unanswered

DO = Question("WET02", Act.DO, "Clean wafer W1.", "W1")
MEASURE = Question("PRO01", Act.DO, "Measure.", "W1", entries=(Entry("Thickness", "Å", many=True),))


@pytest.fixture
def typed(monkeypatch):
    """Gives a function that types a text at the terminal and asks questions one after the other."""
    opened = []

    def type_and_ask(text, *questions):
        reading, writing = os.pipe()
        os.write(writing, text.encode())
        os.close(writing)
        terminal = os.fdopen(reading)
        opened.append(terminal)
        monkeypatch.setattr(sys, "stdin", terminal)

        async def main():
            desk = TerminalDesk("ada", contextlib.nullcontext)
            return desk, [await desk.ask(each) for each in questions]

        desk, replies = run(main())
        desk._reader.join()
        return replies

    yield type_and_ask
    for terminal in opened:
        terminal.close()


@pytest.mark.wire
class TestDesk:
    def test_enter_is_the_one_who_runs_it(self, typed):
        assert typed("\n", DO) == [Answer("ada")]

    def test_a_name_is_who_answers(self, typed):
        assert typed("Grace\n", DO) == [Answer("Grace")]

    def test_values_come_before_the_name(self, typed):
        assert typed("121 119\nGrace\n", MEASURE) == [Answer("Grace", {"Thickness": "121 119"})]

    @pytest.mark.parametrize(
        ("written", "read"),
        [("12.1 11.9 nm", "121 119"), ("121 119 Å", "121 119"), ("", ""), ("-5", "-5")],
    )
    def test_a_value_may_come_with_a_unit_of_its_own(self, typed, written, read):
        assert typed(f"{written}\nGrace\n", MEASURE) == [Answer("Grace", {"Thickness": read})]

    @pytest.mark.parametrize(
        "slip", ["abc", "120,5", "nan", "121 s", "121 nm 119", "１２１", "1e999", "121 furlong"]
    )
    def test_a_slip_of_the_pen_is_asked_for_again(self, typed, slip):
        replies = typed(f"{slip}\n121 119\nGrace\n", MEASURE)
        assert replies == [Answer("Grace", {"Thickness": "121 119"})]

    def test_one_number_is_asked_for_where_there_is_one(self, typed):
        one = Question("X", Act.DO, "Do.", "W1", entries=(Entry("Temp", "degC"),))
        assert typed("120 121\n393.15 K\nGrace\n", one) == [Answer("Grace", {"Temp": "120"})]

    def test_no_and_a_reason(self, typed):
        assert typed("no bath empty\n", DO) == [Declined("ada", "bath empty")]

    def test_the_end_of_input_is_no_answer_now_nor_later(self, typed):
        first, second, third = typed("Grace\n", DO, DO, DO)
        assert first == Answer("Grace")
        assert isinstance(second, Unanswered)
        assert isinstance(third, Unanswered)

    def test_a_value_without_a_name_is_no_answer(self, typed):
        assert isinstance(typed("121\n", MEASURE)[0], Unanswered)

    def test_a_terminal_that_has_gone_is_no_answer(self, monkeypatch):
        ours, theirs = os.openpty()
        os.close(ours)  # the window was closed, the connection cut

        async def main():
            async with asyncio.timeout(5):
                return await TerminalDesk("ada", contextlib.nullcontext).ask(DO)

        with os.fdopen(theirs) as terminal:
            monkeypatch.setattr(sys, "stdin", terminal)
            assert isinstance(run(main()), Unanswered)

    def test_no_standard_input_is_no_answer(self, monkeypatch):
        monkeypatch.setattr(sys, "stdin", None)
        reply = run(TerminalDesk("ada", contextlib.nullcontext).ask(DO))
        assert isinstance(reply, Unanswered)

    def test_a_question_that_is_taken_back_is_no_answer_and_no_other_is_asked(self, monkeypatch):
        reading, writing = os.pipe()  # somebody is there, and types nothing

        async def main():
            desk = TerminalDesk("ada", contextlib.nullcontext)
            asking = asyncio.ensure_future(desk.ask(DO))
            await asyncio.sleep(0)
            desk.close("Ctrl-C")
            return desk, await asking, await desk.ask(DO)

        with os.fdopen(reading) as terminal:
            monkeypatch.setattr(sys, "stdin", terminal)
            desk, *replies = run(main())
            os.close(writing)
            desk._reader.join()
        assert replies == [Unanswered("Ctrl-C")] * 2

    def test_the_question_is_on_standard_error(self, typed, capsys):
        typed("\n", DO)
        told = capsys.readouterr()
        assert told.out == ""
        assert "Clean wafer W1." in told.err


class Listed:
    """A journal that already has one record of the run."""

    def records(self, run):
        return [asked(1)]


class Closed:
    """A desk that remembers why it was closed."""

    def __init__(self):
        self.whys = []

    def close(self, why):
        self.whys.append(why)


def asked(seq, action="stop", *, done=True):
    body = {"action": action, "by": "bob", "reason": "", "done": done}
    return Record("r1", seq, "", "ASKED", body, "", "")


def test_a_stop_from_another_terminal_takes_the_question_back():
    desk = Closed()
    heed = _ends_questions(desk, Listed(), "r1")
    for record in (asked(2, "pause"), asked(3, done=False), asked(4)):
        heed(record)
    assert desk.whys == ["bob ended the run"]


def test_a_stop_that_an_earlier_process_was_asked_for_ends_no_question():
    desk = Closed()
    _ends_questions(desk, Listed(), "r1")(asked(1))
    assert desk.whys == []
