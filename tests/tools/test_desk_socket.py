"""A desk at the far end of a socket: questions and replies whole, and nobody there."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabctl.clock import run
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.tools.desk import Act, Answer, Declined, Entry, Question, Unanswered
from fabctl.tools.desk_socket import (
    DeskListener,
    DistantDesk,
    question_as_json,
    question_from_json,
    reply_as_json,
    reply_from_json,
)

WORDS = st.text(max_size=10)
QUANTITIES = st.builds(
    Quantity.of,
    st.fractions(min_value=0, max_value=10**6),
    st.sampled_from(["nm", "degC", "min", "mJ/cm2", "1"]),
)
RECIPES = st.builds(Recipe, WORDS, st.dictionaries(WORDS, st.one_of(WORDS, QUANTITIES)))
ENTRIES = st.builds(Entry, WORDS, WORDS, st.booleans())
QUESTIONS = st.builds(
    Question,
    tool=WORDS,
    act=st.sampled_from(Act),
    text=WORDS,
    wafer=WORDS,
    recipe=st.none() | RECIPES,
    entries=st.lists(ENTRIES).map(tuple),
    job=WORDS,
)
REPLIES = st.one_of(
    st.builds(Answer, WORDS, st.dictionaries(WORDS, WORDS)),
    st.builds(Declined, WORDS, WORDS),
    st.builds(Unanswered, WORDS),
)


@given(QUESTIONS)
def test_a_question_comes_through_as_it_was(question):
    """Exact numbers and units too."""
    assert question_from_json(question_as_json(question)) == question


@given(REPLIES)
def test_a_reply_comes_through_as_it_was(reply):
    """Each of the three sorts."""
    assert reply_from_json(reply_as_json(reply)) == reply


QUESTION = Question("FUR02", Act.BRING, "Bring the wafer.", "W1")


@pytest.mark.wire
class TestSocket:
    def test_the_answer_is_who_is_asked(self, tmp_path):
        """One connection for each question."""

        async def main():
            asked = []

            async def ask(question):
                asked.append(question)
                return Answer("Ada")

            listener = DeskListener(tmp_path / "desk", ask)
            await listener.open()
            desk = DistantDesk(str(tmp_path / "desk"))
            replies = [await desk.ask(QUESTION) for _ in range(2)]
            await listener.close()
            return asked, replies

        asked, replies = run(main())
        assert asked == [QUESTION, QUESTION]
        assert replies == [Answer("Ada"), Answer("Ada")]
        assert not (tmp_path / "desk").exists()

    def test_nobody_at_the_socket_is_no_answer(self, tmp_path):
        """Nobody knows whether it was done."""
        reply = run(DistantDesk(str(tmp_path / "desk")).ask(QUESTION))
        assert reply == Unanswered(f"no simulated lab has its desk at {tmp_path / 'desk'}")

    def test_a_lab_that_ends_before_it_answers_is_no_answer(self, tmp_path):
        """It may have been done or not."""

        async def main():
            server = await asyncio.start_unix_server(
                lambda _reader, writer: writer.close(), str(tmp_path / "desk")
            )
            reply = await DistantDesk(str(tmp_path / "desk")).ask(QUESTION)
            server.close()
            return reply

        assert "has ended" in run(main()).why

    def test_a_file_in_the_way_is_left_alone(self, tmp_path):
        """Only a socket that a killed server has left is replaced."""
        path = tmp_path / "desk"
        path.write_text("mine", encoding="utf-8")
        with pytest.raises(OSError, match="desk"):
            run(DeskListener(path, DistantDesk("").ask).open())
        assert path.read_text(encoding="utf-8") == "mine"
