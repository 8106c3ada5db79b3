"""What the tests of the interlocks share: the claims' rules, a small table, little sequences."""

from collections.abc import Mapping
from pathlib import Path

from shipped_rules import shipped_rules

from fabctl.interlocks import RulePack
from fabctl.process.errors import Mark
from fabctl.process.layout import BLANKET
from fabctl.process.material import Materials, materials
from fabctl.process.reading import Reading
from fabctl.process.sequence import Sequence
from fabctl.process.step_loader import StepLoader, Surroundings
from fabctl.process.stock import Deposited, Stock
from fabctl.process.yaml_reader import read
from fabctl.quantities import Quantity


def claims_rules() -> RulePack:
    return shipped_rules("claims")


def table() -> Materials:
    return materials()


def film(thickness: str = "120 Å", step: str = "film-1", material: str = "Sn") -> str:
    return (
        f"- {{id: {step}, kind: cvd, operation: deposit, recipe: {{chamber: film, "
        f"material: {material}, thickness: {thickness}, temperature: 25 degC}}}}\n"
    )


def measure(step: str = "check-1", material: str = "Sn") -> str:
    return (
        f"- {{id: {step}, kind: metrology, operation: measure, recipe: "
        f"{{quantity: film_thickness, material: {material}, sites: 9}}}}\n"
    )


def anneal(temperature: str = "200 degC", step: str = "react-1") -> str:
    return (
        f"- {{id: {step}, kind: furnace, operation: anneal, recipe: "
        f"{{temperature: {temperature}, ramp: 5 degC/min, hold: 15 min, ambient: N2}}}}\n"
    )


def strip(step: str = "strip-1", material: str = "Sn") -> str:
    return (
        f"- {{id: {step}, kind: etcher, operation: strip, recipe: "
        f"{{bath: msa, material: {material}, time: 30 s}}}}\n"
    )


def copper() -> Stock:
    """Wafers that are brought in with copper all over them, as it was deposited."""
    made = (Deposited("TaN", Quantity.of(10, "nm")), Deposited("Cu", Quantity.of(300, "nm")))
    return Stock("copper", "Copper", BLANKET, made, "copper.yaml", "", Mark("copper.yaml", 1, 1))


def steps(
    text: str,
    overrides: Mapping[str, Mapping[str, str]] | None = None,
    stock: Stock | None = None,
) -> Sequence:
    """Load bare steps as a sequence, for bare wafers or those of a stock."""
    reading = Reading()
    loader = StepLoader(reading, Surroundings({}, BLANKET, overrides or {}, {}))
    loaded = [loader.load(node) for node in reading.items(read(text, "steps.yaml"), "steps")]
    reading.finish()
    found = tuple(step for step in loaded if step is not None)
    return Sequence("test", "test", (), BLANKET, {}, found, "steps.yaml", text, (), stock)


def written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode("utf-8"))
    return path
