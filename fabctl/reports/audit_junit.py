"""An audit as JUnit XML: a suite for each file, a case for each rule on each step it binds."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from fabctl.interlocks import Finding, Severity
from fabctl.reports.audited import Audited, AuditedFile

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, even escaped (W3C, XML 1.0, production 2)."""


def render(audited: Audited) -> str:
    """Give the whole report as XML text."""
    root = ET.Element("testsuites", name="fabctl audit")
    for each in audited.files:
        cases = list(_cases(each))
        suite = ET.SubElement(
            root,
            "testsuite",
            name=each.file,
            tests=str(len(cases)),
            failures=str(sum(case.find("failure") is not None for case in cases)),
            errors=str(sum(case.find("error") is not None for case in cases)),
            skipped=str(sum(case.find("skipped") is not None for case in cases)),
        )
        suite.extend(cases)
    for skipped in (*audited.skipped, *audited.notes):
        file = skipped.mark.file
        suite = ET.SubElement(
            root, "testsuite", name=file, tests="1", failures="0", errors="0", skipped="1"
        )
        case = ET.SubElement(suite, "testcase", classname=file, name=skipped.code)
        ET.SubElement(case, "skipped", message=str(skipped))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode", xml_declaration=True)
    return _NOT_XML.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _cases(each: AuditedFile) -> Iterator[ET.Element]:
    for problem in each.problems:
        case = ET.Element("testcase", classname=each.file, name=f"{problem.code} {problem.mark}")
        ET.SubElement(case, "error", message=problem.message).text = str(problem)
        yield case
    judged: dict[tuple[str, str], list[Finding]] = {}
    if each.report is not None:
        for code, steps in each.report.coverage.exercised.items():
            judged.update({(code, step): [] for step in steps})
    for finding in each.findings:
        judged.setdefault((finding.code, finding.step), []).append(finding)
    for (code, step), findings in judged.items():
        case = ET.Element("testcase", classname=each.file, name=f"{code} {step}")
        for waived in each.waived:
            if (waived.finding.code, waived.finding.step) == (code, step) and not findings:
                ET.SubElement(case, "skipped", message=f"waived: {waived.reason}")
        for finding in findings:
            if finding.severity is Severity.WARNING:  # JUnit has failures only, and this is none
                ET.SubElement(case, "system-out").text = f"warning: {_said(finding)}"
            else:
                ET.SubElement(case, "failure", message=finding.message).text = _said(finding)
        yield case
    for note in each.uncovered:  # not failed, and not passed either
        case = ET.Element("testcase", classname=each.file, name=note.code)
        ET.SubElement(case, "skipped", message=note.message)
        yield case
    for example in each.examples:
        name = f"{example.rule} example, {example.example.verdict}"
        case = ET.Element("testcase", classname=each.file, name=name)
        if not example.passed:
            ET.SubElement(case, "failure", message=str(example))
        yield case
    if not (each.problems or judged or each.examples):
        yield ET.Element("testcase", classname=each.file, name="can be read")


def _said(finding: Finding) -> str:
    return f"{finding} on the path {finding.path}" if finding.path else str(finding)
