"""Where one rule is judged on one sequence, and how what it finds is said."""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.condition import Condition, Example, Term, term, together
from fabctl.interlocks.courses import PLAIN, Course, film_terms
from fabctl.interlocks.film import Film
from fabctl.interlocks.finding import Finding, Related, excerpt
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.proof import corner, example, touching
from fabctl.interlocks.rule import Rule
from fabctl.interlocks.solver import INSTALL
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import ELSEWHERE, Act
from fabctl.process.errors import Mark
from fabctl.process.material import Materials
from fabctl.process.sequence import Place, Sequence, Step
from fabctl.quantities import Quantity
from fabctl.tools.prediction import NOBODY, Predictor


class Bench(Struct):
    """One rule with the sequence that it is judged on.

    With `on_tool`, the one step in `steps` is as the tool would do it, and values are the tool's.
    `course` is what is assumed of the values, where what becomes of the wafer hangs on them.
    `predicts` tells how far the fab's tools will go. What is judged is one step; `same`, `since`
    and `left` keep what was asked of the steps before it: see `judge_order`, `judge_time` and
    `carry_over`.
    """

    rule: Rule
    sequence: Sequence
    steps: tuple[TraceStep, ...]
    materials: Materials
    on_tool: bool = False
    course: Course = PLAIN
    predicts: Predictor = NOBODY
    same: tuple[Act, ...] | None = None
    since: int | None = None
    left: dict[str, tuple[str, bool]] | None = None

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
        values: Example | None = None,
    ) -> Finding:
        """Make a finding at a parameter of a step, or at the step itself ("").

        `values` break the rule together: they are the witness, each with its place.
        """
        rule = self.rule
        values = together(self.course.example, values)
        if values and values.values and verdict is Verdict.ILLEGAL:
            shown, places = self._told(values)
            witness = f"{witness}, {shown}" if witness else shown
            related = (*related, *places)
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

    def broken(self, condition: Condition) -> Example | None:
        """Find allowed values that meet a condition, and all that is assumed.

        None is the proof that there are none. Raises `NoSolverError`.
        """
        assumed = touching(self.course.assumed, condition.names)
        return example((*assumed, condition), self.course.example)

    def term(self, step: TraceStep, parameter: str, weight: int = 1) -> Term:
        """See a step's value as a term."""
        return term(step, parameter, weight, on_tool=self.on_tool)

    def film_terms(self, film: Film) -> tuple[Term, ...]:
        """See a film's thickness as a sum: coats, less the depths that were etched."""
        return film_terms(film, self.steps, on_tool=self.on_tool)

    def at_ends(self, pulls: Iterable[tuple[str, str, bool]]) -> Example | None:
        """Put values to the upper (True) or lower ends of what they may be; None if none varies.

        They are step, parameter and end, and hang together with nothing else. What a step does
        not state is left out.
        """
        steps = {each.step.id: each for each in self.steps}
        pulled = [
            (self.term(steps[step], parameter), up)
            for step, parameter, up in pulls
            if step in steps and parameter in steps[step].allowed
        ]
        if all(each.allowed.is_point for each, _ in pulled):
            return None
        return corner(pulled)

    def variation(self, step: TraceStep, parameter: str) -> Iterator[Related]:
        """Tell what makes a value one of many: its window, as the tool holds it, and tolerance."""
        window = step.step.windows.get(parameter)
        tolerance = step.step.tolerances.get(parameter)
        allowed = step.allowed.get(parameter)
        if window and allowed and allowed.covers(Interval(window.low.value, window.high.value)):
            ends = f"the window allows {window.low.show()} to {window.high.show()}"
            yield Related(window.mark, f"on the tool {ends}" if self.on_tool else ends)
        if tolerance is not None:
            yield Related(tolerance.mark, f"it may stray by {tolerance.by}")

    def unsettled(self, step: TraceStep, parameter: str, message: str) -> Finding:
        """Make the finding where coupled values can't be judged without a solver."""
        said = f"{message}; that its values may hang together so is not shown"
        return self.finding(step, parameter, Verdict.NOT_SHOWN, message=said, hint=INSTALL)

    def _told(self, values: Example) -> tuple[str, tuple[Related, ...]]:
        """Write values in the file's units, and give their places."""
        shown: list[str] = []
        places: list[Related] = []
        for name, value in values.values.items():
            step_id, _, parameter = name.rpartition(".")
            step = self.sequence.step(step_id)
            own = step.recipe.parameters[parameter]
            assert isinstance(own, Quantity)
            said = f"{name} = {replace(own, value=value).show()}"
            shown.append(said)
            places.append(Related(self.place(step_id, parameter), said))
            setting = step.places[parameter].parameter
            if setting in values.settings:
                said = f"${setting} = {replace(own, value=values.settings[setting]).show()}"
                places.append(Related(self.sequence.parameters[setting].mark, said))
        return ", ".join(shown), tuple(dict.fromkeys(places))

    def done(self, step: TraceStep) -> tuple[Act, ...]:
        """Give what was done before a step, as the rule counts it.

        A claim speaks of what this sequence does; a fab's own rule also of what was done elsewhere.
        """
        return step.before.done_here if self.rule.elements else step.before.done

    def place(self, step: str, parameter: str = "") -> Mark:
        """Find where a step, or a parameter of it, stands in the file."""
        if step == ELSEWHERE:
            assert self.sequence.stock is not None
            return self.sequence.stock.mark
        found = self.sequence.step(step)
        place = found.places.get(parameter)
        return place.mark if place else found.mark


def place_of_id(step: Step) -> Place:
    """Give the place of a step's ID."""
    mark = step.mark
    return Place(mark, Mark(mark.file, mark.line, mark.column + len(step.id)))
