"""Judges limits on a recipe's parameters, and on what several steps add up to on the wafer."""

from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.condition import Term
from fabctl.interlocks.demand import Limit
from fabctl.interlocks.film import Coat, Removed
from fabctl.interlocks.finding import Finding, Related
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.limits import Limits
from fabctl.interlocks.proof import breaking
from fabctl.interlocks.solver import NoSolverError
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES, WaferQuantity
from fabctl.process.vocabulary import OPERATIONS
from fabctl.quantities import Quantity


def judge_limit(bench: Bench, step: TraceStep, demand: Limit) -> Iterator[Finding]:
    """Judge every value that the file allows, by its two ends: an exact proof."""
    if not demand.of_wafer and all_legal(step, demand):
        return
    if demand.of_wafer:
        yield from _judge_wafer(bench, step, demand, WAFER_QUANTITIES[demand.of_wafer])
        return
    spans = {name: step.span(name) for name in demand.parameters}
    stated = {name: span for name, span in spans.items() if span is not None}
    if len(stated) < len(spans):
        known = OPERATIONS[step.recipe.operation].parameters
        for name in demand.parameters:
            if name not in known or (demand.where_stated and not known[name].required):
                continue
            if name not in stated and (known[name].required or not stated):
                yield _not_stated(bench, step, name)
    for name, span in stated.items():
        broken = _broken(step, name, demand, demand.limits, span)
        if broken is not None and bench.course.assumed:
            terms = (bench.term(step, name),)
            yield from _judge_jointly(bench, step, demand, demand.limits, name, name, terms)
        elif broken is not None:
            yield bench.finding(
                step,
                name,
                Verdict.ILLEGAL,
                saw=broken.saw.show(),
                saw_in_rule_unit=broken.saw.show(demand.limits.unit),
                witness=f"{step.step.id}.{name} = {broken.saw.show()}",
                message=f"{name} {broken.said}, but must be {demand.limits}",
                related=tuple(bench.variation(step, name)),
            )


def all_legal(step: TraceStep, demand: Limit) -> bool:
    """Settle the usual case at once: every value of the recipe is stated, fixed and legal."""
    if step.varies:
        return False
    for name in demand.parameters:
        value = step.act.span(name)
        if value is None or not demand.surely_keeps(value):
            return False
    return True


def _judge_wafer(
    bench: Bench, step: TraceStep, demand: Limit, quantity: WaferQuantity
) -> Iterator[Finding]:
    limits = demand.limits
    name = quantity.parameter
    ends = quantity.range_of(step.after)
    if ends is None:
        yield _not_stated(bench, step, name)
        return
    # The lower end is judged once everything is on the wafer.
    binding = limits if step.completes else Limits(None, limits.upper)
    least, most = ends
    value = Interval(least.low, most.high)
    if step.completes and demand.surely_keeps(value):
        return
    broken = _broken(step, name, demand, binding, value)
    if broken is None:
        return
    film = step.after.film
    earlier = [each for each in film.layers if each.step != step.step.id] if film else []
    subject = quantity.words if earlier else name
    if bench.course.assumed and film is not None and least == most:
        terms = bench.film_terms(film)
        yield from _judge_jointly(bench, step, demand, binding, name, subject, terms)
        return
    over = broken.saw.value == value.high
    nearest = Interval.point(least.high if over else most.low)
    sure = least == most or (
        not bench.course.assumed and _broken(step, name, demand, binding, nearest) is not None
    )
    doubt = next((e.step for e in earlier if isinstance(e, Removed) and not e.by_depth), "")
    unsure = "" if sure else f"; how much {doubt} takes off is not shown"
    yield bench.finding(
        step,
        name,
        Verdict.ILLEGAL if sure else Verdict.NOT_SHOWN,
        saw=broken.saw.show(),
        saw_in_rule_unit=broken.saw.show(limits.unit),
        witness=_layers(step, name, broken.saw, high=over),
        message=f"{subject} {broken.said}, but must be {limits}{unsure}",
        related=(
            *(Related(bench.place(each.step, _told(each, name)), _adds(each)) for each in earlier),
            *bench.variation(step, name),
        ),
    )


