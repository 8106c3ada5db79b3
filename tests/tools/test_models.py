"""Which model is asked about a step, and what becomes of one that can't tell."""

import random
from pathlib import Path

import pytest

import sequences
from fabctl.process.errors import InputError, Mark
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Step
from fabctl.quantities import Dimension, Quantity
from fabctl.tools.dictionary_file import load_dictionary
from fabctl.tools.model_file import load_model
from fabctl.tools.models import FabModels
from fabctl.tools.prediction import Bound, Peak, Unpredicted
from simulators.peak_models import pid_furnace

FUR01 = sequences.data("dictionaries", "FUR01.yaml")
PLAIN = (
    "include: FUR01.yaml\ntool: {{id: {id}, kind: furnace, mdln: M, softrev: '1', wafer: 200 mm}}\n"
)


def quantities(**texts: str) -> dict[str, Quantity]:
    return {name: Quantity.parse(text) for name, text in texts.items()}


HOT = {
    **quantities(temperature="380 degC", ramp="5 degC/min", hold="15 min"),
    "ambient": "N2",
}


def asked(models: FabModels, tool: str = "", **changes: str) -> Peak | Unpredicted:
    recipe = Recipe("anneal", {**HOT, **quantities(**changes)})
    step = Step("react", "furnace", "anneal", recipe, {}, {}, tool, "", (), Mark("", 1, 1))
    return models.peak("temperature", step, recipe)


def fab_with(folder: Path, model: str, more: str = "") -> FabModels:
    """A fab whose one furnace is FUR01 with another `model` section, or "" for its own."""
    text = PLAIN.format(id="FUR09") + model
    (folder / "FUR09.yaml").write_text(text, encoding="utf-8")
    listed = "  - {id: FUR09, kind: furnace, dictionary: FUR09.yaml}\n"
    fab = folder / "fab.yaml"
    fab.write_text(f"fab: lab\nwafer: 200 mm\ntools:\n{more}{listed}", encoding="utf-8")
    return FabModels(fab)


def model(by: str = "pid-furnace", signal: str = "temperature", settings: str = "") -> str:
    return (
        f"model: {{by: {by}, signal: {signal}, error: 2 delta_degC, source: us, "
        f"settings: {{cool: 3 degC/min{settings}}}}}\n"
    )


def test_the_built_in_furnace_is_predicted():
    found = asked(FabModels(sequences.data("fabs", "built-in.yaml")))
    assert str(found) == "381.2 ± 3 degC"


def test_the_bench_furnace_is_predicted():
    found = asked(FabModels(sequences.data("fabs", "bench.yaml")))
    assert isinstance(found, Peak)
    assert found.tool == "FUR02"


def test_an_included_model_is_found(tmp_path):
    assert str(asked(fab_with(tmp_path, ""))) == "381.2 ± 3 degC"


def test_a_furnace_without_anti_windup_is_predicted_too(tmp_path):
    found = asked(fab_with(tmp_path, model(settings=", anti_windup: no")))
    assert isinstance(found, Peak)
    assert found.value > Quantity.parse("400 degC")


def test_the_tool_that_a_step_asks_for_is_asked(tmp_path):
    other = "  - {id: FUR02, kind: furnace, dictionary: FUR02.yaml}\n"
    found = asked(fab_with(tmp_path, "", other), tool="FUR09")
    assert isinstance(found, Peak)
    assert found.tool == "FUR09"


def test_of_two_the_one_is_asked_that_can_do_it(tmp_path):
    other = "  - {id: FUR02, kind: furnace, dictionary: FUR02.yaml}\n"
    found = asked(fab_with(tmp_path, "", other), boat_in="80 degC")  # FUR02 has no boat
    assert isinstance(found, Peak)
    assert found.tool == "FUR09"


