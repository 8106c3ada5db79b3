"""Patterns of others' modules that are compiled when they are asked, not when they are imported."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class LatePattern:
    """A pattern that is compiled once somebody asks something of it."""

    __slots__ = ("_asked", "_pattern")

    def __init__(self, *asked: Any) -> None:
        self._asked = asked
        self._pattern: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._pattern is None:
            self._pattern = re.compile(*self._asked)
        return getattr(self._pattern, name)


@contextmanager
def late_patterns() -> Iterator[None]:
    """Let the patterns wait of whatever is imported meanwhile."""
    functions, compile_now = vars(re), re.compile
    functions["compile"] = LatePattern
    try:
        yield
    finally:
        functions["compile"] = compile_now
