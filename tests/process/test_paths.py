"""Alternatives, rework, steps in any order: how they are written, and every path through."""

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabctl.process.errors import InputError, Mark
from fabctl.process.loader import load_sequence
from fabctl.process.paths import chosen, count, one_path, paths
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Alternatives, AnyOrder, Rework, Step

HEAD = "sequence: s\ntitle: t\nsteps:\n"
MARK = Mark("f", 1, 1)


def step(name):
    return f"{{id: {name}, kind: etcher, operation: clean, recipe: {{bath: citric, time: 30 s}}}}"


CHOICES = f"""\
  - {step("first")}
  - alternatives: metal
    ways:
      tin: [{step("tin-1")}, {step("tin-2")}]
      silicon:
        - {step("si-1")}
  - rework: litho
    steps: [{step("coat")}, {step("look")}]
    undo: [{step("strip")}]
    at_most: 2
  - any_order: cleans
    steps: [{step("c1")}, {step("c2")}]
"""


@pytest.fixture
def load(tmp_path):
    """Loads the steps of a sequence."""

    def load(text, overrides=None):
        path = tmp_path / "s.yaml"
        path.write_text(HEAD + text)
        return load_sequence(path, overrides)

    return load


@pytest.fixture
def refused(load):
    """Gives the problems of a sequence's steps."""

    def refused(text, choose=None):
        with pytest.raises(InputError) as caught:
            one_path(load(text), choose or {})
        return [
            f"{each.mark.line}:{each.mark.column} {each.code} {each.message} {each.hint}".strip()
            for each in caught.value.problems
        ]

    return refused


def ids(path):
    return [each.id for each in path.steps]


class TestPaths:
    def test_a_plain_sequence_has_no_choices(self, load):
        """What there is one path through costs nothing more."""
        assert load(f"  - {step('only')}").flow == ()

    def test_every_way_every_rework_every_order(self, load):
        """Two ways, no rework or one or two, two orders."""
        found = list(paths(load(CHOICES).flow))
        assert len(found) == count(load(CHOICES).flow) == 2 * 3 * 2
        assert ids(found[0]) == ["first", "tin-1", "tin-2", "coat", "look", "c1", "c2"]
        assert str(found[0]) == "metal=tin litho=0 cleans=c1,c2"
        assert " ".join(ids(found[-1])) == (
            "first si-1 coat look strip_r1 coat_r1 look_r1 strip_r2 coat_r2 look_r2 c2 c1"
        )

    def test_all_steps_of_the_file_are_there(self, load):
        """Before a choice is made, a sequence's steps are those of its file."""
        assert ids(load(CHOICES))[:3] == ["first", "tin-1", "tin-2"]
        assert len(load(CHOICES).steps) == 9

    def test_a_step_keeps_its_place_in_every_rework(self, load):
        """A finding in the second coat points at the one that stands in the file."""
        path = list(paths(load(CHOICES).flow))[2]
        marks = [each.mark for each in path.steps if each.id.startswith("coat")]
        assert len(marks) == 2
        assert marks[0] == marks[1]

    def test_a_value_set_holds_in_every_rework(self, load):
        """--set names the step of the file."""
        one, _ = one_path(load(CHOICES, {"coat.time": "7 s"}), {"metal": "tin", "litho": "2"})
        times = [str(s.recipe.parameters["time"]) for s in one.steps if s.id.startswith("coat")]
        assert times == ["7 s"] * 3


class TestChoosing:
    def test_what_is_not_chosen_goes_as_written(self, load):
        """No rework, the order of the file; and it is told what was taken."""
        one, made = one_path(load(CHOICES), {"metal": "silicon"})
        assert ids(one) == ["first", "si-1", "coat", "look", "c1", "c2"]
        assert made == {"metal": "silicon", "litho": "0", "cleans": "c1,c2"}
        assert one.flow == ()

    def test_every_choice_can_be_made(self, load):
        """By name, by number, by order: as a failing path is printed."""
        for path in paths(load(CHOICES).flow):
            made = dict(choice.split("=") for choice in path.choices)
            one, told = one_path(load(CHOICES), made)
            assert (one.steps, told) == (path.steps, made)

    def test_some_choices_leave_the_others_open(self, load):
        """An audit may fix one of them."""
        left = chosen(load(CHOICES), {"metal": "tin", "cleans": "c2,c1"})
        assert [str(path) for path in paths(left.flow)] == ["litho=0", "litho=1", "litho=2"]

    @pytest.mark.parametrize(
        ("choose", "problem"),
        [
            ({}, "5:19 IN208 the alternatives metal are not chosen"),
            ({"metal": "tim"}, "5:19 IN208 metal can't be tim did you mean tin?"),
            ({"metal": "tin", "litho": "3"}, "10:13 IN208 litho can't be 3 a number of times, at"),
            ({"metal": "tin", "litho": "01"}, "10:13 IN208 litho can't be 01"),
            ({"metal": "tin", "cleans": "c1"}, "14:16 IN208 cleans can't be c1 all of c1,c2 in"),
            ({"metal": "tin", "lito": "1"}, "1:1 IN208 there is no choice lito to make did you"),
        ],
    )
    def test_a_choice_that_there_is_not_is_refused_with_its_place(self, refused, choose, problem):
        """And so are alternatives of which none is chosen."""
        (found,) = refused(CHOICES, choose)
        assert found.startswith(problem)

    def test_a_plain_sequence_has_nothing_to_choose(self, refused):
        """A choice that does nothing would mislead."""
        (found,) = refused(f"  - {step('only')}", {"metal": "tin"})
        assert found == "1:1 IN208 there is no choice metal to make"


