"""The characters that make a file look different from what it says."""

import re

HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff0-\uffff\U000e0000-\U000e0fff]|\r(?!\n)"
)
"""Controls, bidirectional controls, invisible characters, line ends that only YAML counts."""


def named(character: str) -> str:
    """Name a character that nobody sees."""
    return f"the character U+{ord(character):04X}"
