"""Tells two persons apart by how their names are written, where two are needed."""

import re
import unicodedata


def name_of(written: str) -> str:
    """Give a name without what spelling adds: width, case, how accents are coded, blanks, points.

    "R. Okafor", "r  okafor" and "Ｒ．Okafor" are one person, with a mail address or without; "" is
    none. Raises `ValueError` for a name that mixes scripts (a Cyrillic "а" among Latin letters
    looks like another name's "a").
    """
    plain = unicodedata.normalize("NFKC", _without_mail(written).casefold())
    scripts = {_script(each) for each in plain if unicodedata.category(each) in ("Ll", "Lu", "Lo")}
    if len(scripts) > 1 and not scripts <= _JAPANESE:
        raise ValueError(f"the name {written!r} mixes scripts: {', '.join(sorted(scripts))}")
    return "".join(each for each in plain if _counts(each))


def _in_any_order(written: str) -> list[str]:
    """Give the words of a name in one order: "Okafor, R." is "R. Okafor"."""
    plain = _without_mail(written).casefold()
    spaced = "".join(" " if each in _PARTS else each for each in plain)
    return sorted(filter(None, map(name_of, spaced.split())))


def _without_mail(written: str) -> str:
    """Leave out a mail address beside a name; of one that stands alone its first part is a name."""
    plain = unicodedata.normalize("NFKC", written)
    rest = _MAIL.sub(" ", plain)
    return rest if any(map(str.isalnum, rest)) else _HOST.sub(" ", plain)


def why_not_two(first: str, second: str) -> str:
    """Tell why two names do not stand for two persons, "" where they do."""
    try:
        names = [name_of(first), name_of(second)]
    except ValueError as error:
        return str(error)
    if "" in names:
        return f"{(first, second)[names.index('')]!r} names nobody"
    one = names[0] == names[1] or _in_any_order(first) == _in_any_order(second)
    return f"{first} and {second} are one" if one else ""


_MAIL = re.compile(r"<[^<>]*>|\S*@\S*")
_HOST = re.compile(r"@\S*")

_HARDLY_SEEN = ("MODIFIER LETTER", "COMBINING GRAPHEME JOINER", "VARIATION SELECTOR")

_PARTS = ".,;"
"""What parts the words of a name, as blanks do."""

_JAPANESE = {"CJK", "HIRAGANA", "KATAKANA"}
"""The scripts that one name may rightly mix."""


def _script(letter: str) -> str:
    word = unicodedata.name(letter, "UNKNOWN").split("-")[0].split()[0]
    return "KATAKANA" if word.startswith("KATAKANA") else word


def _counts(each: str) -> bool:
    """Tell whether it is part of the name: a letter, digit or accent that is well seen."""
    if unicodedata.name(each, "").startswith(_HARDLY_SEEN):
        return False
    return each.isalnum() or unicodedata.category(each).startswith("M")