class TestRefuses:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (
                f"  - {{any_order: a, steps: [{step('x')}]}}",
                "4:27 IN203 any_order needs at least two",
            ),
            (f"  - {{any_order: a, steps: {step('x')}}}", "4:27 IN203 steps must be a list"),
            (f"  - {{any_order: a, step: [{step('x')}]}}", "4:20 IN201 any_order has no key step"),
            (
                f"  - {{any_order: a b, steps: [{step('x')}, {step('y')}]}}",
                "4:17 IN204 the name of",
            ),
            (f"  - {{alternatives: a, ways: {{w: [{step('x')}]}}}}", "4:29 IN203 alternatives are"),
            (
                f"  - {{alternatives: a, ways: {{w: [{step('x')}], v: []}}}}",
                "IN203 the way v needs",
            ),
            (f"  - {{alternatives: a, ways: [{step('x')}]}}", "4:29 IN203 ways must be a mapping"),
            (
                f"  - {{alternatives: a, ways: {{w: [{step('x')}], 1 2: [{step('y')}]}}}}",
                "IN204 the",
            ),
            (f"  - {{rework: r, steps: [{step('x')}]}}", "4:5 IN202 rework lacks at_most"),
            (
                f"  - {{rework: r, steps: [{step('x')}], at_most: 0}}",
                "IN203 at_most must be 1 to 99",
            ),
            (
                f"  - {{rework: r, steps: [{step('x')}], at_most: 100}}",
                "IN203 at_most must be 1 to",
            ),
            (f"  - {{rework: r, steps: [{step('x')}], at_most: two}}", "TY101 at_most"),
            ("  - {rework: r, steps: [], at_most: 1}", "4:24 IN203 rework needs at least one"),
            (f"  - {{rework: r, steps: [{step('x')}], at_most: 1, undo: [{step('x')}]}}", "IN204"),
            (
                f"  - rework: r\n    at_most: 2\n    steps: [{step('x')}]\n  - {step('x_r2')}",
                "7:10 IN204 x_r2 is what x is called in a rework of r",
            ),
            (
                "  - rework: r\n    at_most: 1\n    steps: [{any_order: a, steps: []}]",
                "6:13 IN207 rework holds steps, and no any_order",
            ),
            (
                f"  - {{rework: a, at_most: 1, steps: [{step('x')}]}}\n" * 2,
                "5:14 IN204 the choice a stands here again; first in line 4",
            ),
            (
                f"  - alternatives: a\n    ways:\n      u: [{step('x')}]\n      v: [{step('x')}]",
                "7:16 IN204 the step x stands here again; first in line 6",
            ),
        ],
    )
    def test_each_slip_has_its_place(self, refused, text, problem):
        """Unknown keys, lists that are too short, names that stand twice."""
        found = refused(text)
        assert any(problem in each for each in found), found


def _reference(items):
    """List the paths in the plainest way: by recursion over everything that may follow."""
    if not items:
        return [[]]
    item, rest = items[0], _reference(items[1:])
    match item:
        case Alternatives():
            heads = [head for way in item.ways.values() for head in _reference(way)]
        case Rework():
            heads = [
                [s.id for s in item.steps]
                + [f"{s.id}_r{n + 1}" for n in range(times) for s in (*item.undo, *item.steps)]
                for times in range(item.at_most + 1)
            ]
        case AnyOrder():
            heads = [[s.id for s in order] for order in itertools.permutations(item.steps)]
        case _:
            heads = [[item.id]]
    return [head + tail for head in heads for tail in rest]


NUMBERS = itertools.count()


def _step():
    name = f"s{next(NUMBERS)}"
    return Step(name, "etcher", "clean", Recipe("clean", {}), {}, {}, "", "", (), MARK)


STEPS = st.builds(_step)
LISTS = st.lists(STEPS, min_size=1, max_size=2).map(tuple)
NAMES = st.builds(lambda: f"c{next(NUMBERS)}")
FLAT = (
    STEPS
    | st.builds(Rework, NAMES, LISTS, LISTS | st.just(()), st.integers(1, 2), st.just(MARK))
    | st.builds(AnyOrder, NAMES, st.lists(STEPS, min_size=2, max_size=3).map(tuple), st.just(MARK))
)
FLOWS = st.recursive(
    st.lists(FLAT, min_size=1, max_size=3).map(tuple),
    lambda flow: st.builds(
        lambda name, ways: (Alternatives(name, dict(enumerate(ways)), MARK),),
        NAMES,
        st.lists(flow, min_size=2, max_size=2),
    ),
    max_leaves=4,
)


@given(FLOWS)
def test_the_paths_are_those_of_a_plain_recursion(flow):
    """The same paths in the same order, and as many as are counted."""
    expected = _reference(flow)
    assert [ids(path) for path in itertools.islice(paths(flow), 300)] == expected[:300]
    assert count(flow) == len(expected)


def test_a_thousand_choices_in_a_row_are_walked():
    """No recursion: depth is the number of choices."""
    flow = tuple(Rework(f"r{n}", (_step(),), (), 1, MARK) for n in range(1100))
    first, second = itertools.islice(paths(flow), 2)
    assert (len(first.steps), len(second.steps)) == (1100, 1101)


def test_paths_are_counted_without_walking_them():
    """Twenty steps without an order have more orders than anybody can list."""
    flow = (AnyOrder("many", tuple(_step() for _ in range(20)), MARK),)
    assert count(flow) == math.factorial(20)
    assert len(list(itertools.islice(paths(flow), 5))) == 5


def test_the_example_of_the_docs_has_the_paths_that_they_say(load):
    """Two ways, no rework or one or two, two orders: twelve."""
    page = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-sequence.md"
    block = page.read_text(encoding="utf-8").split("```yaml\nsteps:\n")[1].split("```")[0]
    assert count(load(block).flow) == 12
