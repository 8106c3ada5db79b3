"""The desk of a run on a served, simulated lab: what the person says was done is done there too."""

from msgspec.structs import replace

from fabctl.cli.output import say
from fabctl.tools.desk import Answer, Desk, Question, Reply


class LabDesk:
    """Asks a person, then has a simulated lab do the same. Implements `fabctl.tools.desk.Desk`.

    A value that the person leaves empty is the one that the simulated tool shows.
    """

    def __init__(self, person: Desk, lab: Desk) -> None:
        self._person = person
        self._lab = lab

    async def ask(self, question: Question) -> Reply:
        """Ask the person; what they have not done is not done in the lab either."""
        asked = question
        if question.entries:
            text = f"{question.text}\n  (simulated: Enter takes what is so in the simulated lab)"
            asked = replace(question, text=text)
        said = await self._person.ask(asked)
        if not isinstance(said, Answer):
            return said
        done = await self._lab.ask(question)
        if not isinstance(done, Answer):
            say(f"  the simulated lab: {done.why}")
            return done
        written = {name: value for name, value in said.values.items() if value}
        for name, value in done.values.items():
            if name not in written:
                say(f"  simulated {question.tool}: {name} {value}")
        return Answer(said.by, {**done.values, **written})
