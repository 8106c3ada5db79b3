"""The interlocks as the engine uses them: before anything, before START, and while a job runs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from fabctl.interlocks.arming import arm, fresh_for
from fabctl.interlocks.capability import audit_on_tools
from fabctl.interlocks.carry_over import leaves
from fabctl.interlocks.chamber import Memory, remembered
from fabctl.interlocks.demand import CarryOver, Seasoned
from fabctl.interlocks.demand_time import Queue
from fabctl.interlocks.every_path import audit, unmatched
from fabctl.interlocks.finding import AuditReport, Finding, order
from fabctl.interlocks.gate import GateVerdict, gate
from fabctl.interlocks.monitor import Monitor
from fabctl.interlocks.obligation import Obligation, still_owed
from fabctl.interlocks.queue import queue
from fabctl.interlocks.rule import RulePack, Severity
from fabctl.interlocks.static import audit_recipe
from fabctl.interlocks.trip import Cause, Trip
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import WaferState, brought_in
from fabctl.process.material import Materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence as ProcessSequence
from fabctl.process.sequence import Step
from fabctl.quantities import Quantity, QuantityError, exact
from fabctl.tools.fab import Fab, is_passed_over
from fabctl.tools.port import Measurement
from fabctl.tools.prediction import NOBODY, Predictor

WIRE_ALLOWANCE_S = 1.0
"""Wire seconds that a sample may spend on its way, added to every freshness limit."""


class Guard(Struct, frozen=True):
    """A rule pack with the materials table that its words refer to.

    `predicts` foretells how far the fab's tools will go. With a `fab`, a sequence is audited for
    what its tools can do, too.
    """

    rules: RulePack
    materials: Materials
    predicts: Predictor = NOBODY
    fab: Fab | None = None

    def binding(self, practises: Iterable[str]) -> "Guard":
        """Leave the rules that bind a sequence which practises these claims."""
        return replace(self, rules=self.rules.binding(practises))

    def audit(self, sequence: ProcessSequence) -> AuditReport:
        """Check the whole sequence, on the fab's tools where it is known.

        Where no rule looked at any step, nothing is shown of it.
        """
        report = audit(sequence, self.rules, self.materials, self.predicts)
        found = sorted((*report.findings, *self.lacking(sequence)), key=order)
        nothing = unmatched(sequence, report, runs=True)
        return replace(
            report,
            findings=tuple(found),
            not_shown=(*report.not_shown, *((nothing,) if nothing else ())),
        )

    def lacking(self, sequence: ProcessSequence) -> Iterable[Finding]:
        """Find what the fab's tools can't do; a measurement that is passed over asks for none."""
        if self.fab is None:
            return ()
        fab = self.fab
        passed = {step.id for step in sequence.steps if is_passed_over(fab, step)}
        found = audit_on_tools(sequence, fab, self.rules, self.materials, self.predicts)
        return [each for each in found if each.step not in passed]

    def audit_program(
        self, recipe: Recipe, sequence: ProcessSequence, step: Step, before: WaferState
    ) -> list[Finding]:
        """Check what the tool will really do; returns what forbids the start."""
        found = audit_recipe(
            recipe, sequence, step, before, self.rules, self.materials, self.predicts
        )
        return [each for each in found if each.severity is Severity.ERROR]

    def wafer(
        self,
        sequence: ProcessSequence,
        done: Sequence[str],
        measured: Mapping[str, Sequence[Measurement]],
        known: tuple[Sequence[str], WaferState] | None = None,
    ) -> WaferState:
        """Fold the steps that were concluded, in order, into the state of the wafer brought in.

        `known` is the state after the first of them, where somebody has folded those already.
        """
        folded, state = known or ((), brought_in(sequence.stock, self.materials))
        for step in done[len(folded) :]:
            recipe = sequence.step(step).recipe
            found = measured.get(step, ())
            state = state.after(step, recipe, self.materials, measurements=found)
        return state

    def gate(self, step: Step, before: WaferState) -> tuple[GateVerdict, ...]:
        """Judge what was measured, for every rule that wants to know before this step."""
        return gate(self.rules, step, before, self.materials)

    def queue(
        self, step: Step, before: WaferState, waited: Callable[[str], float | None]
    ) -> tuple[GateVerdict, ...]:
        """Judge how long the wafer has waited, for every rule that limits it."""
        return queue(self.rules, step, before, self.materials, waited)

    def remembered(self, step: Step, before: WaferState, memory: Memory) -> tuple[GateVerdict, ...]:
        """Judge what the step's chamber did to other wafers, for every rule that minds."""
        return remembered(self.rules, step, before, self.materials, memory)

    def leaves(self, step: Step, before: WaferState) -> str:
        """Give the class of contamination that a step leaves in its chamber."""
        return leaves(step.recipe, before.contamination, self.materials)

    def still_owed(self, state: WaferState) -> tuple[Obligation, ...]:
        """Name the steps that order rules still demand for what was done to the wafer."""
        return still_owed(state, self.rules, self.materials)

    def gate_trip(self, verdict: GateVerdict, before: WaferState, now: float) -> Trip:
        """Say as a trip that a gate did not open."""
        rule = self.rules[verdict.rule]
        if isinstance(rule.demand, Seasoned | CarryOver):
            seasoned = isinstance(rule.demand, Seasoned)
            cause = Cause.UNSEASONED if seasoned else Cause.UNCLEAN
            what = "material" if seasoned else "contamination"
            return Trip(rule.code, cause, what, "", verdict.saw, verdict.limit, now)
        if rule.gate is None or isinstance(rule.demand, Queue):
            return Trip(rule.code, Cause.WAITED, "wait", "", verdict.saw, verdict.limit, now)
        measured = rule.gate.measured
        cause = Cause.MISSING
        if verdict.verdict is Verdict.ILLEGAL:
            film = before.film.measurements if before.film else ()
            over = any(map(rule.limit.limits.is_over, _values(film, measured)))
            cause = Cause.OVER if over else Cause.UNDER
        channel = before.film.measured_by if before.film else ""
        return Trip(rule.code, cause, measured, channel, verdict.saw, verdict.limit, now)

    def fresh_for(self, step: Step, later: Sequence[Step], before: WaferState) -> Fraction | None:
        """Say how old (process seconds) a reading of the step may be; None: nothing needs any."""
        return fresh_for(self.rules, step, before, materials=self.materials, later=later)

    def arm(
        self,
        step: Step,
        later: Sequence[Step],
        before: WaferState,
        channels: Iterable[tuple[str, str]],
        now: float,
        speed: float,
        redundant: Iterable[Iterable[str]] = (),
    ) -> list[Monitor]:
        """Arm every live rule that binds the step."""
        return arm(
            self.rules,
            step,
            before,
            channels,
            now,
            materials=self.materials,
            later=later,
            allowance=WIRE_ALLOWANCE_S * speed,
            redundant=redundant,
        )


def _values(measurements: Iterable[Measurement], quantity: str) -> Iterable[Fraction]:
    for measured in measurements:
        if measured.quantity != quantity:
            continue
        for value in measured.values:
            try:
                yield Quantity.of(exact(value, 8), measured.unit).value
            except (QuantityError, ValueError):
                continue
