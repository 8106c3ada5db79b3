"""From a step's recipe to the tool's process program and back, by the tool's templates."""

from collections.abc import Iterator, Mapping

from fabctl.process.recipe import Recipe, Value
from fabctl.process.vocabulary import OPERATIONS
from fabctl.quantities import Quantity
from fabctl.tools import body
from fabctl.tools.dictionary import Dictionary, Parameter, Template, TemplateBlock
from fabctl.tools.errors import RecipeError, UnwritableError
from fabctl.tools.port import Block, Program
from fabctl.tools.wire_value import WireValue, from_wire, literal_to_wire, to_wire


def find_template(dictionary: Dictionary, recipe: Recipe) -> Template:
    """Give the first template that fits the recipe's words and uses exactly its parameters.

    Raises `RecipeError`, saying what the tool could do instead, where there is none.
    """
    offered = [each for each in dictionary.templates if each.operation == recipe.operation]
    for template in offered:
        if fits(template, recipe):
            return template
    if not offered:
        raise RecipeError(dictionary.tool, f"can't do the operation {recipe.operation!r}")
    given = ", ".join(f"{name}: {value}" for name, value in recipe.parameters.items())
    could = "; ".join(_describe(template) for template in offered)
    raise RecipeError(
        dictionary.tool, f"has no program for {recipe.operation} {{{given}}}; it has: {could}"
    )


def fits(template: Template, recipe: Recipe) -> bool:
    """Tell whether the template is for the recipe's words and uses exactly its parameters."""
    if template.operation != recipe.operation:
        return False
    if any(recipe.parameters.get(name) not in words for name, words in template.when.items()):
        return False
    uses = _carried(template) | set(template.when)
    given = set(recipe.parameters)
    return given <= uses <= given | set(template.defaults)


def encode(dictionary: Dictionary, name: str, recipe: Recipe) -> Program:
    """Give the tool's program for a recipe. Raises `RecipeError` where the tool can't do it."""
    template = find_template(dictionary, recipe)
    values = _values(template, recipe)
    try:
        blocks = tuple(
            Block(
                block.ccode,
                tuple(
                    _encode(parameter, block.values[parameter.name], values)
                    for parameter in parameters
                ),
            )
            for block, parameters in parameters_of(dictionary, template, recipe)
        )
        start = {
            parameter.name: _encode(parameter, text, values)
            for parameter, text in _start(dictionary, template)
        }
        return Program(name, body.fill(template.body, values) if template.body else blocks, start)
    except UnwritableError as error:
        raise RecipeError(dictionary.tool, str(error), error.parameter) from None


def parameters_of(
    dictionary: Dictionary, template: Template, recipe: Recipe
) -> Iterator[tuple[TemplateBlock, tuple[Parameter, ...]]]:
    """Give a template's blocks with their parameters as they are in the recipe's chamber."""
    values = _values(template, recipe)
    said = [
        (
            block.ccode,
            [values[text[1:]] if text.startswith("$") else text for text in block.values.values()],
        )
        for block in template.blocks
    ]
    return zip(template.blocks, dictionary.parameters_of(said), strict=True)


def decode(dictionary: Dictionary, program: Program, operation: str) -> Recipe:
    """Say what a program on the tool really does, every parameter included.

    Raises `RecipeError` where it is none of the operation's programs (a block too many, a changed
    constant), or could be read as two different recipes.
    """
    found: list[Recipe] = []
    reasons: list[str] = []
    for template in dictionary.templates:
        if template.operation != operation:
            continue
        try:
            recipe = _Reading(dictionary, template).recipe(program)
        except ValueError as error:
            reasons.append(str(error))
            continue
        if recipe not in found:
            found.append(recipe)
    if len(found) == 1:
        return found[0]
    if found:
        raise RecipeError(dictionary.tool, f"program {program.name} can be read in two ways")
    why = "; ".join(dict.fromkeys(reasons)) or f"the tool can't do the operation {operation!r}"
    raise RecipeError(dictionary.tool, f"program {program.name} can't be read: {why}")


