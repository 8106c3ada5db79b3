"""What a fab's files say of its tools: their models, each asked once, and the wafers they take."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from fabctl.process.material import CONTAMINATION
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Step
from fabctl.process.vocabulary import MODULES
from fabctl.quantities import Quantity
from fabctl.tools.entry_point import load
from fabctl.tools.errors import NoToolError, RecipeError
from fabctl.tools.fab_list import Listed, listed
from fabctl.tools.model_file import load_model
from fabctl.tools.prediction import (
    GRAIN,
    LONGEST_HOLD,
    MODELS,
    Accepts,
    Bound,
    Model,
    Peak,
    PeakModel,
    Unpredicted,
)

MOST = 4096
"""Of how many steps it is remembered which tool does them."""


class FabModels:
    """The tools of a fab file, as rules ask of them; a `fabctl.tools.prediction.Predictor`.

    Raises `InputError`, when first asked, where the files can't be read.
    """

    def __init__(self, fab: Path) -> None:
        self._fab = fab
        self._models: dict[str, Model | None] = {}
        self._told: dict[tuple[object, ...], Peak | Unpredicted] = {}
        self._below: dict[tuple[object, ...], Fraction] = {}
        """The hottest set-point of which it is known that its peak stays below a bound."""
        self._doing: dict[tuple[str, str, int], tuple[Recipe, str]] = {}
        """The tool that does a step; the recipe stays alive, so that no other is taken for it."""
        self._chosen: dict[tuple[object, ...], Listed | None] = {}
        """The tool of several of a kind, by what the recipe names."""
        self._accepts: dict[tuple[str, str, object], Accepts | Unpredicted] = {}

    def peak(self, signal: str, step: Step, recipe: Recipe) -> Peak | Unpredicted:
        """Predict the highest value of a signal while `step` is done by `recipe`."""
        tool = self._tool(step, recipe)
        if tool is None:
            return Unpredicted(f"{self._fab.name} has no {step.kind} for it")
        stated = ((name, recipe.parameters[name]) for name in sorted(recipe.parameters))
        asked = (tool.id, signal, *stated)
        if asked not in self._told:
            self._told[asked] = self._ask(tool, signal, recipe)
        return self._told[asked]

    def stays_below(self, signal: str, step: Step, recipe: Recipe, bound: Bound) -> bool:
        """Tell whether the peak of a recipe that is as hot or hotter, and held longer, is legal."""
        tool, setpoint = self._tool(step, recipe), recipe.parameters.get(signal)
        if tool is None or not isinstance(setpoint, Quantity) or "hold" not in recipe.parameters:
            return False
        if self._far_below(tool, signal, recipe, bound):
            return True
        held = {**recipe.parameters, "hold": LONGEST_HOLD}
        rest = ((name, held[name]) for name in sorted(held) if name != signal)
        asked = (tool.id, signal, bound, *rest)
        hottest = self._below.get(asked)
        if hottest is not None and setpoint.value <= hottest:
            return True
        peak = self.peak(signal, step, replace(recipe, parameters=held))
        if not isinstance(peak, Peak) or not bound.holds(peak, GRAIN):
            return False
        self._below[asked] = setpoint.value
        return True

    def _far_below(self, tool: Listed, signal: str, recipe: Recipe, bound: Bound) -> bool:
        """Tell whether a bound is out of reach by what is known without asking the model."""
        model = self._model(tool)
        if model is None or model.signal != signal or model.over is None:
            return False
        stated = {**model.settings, **recipe.parameters}.values()
        numbers = [each for each in stated if isinstance(each, Quantity)]
        if any(each.value <= 0 for each in numbers):
            return False  # a ramp of nothing, say: the model knows what to make of it
        sort = recipe.parameters[signal]
        assert isinstance(sort, Quantity)
        hottest = max(each.value for each in numbers if each.dimension is sort.dimension)
        highest = Quantity(hottest + model.over.value, sort.dimension, "", sort.unit)
        return bound.holds(Peak(tool.id, highest, model.error), GRAIN)

    def accepts(self, step: Step, recipe: Recipe) -> Accepts | Unpredicted:
        """Tell which wafers the module takes in which `step` is done by `recipe`."""
        stated = next(
            (recipe.parameters[name] for name in MODULES if name in recipe.parameters), ""
        )
        asked = (step.kind, step.tool, stated)
        if asked not in self._accepts:
            self._accepts[asked] = self._least_tolerant(*asked)
        return self._accepts[asked]

    def tool(self, step: Step, recipe: Recipe) -> str:
        """Name the tool that does `step` by `recipe`; "" where the fab has none for it."""
        asked = (step.kind, step.tool, id(recipe))
        known = self._doing.get(asked)
        if known is None:
            tool = self._tool(step, recipe)
            if len(self._doing) >= MOST:
                self._doing.clear()
            known = self._doing[asked] = (recipe, "" if tool is None else tool.id)
        return known[1]

    def _least_tolerant(self, kind: str, tool_id: str, stated: object) -> Accepts | Unpredicted:
        of_kind = [each for each in self._by_id.values() if each.kind == kind]
        if tool_id:
            of_kind = [each for each in of_kind if each.id == tool_id]
        found = [
            Accepts(tool.id, module, up_to)
            for tool in of_kind
            for module, up_to in tool.accepts.items()
            if stated in ("", module)
        ]
        if not found:
            where = f"its {kind}'s {stated}" if stated else f"its {kind}"
            return Unpredicted(f"{self._fab.name} does not say which wafers {where} takes")
        # where several could do it, what the least tolerant one takes is sure
        return min(found, key=lambda each: CONTAMINATION.index(each.up_to))

    def _ask(self, tool: Listed, signal: str, recipe: Recipe) -> Peak | Unpredicted:
        model = self._model(tool)
        if model is None or model.signal != signal:
            return Unpredicted(f"{tool.dictionary.name} names no model of {tool.id}'s {signal}")
        try:
            predict: PeakModel = load(MODELS, model.by, tool.id)
            value = predict(recipe, model.settings)
        except NoToolError as error:
            return Unpredicted(str(error))
        except ValueError as error:
            return Unpredicted(f"the model of {tool.id} can't tell: {error}")
        return Peak(tool.id, value, model.error)

    def _model(self, tool: Listed) -> Model | None:
        if tool.id not in self._models:
            self._models[tool.id] = load_model(tool.dictionary)
        return self._models[tool.id]

    def _tool(self, step: Step, recipe: Recipe) -> Listed | None:
        """The tool for the step, as `fabctl.tools.fab.resolve` finds it."""
        if step.tool:
            return self._by_id.get(step.tool)
        of_kind = [each for each in self._by_id.values() if each.kind == step.kind]
        if len(of_kind) < 2:
            return of_kind[0] if of_kind else None
        words = (each for each in recipe.parameters.items() if isinstance(each[1], str))
        asked = (step.kind, recipe.operation, *sorted(words), *sorted(recipe.parameters))
        if asked not in self._chosen:
            self._chosen[asked] = self._first_able(of_kind, recipe)
        return self._chosen[asked]

    def _first_able(self, of_kind: Sequence[Listed], recipe: Recipe) -> Listed | None:
        from fabctl.tools.dictionary_file import load_dictionary
        from fabctl.tools.template import find_template

        for each in of_kind:
            try:
                find_template(load_dictionary(each.dictionary), recipe)
            except RecipeError:
                continue
            return each
        return None

    @cached_property
    def _by_id(self) -> Mapping[str, Listed]:
        return {each.id: each for each in listed(self._fab)}
