"""A file whose steps were read before is read as if they never had been."""

import random
import tempfile
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from fabctl.process import flow_loader, yaml_pieces
from fabctl.process.errors import InputError
from fabctl.process.loader import load_sequence
from fabctl.process.yaml_builder import build
from fabctl.process.yaml_pieces import Pieces, tree_of
from fabctl.process.yaml_tree import List, Mapping, Scalar

HEADS = [
    "sequence: a\ntitle: b\nsteps:",
    "a: [1]",
    "a: 1",
    "a: |\n  text",
    "steps: |",
    "steps: >-\n  x",
    "steps: &a",
    "steps: !!seq",
    'steps: ""',
    "steps: # why",
    "a:\n  steps:",
    "? steps\n:",
    "? steps",
    "a: 'one\n  two",
    'a: "open',
    "a: {b: [",
    "steps:\nsteps:",
    "---\nsteps:",
    "  steps:",
    "- steps:",
    "{}",
    "",
    "steps:\n\n# a\n",
    "é: 1\r\nsteps:\r",
]
PIECES = [
    "id: a\n    b: 1 s",
    "id: b\n    recipe: {c: 12 Å, d: [1, 2]}",
    "id: c\n    recipe:\n      c: 1\n      d: two words",
    "id: d\n    text: |\n      lines\n\n    more: 1",
    "id: e\n    text: >\n      folded\n",
    "id: f\n    text: plain\n      that goes on",
    "id: g # why\n    # more\n",
    "id: 'a\n    b'",
    'id: "a',
    "b: a'",
    'b: "',
    "id: {a: 1",
    "b: 2}",
    "id: [",
    "]",
    "a",
    "- b",
    "- b\n    - c",
    "a\n  -\n    b: 1",
    "a: 1\n  b: 2",
    "a: 1\nb: 2",
    "a: 1\n---\nc: 1",
    "a: 1\n...",
    "a: &x 1",
    "a: *x",
    "a: 1\n    a: 2",
    "? a\n    : b",
    "",
    " a: 1",
    "\ta: 1",
    "a: |2\n      x",
    "a: |+\n      x\n\n",
    "a: |",
    "a: x\n\n   y",
    "é: 1\r",
]
TAILS = ["", "\n", "\n\n", "\n# end", "\nlast: 1\n", "\n  ", "\n...\n"]

texts = st.builds(
    lambda head, pieces, tail: "\n  - ".join([head, *pieces]) + tail,
    st.sampled_from(HEADS[:1] * 8 + HEADS),
    st.lists(st.sampled_from(PIECES[:6] * 6 + PIECES), max_size=6),
    st.sampled_from(TAILS),
)


def flat(node):
    """Everything that a tree tells."""
    if isinstance(node, Scalar):
        return (node.text, node.quoted, node.plain, node.mark, node.end)
    if isinstance(node, List):
        return (node.mark, node.end, [flat(each) for each in node.items])
    assert isinstance(node, Mapping)
    return (node.mark, node.end, [(flat(key), flat(value)) for key, value in node.items])


def told(read, text):
    """What a reader makes of a text: its tree or its problems."""
    try:
        return flat(read(text, "f.yaml"))
    except InputError as error:
        return [(each.code, each.message, each.mark) for each in error.problems]


def remembered(text):
    """Remember what can be of a text: every piece, or as many as a reader would of two."""
    try:
        root = tree_of(text, "f.yaml")
    except InputError:
        return
    for value in root.values().values() if isinstance(root, Mapping) else ():
        if isinstance(value, List) and isinstance(value.items, Pieces):
            for at in range(0, len(value.items), 1 + len(text) % 2):
                value.items.remember(at)


@given(texts)
@example("steps:\n  - a: 1\n  - a: 1\n...\n")
@example("a: [1]\n  - a: 1\n  - a: 1\n")
def test_what_was_read_before_changes_no_tree_and_no_problem(text):
    assert told(tree_of, text) == told(build, text)
    remembered(text)
    assert told(tree_of, text) == told(build, text)


