"""What one call of `fabctl audit` looked at, as every report of it needs it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fabctl.interlocks import AuditReport, ExampleResult, Finding, Rule, Severity, Waived
from fabctl.process.errors import Problem


class Sort(StrEnum):
    """What a file turned out to hold."""

    SEQUENCE = "sequence"
    RULES = "rules"
    FAB = "fab"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class AuditedFile:
    """One file and what was found in it.

    `report` is there for a sequence, `examples` for a rule pack; `capability` are findings about
    the tools of a fab; `problems` say why the file could not be audited.
    """

    file: str
    sort: Sort
    report: AuditReport | None = None
    capability: tuple[Finding, ...] = ()
    examples: tuple[ExampleResult, ...] = ()
    problems: tuple[Problem, ...] = ()

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
    def legal(self) -> bool:
        """Whether the file was audited and nothing speaks against it."""
        return (
            not self.problems
            and all(example.passed for example in self.examples)
            and not any(finding.severity is Severity.ERROR for finding in self.findings)
        )


@dataclass(frozen=True, slots=True)
class Audited:
    """All files of a call, and the rules by which sequences were judged."""

    files: tuple[AuditedFile, ...]
    rules: tuple[Rule, ...]
    skipped: tuple[Problem, ...] = ()
    """The files of a folder that hold nothing to audit, each with what may have been meant."""
    notes: tuple[Problem, ...] = ()
    """Which waivers do nothing in any of the files, and why."""

    @property
    def readable(self) -> bool:
        """Whether every file could be audited."""
        return not any(each.problems for each in self.files)

    @property
    def legal(self) -> bool:
        """Whether every file is legal."""
        return all(each.legal for each in self.files)


def shown_path(file: str) -> str:
    """Name a file as a code host wants it: relative to where we are, if it lies below."""
    path = Path(file)
    here = Path.cwd()
    if path.is_absolute() and path.is_relative_to(here):
        path = path.relative_to(here)
    return path.as_posix()
