"""The rules by which a command judges, and the models that it asks."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fabctl.interlocks import RulePack
    from fabctl.tools.prediction import Predictor


def given(packs: list[Path] | None) -> "RulePack":
    """Load rule files alone, by default those that come with fabctl. Raises `InputError`."""
    from fabctl.interlocks import load_rules
    from fabctl.interlocks.shipped import shipped_rules

    return load_rules(packs) if packs else shipped_rules(examples=True)


def load(packs: list[Path] | None) -> "RulePack":
    """Load rule files and what binds beside them, to be read. Raises `InputError`."""
    from fabctl.interlocks.shipped import with_binding

    return with_binding(given(packs), examples=True)


def proved(packs: list[Path] | None, *, again: bool = False) -> "RulePack":
    """Load rule files, and what binds beside them, to judge by.

    Raises `InputError` where a rule fails its own examples; `again` those that were proved before
    are loaded without.
    """
    from fabctl.interlocks import load_rules
    from fabctl.interlocks.shipped import shipped_rules, with_binding

    if not packs:
        return shipped_rules(examples=False)  # our tests prove our own
    rules = load_rules(packs, examples=not again)
    if not again:
        from fabctl.interlocks import run_examples
        from fabctl.process.errors import InputError, Problem
        from fabctl.process.material import materials

        failed = [
            Problem(
                "IN207",
                f"{each.rule} is {each.got} of this example, not {each.example.verdict}, "
                "so nothing can be judged by it",
                each.example.mark,
                "fabctl rules test runs the examples of a pack",
            )
            for each in run_examples(rules, materials(), models())
            if not each.passed
        ]
        if failed:
            raise InputError(failed)
    return with_binding(rules)


def models(fab: Path | None = None) -> "Predictor":
    """What predicts the tools of a fab, by default those of the built-in one."""
    import sequences
    from fabctl.tools.models import FabModels

    return FabModels(fab or sequences.data("fabs", "built-in.yaml"))
