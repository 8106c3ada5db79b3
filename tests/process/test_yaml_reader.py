"""What the YAML reader takes, and what it refuses and where."""

import pytest

from fabctl.process import yaml_builder
from fabctl.process.errors import InputError
from fabctl.process.yaml_reader import MAX_BYTES, read, read_file
from fabctl.process.yaml_tree import List, Mapping, Scalar


def problems(text):
    with pytest.raises(InputError) as caught:
        read(text, "f.yaml")
    return [(each.code, each.mark.line, each.mark.column) for each in caught.value.problems]


class TestReads:
    def test_scalars_stay_text(self):
        """What looks like a time, an octal number, a truth value or nothing stays as written."""
        root = read("a: 6:40\nb: 0400\nc: no\nd: .nan\ne:\n", "f.yaml")
        assert isinstance(root, Mapping)
        assert [value.text for _, value in root.items] == ["6:40", "0400", "no", ".nan", ""]

    def test_quotes_and_blocks_are_told_from_plain_text(self):
        """A quoted number is a text."""
        root = read("['1', \"1\", 1]", "f.yaml")
        assert isinstance(root, List)
        assert [item.quoted for item in root.items] == [True, True, False]
        block = read("a: |\n  1\n", "f.yaml").values()["a"]
        assert isinstance(block, Scalar)
        assert block.quoted

    def test_every_node_knows_its_place(self):
        """Lines and columns count characters from 1."""
        root = read("ä: [Å, {b: 12 Å}]\n", "f.yaml")
        inner = root.values()["ä"].items[1].values()["b"]
        assert str(inner.mark) == "f.yaml:1:12"
        assert str(inner.end) == "f.yaml:1:16"

    def test_windows_line_ends_are_line_ends(self):
        """CRLF counts one line, as in every editor."""
        root = read(b"a: 1\r\nb: 2\r\n", "f.yaml")
        assert root.items[1][1].mark.line == 2
        assert root.items[1][1].text == "2"

    def test_a_document_may_have_a_start_and_an_end(self):
        """Editors and formatters add them."""
        assert read("---\na: 1\n...\n", "f.yaml").values()["a"].text == "1"


