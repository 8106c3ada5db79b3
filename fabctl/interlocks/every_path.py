"""An audit of every path of a sequence: alternatives, rework, steps with no order between them.

Each path is judged as a sequence of its own; and where it hangs on values what becomes of the
wafer (`fabctl.interlocks.courses`), in each course. What is found at one place on several paths is
told once, with the first path on which it was found. So many are judged as `MOST_PATHS` and
`MOST_STEPS` allow: where there are more, ``CV101`` says so, for nothing is shown of the others.
"""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as SequenceOf
from itertools import islice, takewhile

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks import static
from fabctl.interlocks.bench import place_of_id
from fabctl.interlocks.courses import PLAIN, Course, courses
from fabctl.interlocks.finding import AuditReport, Coverage, Finding, Related, Taken, excerpt, order
from fabctl.interlocks.hints import CODE as FALSE_HINT
from fabctl.interlocks.known_words import passes
from fabctl.interlocks.learn_words import learn
from fabctl.interlocks.rule import RulePack, Severity
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.process.errors import Mark
from fabctl.process.material import Materials
from fabctl.process.paths import Path, count, paths
from fabctl.process.sequence import Place, Sequence, Step
from fabctl.tools.prediction import NOBODY, Predictor

MOST_PATHS = 1000
"""How many paths of a sequence are judged."""

MOST_STEPS = 50_000
"""How many steps of all paths together are judged, where nothing is found: two seconds' work.

What paths have in common is judged once; findings, and what is assumed of values, count as more."""

NOTHING_MATCHED = "CV102"
"""The code of a sequence of which no step could have broken any rule."""

TOO_MANY = "CV101"
"""The code of paths that were not judged."""


def audit(
    sequence: Sequence, rules: RulePack, materials: Materials, predicts: Predictor = NOBODY
) -> AuditReport:
    """Check every rule on every path, for every value that the file allows.

    `predicts` foretells how far the fab's tools will go; without it no trajectory is shown.
    """
    judged: list[_Judged] = []
    looked: list[tuple[Sequence, Coverage]] = []
    too_many: tuple[Finding, ...] = ()
    if not sequence.flow:
        known = passes(rules.binding(sequence.practises), sequence, materials, predicts)
        if known is not None:
            return known
    judge = static.Judge(rules, sequence.practises, materials, predicts)
    for path, one, course in _cases(sequence, judge):
        if len(judged) >= MOST_PATHS or judge.work > MOST_STEPS:
            too_many = (_not_judged(sequence, len(judged)),)
            break
        report = judge.audit(one, course)
        judged.append(_Judged(path, report.all, course.said))
        looked.append((one, report.coverage))
    if len(judged) == 1 and not sequence.flow:
        learn(judge.rules, sequence, judge.told(course), report, materials, predicts)
        return report
    found = sorted((*_once(judged), *too_many), key=order)
    return AuditReport(
        sequence.file,
        tuple(each for each in found if each.verdict is Verdict.ILLEGAL),
        tuple(each for each in found if each.verdict is Verdict.NOT_SHOWN),
        _joined(looked, (rule.code for rule in judge.rules)),
    )


def _cases(sequence: Sequence, judge: static.Judge) -> Iterator[tuple[Path, Sequence, Course]]:
    """Give every course of every path; a path goes on from what it begins alike with the last."""
    if not sequence.flow:
        path = Path(sequence.steps)
        for course in courses(sequence, judge.materials, judge.rules):
            yield path, sequence, course
        return
    last: tuple[TraceStep, ...] = ()
    for path, one in _walk(sequence):
        judge.begin()
        begun = tuple(
            seen
            for seen, step in takewhile(
                lambda both: both[0].step is both[1], zip(last, one.steps, strict=False)
            )
        )
        course = PLAIN
        for course in courses(one, judge.materials, judge.rules, begun):
            yield path, one, course
        last = () if course.forks else course.steps


def on_every_path(
    sequence: Sequence, judge: Callable[[Sequence], Iterable[Finding]]
) -> Iterator[Finding]:
    """Judge each path; give each finding once, with the first path on which it is found."""
    judged: list[_Judged] = []
    for path, one in islice(_walk(sequence), MOST_PATHS):
        judged.append(_Judged(path, tuple(judge(one))))
    yield from _once(judged)


def _walk(sequence: Sequence) -> Iterator[tuple[Path, Sequence]]:
    if not sequence.flow:
        yield Path(sequence.steps), sequence
        return
    for path in paths(sequence.flow):
        yield path, replace(sequence, steps=path.steps, flow=())


class _Judged(Struct, frozen=True):
    """What was found on one path; `said` tells for which values, where that makes a difference."""

    path: Path
    findings: tuple[Finding, ...]
    said: tuple[str, ...] = ()


