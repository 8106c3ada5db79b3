"""Where one rule is judged on one sequence, and how what it finds is said."""

from dataclasses import dataclass

from fabctl.interlocks.finding import Finding, Related, excerpt
from fabctl.interlocks.rule import Rule
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.process.errors import Mark
from fabctl.process.material import Materials
from fabctl.process.sequence import Place, Sequence, Step


@dataclass(frozen=True, slots=True)
class Bench:
    """One rule with the sequence that it is judged on.

    With `on_tool`, the one step in `steps` is as the tool would do it, and values are the tool's.
    """

    rule: Rule
    sequence: Sequence
    steps: tuple[TraceStep, ...]
    materials: Materials
    on_tool: bool = False

    def finding(
        self,
        step: TraceStep,
        parameter: str,
        verdict: Verdict,
        *,
        message: str,
        saw: str = "",
        saw_in_rule_unit: str = "",
        witness: str = "",
        hint: str = "",
        related: tuple[Related, ...] = (),
    ) -> Finding:
        """Make a finding at a parameter of a step, or at the step itself ("")."""
        rule = self.rule
        place = step.step.places.get(parameter) or place_of_id(step.step)
        said = " (set on the command line)" if place.overridden and not self.on_tool else ""
        return Finding(
            code=rule.code,
            rule=rule.name,
            verdict=verdict,
            severity=rule.severity,
            step=step.step.id,
            parameter=parameter,
            mark=place.mark,
            excerpt=excerpt(self.sequence.text, place),
            saw=saw,
            saw_in_rule_unit=saw_in_rule_unit,
            limit=rule.demand.wanted,
            elements=rule.elements,
            witness=witness,
            message=f"on the tool, {message}" if self.on_tool else message + said,
            hint=hint or rule.hint,
            related=related,
        )

    def place(self, step: str, parameter: str = "") -> Mark:
        """Find where a step, or a parameter of it, stands in the file."""
        found = self.sequence.step(step)
        place = found.places.get(parameter)
        return place.mark if place else found.mark


def place_of_id(step: Step) -> Place:
    """Give the place of a step's ID."""
    mark = step.mark
    return Place(mark, Mark(mark.file, mark.line, mark.column + len(step.id)))
