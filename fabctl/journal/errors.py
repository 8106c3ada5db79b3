"""What a journal can refuse or fail to do."""


class JournalError(Exception):
    """A record could not be written or read: the disk is full, the file is gone or not ours."""


class RunOwnedError(JournalError):
    """Another process owns the run: only one may write what happens in it."""


class JournalDamagedError(JournalError):
    """The records of a run are not those that were written; `problems` says where."""

    def __init__(self, run: str, problems: list[str]) -> None:
        super().__init__(f"the records of {run} are damaged: {'; '.join(problems)}")
        self.run = run
        self.problems = problems
