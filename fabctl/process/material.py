"""The materials table: what a word in a recipe's ``material`` stands for."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

import sequences
from fabctl.process.errors import Mark
from fabctl.process.reading import Reading
from fabctl.process.recipe import Value
from fabctl.process.yaml_reader import read_file
from fabctl.process.yaml_tree import Node
from fabctl.quantities import Dimension, Quantity


class MaterialClass(StrEnum):
    """What a material is for."""

    SUBSTRATE = "substrate"
    DIELECTRIC = "dielectric"
    STOP = "stop"
    BARRIER = "barrier"
    METAL = "metal"
    FILM = "film"
    """Reacts with copper to a protective layer."""
    COMPOUND = "compound"
    """What such a reaction makes."""
    RESIST = "resist"


CLEAN = "clean"
CONTAMINATION = (CLEAN, "Cu", "Sn", "Pb")
"""The ladder of contamination classes; a wafer, or a chamber, only ever rises."""


class Conductive(StrEnum):
    """Whether a material conducts; no truth value, so that unknown never passes for no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("ask `is Conductive.YES`: whether it conducts may be unknown")


class RemovalRate(Struct, frozen=True):
    """How fast a bath or chamber takes a material at a temperature, from `at_least` to `at_most`.

    Warmer it is faster, colder slower. `per_second` has both ends in lengths of a second.
    """

    at_least: Quantity
    at_most: Quantity
    at: Quantity
    per_second: tuple[Fraction, Fraction]


class Material(Struct, frozen=True):
    """One material. None and "" mean not known, or no such thing for its class.

    `k` is the relative permittivity as deposited, `k_range` what is seen of it; `tone` and
    `casting_solvent` are a resist's; `contaminates` is the class of `CONTAMINATION` to which it
    raises a wafer, and `removed_in` tells by bath or chamber how fast that takes it. `source` cites
    where the figures are from but those named in `unverified`; what is ``unverified`` is remembered
    engineering practice.
    """

    name: str
    aliases: tuple[str, ...]
    material_class: MaterialClass
    conductive: Conductive
    k: Fraction | None
    k_range: tuple[Fraction, Fraction] | None
    resistivity: Quantity | None
    melts: Quantity | None
    tone: str
    casting_solvent: str
    contaminates: str
    removed_in: Mapping[str, RemovalRate]
    source: str
    unverified: tuple[str, ...]
    mark: Mark


class Materials:
    """Materials by name and alias."""

    def __init__(self, materials: Iterable[Material]) -> None:
        self._materials = tuple(materials)
        self._by_word = {
            word: material for material in self._materials for word in _words(material)
        }

    def find(self, word: str) -> Material | None:
        """Find a material by its name or an alias, as written; None if the table lacks it."""
        return self._by_word.get(word)

    def canonical(self, word: Value | None) -> str:
        """Spell a material as the table does; a word that it lacks stays as it is, "" for none."""
        if not isinstance(word, str):
            return ""
        found = self._by_word.get(word)
        return word if found is None else found.name

    def class_of(self, word: Value | None) -> str:
        """Give a material's class; "" where the table lacks it: unknown, never "none of them"."""
        found = self._by_word.get(word) if isinstance(word, str) else None
        return "" if found is None else found.material_class

    def tone_of(self, word: Value | None) -> str:
        """Give a resist's tone; "" for what the table lacks or is no resist."""
        found = self._by_word.get(word) if isinstance(word, str) else None
        return "" if found is None else found.tone

    def words(self) -> list[str]:
        """Give every name and alias, for a hint at what was meant."""
        return list(self._by_word)

    def __iter__(self) -> Iterator[Material]:
        return iter(self._materials)


@lru_cache(maxsize=1)
def materials() -> Materials:
    """Load the table that comes with fabctl."""
    return load_materials(tuple(sorted(sequences.data("materials").glob("*.yaml"))))


def load_materials(paths: Iterable[Path]) -> Materials:
    """Load a table from its files. Raises `InputError`, also for a word that stands twice."""
    reading = Reading()
    seen: dict[str, Material] = {}
    found: list[Material] = []
    for path in paths:
        fields = reading.fields(read_file(path), "a materials file", ("materials",))
        for key, node in (
            reading.entries(fields["materials"], "materials") if "materials" in fields else ()
        ):
            material = _material(reading, reading.name(key, "a material") or "", node)
            if material is None:
                continue
            found.append(material)
            for word in _words(material):
                if word in seen:
                    message = f"{word} already stands for {seen[word].name}"
                    reading.note("IN204", message, material.mark)
                seen[word] = material
    reading.finish()
    return Materials(found)


