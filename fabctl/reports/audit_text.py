"""An audit for a person: each finding with its line, a caret, both units, limit and claim."""

from collections.abc import Iterator

from fabctl.interlocks import Finding
from fabctl.reports.audited import Audited, AuditedFile, Sort


def render(audited: Audited) -> str:
    """Give the whole report as text."""
    return "\n".join(line for each in audited.files for line in _file(each))


def _file(each: AuditedFile) -> Iterator[str]:
    for problem in each.problems:
        yield str(problem)
    for finding in each.findings:
        yield from finding_lines(finding)
    for waived in each.waived:
        yield (
            f"{waived.finding.mark}: {waived.finding.code} waived through {waived.expires} by "
            f"{waived.author}, approved by {waived.approver}: {waived.reason}"
        )
    for note in each.notes:
        yield str(note)
    for example in each.examples:
        if not example.passed:
            yield str(example)
    yield _summary(each)


def finding_lines(finding: Finding) -> Iterator[str]:
    """One finding, over several lines."""
    yield f"{finding.mark}: {finding.code} {finding.verdict}: {finding.message}"
    number = str(finding.mark.line)
    margin = " " * len(number)
    yield f"  {number} | {finding.excerpt.text}"
    yield f"  {margin} | {' ' * (finding.excerpt.column - 1)}{'^' * finding.excerpt.width}"
    facts = [("step", f"{finding.step}, {finding.parameter}".strip(", "))]
    if finding.saw:
        same = finding.saw == finding.saw_in_rule_unit
        both = finding.saw if same else f"{finding.saw} = {finding.saw_in_rule_unit}"
        facts.append(("value", both))
    facts += [
        ("limit", finding.limit),
        ("claim", ", ".join(finding.elements)),
        ("witness", finding.witness),
        ("hint", finding.hint),
    ]
    for name, fact in facts:
        if fact:
            yield f"  {margin} = {name}: {fact}"
    for related in finding.related:
        yield f"  {margin} = see {related.mark}: {related.message}"


def _summary(each: AuditedFile) -> str:
    if each.problems:
        return f"{each.file}: could not be audited"
    if each.sort is Sort.RULES:
        passed = sum(example.passed for example in each.examples)
        return f"{each.file}: {passed} of {len(each.examples)} examples hold"
    if each.report is None:
        return f"{each.file}: a fab that can be read"
    coverage = each.report.coverage
    bound = sum(len(steps) for steps in coverage.exercised.values())
    found = len(each.findings)
    count = "1 finding" if found == 1 else f"{found} findings"
    looked = f"{len(coverage.exercised)} rules looked at {bound} steps"
    idle = coverage.never_exercised
    rest = f"; bound nothing: {', '.join(idle)}" if idle else ""
    return f"{each.file}: {'legal' if each.legal else 'not legal'}, {count}; {looked}{rest}"
