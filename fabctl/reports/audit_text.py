"""An audit for a person: each finding with its line, a caret, both units, limit and claim."""

from collections.abc import Iterator

from fabctl.interlocks import Finding, Severity, Verdict
from fabctl.quantities import Quantity, QuantityError, find_unit
from fabctl.reports.audited import SKIPPED, Audited, AuditedFile, Sort

OTHER_UNITS = {
    "Å": "nm",
    "nm": "Å",
    "degC": "degF",
    "degF": "degC",
    "K": "degC",
    "Torr": "Pa",
    "mTorr": "Pa",
    "Pa": "Torr",
    "psi": "Pa",
    "s": "min",
    "min": "s",
    "h": "min",
}
"""What a value is told in as well, where file and rule say it in one unit."""


def render(audited: Audited) -> str:
    """Give the whole report as text."""
    lines = [line for each in audited.files for line in _file(each)]
    lines += map(str, (*audited.notes, *audited.misspelt))
    if audited.passed_over:
        lines.append(f"{SKIPPED} {audited.passed_over}")
    return "\n".join(lines)


def _file(each: AuditedFile) -> Iterator[str]:
    for problem in each.problems:
        yield str(problem)
    for finding in each.findings:
        yield from finding_lines(finding)
    for waived in each.waived:
        yield f"{waived.finding.mark}: {waived}"
    for example in each.examples:
        if not example.passed:
            yield str(example)
    yield _summary(each)


def finding_lines(finding: Finding) -> Iterator[str]:
    """One finding, over several lines."""
    grade = str(finding.severity)
    if finding.severity is Severity.ERROR or finding.verdict is not Verdict.ILLEGAL:
        grade += f", {finding.verdict}"  # a warning leaves the file legal
    yield f"{finding.mark}: {finding.code} {grade}: {finding.message}"
    number = str(finding.mark.line)
    margin = " " * len(number)
    yield f"  {number} | {finding.excerpt.text}"
    yield f"  {margin} | {' ' * (finding.excerpt.column - 1)}{'^' * finding.excerpt.width}"
    facts = [("step", f"{finding.step}, {finding.parameter}".strip(", "))]
    if finding.saw:
        facts.append(("value", _in_both_units(finding)))
    facts += [
        ("limit", finding.limit),
        ("claim", ", ".join(finding.elements)),
        ("witness", finding.witness),
        ("hint", finding.hint),
    ]
    if finding.path is not None:
        steps = ", ".join(step.message for step in finding.path.steps)
        facts.append(("path", f"{finding.path}: {steps}"))
    for name, fact in facts:
        if fact:
            yield f"  {margin} = {name}: {fact}"
    for related in finding.related:
        yield f"  {margin} = see {related.mark}: {related.message}"


def _in_both_units(finding: Finding) -> str:
    saw, other = finding.saw, finding.saw_in_rule_unit
    try:
        quantity = Quantity.parse(saw)
    except QuantityError:  # a material, or an interval
        return f"{saw} = {other}" if other not in ("", saw) else saw
    own = find_unit(quantity.unit).symbol
    if other in (saw, quantity.show(own)):
        unit = OTHER_UNITS.get(own, "")
        other = quantity.show(unit) if unit else ""
    return f"{saw} = {other}" if other else saw


def _summary(each: AuditedFile) -> str:
    if each.problems:
        return f"{each.file}: could not be audited"
    if each.sort is Sort.RULES:
        passed = sum(example.passed for example in each.examples)
        return f"{each.file}: {passed} of {len(each.examples)} examples hold"
    if each.report is None:
        return f"{each.file}: a fab that can be read"
    coverage = each.report.coverage
    looked = f"{len(coverage.exercised)} rules looked at {len(coverage.by_step)} steps"
    idle = coverage.never_exercised
    rest = f"; never exercised: {', '.join(idle)}" if idle else ""
    unseen = sum(map(len, coverage.unseen.values()))
    values = f"{unseen} values" if unseen > 1 else "1 value"
    rest += f"; {values} that no rule looked at" if unseen else ""
    by_hand = ", ".join(f"{step} ({tool})" for step, tool in each.not_asked.items())
    rest += f"; not asked, as nothing is stored there: {by_hand}" if by_hand else ""
    return f"{each.file}: {'legal' if each.legal else 'not legal'}, {_count(each)}; {looked}{rest}"


def _count(each: AuditedFile) -> str:
    """Say how many errors and warnings there are."""
    warnings = sum(finding.severity is Severity.WARNING for finding in each.findings)
    numbers = {"error": len(each.findings) - warnings, "warning": warnings}
    told = [f"{n} {word}{'s' if n > 1 else ''}" for word, n in numbers.items() if n]
    return ", ".join(told) or "no findings"
