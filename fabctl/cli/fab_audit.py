"""Whether a fab's tools can do what a sequence asks, as findings like any other.

``FB101``: no tool of the fab can do the step. ``FB102``: its tool refuses a value, or one that a
window allows.
"""

from collections.abc import Iterator
from dataclasses import replace

from fabctl.interlocks import Finding, Severity, Verdict
from fabctl.interlocks.finding import excerpt
from fabctl.process.errors import Mark
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Place, Sequence, Step
from fabctl.tools.errors import NoToolError, RecipeError
from fabctl.tools.fab import Fab, resolve
from fabctl.tools.template import encode


def capability(sequence: Sequence, fab: Fab) -> tuple[Finding, ...]:
    """Find the steps that the fab can't do."""
    return tuple(finding for step in sequence.steps for finding in _judge(sequence, step, fab))


def _judge(sequence: Sequence, step: Step, fab: Fab) -> Iterator[Finding]:
    try:
        tool = resolve(fab, step.kind, step.recipe, step.tool)
    except NoToolError as error:
        yield _finding(sequence, step, "FB101", "no-tool", str(error))
        return
    for recipe in _corners(step):
        try:
            encode(tool.dictionary, step.id, recipe)
        except RecipeError as error:
            yield _finding(sequence, step, "FB102", "tool-range", f"{tool.id}: {error}")
            return


def _corners(step: Step) -> Iterator[Recipe]:
    """The recipe as it stands, and with each windowed parameter at either end of its window."""
    yield step.recipe
    for name, window in step.windows.items():
        for value in (window.low, window.high):
            yield replace(step.recipe, parameters={**step.recipe.parameters, name: value})


def _finding(sequence: Sequence, step: Step, code: str, rule: str, message: str) -> Finding:
    return Finding(
        code=code,
        rule=rule,
        verdict=Verdict.ILLEGAL,
        severity=Severity.ERROR,
        step=step.id,
        parameter="",
        mark=step.mark,
        excerpt=excerpt(sequence.text, Place(step.mark, _after(step.mark, step.id))),
        saw="",
        saw_in_rule_unit="",
        limit="",
        elements=(),
        witness="",
        message=message,
        hint="",
    )


def _after(mark: Mark, word: str) -> Mark:
    return Mark(mark.file, mark.line, mark.column + len(word))
