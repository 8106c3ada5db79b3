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
    Asked,
    Ends,
    FilmChange,
    Known,
    key_of,
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

_OF_WORDS = {OfMaterial, Order, Forbidden, Admitted, Seasoned, CarryOver, Suited}
"""Demands of which the words tell whether they are kept."""

MOST = 8192
"""How many steps a pack remembers."""

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

    `rules` are those that bind it, and `told` is what they told of each step. Where its words are
    known, its numbers are of another sort than those that were met first.
    """
    steps = tuple([step for step, _ in told])
    if report.findings or report.not_shown or may_be_masks(steps, materials):
        return
    key = key_of(sequence, materials, predicts)
    if key in rules.known or not all(words.fixed for words in key[0]):
        return
    bench = partial(Bench, sequence=sequence, steps=steps, materials=materials)
    ends: list[tuple[int, str, Ends]] = []
    asked: list[Asked] = []
    for at, (_, judged) in enumerate(told):
        read = _read(rules, bench, steps, at, judged, materials)
        if read is None:
            return
        ends += [(at, name, each) for name, each in read[0].items()]
        asked += read[1]
    if sum([len(words) for words, _ in rules.known]) >= MOST:
        rules.known.clear()
    rules.known[key] = Known(
        ends=tuple(ends),
        asked=tuple(asked),
        exercised=tuple([(at, x.exercised) for at, (_, x) in enumerate(told) if x.exercised]),
        unseen=tuple([(at, x.unseen) for at, (_, x) in enumerate(told) if x.unseen]),
        coverage=report.coverage,
        film=steps[0].before.film,
        kept=whence(sequence, materials, predicts),
    )


def _read(
    rules: RulePack,
    bench: Callable[[Rule], Bench],
    steps: tuple[TraceStep, ...],
    at: int,
    judged: Judged,
    materials: Materials,
) -> tuple[dict[str, Ends], list[Asked]] | None:
    """Read out of the rules that bind a step what they ask of its numbers; None for too much."""
    step = steps[at]
    lies = step.before.film
    if lies is not None and (lies.doubted or (lies.removed and _has_gate(rules, step, materials))):
        return None  # what is left of it counts
    ends: dict[str, Ends] = {}
    waits: list[tuple[int, Queue]] = []
    film: Ends | None = None
    peaks: list[tuple[str, prediction.Bound]] = []
    for code in (*judged.exercised, *judged.idle):
        rule = rules[code]
        if type(rule.demand) in _OF_WORDS:
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
                place = bench(rule)
                if asks_to_wait(place, step, queue):
                    since = waits_for(place, step, queue) - step.before.elsewhere
                    if since < 0:
                        return None
                    waits.append((since, queue))
            case Foreseen(limits=Limits(lower=None, upper=Bound() as upper)) as foreseen:
                bound = prediction.Bound(upper.quantity.value, upper.strict)
                peaks.append((foreseen.signal, bound))
            case Limit(of_wafer="") | Relation(of_parameter=""):
                pass  # the words tell
            case _:
                return None
    change = _change(step, materials)
    if change is not None and change.removes is not None and step is steps[-1]:
        change = None  # nobody asks what it leaves
    if not (change or waits or film or peaks):
        return ends, []
    return ends, [Asked(at, change, tuple(waits), film, tuple(peaks))]


def _has_gate(rules: RulePack, step: TraceStep, materials: Materials) -> bool:
    gates = [rule.gate for rule in rules if rule.gate is not None]
    return any(gate.binds.selects(step.act, materials) for gate in gates)


def _change(step: TraceStep, materials: Materials) -> FilmChange | None:
    material, film, after = step.act.material, step.before.film, step.after.film
    leaves = () if after is None else after.materials
    if coats(step.before, step.after):
        return FilmChange(material, None, leaves)
    if film is not None and material in film.materials and step.step.operation in REMOVALS:
        return FilmChange(material, materials.find(material), leaves)
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
