"""What an audit found: each finding with its place, both units, the claim and a witness."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field

from fabctl.interlocks.rule import Severity
from fabctl.interlocks.verdict import Verdict
from fabctl.process.errors import Mark
from fabctl.process.sequence import Place


class Excerpt(Struct, frozen=True):
    """The line of the file that a finding points at; `column` counts from 1, `width` ≥ 1."""

    text: str
    column: int
    width: int


class Related(Struct, frozen=True):
    """Another place that a finding rests on (an earlier coat)."""

    mark: Mark
    message: str


class Taken(Struct, frozen=True):
    """The path on which something was found, where there are several.

    `choices` are ``name=choice`` as the command line takes them, `where` tells what becomes of
    the wafer for some values only, `steps` are the places of the path's steps in their order; as
    much was found on `failing` paths of the `of` that were judged.
    """

    choices: tuple[str, ...]
    where: tuple[str, ...]
    steps: tuple[Related, ...]
    failing: int
    of: int

    def __str__(self) -> str:
        parts = (" ".join(self.choices), "where " + " and ".join(self.where) if self.where else "")
        return f"{', '.join(filter(None, parts))} ({self.failing} of {self.of} paths)"


class Finding(Struct, frozen=True):
    """A rule broken, or not shown to be kept, at one step.

    `saw` is in the file's unit and `saw_in_rule_unit` in the rule's; both are "" where nothing
    was seen. `witness` is an allowed value, or a state, that breaks the rule. `fingerprint` is
    what a waiver names; "" for what can't be waived. `path` is None where a sequence has one path.
    """

    code: str
    rule: str
    verdict: Verdict
    severity: Severity
    step: str
    parameter: str
    mark: Mark
    excerpt: Excerpt
    saw: str
    saw_in_rule_unit: str
    limit: str
    elements: tuple[str, ...]
    witness: str
    message: str
    hint: str
    related: tuple[Related, ...] = ()
    fingerprint: str = ""
    path: Taken | None = None

    def __str__(self) -> str:
        return f"{self.mark}: {self.code} {self.message}"


class Waived(Struct, frozen=True):
    """A finding that was accepted: why, by whom, approved by whom, and through which day."""

    finding: Finding
    reason: str
    author: str
    approver: str
    expires: date

    def __str__(self) -> str:
        people = f"{self.author}, approved by {self.approver}"
        return f"{self.finding.code} waived through {self.expires} by {people}: {self.reason}"


class Coverage(Struct, frozen=True):
    """What an audit really looked at: nothing checked must not look like clean.

    `by_step` is step → the codes of the rules that it could have broken, and was judged by; `idle`
    are the rules that bind steps, of which none could have; `unseen` are step → parameters with a
    quantity that no rule looked at.
    """

    by_step: Mapping[str, tuple[str, ...]]
    never_exercised: tuple[str, ...]
    unseen: Mapping[str, tuple[str, ...]]
    idle: frozenset[str] = frozenset()

    @property
    def exercised(self) -> Mapping[str, tuple[str, ...]]:
        """Every rule that a step could have broken, with those steps."""
        steps: dict[str, list[str]] = {}
        for step, codes in self.by_step.items():
            for code in codes:
                steps.setdefault(code, []).append(step)
        return {code: tuple(found) for code, found in steps.items()}


class AuditReport(Struct, frozen=True):
    """The result of auditing one sequence; findings stand in file order, then by code.

    What is `waived` is no finding any more.
    """

    file: str
    findings: tuple[Finding, ...]
    not_shown: tuple[Finding, ...]
    coverage: Coverage = field(default_factory=lambda: Coverage({}, (), {}))
    waived: tuple[Waived, ...] = ()

    @property
    def all(self) -> tuple[Finding, ...]:
        """Findings and what is not shown together, in file order."""
        return tuple(sorted((*self.findings, *self.not_shown), key=order))

    @property
    def legal(self) -> bool:
        """Whether everything is shown to be legal; `run` asks for nothing less."""
        return not any(each.severity is Severity.ERROR for each in self.all)


def order(finding: Finding) -> tuple[Mark, str, str]:
    """Sort findings by place, then code."""
    return finding.mark, finding.code, finding.parameter


def excerpt(text: str, place: Place) -> Excerpt:
    """Cut the line at a place out of a file's text, with what stands there marked."""
    lines = text.splitlines()
    mark, end = place.mark, place.end
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    stop = end.column if end.line == mark.line else len(line) + 1
    return Excerpt(line, mark.column, max(stop - mark.column, 1))