def _once(judged: SequenceOf[_Judged]) -> Iterator[Finding]:
    """Give what is found at one place once, with the first path."""
    places: dict[tuple[Mark, str, str, Verdict], list[tuple[int, Finding]]] = {}
    for number, each in enumerate(judged):
        for finding in each.findings:
            key = (finding.mark, finding.code, finding.parameter, finding.verdict)
            places.setdefault(key, []).append((number, finding))
    marks = _marks(judged) if any(key[1] == FALSE_HINT for key in places) else []
    for found in places.values():
        number, finding = found[0]
        on = {each for each, _ in found}
        if finding.code == FALSE_HINT and any(
            at not in on and finding.mark in there for at, there in enumerate(marks)
        ):
            continue  # what it says of the step is true on another path
        first = judged[number]
        steps = tuple(Related(step.mark, step.id) for step in first.path.steps)
        taken = Taken(first.path.choices, first.said, steps, len(on), len(judged))
        fingerprint = _together({each.fingerprint for _, each in found})
        yield replace(finding, path=taken, fingerprint=fingerprint)


def _marks(judged: SequenceOf[_Judged]) -> list[frozenset[Mark]]:
    """Give for each path where its steps and what they say of themselves stand."""
    return [
        frozenset(
            mark
            for step in each.path.steps
            for mark in (step.mark, *(place.mark for place in step.hints.values()))
        )
        for each in judged
    ]


def _together(fingerprints: set[str]) -> str:
    """Make one fingerprint, which a variant on another path changes: a waiver covers all."""
    if len(fingerprints) == 1:
        return next(iter(fingerprints))
    if "" in fingerprints:
        return ""
    import hashlib  # as in `fabctl.interlocks.waiver`

    return hashlib.sha256("".join(sorted(fingerprints)).encode()).hexdigest()


def unmatched(sequence: Sequence, report: AuditReport, *, runs: bool = False) -> Finding | None:
    """Say so where no step could have broken any rule: that nothing was found shows nothing.

    Where it `runs`, a rule that binds a step counts too: what other wafers left in a chamber, or a
    wait, breaks it before START and in no file.
    """
    coverage = report.coverage
    if coverage.by_step or (runs and coverage.idle) or not sequence.steps:
        return None
    first = sequence.steps[0]
    return _about(
        sequence,
        place_of_id(first),
        NOTHING_MATCHED,
        "nothing-matched",
        "no rule matched any step, so nothing was audited",
        hint="judge by rules that bind its steps; fabctl rules list names those of a pack",
    )


def _not_judged(sequence: Sequence, judged: int) -> Finding:
    """Tell that there are more paths than were judged."""
    first = next((item for item in sequence.flow if not isinstance(item, Step)), None)
    mark, name = (first.mark, first.name) if first else (sequence.steps[0].mark, "")
    return _about(
        sequence,
        Place(mark, Mark(mark.file, mark.line, mark.column + len(name))),
        TOO_MANY,
        "too-many-paths",
        f"there are {_how_many(sequence, judged)} paths, of which {judged} were judged: nothing is "
        "shown of the others",
        hint="make a choice for the audit, as the run will: --choose NAME=CHOICE"
        if first
        else "narrow the windows, so that it is certain whether a removal takes the whole film",
        limit=f"at most {MOST_PATHS} paths and {MOST_STEPS} steps of all together",
    )


def _how_many(sequence: Sequence, judged: int) -> str:
    """Count the paths; of what becomes of a wafer by its values nobody can without following it."""
    found = count(sequence.flow)
    return str(found) if found > judged else f"more than {judged}"


def _about(
    sequence: Sequence, place: Place, code: str, name: str, message: str, hint: str, limit: str = ""
) -> Finding:
    """Make a finding about the sequence itself: something of it is not shown."""
    return Finding(
        code=code,
        rule=name,
        verdict=Verdict.NOT_SHOWN,
        severity=Severity.ERROR,
        step="",
        parameter="",
        mark=place.mark,
        excerpt=excerpt(sequence.text, place),
        saw="",
        saw_in_rule_unit="",
        limit=limit,
        elements=(),
        witness="",
        message=message,
        hint=hint,
    )


def _joined(looked: SequenceOf[tuple[Sequence, Coverage]], codes: Iterable[str]) -> Coverage:
    """Join what was looked at: what was seen on one path was seen."""
    by_step: dict[str, dict[str, None]] = {}
    seen: dict[str, dict[str, bool]] = {}
    for one, coverage in looked:
        for name, found in coverage.by_step.items():
            by_step.setdefault(name, {}).update(dict.fromkeys(found))
        for step in one.steps:
            unseen = coverage.unseen.get(step.id, ())
            names = seen.setdefault(step.id, dict.fromkeys(step.recipe.parameters, False))
            names.update({name: True for name in names if name not in unseen})
    left = {
        step: tuple(sorted(name for name, was in names.items() if not was))
        for step, names in seen.items()
    }
    exercised = set().union(*by_step.values())
    return Coverage(
        {step: tuple(found) for step, found in by_step.items()},
        tuple(code for code in codes if code not in exercised),
        {step: names for step, names in left.items() if names},
        frozenset().union(*(coverage.idle for _, coverage in looked)) - exercised,
    )