def _words(material: Material) -> tuple[str, ...]:
    return (material.name, *material.aliases)


def _material(reading: Reading, name: str, node: Node) -> Material | None:
    optional = (
        "contaminates",
        "aliases",
        "k",
        "k_range",
        "resistivity",
        "melts",
        "tone",
        "casting_solvent",
        "removed_in",
        "unverified",
    )
    fields = reading.fields(
        node, f"the material {name}", ("class", "conductive", "source"), optional
    )
    if not {"class", "conductive", "source"} <= fields.keys():
        return None
    material_class = reading.word(fields["class"], "class", tuple(MaterialClass))
    conductive = reading.word(fields["conductive"], "conductive", tuple(Conductive))
    source = reading.text(fields["source"], "source")
    if material_class is None or conductive is None or source is None:
        return None
    if (material_class == MaterialClass.RESIST) != ("tone" in fields):
        reading.note("IN207", "a resist has a tone, and nothing else has", node.mark)
    return Material(
        name=name,
        aliases=reading.names(fields["aliases"], "aliases") if "aliases" in fields else (),
        material_class=MaterialClass(material_class),
        conductive=Conductive(conductive),
        k=reading.number(fields["k"], "k") if "k" in fields else None,
        k_range=_range(reading, fields),
        resistivity=_quantity(reading, fields, "resistivity", Dimension.RESISTIVITY),
        melts=_quantity(reading, fields, "melts", Dimension.TEMPERATURE),
        tone=_word(reading, fields, "tone", ("positive", "negative")),
        casting_solvent=_word(reading, fields, "casting_solvent", ("PGMEA", "alcohol", "water")),
        contaminates=_word(reading, fields, "contaminates", CONTAMINATION) or CLEAN,
        removed_in=_rates(reading, fields),
        source=source,
        unverified=_unverified(reading, fields),
        mark=node.mark,
    )


def _unverified(reading: Reading, fields: Mapping[str, Node]) -> tuple[str, ...]:
    if "unverified" not in fields:
        return ()
    told = [key for key in fields if key not in ("source", "unverified")]
    nodes = reading.items(fields["unverified"], "unverified")
    names = [reading.word(node, "what is unverified", told) for node in nodes]
    return tuple(name for name in names if name is not None)


def _rates(reading: Reading, fields: Mapping[str, Node]) -> dict[str, RemovalRate]:
    rates: dict[str, RemovalRate] = {}
    given = reading.entries(fields["removed_in"], "removed_in") if "removed_in" in fields else ()
    for key, node in given:
        module = reading.name(key, "a bath or chamber") or ""
        told = reading.fields(node, f"how fast {module} takes it", ("at_least", "at_most", "at"))
        slow = _quantity(reading, told, "at_least", Dimension.SPEED)
        fast = _quantity(reading, told, "at_most", Dimension.SPEED)
        at = _quantity(reading, told, "at", Dimension.TEMPERATURE)
        if slow is None or fast is None or at is None:
            continue
        if 0 < slow.value <= fast.value:
            rates[module] = RemovalRate(slow, fast, at, (slow.value / 60, fast.value / 60))
        else:
            reading.note("WN101", "a rate lies between at_least, above 0, and at_most", node.mark)
    return rates


def _range(reading: Reading, fields: Mapping[str, Node]) -> tuple[Fraction, Fraction] | None:
    if "k_range" not in fields:
        return None
    ends = [reading.number(each, "k_range") for each in reading.items(fields["k_range"], "k_range")]
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None and ends[0] < ends[1]:
        return (ends[0], ends[1])
    reading.note("WN101", "k_range must be [lowest, highest]", fields["k_range"].mark)
    return None


def _quantity(
    reading: Reading, fields: Mapping[str, Node], key: str, dimension: Dimension
) -> Quantity | None:
    return reading.quantity(fields[key], key, dimension) if key in fields else None


def _word(reading: Reading, fields: Mapping[str, Node], key: str, words: tuple[str, ...]) -> str:
    return (reading.word(fields[key], key, words) or "") if key in fields else ""
