"""Judges materials by the table: sets, sorts, figures, and figures against an earlier step's.

A figure is what the table says of the material, with the range that is seen of it: the true
value lies somewhere in there, so wholly inside is legal, wholly outside illegal, and all else,
like a figure that the table lacks, is not shown.
"""

from collections.abc import Iterator

from fabctl.interlocks.bench import Bench
from fabctl.interlocks.demand import Compare, Limit, OfMaterial, Relation
from fabctl.interlocks.finding import Finding, Related
from fabctl.interlocks.interval import Interval
from fabctl.interlocks.masks import masks_of
from fabctl.interlocks.selector import material_of
from fabctl.interlocks.trace import TraceStep
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_state import Act
from fabctl.process.errors import did_you_mean
from fabctl.process.material import Conductive, Material
from fabctl.process.vocabulary import OPERATIONS
from fabctl.quantities import show_number


def judge_material(bench: Bench, step: TraceStep, demand: OfMaterial) -> Iterator[Finding]:
    """Judge what the step's material is; where it need only be known, every other one as well."""
    material = material_of(step.act, bench.materials)
    if demand == OfMaterial():
        yield from _unknown_ends(bench, step)
    if material is None:
        yield from _unknown(bench, step)
        return
    verdict, why = judge_made_of(demand, material)
    if verdict is Verdict.ILLEGAL:
        yield _wrong(bench, step, material, why)
    elif verdict is Verdict.NOT_SHOWN:
        yield bench.finding(step, "material", verdict, message=why)


def judge_made_of(demand: OfMaterial, material: Material) -> tuple[Verdict, str]:
    """Judge a material itself, and say why it is not legal: "must be one of Sn, Al"."""
    if demand.one_of and material.name not in demand.one_of:
        return Verdict.ILLEGAL, f"must be {demand.wanted}"
    if demand.tone and material.tone != demand.tone:
        return Verdict.ILLEGAL, f"is {material.tone or 'no resist'}, not {demand.tone}"
    if demand.conductive and material.conductive is Conductive.UNKNOWN:
        return Verdict.NOT_SHOWN, f"nothing is known of whether {material.name} conducts"
    if demand.conductive and material.conductive not in demand.conductive:
        return Verdict.ILLEGAL, f"must be {demand.wanted}"
    return Verdict.LEGAL, ""


def judge_figure(bench: Bench, step: TraceStep, demand: Limit) -> Iterator[Finding]:
    """Judge a figure of the step's material against limits."""
    material = material_of(step.act, bench.materials)
    if material is None:
        yield from _unknown(bench, step)
        return
    figure = figure_of(material, demand.of_material)
    if figure is None:
        yield _no_figure(bench, step, material, demand.of_material)
        return
    verdict = demand.limits.judge_measured(figure)
    if verdict is not Verdict.LEGAL:
        must = "must be" if verdict is Verdict.ILLEGAL else "is not shown to be"
        said = f"{demand.of_material} of {material.name} is {_shown(figure)}"
        yield bench.finding(
            step,
            "material",
            verdict,
            saw=_shown(figure),
            saw_in_rule_unit=_shown(figure),
            witness=said,
            message=f"{said}: it {must} {demand.limits}",
        )


def judge_relation(bench: Bench, step: TraceStep, demand: Relation) -> Iterator[Finding]:
    """Judge a figure of the step's material against the earlier step's."""
    earlier = compared_to(bench, step, demand)
    if earlier is None:
        yield from nothing_to_compare(bench, step, demand)
        return
    ours, theirs = (material_of(each, bench.materials) for each in (step.act, earlier))
    if ours is None or theirs is None:
        yield from _unknown(bench, step if ours is None else _seen(bench, step, earlier))
        return
    if demand.compare is Compare.DIFFERENT:
        yield from _judge_words(bench, step, demand, (earlier, ours, theirs))
        return
    mine, other = (figure_of(each, demand.of_material) for each in (ours, theirs))
    if mine is None or other is None:
        lacks, of = (step, ours) if mine is None else (_seen(bench, step, earlier), theirs)
        yield _no_figure(bench, lacks, of, demand.of_material)
        return
    verdict = compare(mine, other, demand.compare, same=ours is theirs)
    if verdict is Verdict.LEGAL:
        return
    said = (
        f"{demand.of_material} of {ours.name} is {_shown(mine)}, "
        f"of {theirs.name} in {earlier.step} {_shown(other)}"
    )
    must = "must be" if verdict is Verdict.ILLEGAL else "is not shown to be"
    yield bench.finding(
        step,
        "material",
        verdict,
        saw=_shown(mine),
        saw_in_rule_unit=_shown(mine),
        witness=said,
        message=f"{said}: the first {must} {demand.compare.words} the second",
        related=(Related(bench.place(earlier.step, "material"), "the earlier material"),),
    )


def compared_to(bench: Bench, step: TraceStep, demand: Relation) -> Act | None:
    """Find the earlier step to which a relation binds this one; one that laid a mask is none."""
    masks = masks_of(bench.steps)
    done = bench.done(step)
    for act in done if demand.first else reversed(done):
        if act.step in masks:
            continue
        if demand.until is not None and demand.until.selects(act, bench.materials):
            return None
        if demand.to.selects(act, bench.materials) and demand.same.joins(act, step.act):
            return act
    return None


