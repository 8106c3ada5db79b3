"""What `python -m fuzz` asks of every input, asked of a few."""

import pytest

from fuzz.recipe_files import check, seeds, words


@pytest.fixture(scope="module")
def some():
    """Every fiftieth seed."""
    return [data for _, data in seeds()][::50]


def test_a_seed_is_a_sequence(tmp_path, some):
    """A fuzzer that starts from refused files would never get past the reader."""
    assert all(check(data, tmp_path / "seed.yaml") for data in some)


@pytest.mark.parametrize("broken", [b"\xff", b"[" * 2000, b"steps: {", b"a: &x [*x]\n"])
def test_a_broken_file_is_refused(tmp_path, broken):
    """And that is all that becomes of it."""
    assert not check(broken, tmp_path / "broken.yaml")


def test_a_seed_with_any_word_in_it_is_read_or_refused(tmp_path, some):
    """Every twelfth of the dictionary, each in the midst of a seed."""
    for number, word in enumerate(words()[::12]):
        data = some[number % len(some)]
        check(data.replace(b": ", f": {word}".encode(), 1 + number % 7), tmp_path / "word.yaml")
