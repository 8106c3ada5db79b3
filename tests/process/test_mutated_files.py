"""Broken files: whatever is done to a sequence file, it is read or refused, and nothing else."""

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequences
from fabctl.process.errors import InputError
from fabctl.process.loader import load_sequence
from fabctl.process.yaml_reader import read

GOOD = sequences.find("cap-line").read_bytes()
PIECES = [
    *(b"[", b"]", b"{", b"}", b":", b": ", b"- ", b"\n", b"\n  ", b"\t", b"#", b"'", b'"', b"|"),
    *(b">-\n", b"&a ", b"*a", b"!!str ", b"<<: ", b"---\n", b"...\n", b"%TAG ", b"? ", b", ", b"$"),
    *(b".nan", b"1e400", b"6:40", b"0400", b"1_000", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r"),
    *("４００".encode(), "\u202e".encode(), "Å".encode(), b"\xc2\x85", b"window", b"id: film-1\n"),
]

mutation = st.tuples(
    st.integers(0, len(GOOD)), st.integers(0, 40), st.one_of(st.sampled_from(PIECES), st.binary())
)


def mutated(mutations):
    """Replace a few bytes by others at each place."""
    data = GOOD
    for place, length, piece in mutations:
        data = data[:place] + piece + data[place + length :]
    return data


def problems_of(path):
    """What is wrong with a file; nothing, if it loads as a sequence with steps."""
    try:
        assert load_sequence(path).steps
    except InputError as error:
        return error.problems
    return ()


@given(st.lists(mutation, min_size=1, max_size=4))
def test_a_mutated_file_is_read_or_refused(mutations):
    """Only InputError comes out, and every problem has its place in the file."""
    data = mutated(mutations)
    lines = data.count(b"\n") + 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mutant.yaml")
        path.write_bytes(data)
        problems = problems_of(path)
    assert all(1 <= each.mark.line <= lines + 1 for each in problems)
    assert all(each.mark.file == str(path) for each in problems)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join))
def test_soup_of_yaml_marks_is_read_or_refused(data):
    """Files made of nothing but syntax."""
    with contextlib.suppress(InputError):
        read(data, "soup.yaml")


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_any_bytes_and_any_text_are_read_or_refused(data):
    """Files of no kind at all."""
    with contextlib.suppress(InputError):
        read(data, "noise")


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    [
        "parameters: {" + ", ".join(f"p{i}: 1 s" for i in range(20_000)) + "}",
        "sequence: x\ntitle: x\nsteps: [" + "{id: a}, " * 20_000 + "]",
        "does: [" + ", ".join(f"cap.{i}" for i in range(30_000)) + "]",
        "\n".join(f"key{i}: 1" for i in range(30_000)),
        "sequence: x\ntitle: x\npractises: [" + ", ".join(f"c{i}" for i in range(30_000)) + "]",
    ],
)
def test_a_large_wrong_file_is_given_up_early(tmp_path, text):
    """Its problems are not counted to the end, nor compared with each other."""
    path = tmp_path / "large.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_sequence(path)
    assert len(caught.value.problems) <= 100