def nothing_to_compare(bench: Bench, step: TraceStep, demand: Relation) -> Iterator[Finding]:
    """Tell that a relation lacks its other step; the first of all needs none."""
    is_first = demand.first and demand.to.selects(step.act, bench.materials)
    if not (demand.successive or is_first):
        message = f"there is no step before it whose {demand.of} could be compared"
        yield bench.finding(step, "", Verdict.NOT_SHOWN, message=message)


def _judge_words(
    bench: Bench, step: TraceStep, demand: Relation, of: tuple[Act, Material, Material]
) -> Iterator[Finding]:
    earlier, ours, theirs = of
    what = demand.of_material.replace("_", " ")
    for material, seen in ((ours, step), (theirs, _seen(bench, step, earlier))):
        if not word_of(material, demand.of_material):
            yield _no_figure(bench, seen, material, what)
            return
    word = word_of(ours, demand.of_material)
    if word != word_of(theirs, demand.of_material):
        return
    said = f"{what} of {ours.name} is {word}, as of {theirs.name} in {earlier.step}"
    yield bench.finding(
        step,
        "material",
        Verdict.ILLEGAL,
        saw=word,
        saw_in_rule_unit=word,
        witness=said,
        message=f"{said}: it must be different",
        related=(Related(bench.place(earlier.step, "material"), "the earlier material"),),
    )


def word_of(material: Material, figure: str) -> str:
    """Look up a figure that is a word; "" where the table does not tell."""
    if figure == "casting_solvent":
        return material.casting_solvent
    raise AssertionError(f"no rule file loads with the word {figure}")


def figure_of(material: Material, figure: str) -> Interval | None:
    """Look a figure up, in base units; None where the table does not tell."""
    if figure == "k":
        if material.k_range is not None:
            return Interval(*material.k_range)
        return None if material.k is None else Interval.point(material.k)
    raise AssertionError(f"no rule file loads with the figure {figure}")


FIGURES = ("k",)
"""The figures that a rule may ask for."""

MEASURED_AS = {"k": "dielectric_constant"}
"""The quantity that a `measure` step finds of each."""

WORDS = ("casting_solvent",)
"""Those that are words; they are the same or different."""


def compare(mine: Interval, other: Interval, how: Compare, *, same: bool) -> Verdict:
    """Compare two uncertain figures; one and the same material has one and the same figure."""
    if same:
        equal = how in (Compare.AT_MOST, Compare.AT_LEAST)
        return Verdict.LEGAL if equal else Verdict.ILLEGAL
    if how in (Compare.ABOVE, Compare.AT_LEAST):
        mine, other = other, mine
    if how in (Compare.BELOW, Compare.ABOVE):
        legal, possible = mine.high < other.low, mine.low < other.high
    else:
        legal, possible = mine.high <= other.low, mine.low <= other.high
    if legal:
        return Verdict.LEGAL
    return Verdict.NOT_SHOWN if possible else Verdict.ILLEGAL


def _wrong(bench: Bench, step: TraceStep, material: Material, why: str) -> Finding:
    written = str(step.recipe.parameters["material"])
    name = written if written == material.name else f"{written} ({material.name})"
    return bench.finding(
        step,
        "material",
        Verdict.ILLEGAL,
        saw=written,
        saw_in_rule_unit=material.name,
        witness=f"{step.step.id}.material = {written}",
        message=f"the material {name} {why}",
    )


def _unknown(bench: Bench, step: TraceStep) -> Iterator[Finding]:
    word = step.recipe.parameters.get("material")
    if word is not None:
        yield _lacking(bench, step, "material", str(word))


def _unknown_ends(bench: Bench, step: TraceStep) -> Iterator[Finding]:
    """The materials by whose appearance a step ends."""
    for parameter, rule in OPERATIONS[step.recipe.operation].parameters.items():
        word = step.recipe.parameters.get(parameter)
        if parameter == "material" or rule.names != "material" or word is None:
            continue
        if bench.materials.find(str(word)) is None:
            yield _lacking(bench, step, parameter, str(word))


def _lacking(bench: Bench, step: TraceStep, parameter: str, word: str) -> Finding:
    return bench.finding(
        step,
        parameter,
        Verdict.NOT_SHOWN,
        saw=word,
        message=f"the materials table lacks {word}, so nothing is shown of it",
        hint=did_you_mean(word, bench.materials.words()),
    )


def _no_figure(bench: Bench, step: TraceStep, material: Material, figure: str) -> Finding:
    message = f"the materials table tells no {figure} of {material.name}"
    key = figure.replace(" ", "_")
    known = [
        each.name
        for each in bench.materials
        if each.material_class is material.material_class
        and (word_of(each, key) if key in WORDS else figure_of(each, key))
    ]
    hint = f"it tells that of {', '.join(known)}" if known else "it tells that of none of its class"
    return bench.finding(step, "material", Verdict.NOT_SHOWN, message=message, hint=hint)


def _seen(bench: Bench, step: TraceStep, earlier: Act) -> TraceStep:
    """Find an earlier step among the audited ones; what was done before, or elsewhere, is none."""
    return next((each for each in bench.steps if each.act is earlier), step)


def _shown(figure: Interval) -> str:
    low = show_number(figure.low)
    return low if figure.is_point else f"{low} to {show_number(figure.high)}"
