"""An audit as plain data, for JSON."""

from fabctl.interlocks import Finding, Related, Taken
from fabctl.process.errors import Problem
from fabctl.reports.audited import Audited, AuditedFile


def render(audited: Audited) -> dict[str, object]:
    """Give the whole report."""
    return {
        "legal": audited.legal,
        "files": [_file(each) for each in audited.files],
        "skipped": [problem_data(each) for each in audited.skipped],
        "waiver_notes": [problem_data(note) for note in audited.notes],
        "rules": [rule.code for rule in audited.rules],
    }


def _file(each: AuditedFile) -> dict[str, object]:
    document: dict[str, object] = {
        "file": each.file,
        "holds": each.sort.value,
        "legal": each.legal,
        "findings": [finding_data(finding) for finding in each.findings],
        "problems": [problem_data(problem) for problem in each.problems],
    }
    if each.report is not None:
        coverage = each.report.coverage
        document["coverage"] = {
            "exercised": {code: list(steps) for code, steps in coverage.exercised.items()},
            "never_exercised": list(coverage.never_exercised),
            "unseen": {step: list(names) for step, names in coverage.unseen.items()},
            "not_asked": dict(each.not_asked),
        }
        document["waived"] = [
            {
                "finding": finding_data(waived.finding),
                "reason": waived.reason,
                "author": waived.author,
                "approver": waived.approver,
                "expires": waived.expires.isoformat(),
            }
            for waived in each.waived
        ]
    if each.examples:
        document["examples"] = [
            {"rule": example.rule, "at": str(example.example.mark), "passed": example.passed}
            for example in each.examples
        ]
    return document


def finding_data(finding: Finding) -> dict[str, object]:
    """Give one finding; `elements` are claim elements."""
    return {
        "code": finding.code,
        "rule": finding.rule,
        "verdict": finding.verdict.value,
        "severity": finding.severity.value,
        "step": finding.step,
        "parameter": finding.parameter,
        "file": finding.mark.file,
        "line": finding.mark.line,
        "column": finding.mark.column,
        "saw": finding.saw,
        "saw_in_rule_unit": finding.saw_in_rule_unit,
        "limit": finding.limit,
        "elements": list(finding.elements),
        "witness": finding.witness,
        "message": finding.message,
        "hint": finding.hint,
        "fingerprint": finding.fingerprint,
        "related": [_place(related) for related in finding.related],
        "path": _path(finding.path) if finding.path else None,
    }


def _path(path: Taken) -> dict[str, object]:
    """Give a path: the choices that `--choose` takes, and its steps in their order."""
    return {
        "choices": dict(choice.split("=", 1) for choice in path.choices),
        "where": list(path.where),
        "steps": [_place(step) for step in path.steps],
        "failing": path.failing,
        "of": path.of,
    }


def _place(related: Related) -> dict[str, object]:
    return {
        "file": related.mark.file,
        "line": related.mark.line,
        "column": related.mark.column,
        "message": related.message,
    }


def problem_data(problem: Problem) -> dict[str, object]:
    """Give one problem of a file that can't be used."""
    return {
        "file": problem.mark.file,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }
