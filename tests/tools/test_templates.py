"""Recipes become programs and come back exactly; a program that somebody changed does not."""

from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tool_files import load

from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity, exact
from fabctl.tools import body
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.errors import RecipeError
from fabctl.tools.port import Block, Program
from fabctl.tools.template import decode, encode
from fabctl.tools.wire_value import single


@cache
def dictionary() -> Dictionary:
    with TemporaryDirectory() as folder:
        return load(Path(folder))


def deposit(thickness: str = "120 Å", temperature: str = "25.1 degC", **words: str) -> Recipe:
    given = {"chamber": "film", "material": "Sn", **words}
    return Recipe(
        "deposit",
        {
            **given,
            "thickness": Quantity.parse(thickness),
            "temperature": Quantity.parse(temperature),
        },
    )


def body_of(program: Program) -> tuple[Block, ...]:
    assert not isinstance(program.body, bytes)
    return program.body


NARROW = "unit: degC, min: 20, max: 450, chambers: {film: {max: 150}}}"
"""The temperature of `film`, narrower than the tool's."""


def test_a_chamber_may_take_less_than_the_tool(tmp_path: Path) -> None:
    narrow = load(tmp_path, "unit: degC, min: 20, max: 450}", NARROW)
    encode(narrow, "P", deposit(temperature="150 degC"))
    encode(narrow, "P", deposit(temperature="151 degC", chamber="pecvd", material="SiOC"))
    with pytest.raises(RecipeError, match="151 degC is above the tool's 150 degC in film"):
        encode(narrow, "P", deposit(temperature="151 degC"))


def test_a_program_holds_the_tools_units() -> None:
    program = encode(dictionary(), "P", deposit("12 nm"))
    assert body_of(program)[1] == Block(102, (120.0, "Sn", 320))


def test_a_float_comes_back_as_the_decimal_that_was_meant() -> None:
    again = decode(dictionary(), encode(dictionary(), "P", deposit("12.3 Å")), "deposit")
    assert again.parameters["thickness"] == Quantity.parse("12.3 Å")


@given(
    st.fractions(1, 20000, max_denominator=1000).map(lambda f: Fraction(round(f * 100), 100)),
    st.integers(200, 4500).map(lambda tenths: Fraction(tenths, 10)),
    st.sampled_from(["Sn", "Al"]),
)
def test_a_recipe_comes_back_as_it_was_up_to_what_the_wire_carries(
    thickness: Fraction, temperature: Fraction, material: str
) -> None:
    recipe = Recipe(
        "deposit",
        {
            "chamber": "film",
            "material": material,
            "thickness": Quantity.of(thickness, "Å"),
            "temperature": Quantity.of(temperature, "degC"),
        },
    )
    carried = {
        "thickness": Quantity.of(exact(single(float(thickness)), 4), "Å"),
        "temperature": Quantity.of(exact(single(float(temperature)), 4), "degC"),
    }
    again = decode(dictionary(), encode(dictionary(), "P", recipe), "deposit")
    assert again == replace(recipe, parameters={**recipe.parameters, **carried})


@given(st.data())
def test_a_changed_parameter_is_refused_or_read_as_what_it_now_is(data: st.DataObject) -> None:
    recipe = deposit()
    program = encode(dictionary(), "P", recipe)
    blocks = list(body_of(program))
    number = data.draw(st.integers(0, len(blocks) - 1))
    place = data.draw(st.integers(0, len(blocks[number].parameters) - 1))
    values = list(blocks[number].parameters)
    values[place] = data.draw(
        st.one_of(st.floats(width=32), st.integers(0, 70000), st.sampled_from(["Al", "", "pecvd"]))
    )
    blocks[number] = Block(blocks[number].ccode, tuple(values))
    edited = replace(program, body=tuple(blocks))
    try:
        again = decode(dictionary(), edited, "deposit")
    except RecipeError:
        return
    assert (again == recipe) == (edited == program)


@pytest.mark.parametrize(
    "change",
    [
        lambda blocks: blocks[:-1],
        lambda blocks: (*blocks, blocks[-1]),
        lambda blocks: (blocks[1], blocks[0]),
        lambda blocks: (Block(999, ()), *blocks[1:]),
        lambda blocks: (Block(101, (25.0,)), *blocks[1:]),
        lambda blocks: (),
    ],
    ids=["missing", "extra", "swapped", "unknown", "short", "empty"],
)
def test_a_program_of_other_blocks_is_refused(change) -> None:
    program = encode(dictionary(), "P", deposit())
    with pytest.raises(RecipeError, match="can't be read"):
        decode(dictionary(), replace(program, body=change(body_of(program))), "deposit")


def test_a_value_between_the_tools_steps_is_refused(tmp_path: Path) -> None:
    coarse = load(tmp_path, "max: 20000}", "max: 20000, resolution: 0.5}")
    assert body_of(encode(coarse, "P", deposit("120.5 Å")))[1].parameters[0] == 120.5
    said = "120.6 Å is between the tool's steps of 0.5 Å"
    with pytest.raises(RecipeError, match=said):
        encode(coarse, "P", deposit("120.6 Å"))


def test_the_templates_word_picks_the_program() -> None:
    recipe = deposit(chamber="pecvd", material="SiOC")
    assert len(body_of(encode(dictionary(), "P", recipe))) == 3


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        (deposit(material="Cu"), "has no program for deposit"),
        (deposit("30000 Å"), "above the tool's 20000 Å"),
        (deposit("0.5 Å"), "below the tool's 1 Å"),
        (Recipe("etch", {}), "can't do the operation 'etch'"),
        (Recipe("deposit", {"chamber": "film"}), "has no program"),
        (deposit(colour="red"), "has no program"),
    ],
)
def test_what_the_tool_can_not_do_is_refused(recipe: Recipe, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        encode(dictionary(), "P", recipe)


def test_a_quantity_of_another_dimension_is_refused() -> None:
    recipe = deposit()
    with pytest.raises(RecipeError):
        encode(
            dictionary(),
            "P",
            replace(recipe, parameters={**recipe.parameters, "thickness": Quantity.parse("5 min")}),
        )


BODY = "JOB\nRETICLE $reticle\nDOSE $dose(mJ/cm2) MJ\nEND\n"


@given(
    st.fractions(1, 1000, max_denominator=10**6),
    st.from_regex(r"[A-Z][A-Z0-9-]{0,20}", fullmatch=True),
)
def test_a_text_program_reads_back_as_it_was_filled_in(dose: Fraction, reticle: str) -> None:
    exactly = exact(float(dose), 8)
    filled = body.fill(BODY, {"reticle": reticle, "dose": Quantity.of(dose, "mJ/cm2")})
    assert body.read(BODY, filled) == {
        "reticle": reticle,
        "dose": Quantity.of(exactly, "mJ/cm2"),
    }


def test_a_word_that_would_not_read_back_is_refused() -> None:
    with pytest.raises(ValueError, match="blanks"):
        body.fill("RETICLE $reticle\n", {"reticle": "TWO WORDS"})


@given(st.binary(max_size=60))
def test_any_other_text_is_refused(noise: bytes) -> None:
    with pytest.raises(ValueError):
        body.read(BODY, noise)


def test_lines_that_the_tool_adds_are_no_part_of_the_program() -> None:
    assert body.without_noise(b"A\nSAVED 2000\nB\n", "SAVED ") == b"A\nB\n"
