"""Two names are two persons only if more than their spelling differs."""

import pytest

from fabctl.interlocks.person import is_reason, name_of, why_not_two


@pytest.mark.parametrize(
    "written",
    [
        "R.  Okafor",
        " r okafor ",
        "R.Okafor",
        "R-O'kafor",
        "R. Okafor\u200b",
        "\uff32\uff0e \uff2f\uff4b\uff41\uff46\uff4f\uff52",
        "R\u00a0Okafor",
    ],
)
def test_another_spelling_is_no_other_person(written):
    """Blanks, points, case, width and what is not seen make no second person."""
    assert name_of(written) == name_of("R. Okafor")


def test_accents_make_no_other_person():
    """Not every keyboard has them, and they have two encodings."""
    assert name_of("Jos\u00e9") == name_of("Jose\u0301") == name_of("Jose")
    assert name_of("S\u00f8ren") == name_of("Soren")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rose Okafor", "R. Okafor"),
        ("Okafor, R.", "Rose Okafor"),
        ("R. K. Okafor", "Rose Okafor"),
        ("Jose", "Jos\u00e9 Okafor"),
        ("J.-L. Picard", "Jean-Luc Picard"),
        ("RO", "Rose Okafor"),
    ],
)
def test_names_that_one_person_may_have_are_to_be_written_in_full(one, other):
    for first, second in ((one, other), (other, one)):
        assert "may be one: write both names in full" in why_not_two(first, second)


def test_a_title_makes_no_other_person():
    assert why_not_two("R. Okafor", "Dr. R. Okafor").endswith("are one")
    assert why_not_two("R. Okafor", "Prof.").endswith("names nobody")


@pytest.mark.parametrize("written", ["nobody", "None", "n/a", "N.A.", "TBD", "me", "self", "test"])
def test_what_stands_where_a_name_is_to_come_names_nobody(written):
    assert why_not_two("Ann Lee", written) == f"{written!r} names nobody"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("a split lot", True), (".", False), ("ok", False), ("- x -", False), ("\u9810\u6d17", True)],
)
def test_a_reason_has_at_least_two_words(text, is_one):
    """Where a script parts none by blanks, each letter may be one."""
    assert is_reason(text) == is_one


def test_a_name_as_long_as_a_file_is_soon_compared():
    """And those of which only more words than a name has differ are not told apart."""
    assert why_not_two("a " * 5_000 + "b", "a " * 5_000 + "c").endswith("are one")
    assert why_not_two("a b c d e f g h", "ax bx cx dx ex fx gx ix") == ""


def test_another_name_is_another_person():
    """Initials and family names tell people apart."""
    assert len({name_of("R. Okafor"), name_of("M. Okafor"), name_of("R. Lindt")}) == 3


def test_only_points_are_no_name():
    """What holds no letter names nobody."""
    assert name_of(" .- ") == ""


@pytest.mark.parametrize("written", ["R. Ok\u0430for", "\u0391nn"])
def test_a_name_of_mixed_scripts_is_refused(written):
    """A letter that looks like another script's could stand for the same person."""
    with pytest.raises(ValueError, match="mixes scripts"):
        name_of(written)


def test_a_japanese_name_may_mix_its_scripts():
    """Kanji, with the mark that repeats one, and kana stand in one name."""
    assert name_of("\u4f50\u3005\u6728 \u3055\u304f\u3089")


@pytest.mark.parametrize("written", ["R. Oka\u034ffor", "R. Okafor\ufe00", "R. Oka\u02bbfor"])
def test_what_is_hardly_seen_makes_no_other_person(written):
    """A joiner, a variant's selector or a raised comma does not part a name from itself."""
    assert name_of(written) == name_of("R. Okafor")


@pytest.mark.parametrize("written", ["Okafor, R.", "okafor r", "OKAFOR,R"])
def test_the_family_name_in_front_makes_no_other_person(written):
    """Lists write it so."""
    assert why_not_two("R. Okafor", written) == f"R. Okafor and {written} are one"


def test_the_same_family_name_does_not_make_one_person():
    """Two of a family are two."""
    assert why_not_two("R. Okafor", "Okafor, M.") == ""


@pytest.mark.parametrize(
    "written",
    [
        "Ann Lee <ann@x.org>",
        "<ann@x.org> Ann Lee",
        "Lee, Ann <al@fab.example>",
        "Ann Lee ann@x.org",
        "Ann Lee <>",
        "ann.lee@x.org",
        "<ann.lee@x.org>",
        "Ann Lee \uff1cann\uff20x.org\uff1e",
    ],
)
def test_a_mail_address_makes_no_other_person(written):
    """As git writes its authors."""
    assert why_not_two("Ann Lee", written) == f"Ann Lee and {written} are one"


def test_two_persons_at_one_address_are_two():
    """A shift's mailbox."""
    assert why_not_two("Ann Lee <shift@x.org>", "Bo Day <shift@x.org>") == ""


@pytest.mark.parametrize("written", ["<@>", "@x.org"])
def test_an_address_of_nobody_names_nobody(written):
    assert why_not_two("Ann Lee", written).endswith("names nobody")
