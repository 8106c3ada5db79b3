"""A sequence: ordered steps on a wafer, with parameters, citing the claims that it practises."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import force_setattr

from fabctl.process.errors import Mark
from fabctl.process.layout import Layout
from fabctl.process.recipe import Recipe, Value
from fabctl.process.stock import Stock
from fabctl.process.wording import NO_WORDS, Wording, wording
from fabctl.quantities import Quantity


class Place(Struct, frozen=True, gc=False):
    """Where a value stands in the file, for an excerpt with a caret under it.

    `parameter` is the sequence parameter that a ``$name`` there refers to, "" for a plain value.
    `overridden`: the value was set on the command line, in place of what stands there.
    """

    mark: Mark
    end: Mark
    parameter: str = ""
    overridden: bool = False


class Window(Struct, frozen=True, gc=False):
    """The values that a parameter may be given, both ends included."""

    low: Quantity
    high: Quantity
    mark: Mark


class Tolerance(Struct, frozen=True, gc=False):
    """By how much a step's real value may stray from the set one, to either side.

    `by` is a difference, or a ratio of the set value; each step strays on its own.
    """

    by: Quantity
    mark: Mark


class Parameter(Struct, frozen=True):
    """A named value of a sequence, used by steps as ``$name``; `window` is None for a fixed one."""

    name: str
    value: Value
    window: Window | None
    mark: Mark
    tolerance: Tolerance | None = None


class Step(Struct, frozen=True):
    """One operation on one tool; nobody changes one that is made.

    `places` has one entry for every recipe parameter; `windows` one for those whose value may be
    chosen within a window, `tolerances` one for those whose value may stray. `tool` is the fab
    file's ID of a tool where the step insists on one, else "". `forms` names the region that the
    step makes. `does` is what the writer believes the step does for a claim: a hint, never
    evidence; `hints` says where each stands. `left` are the windows of the file that values set on
    the command line lie outside of.
    """

    id: str
    kind: str
    operation: str
    recipe: Recipe
    places: Mapping[str, Place]
    windows: Mapping[str, Window]
    tool: str
    forms: str
    does: tuple[str, ...]
    mark: Mark
    tolerances: Mapping[str, Tolerance] = field(default_factory=dict)
    hints: Mapping[str, Place] = field(default_factory=dict)
    left: Mapping[str, Window] = field(default_factory=dict)
    wording: Wording = NO_WORDS
    """What it says but for its numbers; nobody else makes it up."""

    def __post_init__(self) -> None:
        fixed = not (self.windows or self.tolerances or self.left)
        told = wording(self.kind, self.tool, self.recipe, self.does, fixed=fixed)
        force_setattr(self, "wording", told)

    @property
    def marks(self) -> Mapping[str, Mark]:
        """Where each recipe parameter's value stands."""
        return {name: place.mark for name, place in self.places.items()}


class Alternatives(Struct, frozen=True):
    """One of several ways to go on; each is a list of its own."""

    name: str
    ways: Mapping[str, "tuple[Item, ...]"]
    mark: Mark


class Rework(Struct, frozen=True):
    """Steps that are done once, and up to `at_most` times again, each time after `undo`."""

    name: str
    steps: tuple[Step, ...]
    undo: tuple[Step, ...]
    at_most: int
    mark: Mark


class AnyOrder(Struct, frozen=True):
    """Steps with no order between them."""

    name: str
    steps: tuple[Step, ...]
    mark: Mark


Choice: TypeAlias = Alternatives | Rework | AnyOrder
Item: TypeAlias = Step | Choice
"""What the list of a sequence's steps holds."""


class Sequence(Struct, frozen=True):
    """A whole sequence; `text` is the file as read, for excerpts.

    `flow` is the list of its steps where choices stand in it (`fabctl.process.paths`), and then
    `steps` are all that the file holds; () where there is one path, and `steps` are it.
    `stock` is what its wafers are when they are brought in, None for bare ones.
    """

    name: str
    title: str
    practises: tuple[str, ...]
    layout: Layout
    parameters: Mapping[str, Parameter]
    steps: tuple[Step, ...]
    file: str
    text: str
    flow: tuple[Item, ...] = ()
    stock: Stock | None = None

    @property
    def own_layout(self) -> Layout | None:
        """The layout of the user's own that it, or what its wafers are, has; None: fabctl's."""
        brought = (self.stock.layout,) if self.stock else ()
        return next((each for each in (self.layout, *brought) if each.is_own), None)

    def step(self, step_id: str) -> Step:
        """Find a step by its ID. Raises `KeyError`."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)
