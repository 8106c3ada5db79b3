"""PyYAML, imported without the patterns that only its own parser asks: they wait until it does.

It compiles them when it is imported, one of them over all of Unicode, which is a tenth of what it
takes to audit one file. libyaml parses for us and asks none.
"""

import base64  # noqa: F401 -- PyYAML imports these two as well: no pattern but its own waits
import datetime as dt  # noqa: F401
import re
from typing import Any

__all__ = ["yaml"]


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


_functions, _compile = vars(re), re.compile
_functions["compile"] = LatePattern
try:
    import yaml
finally:
    _functions["compile"] = _compile
