"""Questions in lines of text, on a line where a late answer must not pass for the next one's.

A tool answers in order. So after an answer that did not come, the tool is asked who it is, and
whatever comes before its name is old.
"""

from collections.abc import Callable
from typing import TypeVar

from fabctl.instruments.lines import LineSplitter
from tool_drivers.bench.line import Line, NoAnswerError

T = TypeVar("T")

ATTEMPTS = 3
"""Of a question that may be repeated."""

Decode = Callable[[str], T | None]
"""Makes a value of one line; None where the line answers nothing. May raise."""


class TextLine:
    """One tool's line; `who` is the request whose answer is the tool's name."""

    def __init__(
        self, line: Line, who: bytes, is_name: Callable[[str], bool], longest: int, answer_s: float
    ) -> None:
        """`answer_s` is how long an answer may take, in wire seconds."""
        self._line = line
        self._who = who
        self._is_name = is_name
        self._longest = longest
        self._answer_s = answer_s
        self._in_step = True

    async def ask(self, request: bytes, decode: Decode[T], attempts: int = ATTEMPTS) -> T:
        """Send and take the answer; again where none is any good. Raises `ToolError`.

        Raises what `decode` raises, but for `FrameError`, which is no good answer.
        """
        for attempt in range(attempts):
            try:
                return await self._ask(request, decode)
            except NoAnswerError:
                if attempt == attempts - 1:
                    raise
        raise AssertionError

    async def tell(self, request: bytes) -> None:
        """Send what has no answer. Raises `ToolError`."""
        await self._line.tell(request)

    async def _ask(self, request: bytes, decode: Decode[T]) -> T:
        if not self._in_step:
            await self._line.ask(
                self._who, self._taker(self._name_only, forgiving=True), self._answer_s
            )
            self._in_step = True
        self._in_step = False
        try:
            answer = await self._line.ask(request, self._taker(decode), self._answer_s)
        except NoAnswerError:
            raise
        except Exception:
            self._in_step = True  # it was an answer, though one that says no
            raise
        self._in_step = True
        return answer

    def _name_only(self, line: str) -> bool | None:
        return True if self._is_name(line) else None

    def _taker(self, decode: Decode[T], *, forgiving: bool = False) -> Callable[[bytes], T | None]:
        splitter = LineSplitter(self._longest)

        def take(data: bytes) -> T | None:
            try:
                lines = splitter.feed(data)
            except ValueError:
                if forgiving:
                    return None
                raise
            for line in lines:
                found = decode(line)
                if found is not None:
                    return found
            return None

        return take
