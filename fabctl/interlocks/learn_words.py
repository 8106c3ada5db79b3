"""What an audit that found nothing asked of numbers, remembered for `known_words`."""

from collections.abc import Callable
from functools import partial

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.demand import (
    Admitted,
    CarryOver,
    Forbidden,
    Foreseen,
    Limit,
    OfMaterial,
    Order,
    Relation,
    Seasoned,
    Suited,
)
from fabctl.interlocks.demand_time import HeatBudget, Queue
from fabctl.interlocks.docket import Judged
from fabctl.interlocks.finding import AuditReport
from fabctl.interlocks.judge_time import HEATS, asks_to_wait, keeps_hot, waits_for
from fabctl.interlocks.known_words import (
    MOST,
    Asked,
    Begun,
    Ends,
    FilmChange,
    Passed,
    Words,
    whence,
)
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.masks import may_be_masks
from fabctl.interlocks.rule import Rule, RulePack
from fabctl.interlocks.trace import TraceStep, coats
from fabctl.interlocks.wafer_state import REMOVALS
from fabctl.process.material import Materials
from fabctl.process.sequence import Sequence
from fabctl.quantities import Quantity
from fabctl.tools import prediction

_ANY: Ends = (-1, 0, 0, 1, 0, 0)
"""The ends of any number: no fraction is below the one, or above the other."""
_NOT_NEGATIVE: Ends = (0, 1, 0, 1, 0, 0)
_NONE: Ends = (1, 0, 1, -1, 0, 1)
"""Those between which no number lies."""


def learn(
    rules: RulePack,
    sequence: Sequence,
    told: list[tuple[TraceStep, Judged]],
    report: AuditReport,
    materials: Materials,
    predicts: prediction.Predictor,
) -> None:
    """Remember a sequence of one path of which nothing was found, as far as its words tell that.

    `rules` are those that bind it, and `told` is what they told of each step.
    """
    steps = tuple([step for step, _ in told])
    if report.findings or report.not_shown or may_be_masks(steps, materials):
        return
    if sum([each.number for each in rules.known.values()]) >= MOST:
        rules.known.clear()
    kept, key = whence(sequence, materials, predicts)
    begun = rules.known.get(key)
    if begun is None:
        begun = rules.known[key] = Begun(steps[0].before.film, {}, kept)
    onward, passed = begun.onward, None
    for step, judged in told:
        film = step.before.film
        if step.varies or (film is not None and film.doubted):
            return
        words: Words = (step.recipe.wording, step.step.kind, step.step.tool)
        if step.step.does or film is not None:
            words = (*words, step.step.does, film and film.materials)
        passed = onward.get(words)
        if passed is None:
            bench = partial(Bench, sequence=sequence, steps=steps, materials=materials)
            passed = _read(rules, bench, step, judged, materials)
            if passed is None:
                return
            onward[words] = passed
            begun.number += 1
        elif passed.exercised != judged.exercised:
            return  # its numbers are of another sort than those that are known
        onward = passed.onward
    if passed is not None:
        passed.covered = report.coverage


def _read(
    rules: RulePack,
    bench: Callable[[Rule], Bench],
    step: TraceStep,
    judged: Judged,
    materials: Materials,
) -> Passed | None:
    """Read out of the rules that bind a step what they ask of its numbers; None for too much."""
    film_before = step.before.film
    if film_before is not None and film_before.removed and _has_gate(rules, step, materials):
        return None  # it looks at how much is left
    ends: dict[str, Ends] = {}
    waits: list[tuple[int, Queue]] = []
    film: Ends | None = None
    peaks: list[tuple[str, prediction.Bound]] = []
    for code in (*judged.exercised, *judged.idle):
        rule = rules[code]
        if not rule.binds.selects(step.act, materials):
            continue
        match rule.demand:
            case Limit(of_wafer="film_thickness") as limit:
                film = _both(film or _ANY, _asked(limit))
            case Limit(of_wafer="", of_material="") as limit:
                asked = _asked(limit)
                for name in limit.parameters:
                    if isinstance(step.recipe.parameters.get(name), Quantity):
                        ends[name] = _both(ends.get(name, _ANY), asked)
            case HeatBudget() as budget:
                if keeps_hot(step, budget):
                    return None
                cold = _ends(Limits(None, Bound(budget.above, strict=False)))
                for name in HEATS & step.recipe.parameters.keys():
                    ends[name] = _both(ends.get(name, _ANY), cold)
            case Queue() as queue:
                at = bench(rule)
                if asks_to_wait(at, step, queue):
                    since = waits_for(at, step, queue) - step.before.elsewhere
                    if since < 0:
                        return None
                    waits.append((since, queue))
            case Foreseen(limits=Limits(lower=None, upper=Bound() as upper)) as foreseen:
                bound = prediction.Bound(upper.quantity.value, upper.strict)
                peaks.append((foreseen.signal, bound))
            case (
                Limit(of_wafer="")
                | OfMaterial()
                | Relation(of_parameter="")
                | Order()
                | Forbidden()
            ):
                pass  # the words tell
            case Admitted() | Seasoned() | CarryOver() | Suited():
                pass
            case _:
                return None
    more = Asked(tuple(waits), film, tuple(peaks)) if waits or film or peaks else None
    change = _change(step, materials)
    return Passed(tuple(ends.items()), more, change, judged.exercised, judged.unseen, None, {})


def _has_gate(rules: RulePack, step: TraceStep, materials: Materials) -> bool:
    gates = [rule.gate for rule in rules if rule.gate is not None]
    return any(gate.binds.selects(step.act, materials) for gate in gates)


def _change(step: TraceStep, materials: Materials) -> FilmChange | None:
    material, film = step.act.material, step.before.film
    if coats(step.before, step.after):
        return FilmChange(material, None)
    if film is not None and material in film.materials and step.step.operation in REMOVALS:
        return FilmChange(material, materials.find(material))
    return None


def _asked(limit: Limit) -> Ends:
    """Give the ends between which a set value surely keeps a limit, as `Limit.surely_keeps`."""
    if limit.settable is None:
        return _NONE
    ends = _ends(limit.settable)
    return ends if limit.margin is None else _both(ends, _NOT_NEGATIVE)


def _ends(limits: Limits) -> Ends:
    low, of_low, above, high, of_high, below = _ANY
    if limits.lower is not None:
        value, above = limits.lower.quantity.value, int(limits.lower.strict)
        low, of_low = value.numerator, value.denominator
    if limits.upper is not None:
        value, below = limits.upper.quantity.value, int(limits.upper.strict)
        high, of_high = value.numerator, value.denominator
    return low, of_low, above, high, of_high, below


def _both(one: Ends, other: Ends) -> Ends:
    """Give the ends that lie within both."""
    low, of_low, above, high, of_high, below = one
    more = other[0] * of_low - low * other[1]
    if more > 0 or (more == 0 and other[2]):
        low, of_low, above = other[:3]
    less = high * other[4] - other[3] * of_high
    if less > 0 or (less == 0 and other[5]):
        high, of_high, below = other[3:]
    return low, of_low, above, high, of_high, below
