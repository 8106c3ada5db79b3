"""The shipped sequences with more done than a claim asks for: executed, they satisfy as much."""

from collections.abc import Iterator
from functools import cache

import pytest
import yaml
from mutants import Mutation, outcome, unsatisfied

import sequences


def step(name, kind, operation, **recipe):
    return {"id": name, "kind": kind, "operation": operation, "recipe": recipe}


def cvd(name, material, thickness, chamber="pecvd", temperature="350 degC"):
    recipe = {"material": material, "thickness": thickness, "temperature": temperature}
    return step(name, "cvd", "deposit", chamber=chamber, **recipe)


def etch(name, material, **recipe):
    return step(name, "etcher", "etch", material=material, **recipe)


BHF = etch("bhf-1", "SiO2", bath="bhf", time="60 s")
DESCUM = etch("descum-1", "resist-n1", chamber="ash", depth="20 nm", over_etch="0 %")
DIP = etch("dip-1", "SiOC", bath="hf", time="60 s")
PUDDLE = step("develop-again", "spin_coater", "develop", developer="TMAH", time="60 s")
WARM = step(
    *("warm-1", "furnace", "anneal"),
    temperature="150 degC", ramp="5 degC/min", hold="10 min", ambient="N2",
)  # fmt: skip


@cache
def steps_of(name: str) -> list[dict]:
    text = sequences.find(name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)["steps"]


def again(of: str, first: str, last: str, strip: str) -> Iterator[tuple[str, dict]]:
    """The steps from one to another and their strip, to be done once before they are done."""
    steps = steps_of(of)
    names = [each["id"] for each in steps]
    before = names[names.index(first) - 1]
    done = steps[names.index(first) : names.index(last) + 1]
    for each in (steps[names.index(strip)], *reversed(done)):
        yield before, {**each, "id": f"{each['id']}-once"}


def halves(of: str, name: str, *, after: str) -> Mutation:
    """A layer laid in two coats."""
    steps = steps_of(of)
    (whole,) = [each for each in steps if each["id"] == name]
    half = f"{int(whole['recipe']['thickness'].removesuffix(' nm')) / 2:g} nm"
    coat = {**whole, "id": f"{name}-again", "recipe": {**whole["recipe"], "thickness": half}}
    return Mutation(of, change={name: {"thickness": half}}, add=((after, coat),))


LOWK, RESIST, THREE = "lowk-one-level", "resist-one-development", "resist-three-developments"
CAP, TWO = "cap-line", "cap-two-level"
CASES = {
    "lowk: a mask of oxide for the lines, taken off before the lining": Mutation(
        LOWK,
        change={
            "etch-via-1": {"depth": "650 nm"},
            "etch-line-1": {"depth": "50 nm", "material": "SiO2"},
        },
        add=(
            ("measure-k-1", cvd("mask-1", "SiO2", "50 nm")),
            ("clean-2", BHF),
            (
                "etch-line-1",
                etch("etch-line-2", "SiOC", chamber="ccp", depth="300 nm", over_etch="0 %"),
            ),
        ),
    ),
    "lowk: a pad of oxide": Mutation(
        LOWK,
        change={"etch-via-1": {"depth": "640 nm"}},
        add=(("", cvd("pad-1", "SiO2", "20 nm")),),
    ),
    "lowk: a barrier over the finished level": Mutation(
        LOWK, add=(("measure-step-1", cvd("top-1", "TaN", "10 nm", "ald", "300 degC")),)
    ),
    "lowk: dielectric 1 in two coats": halves(LOWK, "dielectric-1", after="dielectric-1"),
    "lowk: barrier 2 in two coats": halves(LOWK, "barrier-2", after="barrier-2"),
    "lowk: the acid of the trench is called a clean": Mutation(
        LOWK,
        drop=tuple(f"etch-back-1-{turn}" for turn in range(1, 6)),
        add=tuple(
            (
                f"oxidise-1-{turn}",
                step(f"clean-in-acid-{turn}", "etcher", "clean", bath="hf", time="90 s"),
            )
            for turn in range(1, 6)
        ),
    ),
    "resist: a descum before the hard bake": Mutation(RESIST, add=(("develop-1", DESCUM),)),
    "resist: a dip after the strip": Mutation(RESIST, add=(("clean-1", DIP),)),
    "resist: done again before the etch": Mutation(
        RESIST, add=tuple(again(RESIST, "prime-1", "hard-bake-1", "ash-1"))
    ),
    "resist: a second puddle after the hard bake": Mutation(RESIST, add=(("hard-bake-1", PUDDLE),)),
    "resist: three developments, done again": Mutation(
        THREE, add=tuple(again(THREE, "prime-1", "hard-bake-2", "ash-1"))
    ),
    "resist: three developments, a descum": Mutation(THREE, add=(("develop-3", DESCUM),)),
    "resist: dielectric in two coats": halves(RESIST, "dielectric-1", after="dielectric-1"),
    "cap: dielectric in two coats": halves(CAP, "dielectric-1", after="dielectric-1"),
    "cap: stop layer in two coats": halves(CAP, "stop-1", after="stop-1"),
    "cap: second dielectric in two coats": halves(TWO, "dielectric-2", after="dielectric-2"),
    "cap: second stop layer in two coats": halves(TWO, "stop-2", after="stop-2"),
    "cap: a seed of copper in both levels": Mutation(
        TWO,
        change={"copper-1": {"thickness": "60 nm"}, "copper-2": {"thickness": "60 nm"}},
        add=tuple(
            (f"copper-{level}", cvd(f"fill-{level}", "Cu", "690 nm", "mocvd-cu", "200 degC"))
            for level in (1, 2)
        ),
    ),
    "cap: warmed before it reacts": Mutation(CAP, add=(("measure-film-1", WARM),)),
    "cap: a dip after the strip": Mutation(CAP, add=(("clean-1", DIP),)),
}


@pytest.mark.long
@pytest.mark.parametrize("case", CASES)
def test_what_is_done_besides_costs_nothing(case, tmp_path):
    """On the bare machines."""
    _, standings = outcome(CASES[case], tmp_path)
    assert {each: standings[each].why for each in unsatisfied(standings)} == {}


@pytest.mark.long
def test_a_barrier_over_the_finished_level_is_no_second_barrier(tmp_path):
    """It takes nothing from the trench that was etched before it, either."""
    mutation = Mutation(
        LOWK,
        drop=("recess-copper-1", "barrier-2", "polish-barrier-2"),
        add=(("measure-step-1", cvd("top-1", "TaN", "10 nm", "ald", "300 degC")),),
    )
    _, standings = outcome(mutation, tmp_path)
    assert unsatisfied(standings) == {
        f"lowk.{each}" for each in ("1.e", "4.a", "4.b", "7.a", "9.e")
    }
