"""What a run is to do: a sequence with each step's tool resolved, on one wafer."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fabctl.engine.records import plain, recipe_text
from fabctl.journal.record import canonical
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Place, Sequence, Step


@dataclass(frozen=True)
class Plan:
    """One run.

    `tools` gives the tool's ID for every step ID, "" for a measurement in a fab without metrology.
    `inputs` is plain JSON for the record (hashes of
    rule pack and fab file, seed, speed, settings); nothing in it may change between two dry runs of
    the same inputs. `elements` says of every claim element whether the sequence practises it.
    """

    run: str
    sequence: Sequence
    tools: Mapping[str, str]
    eyes: str = ""
    """The tool that shows the wafer in section after every job without harming it; "" for none."""
    inputs: Mapping[str, object] = field(default_factory=dict)
    elements: Mapping[str, bool] = field(default_factory=dict)
    fab: str = ""
    """The fab whose chambers remember earlier runs; "" where they are made new for each run."""

    @property
    def wafer(self) -> str:
        """The wafer's ID."""
        return f"{self.run}.1"

    @cached_property
    def fingerprint(self) -> str:
        """The sha-256 of all that a resumed run must have in common with the one it resumes."""
        steps = [self._describe(step) for step in self.sequence.steps]
        stock = self.sequence.stock
        own = [each.text for each in (stock, self.sequence.own_layout) if each]
        text = canonical([self.sequence.text, steps, self.wafer, *own])
        return hashlib.sha256(text.encode()).hexdigest()

    def header(self) -> dict[str, object]:
        """Give the body of the run's first record."""
        return {
            "sequence": self.sequence.name,
            "title": self.sequence.title,
            "practises": list(self.sequence.practises),
            "wafer": self.wafer,
            "brought_in": self._brought_in(),
            "eyes": self.eyes,
            "steps": [self._describe(step) for step in self.sequence.steps],
            "hints": {
                step.id: {element: _where(place) for element, place in step.hints.items()}
                for step in self.sequence.steps
                if step.hints
            },
            "elements": {name: bool(self.elements[name]) for name in sorted(self.elements)},
            "inputs": plain(self.inputs),
            "fingerprint": self.fingerprint,
        }

    def _brought_in(self) -> dict[str, object]:
        """Say what the wafer is when it is brought in; nothing of a bare one."""
        stock = self.sequence.stock
        if stock is None:
            return {}
        return {"name": stock.name, "title": stock.title, "materials": list(stock.materials)}

    def _describe(self, step: Step) -> dict[str, object]:
        return {
            "id": step.id,
            "kind": step.kind,
            "operation": step.operation,
            "tool": self.tools[step.id],
            "recipe": recipe_text(step.recipe),
            "forms": step.forms,
            "does": list(step.does),
        }


def _where(place: Place) -> str:
    """Where a hint stands; without the file's folder, on which no record may depend."""
    return str(place.mark._replace(file=Path(place.mark.file).name))


def recipe_hash(recipe: Recipe) -> str:
    """Give the sha-256 of a recipe, whatever units its author wrote."""
    parts = {
        name: value if isinstance(value, str) else [str(value.value), value.dimension.value]
        for name, value in recipe.parameters.items()
    }
    return hashlib.sha256(canonical([recipe.operation, parts]).encode()).hexdigest()
