"""What the engine can refuse, and how a step ends early."""


class EngineError(Exception):
    """The engine was asked for something that it can't do."""


class ResumeRefusedError(EngineError):
    """The run can't go on as it is; `do` is the command that changes that."""

    def __init__(self, why: str, do: str = "") -> None:
        super().__init__(f"{why}; use: {do}" if do else why)
        self.why = why
        self.do = do


class Hold(Exception):  # not an error: the safe way to end a step
    """The run must be held: `cause` is a stable word, `why` a sentence for a person."""

    def __init__(self, cause: str, why: str) -> None:
        super().__init__(f"{cause}: {why}")
        self.cause = cause
        self.why = why


class Ending(Exception):  # a person's wish, not an error
    """A person stopped or aborted the run."""