def judge_left(bench: Bench, step: TraceStep, demand: Limit) -> Iterator[Finding]:
    """Judge what removals have left of a film on which a step starts: whether it is too thin."""
    film, lower = step.before.film, demand.limits.lower
    if film is None or not film.removed or lower is None:
        return
    limits, subject = Limits(lower, None), f"the film on which {step.step.id} starts"
    if all(each.by_depth for each in film.removed):
        yield from _judge_jointly(bench, step, demand, limits, "", subject, bench.film_terms(film))
        return
    thick = film.thick  # though as little was taken as may be
    if thick is not None and limits.witness(Interval.point(thick.high)) is not None:
        saw = _as_written(step, "", thick.high, limits.unit)
        yield bench.finding(
            step,
            "",
            Verdict.ILLEGAL,
            saw=saw.show(),
            saw_in_rule_unit=saw.show(limits.unit),
            witness=_layers(step, "thickness", saw, high=True),
            message=f"{subject} is {saw.show()}, but must be {demand.limits}",
        )


def _judge_jointly(
    bench: Bench,
    step: TraceStep,
    demand: Limit,
    limits: Limits,
    name: str,
    subject: str,
    terms: tuple[Term, ...],
) -> Iterator[Finding]:
    """Judge a sum for the values for which the wafer takes this course."""
    verb = "is" if all(each.allowed.is_point for each in terms) else "may be"
    for condition in breaking(terms, limits, demand.margin):
        try:
            values = bench.broken(condition)
        except NoSolverError:
            yield bench.unsettled(step, name, f"{subject} may break the limit, {demand.wanted}")
            return
        if values is None:
            continue
        total = sum((each.weight * values.values[each.name] for each in terms), Fraction(0))
        saw = _as_written(step, name, total, limits.unit)
        strays = f" and stray by {demand.margin}" if demand.margin else ""
        yield bench.finding(
            step,
            name,
            Verdict.ILLEGAL,
            saw=saw.show(),
            saw_in_rule_unit=saw.show(limits.unit),
            message=f"{subject} {verb} {saw.show()}{strays}, but must be {demand.limits}",
            related=tuple(bench.variation(step, name)),
            values=values,
        )
        return


class _Broken(Struct, frozen=True):
    """The value of the file that breaks a limit, and how a sentence says so."""

    saw: Quantity
    said: str


def _broken(
    step: TraceStep, name: str, demand: Limit, limits: Limits, value: Interval
) -> _Broken | None:
    """Look for an allowed value that is illegal, or may stray to what is."""
    reach = demand.reach(value)
    witness = limits.witness(reach)
    if witness is None:
        return None
    end = value.high if witness == reach.high else value.low
    saw = _as_written(step, name, end, demand.limits.unit)
    said = f"{'is' if value.is_point else 'may be'} {saw.show()}"
    if witness != end:
        said += f", which may stray to {_as_written(step, name, witness, saw.unit).show()}"
    return _Broken(saw, said)


def _not_stated(bench: Bench, step: TraceStep, name: str) -> Finding:
    message = f"{name} is not stated, so nothing shows that it is {bench.rule.demand.wanted}"
    return bench.finding(step, name, Verdict.NOT_SHOWN, message=message)


def _as_written(step: TraceStep, name: str, value: Fraction, unit: str) -> Quantity:
    """Give a value in the unit that the file uses there."""
    own = step.recipe.parameters.get(name)
    if isinstance(own, Quantity):
        return Quantity(value, own.dimension, own.text, own.unit)
    return Quantity(value, Quantity.of(1, unit).dimension, "", unit)


def _layers(step: TraceStep, name: str, total: Quantity, *, high: bool) -> str:
    """Name the values that break the rule together."""
    parts = []
    for each in step.after.film.layers if step.after.film else ():
        if isinstance(each, Removed):
            off = each.least if high else each.most
            said = "all" if off is None else _shown(off.low if high else off.high, total)
            if each.left is not None:
                left = each.left.high if high else each.left.low
                said = f"all but {_shown(left, total)}"
            parts.append(f"{each.step} takes {said}")
        elif each.thickness is not None:
            value = each.thickness.high if high else each.thickness.low
            parts.append(f"{each.step}.{name} = {_shown(value, total)}")
    together = f": together {total.show()}" if len(parts) > 1 else ""
    return ", ".join(parts) + together


def _shown(value: Fraction, like: Quantity) -> str:
    return Quantity(value, like.dimension, "", like.unit).show()


def _adds(layer: Coat | Removed) -> str:
    return f"{layer.step} {'takes some of it' if isinstance(layer, Removed) else 'adds to it'}"


def _told(layer: Coat | Removed, name: str) -> str:
    """Name the parameter that tells how much a step lays down or takes off."""
    return name if isinstance(layer, Coat) else "depth" if layer.by_depth else ""