def test_a_known_piece_is_left_unread_until_somebody_asks(monkeypatch):
    first = "steps:\n  - known: 1\n  - known: 2\n"
    remembered(first)
    read = []
    monkeypatch.setattr(yaml_pieces, "build", lambda *of: (read.append(of[0]), build(*of))[1])
    root = tree_of(f"title: another\n{first}  - new: 1\n", "b.yaml")
    assert read == ["title: another\nsteps:\n  - \n  - known: 2\n  - new: 1\n"]
    assert isinstance(root, Mapping)
    new, known = (root.values()["steps"].items[at].values() for at in (2, 0))
    assert str(new["new"].mark) == "b.yaml:5:10"
    assert str(known["known"].mark) == "b.yaml:3:12"


def test_no_more_pieces_are_remembered_than_the_bound(monkeypatch):
    monkeypatch.setattr(yaml_pieces, "MOST", 5)
    for number in range(20):
        remembered(f"steps:\n  - in: {number}\n  - last: {number}\n")
        assert len(yaml_pieces._inner) + len(yaml_pieces._last) <= 6


DEPOSIT = """id: {id}
    kind: cvd
    operation: deposit
    recipe:
      chamber: film
      material: Sn
      thickness: {number} Å
      temperature: 25 degC"""
ANNEAL = """id: {id}
    kind: furnace
    operation: anneal
    recipe: {{temperature: {number} degC, ramp: 5 degC/min, hold: 15 min, ambient: N2}}"""
EXPOSE = """id: {id}
    kind: stepper
    operation: expose
    recipe: {{reticle: CAP-LINE-1, dose: {number} mJ/cm2, focus: 0 um}}"""
CHOICE = """any_order: {id}
    steps:
      - {{id: x{number}, kind: etcher, operation: clean, recipe: {{bath: msa, time: 1 s}}}}
      - {{id: y, kind: etcher, operation: clean, recipe: {{bath: msa, time: 1 s}}}}"""
STEPS = [DEPOSIT, ANNEAL, EXPOSE, CHOICE, DEPOSIT.replace("{number} Å", "$thick")]
HEAD = """sequence: s
title: t
{layout}parameters: {{thick: {{value: 20 Å, window: [19 Å, {high} Å]}}}}
steps:"""


def written(rng):
    """A sequence of a few steps, some of them the same as in others, some of them wrong."""
    numbers, ids = (1, 2, "three", "-5"), ("a", "b", "c", "d", "e")
    steps = [
        rng.choice(STEPS).format(
            id=rng.choice(ids), number=rng.choice(numbers[: rng.choice((2, 4))])
        )
        for _ in range(rng.randrange(1, 5))
    ]
    layout = rng.choice(("", "layout: single-line\n"))
    return "\n  - ".join(
        [HEAD.format(layout=layout, high=rng.choice((21, 30))) + "\nsteps:", *steps]
    )


def loaded(path, overrides=None):
    """A sequence with every place in it, or its problems."""
    try:
        sequence = load_sequence(path, overrides)
    except InputError as error:
        return str(error)
    steps = [
        (step.id, step.operation, step.recipe, step.mark, dict(step.places), step.windows)
        for step in sequence.steps
    ]
    return steps, sequence.flow and [type(item) for item in sequence.flow], sequence.parameters


@given(st.integers(0, 10_000))
def test_a_step_that_was_read_before_is_the_same_step_at_its_new_place(seed):
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "f.yaml")
        path.write_text(written(rng), encoding="utf-8")
        overrides = rng.choice((None, {"a.temperature": "30 degC"}))
        warm = loaded(path, overrides)
        for memory in (flow_loader._KNOWN, yaml_pieces._inner, yaml_pieces._last):
            memory.clear()
        assert loaded(path, overrides) == warm
        assert loaded(path, overrides) == warm
