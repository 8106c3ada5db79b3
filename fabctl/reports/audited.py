"""What one call of `fabctl audit` looked at, as every report of it needs it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from fabctl.interlocks import AuditReport, Finding, Rule, Severity, Waived
from fabctl.process.errors import Mark, Problem

if TYPE_CHECKING:
    from fabctl.interlocks import ExampleResult


class Sort(StrEnum):
    """What a file turned out to hold."""

    SEQUENCE = "sequence"
    RULES = "rules"
    FAB = "fab"
    UNREADABLE = "unreadable"


UNCOVERED = ("CV103", "CV104", "CV105")
"""The codes of rules that no step could have broken, of values that no rule has looked at, and of
steps whose tools store no program."""

SKIPPED = "IN209"
"""The code of a file of a folder that was not audited."""

NEITHER = "neither a sequence, a rule pack nor a fab file"
"""What such a file is."""

_NAMED = 8
"""How many rules or values a note names."""


class AuditedFile(Struct, frozen=True):
    """One file and what was found in it.

    `report` is there for a sequence, `examples` for a rule pack; `capability` are findings about
    the tools of a fab, and `not_asked` gives step → tool where tools were asked what they store and
    this one stores nothing; `problems` say why the file could not be audited.
    """

    file: str
    sort: Sort
    report: AuditReport | None = None
    capability: tuple[Finding, ...] = ()
    examples: "tuple[ExampleResult, ...]" = ()
    problems: tuple[Problem, ...] = ()
    not_asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that is not legal or not shown, in file order."""
        judged = self.report.all if self.report else ()
        return tuple(sorted((*judged, *self.capability), key=lambda f: (f.mark, f.code)))

    @property
    def waived(self) -> tuple[Waived, ...]:
        """What was accepted, and is no finding any more."""
        return self.report.waived if self.report else ()

    @property
    def uncovered(self) -> tuple[Problem, ...]:
        """What an audit that found nothing has not shown either: notes, and nothing to mend."""
        if self.report is None:
            return ()
        coverage, mark = self.report.coverage, Mark(self.file, 1, 1)
        unseen = [f"{step}.{name}" for step, names in coverage.unseen.items() for name in names]
        by_hand = [f"{step} ({tool})" for step, tool in self.not_asked.items()]
        never, not_seen, not_stored = UNCOVERED
        told = (
            (never, "no step could have broken", coverage.never_exercised),
            (not_seen, "no rule has looked at", unseen),
            (not_stored, "the tool stores no program, so none was compared:", by_hand),
        )
        return tuple(Problem(code, f"{said} {_some(of)}", mark) for code, said, of in told if of)

    @property
    def legal(self) -> bool:
        """Whether the file was audited and nothing speaks against it."""
        return (
            not self.problems
            and all(example.passed for example in self.examples)
            and not any(finding.severity is Severity.ERROR for finding in self.findings)
        )


class Audited(Struct, frozen=True):
    """All files of a call, and the rules by which sequences were judged."""

    files: tuple[AuditedFile, ...]
    rules: tuple[Rule, ...]
    skipped: tuple[Problem, ...] = ()
    """The files of a folder that hold nothing to audit, each with what may have been meant."""
    notes: tuple[Problem, ...] = ()
    """Which waivers do nothing in any of the files, and why."""

    @property
    def passed_over(self) -> str:
        """Say how many files were skipped that nothing hints at what they were meant for."""
        plain = sum(not each.hint for each in self.skipped)
        files = f"{plain} files" if plain > 1 else "1 file"
        return f"{files} skipped: {NEITHER} (--json names each)" if plain else ""

    @property
    def misspelt(self) -> tuple[Problem, ...]:
        """The skipped files that may have been meant to be audited."""
        return tuple(each for each in self.skipped if each.hint)

    @property
    def readable(self) -> bool:
        """Whether every file could be audited."""
        return not any(each.problems for each in self.files)

    @property
    def legal(self) -> bool:
        """Whether every file is legal."""
        return all(each.legal for each in self.files)


def _some(names: Sequence[str]) -> str:
    """Name as many as a line holds."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more (--json names them)" if more > 0 else "")


def shown_path(file: str) -> str:
    """Name a file as a code host wants it: relative to where we are, if it lies below."""
    path = Path(file)
    here = Path.cwd()
    if path.is_absolute() and path.is_relative_to(here):
        path = path.relative_to(here)
    return path.as_posix()
