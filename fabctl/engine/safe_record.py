"""What became of each safe action: what was tried on a job, since when, and how it ended.

A safe action has worked only where the tool was seen stopped. A job that its tool finished all the
same was never stopped, and one whose end nobody saw may be going on.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field


class Became(StrEnum):
    """How a safe action ended."""

    UNSEEN = "not seen stopped"
    STOPPED = "seen stopped"
    AT_REST = "seen at rest"
    """The tool stands, and can't tell whether it stopped the job or finished it."""
    FINISHED = "finished by itself"
    """The tool finished the job: nothing that it was told stopped it."""
    NEVER_STARTED = "never started"
    ANSWERED = "answered for by a person"


_SAYS = {
    Became.UNSEEN: "was not seen stopped",
    Became.STOPPED: "was seen stopped",
    Became.AT_REST: "was seen at rest, stopped or finished",
    Became.FINISHED: "did not stop: it finished the job by itself",
    Became.NEVER_STARTED: "never started the job",
    Became.ANSWERED: "was not seen stopped: a person answered for the job",
}
_ANSWERS = {"NoReply": "no reply"}


def answer_text(outcome: str, why: str) -> str:
    """Give what a tool said to a command: ``accepted``, ``refused: ...``, ``no reply: ...``."""
    word = _ANSWERS.get(outcome, outcome.lower())
    return f"{word}: {why}" if why else word


class SafeAction(Struct):
    """All that was tried to stop one job. Moments are as the journal writes them."""

    job: str
    step: str
    tool: str
    since: str
    command: str = ""
    """The last one sent: an abort outranks a stop."""
    attempts: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    """What the tool said → how often."""
    escalated: str = ""
    """When a person was first called, "" where none was."""
    became: Became = Became.UNSEEN
    ended: str = ""
    """When that was known, "" while it is not."""

    def tried(self, body: Mapping[str, Any]) -> None:
        """Take an attempt; one after an end makes that none."""
        self.became, self.ended = Became.UNSEEN, ""
        self.command = body["command"]
        self.attempts += 1
        said = answer_text(body["outcome"], body["why"])
        self.answers[said] = self.answers.get(said, 0) + 1

    def end(self, became: Became, at: str) -> None:
        """Take note of how it ended."""
        self.became, self.ended = became, at

    @property
    def failed(self) -> bool:
        """Whether a person has to know of it: one was called, or the job was not seen stopped."""
        fine = (Became.STOPPED, Became.AT_REST, Became.NEVER_STARTED)
        return bool(self.escalated) or self.became not in fine

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON-able data, with a `message` for people."""
        return {
            "step": self.step,
            "job": self.job,
            "tool": self.tool,
            "command": self.command,
            "since": self.since,
            "attempts": self.attempts,
            "answers": dict(self.answers),
            "escalated": self.escalated,
            "became": self.became.value,
            "ended": self.ended,
            "failed": self.failed,
            "message": str(self),
        }

    def __str__(self) -> str:
        times = f"{self.attempts} time{'s' if self.attempts > 1 else ''}"
        several = len(self.answers) > 1
        said = ", ".join(f"{text} ({n})" if several else text for text, n in self.answers.items())
        at = f", {self.ended}" if self.ended else ""
        go = "; go to the tool and stop it there" if self._calls else ""
        return (
            f"{self.tool} was told to {self.command} {self.job} {times} since {self.since} "
            f"(answer: {said}) and {_SAYS[self.became]}{at}{go}"
        )

    @property
    def _calls(self) -> bool:
        """Whether a person who was called still has to go."""
        return bool(self.escalated) and self.became is Became.UNSEEN