class _Reading:
    """Reads one program by one template; raises ValueError where it is not that template's."""

    def __init__(self, dictionary: Dictionary, template: Template) -> None:
        self._dictionary = dictionary
        self._template = template
        self._values: dict[str, Value] = {}

    def recipe(self, program: Program) -> Recipe:
        if isinstance(program.body, bytes):
            noise = self._dictionary.quirks.get("body_ignores", "")
            for name, value in body.read(
                self._template.body, body.without_noise(program.body, noise)
            ).items():
                self._keep(name, value)
        else:
            self._read_blocks(program.body)
        for parameter, text in _start(self._dictionary, self._template):
            if parameter.name not in program.start:
                raise ValueError(f"START lacks {parameter.name}")
            self._read(parameter, text, program.start[parameter.name])
        for name, words in self._template.when.items():
            if self._values.setdefault(name, words[0]) not in words:
                raise ValueError(f"{name} is {self._values[name]}, not {' or '.join(words)}")
        order = OPERATIONS[self._template.operation].parameters
        return Recipe(
            self._template.operation,
            {name: self._values[name] for name in order if name in self._values},
        )

    def _read_blocks(self, blocks: tuple[Block, ...]) -> None:
        names = self._dictionary.ccodes_by_id
        codes = [block.ccode for block in blocks]
        wanted = [block.ccode for block in self._template.blocks]
        if codes != wanted:
            raise ValueError(f"blocks {codes}, not {wanted}")
        for block, template in zip(blocks, self._template.blocks, strict=True):
            code = names[block.ccode]
            if len(block.parameters) != len(code.parameters):
                raise ValueError(
                    f"{code.name} has {len(block.parameters)} parameters, not "
                    f"{len(code.parameters)}"
                )
            for parameter, raw in zip(code.parameters, block.parameters, strict=True):
                try:
                    self._read(parameter, template.values[parameter.name], raw)
                except ValueError as error:
                    raise ValueError(f"{code.name}.{parameter.name}: {error}") from None

    def _read(self, parameter: Parameter, text: str, raw: object) -> None:
        value = from_wire(parameter, raw)
        if text.startswith("$"):
            self._keep(text[1:], value)
        elif value != from_wire(parameter, literal_to_wire(parameter, text)):
            raise ValueError(f"{value}, not {text}")

    def _keep(self, name: str, value: Value) -> None:
        if self._values.setdefault(name, value) != value:
            raise ValueError(f"{name} is {self._values[name]} in one place, {value} in another")


def _encode(parameter: Parameter, text: str, values: Mapping[str, Value]) -> WireValue:
    try:
        if text.startswith("$"):
            return to_wire(parameter, values[text[1:]])
        return literal_to_wire(parameter, text)
    except ValueError as error:
        name = text[1:] if text.startswith("$") else ""
        raise UnwritableError(f"{parameter.name}: {error}", name) from None


def _start(dictionary: Dictionary, template: Template) -> Iterator[tuple[Parameter, str]]:
    if template.start:
        parameters = {each.name: each for each in dictionary.commands_by_name["START"].parameters}
        for name, text in template.start.items():
            yield parameters[name], text


def _carried(template: Template) -> set[str]:
    """The recipe parameters that stand in the program."""
    texts = [text for block in template.blocks for text in block.values.values()]
    texts += template.start.values()
    names = {text[1:] for text in texts if text.startswith("$")}
    return names | {match["name"] for match in body.PLACEHOLDER.finditer(template.body)}


def _values(template: Template, recipe: Recipe) -> dict[str, Value]:
    return {
        **{key: _default(template, key) for key in template.defaults},
        **recipe.parameters,
    }


def _default(template: Template, name: str) -> Value:
    text = template.defaults[name]
    if OPERATIONS[template.operation].parameters[name].dimension is None:
        return text
    return Quantity.parse(text)


def _describe(template: Template) -> str:
    words = [f"{name}: {'|'.join(words)}" for name, words in template.when.items()]
    rest = sorted(_carried(template) - set(template.when))
    return f"{{{', '.join(words + rest)}}}"
