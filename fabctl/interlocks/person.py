"""Tells two persons apart by how their names are written, where two are needed."""

import re
import unicodedata


def name_of(written: str) -> str:
    """Give a name without what spelling adds: width, case, accents, blanks, points, titles.

    "R. Okafor", "r  okafor", "Dr. R. Okafor" and "Ｒ．Okafor" are one person, with a mail address
    or without; "" is none. Raises `ValueError` for a name that mixes scripts (a Cyrillic "а" among
    Latin letters looks like another name's "a").
    """
    return "".join(_words(written))


def why_not_two(first: str, second: str) -> str:
    """Tell why two names do not stand for two persons for sure, "" where they do."""
    try:
        one, other = _words(first), _words(second)
    except ValueError as error:
        return str(error)
    for words, written in ((one, first), (other, second)):
        if not words or _NOBODY.fullmatch("".join(words)):
            return f"{written!r} names nobody"
    if "".join(one) == "".join(other) or sorted(one) == sorted(other):
        return f"{first} and {second} are one"
    short, long = sorted((one, other), key=len)
    if _within(short, long) or "".join(short) == "".join(word[0] for word in long):
        return f"{first} and {second} may be one: write both names in full"
    return ""


def is_reason(text: str) -> bool:
    """Whether a text can be a reason: it has at least two words."""
    return sum(map(_count, _WORD.findall(text))) > 1


def _within(short: list[str], long: list[str]) -> bool:
    """Tell whether each word of a name is one of the other's, or either is the other's initial."""
    if not short:
        return True
    first, *rest = short
    return any(
        _alike(first, word) and _within(rest, [*long[:at], *long[at + 1 :]])
        for at, word in enumerate(long)
    )


def _alike(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def _words(written: str) -> list[str]:
    """Give the words of a name as `name_of` compares them. Raises `ValueError`."""
    plain = unicodedata.normalize("NFKC", _without_mail(written).casefold())
    scripts = {_script(each) for each in plain if unicodedata.category(each) in ("Ll", "Lu", "Lo")}
    if len(scripts) > 1 and not scripts <= _JAPANESE:
        raise ValueError(f"the name {written!r} mixes scripts: {', '.join(sorted(scripts))}")
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", plain)).translate(_STROKES)
    words = _PARTS.split(unicodedata.normalize("NFC", bare))
    kept = ("".join(filter(_counts, word)) for word in words[:_MOST])
    return [word for word in kept if word and not _TITLE.fullmatch(word)]


def _without_mail(written: str) -> str:
    """Leave out a mail address beside a name; of one that stands alone its first part is a name."""
    plain = unicodedata.normalize("NFKC", written)
    rest = _MAIL.sub(" ", plain)
    return rest if any(map(str.isalnum, rest)) else _HOST.sub(" ", plain)


_MAIL = re.compile(r"<[^<>]*>|\S*@\S*")
_HOST = re.compile(r"@\S*")

_HARDLY_SEEN = ("MODIFIER LETTER", "COMBINING GRAPHEME JOINER", "VARIATION SELECTOR")

_ACCENT = re.compile("[\u0300-\u036f]")
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that are an accented one to whoever has no such key, and that Unicode does not part."""

_PARTS = re.compile(r"[\s.,;/\u2010-\u2015-]+")
"""What parts the words of a name."""

_MOST = 8
"""More words than a name has are not compared."""

_TITLE = re.compile("dr|doctor|prof|professor|mrs?|ms|miss|mx|sir|herr|frau|ing|dipl|phd|[bm]sc")
_NOBODY = re.compile("no(body|one|ne)|(any|some)(body|one)|unknown|me|myself|self|test|na|tb[ad]")
"""What stands where a name is still to come, with nothing between its letters."""

_JAPANESE = {"CJK", "HIRAGANA", "KATAKANA"}
"""The scripts that one name may rightly mix."""

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = _JAPANESE | {"THAI", "LAO", "KHMER", "MYANMAR"}
"""Scripts that part no words by blanks."""


def _count(word: str) -> int:
    """Tell how many words these letters are: where no blanks part them, each may be one."""
    return max(1, sum(_script(each) in _UNSPACED for each in word))


def _script(letter: str) -> str:
    word = unicodedata.name(letter, "UNKNOWN").split("-")[0].split()[0]
    return "KATAKANA" if word.startswith("KATAKANA") else word


def _counts(each: str) -> bool:
    """Tell whether it is part of the name: a letter, digit or mark that is well seen."""
    if unicodedata.name(each, "").startswith(_HARDLY_SEEN):
        return False
    return each.isalnum() or unicodedata.category(each).startswith("M")
