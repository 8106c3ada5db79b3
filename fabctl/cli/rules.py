"""`fabctl rules`: the rules, why each exists, and their examples run."""

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from fabctl.cli.options import Json, Pack
from fabctl.cli.output import FINDINGS, LEGAL, Failure, emit, show, show_table
from fabctl.cli.packs import given, load, models

if TYPE_CHECKING:
    from fabctl.interlocks import Rule
    from fabctl.process.sequence import Sequence

Code = Annotated[str, typer.Argument(metavar="CODE", help="A rule's code, such as LM101.")]


def list_rules(rules: Pack = None, as_json: Json = False) -> int:
    """List the rules."""
    pack = load(rules)
    if as_json:
        emit([_as_json(rule) for rule in pack])
    else:
        rows = [(r.code, r.severity.value, " ".join(r.elements), r.title) for r in pack]
        show_table(("code", "severity", "claims", "demands"), rows)
    return LEGAL


def explain(code: Code, rules: Pack = None, as_json: Json = False) -> int:
    """Tell what a rule demands, why it exists, how it is read, and how it is enforced.

    Of a code that audits print and that is no rule (TC102, CV101): what it means.
    """
    from fabctl.interlocks.built_in import MEANINGS
    from fabctl.process.errors import did_you_mean

    pack, code = load(rules), code.upper()
    if code not in pack.rules and code in MEANINGS:
        if as_json:
            emit({"code": code, "built_in": True, "meaning": MEANINGS[code]})
        else:
            show(f"{code} (built in, no rule of a pack)\n{MEANINGS[code]}")
        return LEGAL
    if code not in pack.rules:
        hint = did_you_mean(code, (*pack.rules, *MEANINGS)) or "see: fabctl rules list"
        raise Failure(f"there is no rule {code}; {hint}")
    rule = pack[code]
    if as_json:
        emit(_as_json(rule))
        return LEGAL
    show(f"{rule.code} {rule.name} ({rule.severity.value}), {rule.mark}")
    show(rule.title)
    show(f"\nDemands that {rule.demand.subject} is {rule.demand.wanted}.")
    for cite in rule.cites:
        show(f"\nFrom {cite.element or cite.source}: “{cite.words}”")
        show(f"We read: {cite.reading}")
    if rule.gate is not None:
        show(f"\nBefore the start: {rule.gate.measured.replace('_', ' ')} must have been measured.")
    if rule.live is not None:
        live = rule.live
        show(
            f"\nWhile the tool works: watches {live.signal.replace('_', ' ')}; stale after "
            f"{float(live.fresh_for):g} s, blind for at most {float(live.blind_for):g} s; "
            f"a trip is reset by a {live.reset_by}."
        )
    for example in rule.examples:
        show(f"\nExample, {example.verdict.value} ({example.mark}):")
        if example.after is not None:
            _show_steps(example.after, "  on another wafer before, ")
        _show_steps(example.sequence, "  ")
    if rule.hint:
        show(f"\nHint: {rule.hint}")
    return LEGAL


def _show_steps(sequence: "Sequence", before: str) -> None:
    for step in sequence.steps:
        recipe = ", ".join(f"{k} {v}" for k, v in step.recipe.parameters.items())
        show(f"{before}{step.id}: {step.operation} {recipe}")


def run_tests(rules: Pack = None, as_json: Json = False) -> int:
    """Run every rule's own examples: one legal, one illegal at least."""
    from fabctl.interlocks import run_examples
    from fabctl.process.material import materials

    results = run_examples(given(rules), materials(), models())
    good = all(result.passed for result in results)
    if as_json:
        emit(
            [
                {
                    "rule": result.rule,
                    "example": str(result.example.mark),
                    "expected": result.example.verdict.value,
                    "got": result.got.value,
                    "passed": result.passed,
                }
                for result in results
            ]
        )
    else:
        for result in results:
            show(f"{'ok  ' if result.passed else 'BAD '} {result}")
        show(f"{sum(result.passed for result in results)} of {len(results)} examples hold")
    return LEGAL if good else FINDINGS


class Subject(StrEnum):
    """What a JSON Schema can be had of."""

    SEQUENCE = "sequence"
    RULES = "rules"


def schema(
    subject: Annotated[Subject, typer.Argument(help="Of which files.")] = Subject.RULES,
    as_json: Json = False,  # noqa: ARG001 -- a schema is JSON anyway
) -> int:
    """Print the JSON Schema of rule files, or of sequences, for an editor."""
    if subject is Subject.RULES:
        from fabctl.interlocks.rule_schema import rule_schema as made
    else:
        from fabctl.process.sequence_schema import sequence_schema as made
    emit(made())
    return LEGAL


def _as_json(rule: "Rule") -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "title": rule.title,
        "severity": rule.severity.value,
        "waivable": rule.waivable,
        "demands": {"subject": rule.demand.subject, "wanted": rule.demand.wanted},
        "cites": [
            {"element": c.element, "source": c.source, "words": c.words, "reading": c.reading}
            for c in rule.cites
        ],
        "gate": rule.gate.measured if rule.gate else None,
        "live": None
        if rule.live is None
        else {
            "signal": rule.live.signal,
            "fresh_for_s": float(rule.live.fresh_for),
            "blind_for_s": float(rule.live.blind_for),
            "reset_by": rule.live.reset_by,
        },
        "examples": [
            {"verdict": e.verdict.value, "file": e.mark.file, "line": e.mark.line}
            for e in rule.examples
        ],
        "hint": rule.hint,
        "file": rule.mark.file,
        "line": rule.mark.line,
    }


commands: dict[str, Callable[..., int]] = {
    "list": list_rules,
    "explain": explain,
    "test": run_tests,
    "schema": schema,
}
