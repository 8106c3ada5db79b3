"""Waivers: findings that people have accepted, kept in git beside the sequences.

A waiver covers one finding and only as long as the step says exactly what it said: it names the
finding's fingerprint. It has a reason, an author and another person as approver, and ends within
90 days. Whatever is malformed, expired or matches nothing does nothing, and says so. There are no
skip comments, and rules that are not waivable stay so.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.finding import AuditReport, Finding, Waived
from fabctl.interlocks.person import is_reason, why_not_two
from fabctl.interlocks.rule import RulePack
from fabctl.process.errors import Mark, Problem
from fabctl.process.reading import Reading
from fabctl.process.sequence import Sequence as ProcessSequence
from fabctl.process.yaml_reader import read_file
from fabctl.process.yaml_tree import Node, Scalar

LONGEST = timedelta(days=90)
"""How long a waiver lasts at most."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_Key = tuple[str, str, str]
"""A finding that a waiver covers: code, step and fingerprint."""

_KEYS = ("code", "step", "finding", "reason", "author", "approver", "issued", "expires")


class Waiver(Struct, frozen=True):
    """One finding, accepted; `finding` is its fingerprint. It holds through the day `expires`."""

    code: str
    step: str
    finding: str
    reason: str
    author: str
    approver: str
    issued: date
    expires: date
    mark: Mark


class Waivers(Struct, frozen=True):
    """The well-formed waivers of some files, and what is wrong with the others."""

    waivers: tuple[Waiver, ...]
    problems: tuple[Problem, ...]


def fingerprint(finding: Finding, sequence: ProcessSequence) -> str:
    """Hash what was found where: any change of the step, the rule's limit or the value voids it.

    What other steps have to do with it stands in the finding: who waited how long, for which step.
    """
    import hashlib  # these two take as long to load as a file without findings to audit
    import json

    step = sequence.step(finding.step)
    content: dict[str, object] = {
        "sequence": sequence.name,
        "step": step.id,
        "kind": step.kind,
        "tool": step.tool,
        "operation": step.operation,
        "recipe": {name: str(value) for name, value in step.recipe.parameters.items()},
        "windows": {name: [str(w.low), str(w.high)] for name, w in step.windows.items()},
        "code": finding.code,
        "parameter": finding.parameter,
        "limit": finding.limit,
        "witness": finding.witness,
        "verdict": finding.verdict.value,
        "saw": finding.saw,
    }
    if step.tolerances:
        content["tolerances"] = {name: str(t.by) for name, t in step.tolerances.items()}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def load_waivers(paths: Iterable[Path]) -> Waivers:
    """Read waiver files. Raises `InputError` only for a file that is no list of waivers."""
    found: list[Waiver] = []
    problems: list[Problem] = []
    for path in paths:
        file = Reading()
        fields = file.fields(read_file(path), "a waiver file", ("waivers",))
        items = file.items(fields["waivers"], "waivers") if "waivers" in fields else ()
        file.finish()
        for item in items:
            entry = Reading()
            waiver = _waiver(entry, item)
            problems.extend(
                Problem("WV101", f"this waiver does nothing: {each.message}", each.mark, each.hint)
                for each in entry.problems
            )
            if waiver is not None and not entry.problems:
                found.append(waiver)
    return Waivers(tuple(found), tuple(problems))


def apply_waivers(
    report: AuditReport, rules: RulePack, waivers: Waivers, today: date
) -> AuditReport:
    """Move what is waived out of a report's findings; the waivers stay visible in it."""
    good, _ = _sorted_out(rules, waivers, today)
    waived: list[Waived] = []

    def kept(findings: Sequence[Finding]) -> tuple[Finding, ...]:
        left = []
        for finding in findings:
            waiver = good.get((finding.code, finding.step, finding.fingerprint))
            if waiver is None:
                left.append(finding)
                continue
            waived.append(
                Waived(finding, waiver.reason, waiver.author, waiver.approver, waiver.expires)
            )
        return tuple(left)

    findings, not_shown = kept(report.findings), kept(report.not_shown)
    return replace(report, findings=findings, not_shown=not_shown, waived=tuple(waived))


def idle_waivers(
    reports: Iterable[AuditReport], rules: RulePack, waivers: Waivers, today: date
) -> tuple[Problem, ...]:
    """Say which waivers do nothing in any of the reports to which they were applied, and why."""
    good, notes = _sorted_out(rules, waivers, today)
    used = {
        (each.finding.code, each.finding.step, each.finding.fingerprint)
        for report in reports
        for each in report.waived
    }
    notes.extend(
        Problem("WV103", f"no finding is {waiver.code} at {waiver.step} as waived", waiver.mark)
        for key, waiver in good.items()
        if key not in used
    )
    return tuple(sorted(notes, key=lambda each: (each.mark, each.code)))


def _sorted_out(
    rules: RulePack, waivers: Waivers, today: date
) -> tuple[dict[_Key, Waiver], list[Problem]]:
    """Give the waivers that hold, by the finding that each covers, and why the others don't."""
    good: dict[_Key, Waiver] = {}
    notes = list(waivers.problems)
    for waiver in waivers.waivers:
        key = (waiver.code, waiver.step, waiver.finding)
        why = _void(waiver, rules, today)
        if why is None and key in good:
            message = f"this finding is waived already at {good[key].mark}"
            why = Problem("WV107", message, waiver.mark)
        if why is not None:
            notes.append(why)
        else:
            good[key] = waiver
    return good, notes


def _void(waiver: Waiver, rules: RulePack, today: date) -> Problem | None:
    """Say why a waiver does nothing, whatever was found."""
    rule = rules.rules.get(waiver.code)
    if rule is None:
        return Problem("WV104", f"there is no rule {waiver.code} to waive", waiver.mark)
    if not rule.waivable:
        return Problem("WV104", f"{waiver.code} can't be waived", waiver.mark)
    alone = why_not_two(waiver.author, waiver.approver)
    if alone:
        return Problem("WV105", f"author and approver are two persons: {alone}", waiver.mark)
    if not waiver.issued <= waiver.expires <= waiver.issued + LONGEST:
        message = f"a waiver ends within {LONGEST.days} days of its issue"
        return Problem("WV106", message, waiver.mark)
    if not waiver.issued <= today <= waiver.expires:
        when = "begins" if today < waiver.issued else "ended"
        day = waiver.issued if today < waiver.issued else waiver.expires
        return Problem("WV102", f"this waiver {when} on {day}", waiver.mark)
    return None


def _waiver(reading: Reading, node: Node) -> Waiver | None:
    fields = reading.fields(node, "a waiver", _KEYS)
    if len(fields) != len(_KEYS):
        return None
    texts = {key: reading.text(fields[key], key) or "" for key in _KEYS[:6]}
    if not _FINGERPRINT.fullmatch(texts["finding"]):
        message = "finding must be the 64 digits of a fingerprint"
        reading.note("IN203", message, fields["finding"].mark)
    if not is_reason(texts["reason"]):
        reading.note("IN203", "reason must have at least two words", fields["reason"].mark)
    issued, expires = (_date(reading, fields[key], key) for key in ("issued", "expires"))
    if issued is None or expires is None:
        return None
    return Waiver(**texts, issued=issued, expires=expires, mark=node.mark)


def _date(reading: Reading, node: Node, what: str) -> date | None:
    if isinstance(node, Scalar) and _DATE.fullmatch(node.text):
        try:
            return date.fromisoformat(node.text)
        except ValueError:
            pass
    reading.note("IN203", f"{what} must be a date, as in 2026-12-31", node.mark)
    return None
