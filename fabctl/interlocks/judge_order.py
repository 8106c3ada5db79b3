"""Judges the order of steps: a little automaton over what was done and what is still to come."""

from collections.abc import Iterable, Iterator

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.demand import Order
from fabctl.interlocks.film import untold
from fabctl.interlocks.finding import Finding, Related
from fabctl.interlocks.selector import Selector, material_of
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import Act


def judge_order(bench: Bench, step: TraceStep, demand: Order) -> Iterator[Finding]:
    """Judge what was done before the step; and what comes after it, where the audit sees that."""
    if demand.earlier is not None:
        yield from _judge_earlier(bench, step, demand, demand.earlier)
    elif demand.later is not None and not bench.on_tool:
        yield from _judge_later(bench, step, demand, demand.later)


def _judge_earlier(
    bench: Bench, step: TraceStep, demand: Order, earlier: Selector
) -> Iterator[Finding]:
    done = _same(bench, step, demand)
    since = ""
    if demand.since is not None:
        start = began(bench, step, demand)
        if start is None:
            return
        since, done = done[start].step, done[start + 1 :]
        if demand.unless is not None and demand.unless.last(done, bench.materials) >= 0:
            return
    sure, doubted = 0, list[Act]()
    while sure < demand.times:
        found = earlier.last(done, bench.materials)
        if found < 0:
            break
        if _unsure(bench, earlier, done[found]):
            doubted.append(done[found])
        else:
            sure += 1
        done = done[:found]
    else:
        return
    if sure + len(doubted) >= demand.times:
        yield _not_told(bench, step, demand, doubted[0])
        return
    yield bench.finding(
        step,
        "",
        Verdict.ILLEGAL,
        witness=f"{since}, {step.step.id}" if since else step.step.id,
        message=f"{step.step.id} needs {demand.wanted}, and there is not",
        related=(Related(bench.place(since), f"{since} is the last"),) if since else (),
    )


def _unsure(bench: Bench, asked: Selector, act: Act) -> str:
    """Name the bath or chamber of a step that is to remove a film, where that is not told to."""
    if not (asked.material_class or asked.materials):
        return ""
    return untold(act.recipe, material_of(act, bench.materials))


def _not_told(bench: Bench, step: TraceStep, demand: Order, act: Act) -> Finding:
    material = material_of(act, bench.materials)
    assert material is not None
    where, known = untold(act.recipe, material), " or ".join(material.removed_in)
    return bench.finding(
        step,
        "",
        Verdict.NOT_SHOWN,
        message=f"{step.step.id} needs {demand.wanted}, and the materials table does not tell that "
        f"{where} takes {act.material}, as {act.step} needs it to",
        hint=f"take it off in {known}" if known else "",
        related=(Related(bench.place(act.step), f"{act.step} is in {where}"),),
    )


def in_order(
    demand: Order, bound: int, others: Iterable[int], *, since: int = -1, before: int | None = None
) -> list[int]:
    """Give, of the steps at `others`, those that an order lets count for the step at `bound`.

    All are places in what was done; `since` and `before` those of the steps that the order calls
    so. None where too few count.
    """
    if demand.earlier is not None:
        counting = [at for at in others if since < at < bound]
    else:
        counting = [at for at in others if bound < at and (before is None or at < before)]
    return counting if len(counting) >= demand.times else []


def began(bench: Bench, step: TraceStep, demand: Order) -> int | None:
    """Find, among what was done on the same, where the demand began; None where nothing did."""
    assert demand.since is not None
    if bench.since is None:
        bench.since = demand.since.last(_same(bench, step, demand), bench.materials)
    return None if bench.since < 0 else bench.since


def _same(bench: Bench, step: TraceStep, demand: Order) -> tuple[Act, ...]:
    """Give what was done before the step on what counts as the same."""
    if bench.same is None:
        bench.same = demand.same.among(bench.done(step), step.act)
    return bench.same


def _judge_later(
    bench: Bench, step: TraceStep, demand: Order, later: Selector
) -> Iterator[Finding]:
    awaited, doubted = demand.after, None
    for each in bench.steps[bench.steps.index(step) + 1 :]:
        if not demand.same.joins(each.act, step.act):
            continue
        taken_back = demand.unless is not None and demand.unless.selects(each.act, bench.materials)
        if taken_back:
            return
        if awaited is None and later.selects(each.act, bench.materials):
            if not _unsure(bench, later, each.act):
                return
            doubted = doubted or each.act
        if awaited is not None and awaited.selects(each.act, bench.materials):
            awaited = None
        if demand.before is not None and demand.before.selects(each.act, bench.materials):
            if doubted is not None:
                break
            yield bench.finding(
                step,
                "",
                Verdict.ILLEGAL,
                witness=f"{step.step.id}, {each.step.id}",
                message=f"{step.step.id} needs {demand.wanted}, and {each.step.id} comes first",
                related=(Related(each.step.mark, f"{each.step.id} comes too early"),),
            )
            return
    if doubted is not None:
        yield _not_told(bench, step, demand, doubted)
        return
    yield bench.finding(
        step,
        "",
        Verdict.ILLEGAL,
        witness=f"{step.step.id}, then the sequence's end",
        message=f"{step.step.id} needs {demand.wanted}, and none comes",
    )