class TestRefuses:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", [("IN110", 1, 1)]),
            ("# only a comment\n", [("IN110", 1, 1)]),
            ("a: 1\nb: 2\na: 3\n", [("IN105", 3, 1)]),
            ("a: {b: 1, c: 2, b: 3}\n", [("IN105", 1, 17)]),
            ("a: &x 1\nb: *x\n", [("IN106", 1, 4), ("IN106", 2, 4)]),
            ("a: !!float 400\n", [("IN107", 1, 4)]),
            ("a: ! 400\n", [("IN107", 1, 4)]),
            ("!!python/object:os.system {}\n", [("IN107", 1, 1)]),
            ("<<: {a: 1}\n", [("IN108", 1, 1)]),
            ("%YAML 1.1\n---\na: 1\n", [("IN107", 1, 1)]),
            ("a: 1\n---\nb: 2\n", [("IN109", 2, 1)]),
            ("[a]: 1\n", [("IN111", 1, 1)]),
            ("? {a: b}\n: 1\n", [("IN111", 1, 3)]),
            ("? \n: 1\n", [("IN111", 1, 2)]),
            ("a: [\n", [("IN103", 2, 1)]),
            ("a: b: c\n", [("IN103", 1, 5)]),
            ("a:\n\t- b\n", [("IN103", 2, 1)]),
            ("\ufeffa: 1\n", [("IN101", 1, 1)]),
            (b"\xef\xbb\xbfa: 1\n", [("IN101", 1, 1)]),
            ("a: 1\n".encode("utf-16"), [("IN101", 1, 1)]),
            ("a: 1\n".encode("utf-16-le"), [("IN101", 1, 1)]),
            ("a: 1\n".encode("utf-32"), [("IN101", 1, 1)]),
            (b"a: 1\nb: \xc5\n", [("IN101", 2, 4)]),
            ("a: 1\nb: \x002\n", [("IN102", 2, 4)]),
            ("a: 1 # \u202e2\n", [("IN102", 1, 8)]),
            ("a: \u20661\u2069\n", [("IN102", 1, 4)]),
            ("a: 1\u200b0\n", [("IN102", 1, 5)]),
            ("a: 1\x85b: 2\n", [("IN102", 1, 5)]),
            ("a: 1\u2028b: 2\n", [("IN102", 1, 5)]),
            ("a: 1\rb: 2\n", [("IN102", 1, 5)]),
            ("a: \udc80\n", [("IN102", 1, 4)]),
            ('a: "4\\u202e00"\n', [("IN102", 1, 4)]),
            ('a: "\\0"\n', [("IN102", 1, 4)]),
        ],
    )
    def test_what_could_mean_two_things(self, text, expected):
        """Each with its place."""
        assert problems(text) == expected

    def test_collects_what_does_not_break_the_tree(self):
        """One reading shows them all."""
        found = problems("a: 1\na: 2\nb: &x 1\nc: *x\n<<: 3\n")
        assert [code for code, *_ in found] == ["IN105", "IN106", "IN106", "IN108"]

    def test_an_alias_bomb_is_never_expanded(self):
        """Nine levels of nine would be four hundred million parts."""
        bomb = "".join(
            f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9) if i else 'lol'}]\n" for i in range(9)
        )
        assert {code for code, *_ in problems(bomb)} == {"IN106"}

    @pytest.mark.parametrize(
        ("opening", "column"), [("[", 65), ("{a: ", 257), ("- ", 129), ("? ", 129), ("[{", 65)]
    )
    def test_half_a_million_brackets(self, opening, column):
        """They would overflow the C stack of a recursive composer; told where level 65 begins."""
        assert problems(opening * (500_000 // len(opening))) == [("IN104", 1, column)]

    def test_sixty_four_levels_are_deep_enough(self):
        """The bound is exact."""
        assert isinstance(read("[" * 64 + "]" * 64, "f.yaml"), List)
        assert problems("[" * 65 + "]" * 65) == [("IN104", 1, 65)]

    @pytest.mark.parametrize("ending", ["@", "'x", '"\\q"', "\t%"])
    def test_too_deep_before_what_is_no_yaml(self, ending):
        """The parser's scanner runs ahead, and may see the error before we see the depth."""
        assert problems("[" * 70 + ending) == [("IN104", 1, 65)]
        assert [code for code, *_ in problems("[" * 64 + ending)] == ["IN103"]

    def test_too_many_parts(self, monkeypatch):
        """A hundred thousand are enough for any file of settings."""
        assert yaml_builder.MAX_NODES == 100_000
        monkeypatch.setattr(yaml_builder, "MAX_NODES", 1_000)
        [(code, *_)] = problems("- a\n" * 1_001)
        assert code == "IN104"

    def test_too_large_a_file(self, tmp_path):
        """Its end is not even read."""
        path = tmp_path / "large.yaml"
        path.write_text("a: " + "x" * MAX_BYTES)
        with pytest.raises(InputError, match="IN104"):
            read_file(path)

    @pytest.mark.parametrize("name", ["missing.yaml", ".", "nul\0.yaml"])
    def test_what_is_no_readable_file(self, tmp_path, name):
        """It is bad input like any other."""
        with pytest.raises(InputError, match="IN112"):
            read_file(tmp_path / name)

    def test_a_message_does_not_repeat_a_megabyte(self):
        """Whatever the file holds, the message stays readable."""
        key = "k" * 1000
        with pytest.raises(InputError) as caught:
            read(f"{key}: 1\n{key}: 2\n", "f.yaml")
        assert len(str(caught.value)) < 400


class TestWithoutLibyaml:
    """The same file is read the same by PyYAML's own parser, where libyaml is missing."""

    @pytest.fixture(autouse=True)
    def _python_parser(self, monkeypatch):
        monkeypatch.setattr(yaml_builder, "_Parser", yaml_builder.python_parser())

    def test_reads(self):
        """Text, quoting and place."""
        value = read("a: [x, '400 degC']", "f.yaml").values()["a"].items[1]
        assert (value.text, value.quoted, str(value.mark)) == ("400 degC", True, "f.yaml:1:8")

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("a: 1\na: 1", "IN105"),
            ("a: &x 1", "IN106"),
            ("a: !!str 1", "IN107"),
            ("a: 1\n--- b", "IN109"),
            ("[" * 500, "IN104"),
            ("a: [", "IN103"),
            ('a: "\\ud800"', "IN102"),
        ],
    )
    def test_refuses(self, text, code):
        """By the same codes."""
        assert [found for found, *_ in problems(text)] == [code]