@pytest.mark.parametrize(
    ("section", "why"),
    [
        (model(by="oracle"), "FUR09: fabctl.models has no 'oracle' (installed: pid-furnace)"),
        (model(signal="pressure"), "FUR09.yaml names no model of FUR09's temperature"),
        (
            model(),
            (
                "the model of FUR09 can't tell: "
                "whether its controller has anti_windup, yes or no, is not stated"
            ),
        ),
    ],
)
def test_what_can_not_be_told_says_why(tmp_path, section, why):
    assert asked(fab_with(tmp_path, section)) == Unpredicted(why)


def test_a_fab_without_a_furnace_says_so(tmp_path):
    fab = tmp_path / "none.yaml"
    fab.write_text(
        "fab: none\nwafer: 200 mm\ntools:\n  - {id: CVD01, kind: cvd, dictionary: CVD01.yaml}\n"
    )
    assert asked(FabModels(fab)) == Unpredicted("none.yaml has no furnace for it")


def test_a_model_is_read_the_same_with_and_without_the_rest():
    assert load_model(FUR01) == load_dictionary(FUR01).model


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("error: 2 delta_degC", "error: -2 delta_degC"),
        ("error: 2 delta_degC", "error: two"),
        ("error: 2 delta_degC", "error: 2 degC"),
        ("error: 2 delta_degC", "error: 2 delta_degC, over: 283 K"),
        ("error: 2 delta_degC", "error: 2 delta_degC, over: 10 nm"),
        ("source: us, ", ""),
        ("by: pid", "of: pid"),
    ],
)
def test_a_model_that_does_not_say_all_is_refused_with_its_place(tmp_path, old, new):
    models = fab_with(tmp_path, model().replace(old, new))
    with pytest.raises(InputError, match=r"FUR09.yaml:3:"):
        asked(models)


OVER = (
    "model: {by: oracle, signal: temperature, error: 2 delta_degC, over: 10 delta_degC, source: us}"
)


@pytest.mark.parametrize(
    ("changes", "surely"),
    [
        ({}, True),
        ({"temperature": "387.7 degC"}, True),  # with 10, 2 and a tenth of 2 to spare: 399.9
        ({"temperature": "387.8 degC"}, False),
        ({"boat_in": "390 degC"}, False),  # it is as hot as that before
        ({"ramp": "0 degC/min"}, False),  # which only a model can tell about
    ],
)
def test_a_bound_that_is_far_off_is_kept_without_asking_the_model(tmp_path, changes, surely):
    models = fab_with(tmp_path, OVER)
    recipe = Recipe("anneal", {**HOT, **quantities(**changes)})
    step = Step("react", "furnace", "anneal", recipe, {}, {}, "", "", (), Mark("", 1, 1))
    bound = Bound(Quantity.parse("400 degC").value, strict=True)
    assert models.stays_below("temperature", step, recipe, bound) is surely


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(n, marks=pytest.mark.long) for n in range(2, 200))]
)
@pytest.mark.parametrize("name", ["FUR01", "FUR02"])
def test_no_anneal_passes_what_it_is_set_to_by_more_than_its_furnace_says(name, seed):
    """Neither at any ramp, nor from a boat-in that is hotter than the soak."""
    told, dice = load_model(sequences.data("dictionaries", f"{name}.yaml")), random.Random(seed)
    assert told is not None
    assert told.over is not None
    stated = {
        "temperature": f"{dice.randint(25, 450)} degC",
        "ramp": f"{dice.choice((0.5, 1, 2, 5, 10, 20, 60, 200))} degC/min",
        "hold": f"{dice.choice((1, 900, 14400))} s",
        "cool": f"{dice.choice((0.5, 3, 20))} degC/min",
        "boat_in": f"{dice.randint(25, 450)} degC",
    }
    if dice.random() < 0.5:
        del stated["boat_in"]
    recipe = Recipe("anneal", quantities(**stated))
    numbers = {**told.settings, **recipe.parameters}.values()
    hottest = max(
        each.value
        for each in numbers
        if isinstance(each, Quantity) and each.dimension is Dimension.TEMPERATURE
    )
    assert pid_furnace(recipe, told.settings).value <= hottest + told.over.value
