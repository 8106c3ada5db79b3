"""An audit of every path of a sequence: alternatives, rework, steps with no order between them.

Each path is judged as a sequence of its own. What is found at one place on several paths is told
once, with the first path on which it was found. At most `MOST_PATHS` are judged: where there are
more, ``CV101`` says so, for nothing is shown of the others.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, field, replace

from fabctl.interlocks import static
from fabctl.interlocks.finding import AuditReport, Coverage, Finding, Related, Taken, excerpt, order
from fabctl.interlocks.hints import CODE as FALSE_HINT
from fabctl.interlocks.rule import RulePack, Severity
from fabctl.interlocks.verdict import Verdict
from fabctl.process.errors import Mark
from fabctl.process.material import Materials
from fabctl.process.paths import Path, count, paths
from fabctl.process.sequence import Place, Sequence, Step

MOST_PATHS = 1000
"""How many paths of a sequence are judged."""

TOO_MANY = "CV101"
"""The code of paths that were not judged."""


def audit(sequence: Sequence, rules: RulePack, materials: Materials) -> AuditReport:
    """Check every rule on every path, for every value that the file allows."""
    if not sequence.flow:
        return static.audit(sequence, rules, materials)
    looked: list[tuple[Sequence, Coverage]] = []

    def judge(one: Sequence) -> tuple[Finding, ...]:
        report = static.audit(one, rules, materials)
        looked.append((one, report.coverage))
        return report.all

    found = sorted((*on_every_path(sequence, judge), *_not_judged(sequence)), key=order)
    return AuditReport(
        sequence.file,
        tuple(each for each in found if each.verdict is Verdict.ILLEGAL),
        tuple(each for each in found if each.verdict is Verdict.NOT_SHOWN),
        _joined(looked, (rule.code for rule in rules.binding(sequence.practises))),
    )


def on_every_path(
    sequence: Sequence, judge: Callable[[Sequence], Iterable[Finding]]
) -> Iterator[Finding]:
    """Judge each path; give each finding once, with the first path on which it is found."""
    walked = list(itertools.islice(paths(sequence.flow), MOST_PATHS))
    places: dict[tuple[Mark, str, str, Verdict], _Found] = {}
    for number, path in enumerate(walked):
        for finding in judge(replace(sequence, steps=path.steps, flow=())):
            key = (finding.mark, finding.code, finding.parameter, finding.verdict)
            found = places.setdefault(key, _Found(finding, path))
            found.paths.add(number)
            found.fingerprints.add(finding.fingerprint)
    for found in places.values():
        finding = found.finding
        if finding.code == FALSE_HINT and any(
            number not in found.paths and _has(path, finding.mark)
            for number, path in enumerate(walked)
        ):
            continue  # what it says of the step is true on another path
        taken = Taken(
            found.path.choices,
            tuple(Related(step.mark, step.id) for step in found.path.steps),
            len(found.paths),
            len(walked),
        )
        yield replace(finding, path=taken, fingerprint=_together(found.fingerprints))


@dataclass(slots=True)
class _Found:
    """What was found at one place: the first finding and its path, and on which paths."""

    finding: Finding
    path: Path
    paths: set[int] = field(default_factory=set)
    fingerprints: set[str] = field(default_factory=set)


def _has(path: Path, place: Mark) -> bool:
    return any(step.mark == place for step in path.steps)


def _together(fingerprints: set[str]) -> str:
    """Make one fingerprint, which a variant on another path changes: a waiver covers all."""
    if len(fingerprints) == 1:
        return next(iter(fingerprints))
    if "" in fingerprints:
        return ""
    return hashlib.sha256("".join(sorted(fingerprints)).encode()).hexdigest()


def _not_judged(sequence: Sequence) -> Iterator[Finding]:
    """Tell that there are more paths than are judged."""
    if count(sequence.flow) <= MOST_PATHS:
        return
    choice = next(item for item in sequence.flow if not isinstance(item, Step))
    mark = choice.mark
    place = Place(mark, Mark(mark.file, mark.line, mark.column + len(choice.name)))
    yield Finding(
        code=TOO_MANY,
        rule="too-many-paths",
        verdict=Verdict.NOT_SHOWN,
        severity=Severity.ERROR,
        step="",
        parameter="",
        mark=mark,
        excerpt=excerpt(sequence.text, place),
        saw="",
        saw_in_rule_unit="",
        limit=f"at most {MOST_PATHS} paths",
        elements=(),
        witness="",
        message=f"there are more than {MOST_PATHS} paths, and nothing is shown of the others",
        hint="make a choice for the audit, as the run will: --choose NAME=CHOICE",
    )


def _joined(looked: SequenceOf[tuple[Sequence, Coverage]], codes: Iterable[str]) -> Coverage:
    """Join what was looked at: what was seen on one path was seen."""
    exercised: dict[str, dict[str, None]] = {}
    seen: dict[str, dict[str, bool]] = {}
    for one, coverage in looked:
        for code, steps in coverage.exercised.items():
            exercised.setdefault(code, {}).update(dict.fromkeys(steps))
        for step in one.steps:
            unseen = coverage.unseen.get(step.id, ())
            names = seen.setdefault(step.id, dict.fromkeys(step.recipe.parameters, False))
            names.update({name: True for name in names if name not in unseen})
    left = {
        step: tuple(sorted(name for name, was in names.items() if not was))
        for step, names in seen.items()
    }
    return Coverage(
        {code: tuple(steps) for code, steps in exercised.items()},
        tuple(code for code in codes if code not in exercised),
        {step: names for step, names in left.items() if names},
    )
