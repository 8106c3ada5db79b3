"""An audit as GitHub workflow commands: annotations on the lines of a pull request."""

from collections.abc import Iterator

from fabctl.interlocks import Severity
from fabctl.process.errors import Mark
from fabctl.reports.audited import SKIPPED, Audited, shown_path


def render(audited: Audited) -> str:
    """Give one line for each annotation."""
    return "\n".join(_lines(audited))


def _lines(audited: Audited) -> Iterator[str]:
    for each in audited.files:
        for problem in each.problems:
            yield _annotation("error", problem.mark, problem.code, problem.message)
        for finding in each.findings:
            level = "warning" if finding.severity is Severity.WARNING else "error"
            title = f"{finding.code} {finding.rule}"
            claim = f" ({', '.join(finding.elements)})" if finding.elements else ""
            path = f" on the path {finding.path}" if finding.path else ""
            yield _annotation(level, finding.mark, title, finding.message + claim + path)
        for waived in each.waived:
            code, rule = waived.finding.code, waived.finding.rule
            yield _annotation("notice", waived.finding.mark, f"{code} {rule}", str(waived))
        for example in each.examples:
            if not example.passed:
                yield _annotation("error", example.example.mark, example.rule, str(example))
        for note in each.uncovered:
            yield _annotation("notice", note.mark, note.code, note.message)
    for note in audited.notes:
        yield _annotation("warning", note.mark, note.code, note.message)
    for skipped in audited.misspelt:
        message = f"{skipped.message} ({skipped.hint})"
        yield _annotation("notice", skipped.mark, skipped.code, message)
    if audited.passed_over:
        yield f"::notice title={SKIPPED}::{_data(audited.passed_over)}"


def _annotation(level: str, mark: Mark, title: str, message: str) -> str:
    place = f"file={_property(shown_path(mark.file))},line={mark.line},col={mark.column}"
    return f"::{level} {place},title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
