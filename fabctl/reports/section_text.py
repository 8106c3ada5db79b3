"""Labels that fit beside a plot."""

LETTERS = 40
"""How many letters have room beside a legend's swatch; without one there is room for four more."""


def fitted(name: str, rest: str, letters: int = LETTERS) -> str:
    """A label that has room: the name gives way first, as its region tells it in full."""
    return _cut(_cut(name, max(letters - len(rest), 8)) + rest, letters)


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"
