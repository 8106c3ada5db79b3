"""Runs the examples that every rule carries: a rule that can't tell them apart is broken."""

from msgspec import Struct

from fabctl.interlocks.chamber import Memory, memories_of, remembered
from fabctl.interlocks.every_path import audit
from fabctl.interlocks.rule import Example, Rule, RulePack
from fabctl.interlocks.trace import trace
from fabctl.interlocks.verdict import Verdict, worst
from fabctl.process.material import Materials
from fabctl.tools.prediction import NOBODY, Predictor


class ExampleResult(Struct, frozen=True):
    """What one example was said to be, and what the rule says of it."""

    rule: str
    example: Example
    got: Verdict

    @property
    def passed(self) -> bool:
        """Whether the rule says what its author said."""
        return self.got is self.example.verdict

    def __str__(self) -> str:
        end = "" if self.passed else f", but is {self.got}"
        return f"{self.example.mark}: {self.rule} example is {self.example.verdict}{end}"


def run_examples(
    rules: RulePack, materials: Materials, predicts: Predictor = NOBODY
) -> tuple[ExampleResult, ...]:
    """Audit every example by its own rule alone, in the order of the files."""
    return tuple(
        ExampleResult(rule.code, example, _verdict(rule, example, materials, predicts))
        for rule in rules
        for example in rule.examples
    )


def _verdict(rule: Rule, example: Example, materials: Materials, predicts: Predictor) -> Verdict:
    """Give the rule's verdict; a rule that binds nothing in its example shows nothing."""
    alone = RulePack({rule.code: rule})
    report = audit(example.sequence, alone, materials, predicts)
    before_start = at_start(alone, example, materials)
    if rule.code not in report.coverage.exercised and not before_start:
        return Verdict.NOT_SHOWN
    return worst([finding.verdict for finding in report.all] + before_start)


def at_start(alone: RulePack, example: Example, materials: Materials) -> list[Verdict]:
    """Give the verdicts before START after what was done to another wafer."""
    if example.after is None:
        return []
    memories = memories_of(example.after, materials)
    return [
        found.verdict
        for seen in trace(example.sequence, materials)
        for found in remembered(
            alone,
            seen.step,
            seen.before,
            materials,
            memories.get((seen.step.kind, seen.step.tool), Memory()),
        )
    ]
