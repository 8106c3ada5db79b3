"""What an element asks for is its interlock rule's: another rule, another standing."""

import ast
from fractions import Fraction
from functools import cache
from pathlib import Path

import cap_line
import lowk_line
import pytest
import resist_line
from built import RULES
from msgspec.structs import replace

import fabctl.claims
from fabctl.claims.chart import chart
from fabctl.claims.standing import Verdict
from fabctl.interlocks.demand import Compare, Limit, OfMaterial
from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.rule import RulePack
from fabctl.process.claim import ElementKind, claims, elements
from fabctl.process.material import Conductive
from fabctl.quantities import Quantity

RULED = {ElementKind.LIMIT, ElementKind.MATERIAL, ElementKind.ORDER, ElementKind.RELATION}
LINES = {
    "cap": cap_line.two_levels,
    "lowk": lowk_line.two_levels,
    "resist": lambda: resist_line.process(developments=3),
}


@cache
def history(document):
    return LINES[document]()


def upside_down(demand):
    """A demand that what keeps the old one breaks."""
    match demand:
        case Limit():
            bound = demand.limits.upper.quantity
            nothing = Quantity(bound.value - 10**6, bound.dimension, bound.text, bound.unit)
            return replace(demand, limits=Limits(None, Bound(nothing, strict=True)))
        case OfMaterial(one_of=(_, *_)):
            return replace(demand, one_of=("W",))
        case OfMaterial(conductive=(_, *_)):
            return replace(demand, conductive=(Conductive.UNKNOWN,))
        case OfMaterial():
            return replace(demand, tone="positive")
    if hasattr(demand, "compare"):
        return replace(demand, compare=Compare.ABOVE)
    return replace(demand, times=99)


def changed(*codes):
    """The rules, some of them turned round."""
    other = {code: replace(RULES[code], demand=upside_down(RULES[code].demand)) for code in codes}
    return RulePack({**RULES.rules, **other})


def verdict(element, rules):
    document = element.partition(".")[0]
    practises = [name for name, claim in claims().items() if claim.document == document]
    return chart(practises, history(document), rules=rules)[element].verdict


@pytest.mark.long
@pytest.mark.parametrize(
    ("element", "code"),
    [
        (element.name, code)
        for element in elements().values()
        if RULED & set(element.kinds)
        for code in element.rules
    ],
)
def test_a_rule_that_is_turned_round_turns_its_elements(element, code):
    assert verdict(element, RULES) is Verdict.SATISFIED
    assert verdict(element, changed(code)) is Verdict.NOT_SATISFIED


def test_a_lower_limit_is_the_charts_limit_too():
    limit = RULES["LM101"].demand
    lower = replace(limit.limits.upper, quantity=Quantity.parse("100 Å"))
    rule = replace(RULES["LM101"], demand=replace(limit, limits=Limits(None, lower)))
    standing = chart(
        ["cap.5"], cap_line.one_level(), rules=RulePack({**RULES.rules, "LM101": rule})
    )["cap.5.a"]
    assert standing.verdict is Verdict.NOT_SATISFIED
    assert standing.why == "119 to 121 ± 2.4 Å lies outside what is asked for, at most 100 Å"


def stated():
    """Every number and word in which the claims' rules state a limit or a set."""
    for element in elements().values():
        for code in element.rules:
            match RULES[code].demand:
                case Limit(limits=limits):
                    ends = (each for each in (limits.lower, limits.upper) if each is not None)
                    yield from (end.quantity.in_unit(end.quantity.unit) for end in ends)
                case OfMaterial(one_of=names, tone=tone):
                    yield from (*names, *([tone] if tone else []))


def written(path):
    """Every number and text of a module, indices apart: these number bounds and parts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    indices = {
        id(each)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        for each in ast.walk(node.slice)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in indices:
            if isinstance(node.value, float | int) and not isinstance(node.value, bool):
                yield Fraction(str(node.value))
            elif isinstance(node.value, str):
                yield node.value


@pytest.mark.parametrize(
    "path", [*Path(fabctl.claims.__file__).parent.glob("*.py")], ids=lambda path: path.name
)
def test_no_module_of_the_claims_writes_a_rule_a_second_time(path):
    assert set(stated()) & set(written(path)) == set()
