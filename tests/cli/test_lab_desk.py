"""A person and a simulated lab: what the one has done is done in the other."""

from fabctl.cli.lab_desk import LabDesk
from fabctl.clock import run
from fabctl.tools.desk import Act, Answer, Declined, Entry, Question, Unanswered

MEASURE = Question(
    "PRO01", Act.DO, "Measure.", "W1", entries=(Entry("Thickness"), Entry("Uncertainty"))
)


class Says:
    """Gives one reply, and remembers what was asked."""

    def __init__(self, reply):
        self.reply = reply
        self.asked = []

    async def ask(self, question):
        self.asked.append(question)
        return self.reply


def asked(person, lab):
    """Ask both; returns the reply and whether the lab was asked."""
    lab = Says(lab)
    return run(LabDesk(Says(person), lab).ask(MEASURE)), bool(lab.asked)


SHOWN = Answer("simulated person", {"Thickness": "120", "Uncertainty": "2"})


def test_an_empty_value_is_what_the_simulated_tool_shows(capsys):
    """And is told."""
    reply, _ = asked(Answer("Ada", {"Thickness": "", "Uncertainty": "5"}), SHOWN)
    assert reply == Answer("Ada", {"Thickness": "120", "Uncertainty": "5"})
    assert capsys.readouterr().err == "  simulated PRO01: Thickness 120\n"


def test_what_is_not_done_is_not_done_in_the_lab(capsys):
    """Declined, or without an answer."""
    for reply in (Declined("Ada", "no bath"), Unanswered("nobody")):
        assert asked(reply, SHOWN) == (reply, False)


def test_what_the_lab_can_not_do_was_not_done(capsys):
    """Whatever the person says."""
    no = Declined("simulated person", "W1 is in FUR02")
    assert asked(Answer("Ada", {}), no) == (no, True)
    assert "W1 is in FUR02" in capsys.readouterr().err


def test_the_lab_gets_the_question_as_it_was():
    """The hint of Enter is for the person alone."""
    person, lab = Says(Answer("Ada")), Says(SHOWN)
    run(LabDesk(person, lab).ask(MEASURE))
    assert lab.asked == [MEASURE]
    assert "Enter" in person.asked[0].text
