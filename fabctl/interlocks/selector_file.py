"""Reads the part of a rule that says which steps it means."""

from collections.abc import Collection, Mapping
from functools import lru_cache

from fabctl.interlocks.selector import Selector
from fabctl.interlocks.wafer_state import Has
from fabctl.process.errors import did_you_mean
from fabctl.process.material import Conductive, MaterialClass, materials
from fabctl.process.reading import Reading
from fabctl.process.vocabulary import OPERATIONS, ParameterRule
from fabctl.process.yaml_tree import List, Node

_OF_MATERIAL = ("material_class", "conductive", "tone", "material")
_OF_WAFER = ("wafer_has", "wafer_lacks", "film_of")
_OPTIONAL = (*_OF_MATERIAL, *_OF_WAFER, "level", "words")
_CLASSES = tuple([each.value for each in MaterialClass])
_CONDUCTIVE = tuple([each.value for each in Conductive])
_TONES = ("positive", "negative")
_HAS = {each.value: each for each in Has}


class SelectorReader:
    """Reads selectors; `nothing` stands for one that could not be read."""

    nothing = Selector()

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def read(self, node: Node, what: str) -> Selector | None:
        """Read a selector; None where it does not name an operation."""
        reading = self.reading
        fields = reading.fields(node, what, ("operation",), _OPTIONAL)
        if "operation" not in fields:
            return None
        items = reading.some(fields["operation"], "operation")
        words = [reading.word(item, "an operation", OPERATIONS) for item in items]
        operations = tuple([word for word in words if word is not None])
        if not operations:
            return None
        of_material = [key for key in _OF_MATERIAL if key in fields]
        if of_material and "material" not in common(operations):
            message = (
                f"not all of these operations have a material that could be of a {of_material[0]}"
            )
            reading.note("IN207", message, fields[of_material[0]].mark)
        return Selector(
            operations=operations,
            material_class=self._classes(fields),
            conductive=self.word(fields, "conductive", _CONDUCTIVE),
            tone=self.word(fields, "tone", _TONES),
            materials=self.materials(fields["material"]) if "material" in fields else (),
            wafer_has=self._has(fields, "wafer_has"),
            wafer_lacks=self._has(fields, "wafer_lacks"),
            film_of=self._films(fields["film_of"]) if "film_of" in fields else (),
            level=self._level(fields),
            words=self._words(fields["words"], operations) if "words" in fields else {},
        )

    def parameter(self, node: Node, operations: tuple[str, ...]) -> ParameterRule | None:
        """Look a recipe parameter up that every one of the operations has."""
        known = common(operations)
        word = self.reading.word(node, "a parameter of these operations", known)
        return None if word is None else known[word]

    def parameter_of_any(self, node: Node, operations: tuple[str, ...]) -> ParameterRule | None:
        """Look a recipe parameter up that one of the operations has, or several."""
        known = {
            name: rule for each in operations for name, rule in OPERATIONS[each].parameters.items()
        }
        word = self.reading.word(node, "a parameter of these operations", known)
        return None if word is None else known[word]

    def word(self, fields: Mapping[str, Node], name: str, words: Collection[str]) -> str:
        """Read an optional word of a closed list; "" where it is not there."""
        if name not in fields:
            return ""
        return self.reading.word(fields[name], name, words) or ""

    def materials(self, node: Node) -> tuple[str, ...]:
        """Read names of materials; give them as the table spells them, whatever the alias."""
        self.reading.some(node, "materials")
        names = self.reading.names(node, "materials")
        table = materials()
        for name in names:
            if table.find(name) is None:
                hint = did_you_mean(name, table.words())
                message = f"the materials table has no material named {name}"
                self.reading.note("IN205", message, node.mark, hint)
        return tuple(dict.fromkeys(table.canonical(name) for name in names))

    def _classes(self, fields: Mapping[str, Node]) -> tuple[str, ...]:
        """Read one class of materials, or a list of them."""
        node = fields.get("material_class")
        if not isinstance(node, List):
            word = self.word(fields, "material_class", _CLASSES)
            return (word,) if word else ()
        items = self.reading.some(node, "material_class")
        words = [self.reading.word(item, "material_class", _CLASSES) for item in items]
        return tuple(word for word in words if word is not None)

    def _has(self, fields: Mapping[str, Node], key: str) -> tuple[Has, ...]:
        if key not in fields:
            return ()
        items = self.reading.some(fields[key], key)
        words = [self.reading.word(item, key, _HAS) for item in items]
        return tuple([_HAS[word] for word in words if word is not None])

    def _films(self, node: Node) -> tuple[str, ...]:
        names = self.materials(node)
        for name in names:
            if materials().class_of(name) not in ("", MaterialClass.FILM):
                message = f"{name} is no film that reacts, so this can never match"
                self.reading.note("IN206", message, node.mark)
        return names

    def _level(self, fields: Mapping[str, Node]) -> int | None:
        if "level" not in fields:
            return None
        level = self.reading.whole(fields["level"], "level")
        if level == 0:
            message = "levels count from 1: the first dielectric begins it"
            self.reading.note("IN207", message, fields["level"].mark)
        return level

    def _words(self, node: Node, operations: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        words: dict[str, tuple[str, ...]] = {}
        for key, value in self.reading.entries(node, "words"):
            rule = self.parameter(key, operations)
            if rule is None:
                continue
            self.reading.some(value, key.text)
            words[key.text] = self.reading.names(value, key.text)
            for word in words[key.text]:
                if rule.words and word not in rule.words:
                    message = f"{key.text} is never {word}, so this can never match"
                    self.reading.note("IN206", message, value.mark)
        return words


@lru_cache(maxsize=256)  # rules ask for the same few again and again
def common(operations: tuple[str, ...]) -> Mapping[str, ParameterRule]:
    """Name the parameters that all of these operations have."""
    first, *rest = [OPERATIONS[each].parameters for each in operations]
    return {name: rule for name, rule in first.items() if all(name in each for each in rest)}
