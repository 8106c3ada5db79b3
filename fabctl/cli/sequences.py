"""`fabctl sequences`: the sequences that come with fabctl, and the claims each practises."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from fabctl.cli.arguments import sequence_file
from fabctl.cli.options import Json
from fabctl.cli.output import LEGAL, emit, show, show_table

if TYPE_CHECKING:
    from fabctl.process.sequence import Step

Name = Annotated[str, typer.Argument(metavar="NAME", help="A sequence's name, or a path.")]


def list_sequences(as_json: Json = False) -> int:
    """List the sequences that come with fabctl."""
    import sequences
    from fabctl.process.loader import load_sequence

    loaded = [load_sequence(path) for path in sequences.listed()]
    if as_json:
        emit(
            [
                {"name": s.name, "title": s.title, "practises": s.practises, "steps": len(s.steps)}
                for s in loaded
            ]
        )
    else:
        rows = [(s.name, len(s.steps), " ".join(s.practises), s.title) for s in loaded]
        show_table(("name", "steps", "practises", "title"), rows)
    return LEGAL


def show_sequence(name: Name, as_json: Json = False) -> int:
    """Show a sequence's steps with their recipes."""
    from fabctl.process.loader import load_sequence
    from fabctl.process.paths import offered

    sequence = load_sequence(sequence_file(name))
    choices = dict(offered(sequence.flow))
    if as_json:
        emit(
            {
                "name": sequence.name,
                "title": sequence.title,
                "practises": sequence.practises,
                "wafer": sequence.stock.name if sequence.stock else "",
                "file": sequence.file,
                "choices": choices,
                "steps": [
                    {
                        "id": step.id,
                        "kind": step.kind,
                        "operation": step.operation,
                        "recipe": _recipe(step),
                    }
                    for step in sequence.steps
                ],
            }
        )
    else:
        show(f"{sequence.name}: {sequence.title}")
        if sequence.stock:
            show(f"wafers are brought in as {sequence.stock.name}: {sequence.stock.title}")
        show(f"practises {' '.join(sequence.practises)}\n")
        rows = [
            (
                step.id,
                step.kind,
                step.operation,
                ", ".join(f"{k} {v}" for k, v in _recipe(step).items()),
            )
            for step in sequence.steps
        ]
        show_table(("step", "kind", "operation", "recipe"), rows)
        for choice, said in choices.items():
            show(f"--choose {choice}=: {said}")
    return LEGAL


def _recipe(step: "Step") -> dict[str, str]:
    return {name: str(value) for name, value in step.recipe.parameters.items()}


commands: dict[str, Callable[..., int]] = {"list": list_sequences, "show": show_sequence}
