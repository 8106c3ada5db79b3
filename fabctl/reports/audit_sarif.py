"""An audit as SARIF 2.1.0, which code hosts show beside the lines of a change."""

import hashlib
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from fabctl.interlocks import Finding, Rule, Severity
from fabctl.interlocks.built_in import MEANINGS
from fabctl.process.errors import Mark, Problem
from fabctl.reports.audited import UNCOVERED, Audited, shown_path

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(audited: Audited) -> dict[str, object]:
    """Give one SARIF log with one run."""
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "fabctl",
                        "version": version("fabctl"),
                        "rules": [_rule(rule) for rule in audited.rules],
                        "notifications": [
                            {"id": code, "shortDescription": {"text": MEANINGS[code]}}
                            for code in UNCOVERED
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": list(_results(audited)),
                "invocations": [
                    {
                        "executionSuccessful": audited.readable,
                        "toolExecutionNotifications": [
                            _notification(note) for each in audited.files for note in each.uncovered
                        ],
                    }
                ],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "help": {"text": rule.hint or rule.title},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _results(audited: Audited) -> Iterator[dict[str, object]]:
    for each in audited.files:
        for problem in each.problems:
            yield _problem(problem)
        for finding in each.findings:
            yield _finding(finding)
        for waived in each.waived:
            who = f"{waived.author}, approved by {waived.approver}, through {waived.expires}"
            yield {
                **_finding(waived.finding),
                "suppressions": [
                    {
                        "kind": "external",
                        "status": "accepted",
                        "justification": f"{waived.reason} ({who})",
                    }
                ],
            }
        for example in each.examples:
            if not example.passed:
                yield _result(example.rule, "error", str(example), example.example.mark, "")
    for note in audited.notes:
        yield _result(note.code, "warning", note.message, note.mark, note.message)
    for skipped in audited.skipped:
        yield _result(skipped.code, "note", skipped.message, skipped.mark, skipped.message)


def _finding(finding: Finding) -> dict[str, object]:
    level = "warning" if finding.severity is Severity.WARNING else "error"
    result = _result(finding.code, level, finding.message, finding.mark, finding.excerpt.text)
    region = result["locations"][0]["physicalLocation"]["region"]  # type: ignore[index]
    region["endColumn"] = finding.mark.column + finding.excerpt.width
    result["relatedLocations"] = [
        {"id": number, **_location(related.mark), "message": {"text": related.message}}
        for number, related in enumerate(finding.related, start=1)
    ]
    if finding.path is not None:
        steps = [
            {"location": {**_location(step.mark), "message": {"text": step.message}}}
            for step in finding.path.steps
        ]
        said = {"text": f"on the path {finding.path}"}
        result["codeFlows"] = [{"message": said, "threadFlows": [{"locations": steps}]}]
    result["properties"] = {
        "verdict": finding.verdict.value,
        "step": finding.step,
        "parameter": finding.parameter,
        "saw": finding.saw,
        "limit": finding.limit,
        "elements": list(finding.elements),
        "witness": finding.witness,
    }
    return result


def _notification(note: Problem) -> dict[str, object]:
    """Give what the audit has not shown: of itself, so it is no result."""
    return {
        "descriptor": {"id": note.code},
        "level": "note",
        "message": {"text": note.message},
        "locations": [_location(note.mark)],
    }


def _problem(problem: Problem) -> dict[str, object]:
    return _result(problem.code, "error", problem.message, problem.mark, problem.message)


def _result(code: str, level: str, message: str, mark: Mark, line: str) -> dict[str, object]:
    # The fingerprint holds no line number: it ties a finding to its line across edits above it.
    identity = f"{Path(mark.file).name}\n{code}\n{line.strip()}"
    return {
        "ruleId": code,
        "level": level,
        "message": {"text": message},
        "locations": [_location(mark)],
        "partialFingerprints": {"fabctl/v1": hashlib.sha256(os.fsencode(identity)).hexdigest()},
    }


def _location(mark: Mark) -> dict[str, object]:
    path = quote(os.fsencode(shown_path(mark.file)))
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": f"file://{path}" if path.startswith("/") else path},
            "region": {"startLine": max(mark.line, 1), "startColumn": max(mark.column, 1)},
        }
    }
