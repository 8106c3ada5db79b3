"""Generated recipes of 20 steps for `audit_vs_peers.py`, about every tenth with a known fault.

Each is written twice: as fabctl reads it, and as suits a JSON Schema, with bare numbers in fixed
units (so that a schema can compare them at all).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

Step = dict[str, object]

UNITS = {
    "temperature": "degC",
    "time": "s",
    "cast_speed": "rpm",
    "cast_time": "s",
    "dose": "mJ/cm2",
    "focus": "um",
    "depth": "nm",
    "thickness": "Å",
    "ramp": "degC/min",
    "hold": "min",
    "pressure": "psi",
}


@dataclass(frozen=True)
class Generated:
    """One recipe in both forms. `fault` is the code that an audit must find, "" for none."""

    name: str
    fault: str
    ours: str
    theirs: str


def flow(rng: random.Random) -> list[Step]:
    """Twenty legal steps: dielectric, litho and etch, then copper and its protective layer."""

    def step(name: str, kind: str, operation: str, **recipe: object) -> Step:
        return {"id": name, "kind": kind, "operation": operation, "recipe": recipe}

    near = rng.uniform
    bake = round(near(95, 115))
    return [
        step("dielectric", "cvd", "deposit", chamber="pecvd", material="SiOC", thickness=6500,
             temperature=350),
        step("coat", "spin_coater", "coat", material="resist-n1", cast_speed=3000, cast_time=33),
        step("soft", "spin_coater", "soft_bake", temperature=bake, time=60),
        step("expose", "stepper", "expose", reticle="CAP-LINE-1", dose=90, focus=0),
        step("crosslink", "spin_coater", "post_exposure_bake", temperature=110, time=60),
        step("develop", "spin_coater", "develop", developer="TMAH", time=60),
        step("harden", "spin_coater", "hard_bake", temperature=bake, time=120),
        step("open", "etcher", "etch", chamber="ccp", material="SiOC", time=round(near(50, 90))),
        step("ash", "etcher", "strip", chamber="ash", material="resist-n1", gas="N2/H2", time=240,
             temperature=250),
        step("clean", "etcher", "clean", bath="glycolic", time=90),
        step("degas", "cvd", "degas", chamber="degas", temperature=250, time=90),
        step("liner", "cvd", "deposit", chamber="ald", material="TaN", thickness=100,
             temperature=300),
        step("metal", "cvd", "deposit", chamber="mocvd-cu", material="Cu", thickness=7500,
             temperature=200),
        step("grain", "furnace", "anneal", temperature=round(near(180, 250)), ramp=10, hold=30,
             ambient="N2"),
        step("clear", "cmp", "polish", platen="barrier", material="Cu", pressure=1.5, time=60),
        step("preclean", "cvd", "preclean", chamber="preclean", gas="H2", temperature=200, time=60),
        step("film", "cvd", "deposit", chamber="film", material="Sn",
             thickness=round(near(60, 450)), temperature=25),
        step("check", "metrology", "measure", quantity="film_thickness", material="Sn", sites=9),
        step("react", "furnace", "anneal", temperature=round(near(170, 230)), ramp=5, hold=15,
             ambient="N2"),
        step("strip", "etcher", "strip", bath="msa", material="Sn", time=30),
    ]  # fmt: skip


def never_alike(count: int, seed: int = 6) -> list[str]:
    """Write legal recipes in the same words of which no two have a number in common, but `sites`.

    They are as fabctl reads them.
    """
    rng = random.Random(seed)
    made = []
    for number in range(count):
        steps = flow(rng)
        for each in steps:
            recipe = each["recipe"]
            assert isinstance(recipe, dict)
            for key in recipe.keys() & UNITS.keys():
                recipe[key] = round(recipe[key] * rng.uniform(0.98, 1) + rng.uniform(0, 1e-3), 6)
        made.append(_written(f"alone-{number:04}", steps, _ours))
    return made


def _change(name: str, parameter: str, value: object) -> Callable[[list[Step]], None]:
    def change(steps: list[Step]) -> None:
        for each in steps:
            if each["id"] == name:
                each["recipe"][parameter] = value  # type: ignore[index]

    return change


def _drop(name: str) -> Callable[[list[Step]], None]:
    def drop(steps: list[Step]) -> None:
        steps[:] = [each for each in steps if each["id"] != name]

    return drop


def _second_coat(steps: list[Step]) -> None:
    at = [each["id"] for each in steps].index("film")
    recipe = {"chamber": "film", "material": "Sn", "thickness": 300, "temperature": 25}
    steps[at]["recipe"] = dict(recipe)
    steps.insert(at + 1, {**steps[at], "id": "film-b", "recipe": recipe})


def _wait(steps: list[Step]) -> None:
    at = [each["id"] for each in steps].index("crosslink")
    recipe = {"temperature": 90, "time": 1200}
    wait = {"id": "rest", "kind": "spin_coater", "operation": "soft_bake", "recipe": recipe}
    steps.insert(at, wait)


FAULTS: tuple[tuple[str, Callable[[list[Step]], None]], ...] = (
    ("LM101", _change("film", "thickness", 501)),
    ("LM101", _change("film", "thickness", 9.99)),
    ("LM102", _change("react", "temperature", 400)),
    ("LM102", _change("react", "temperature", "752 degF")),
    ("LM101", _second_coat),
    ("LM101", _drop("check")),
    ("OR201", _drop("liner")),
    ("OR202", _drop("degas")),
    ("OR203", _drop("crosslink")),
    ("ST201", _drop("ash")),
    ("QT201", _wait),
    ("LM201", _change("grain", "temperature", 421)),
    ("IN", _change("react", "temprature", 200)),
)
"""The code that finds each fault; ``IN`` is a file that says what no step has."""


def generated(count: int, seed: int = 5) -> list[Generated]:
    """Make recipes, the same ones for the same seed."""
    rng = random.Random(seed)
    faulty = set(rng.sample(range(count), count // 10))
    made = []
    for number in range(count):
        steps, fault = flow(rng), ""
        if number in faulty:
            fault, spoil = FAULTS[number % len(FAULTS)]
            spoil(steps)
        name = f"recipe-{number:04}"
        made.append(Generated(name, fault, _written(name, steps, _ours), _written(name, steps)))
    return made


def _ours(name: str, value: object) -> str:
    return f"{value} {UNITS[name]}" if name in UNITS and not isinstance(value, str) else str(value)


def _theirs(_name: str, value: object) -> str:
    return "400.0" if value == "752 degF" else str(value)


def _written(name: str, steps: list[Step], value: Callable[[str, object], str] = _theirs) -> str:
    lines = [f"sequence: {name}", f"title: {name}", "practises: []", "layout: single-line"]
    lines.append("steps:")
    for each in steps:
        lines += [f"  - id: {each['id']}", f"    kind: {each['kind']}"]
        lines += [f"    operation: {each['operation']}", "    recipe:"]
        recipe = each["recipe"]
        assert isinstance(recipe, dict)
        lines += [f"      {key}: {value(key, told)}" for key, told in recipe.items()]
    return "\n".join(lines) + "\n"


def peer_schema() -> dict[str, object]:
    """Give the limits of the faults as far as a JSON Schema over bare numbers can state them."""

    def when(operation: str, recipe: dict[str, object], **then: object) -> dict[str, object]:
        told = {"operation": {"const": operation}, "recipe": {"properties": recipe}}
        return {
            "if": {"properties": told},
            "then": {"properties": {"recipe": {"properties": then}}},
        }

    known = {"chamber", "bath", "platen", "material", "gas", "reticle", "developer", "ambient"}
    known |= {"quantity", "sites", *UNITS}
    film = {"minimum": 10, "maximum": 500}
    step = {
        "type": "object",
        "required": ["id", "kind", "operation", "recipe"],
        "properties": {
            "id": {"type": "string"},
            "recipe": {
                "additionalProperties": False,
                "properties": {
                    each: {"type": "number"} if each in UNITS else {} for each in sorted(known)
                },
            },
        },
        "allOf": [
            when("deposit", {"material": {"const": "Sn"}}, thickness=film),
            when("anneal", {}, temperature={"exclusiveMaximum": 400}),
        ],
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["sequence", "steps"],
        "properties": {"steps": {"type": "array", "items": step}},
    }


SEMGREP_RULES = """\
rules:
  - id: film-thickness
    languages: [yaml]
    severity: ERROR
    message: the film is too thin or too thick
    patterns:
      - pattern-inside: |
          recipe:
            ...
            material: Sn
            ...
      - pattern: "thickness: $N"
      - metavariable-comparison: {metavariable: $N, comparison: $N < 10 or $N > 500}
  - id: reaction-temperature
    languages: [yaml]
    severity: ERROR
    message: the anneal is too hot
    patterns:
      - pattern-inside: |
          - ...
            operation: anneal
            ...
      - pattern: "temperature: $N"
      - metavariable-comparison: {metavariable: $N, comparison: $N >= 400}
"""
"""The same limits, as semgrep can say them."""
