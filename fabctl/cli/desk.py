"""The terminal as a desk: a person is asked on standard error, and answers on standard input.

Each value is a line, asked for again where it is no number of its unit; the last line is the name
of who answers (Enter: the one who runs this), or ``no`` and a reason where it was not done. When
standard input is at its end, nobody answers.
"""

import asyncio
import os
import sys
import termios
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

from fabctl.cli.output import say
from fabctl.tools.desk import Act, Answer, Declined, Entry, Question, Reply, Unanswered


class TerminalDesk:
    """Asks one question at a time. Implements `fabctl.tools.desk.Desk`.

    Must be made inside a running event loop. `by` is who answers by Enter alone; `aside` clears the
    terminal of whatever else is shown there while a question stands.
    """

    def __init__(self, by: str, aside: Callable[[], AbstractContextManager[None]]) -> None:
        self._by = by
        self._aside = aside
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._one_at_a_time = asyncio.Lock()
        self._reader: threading.Thread | None = None
        self._over = ""
        """Why nobody answers any more, "" as long as somebody may."""

    async def ask(self, question: Question) -> Reply:
        """Ask, and wait for the answer as long as it takes."""
        async with self._one_at_a_time:
            with self._aside():
                self._listen()
                say(f"\n{question.text}")
                try:
                    return await self._answer(question)
                except EOFError:
                    say(f"nobody answers: {self._over}")
                    return Unanswered(self._over)

    def close(self, why: str) -> None:
        """Take back the question that stands, and ask no more."""
        self._over = self._over or why
        self._lines.put_nowait(None)

    async def _answer(self, question: Question) -> Reply:
        values = {entry.name: await self._value(entry) for entry in question.entries}
        what = "told" if question.act is Act.TELL else "done"
        by = await self._line(f"  {what} by [{self._by}] (or: no REASON): ")
        word, _, why = by.partition(" ")
        if word.lower() == "no":
            return Declined(self._by, why or "no reason given")
        return Answer(by or self._by, values)

    async def _value(self, entry: Entry) -> str:
        """Ask until it can be read: a slip of the pen is put right while the person is there."""
        while True:
            try:
                return entry.read(await self._line(_prompt(entry)))
            except ValueError as error:
                say(f"  {error}; again, or Enter for nothing")

    async def _line(self, prompt: str) -> str:
        """Raises EOFError where nobody is there any more."""
        print(prompt, end="", file=sys.stderr, flush=True)
        line = None if self._over else await self._lines.get()
        if line is None:
            self._over = self._over or "standard input is at its end"
            raise EOFError
        return line.strip()

    def _listen(self) -> None:
        """Read lines in a thread of its own; on a terminal, what was typed before is no answer."""
        if sys.stdin is None:  # closed when we were started
            self.close("there is no standard input")
            return
        if sys.stdin.isatty():
            with suppress(termios.error):
                termios.tcflush(sys.stdin, termios.TCIFLUSH)
            while not self._lines.empty():
                self._lines.get_nowait()
        if self._reader is None:
            loop = asyncio.get_running_loop()
            self._reader = threading.Thread(target=self._read, args=(loop,), daemon=True)
            self._reader.start()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        # not through sys.stdin: its lock, held by a waiting thread, would spoil the program's exit
        descriptor, rest = sys.stdin.fileno(), b""
        with suppress(RuntimeError):  # the run is over, and its loop closed
            with suppress(OSError):  # the terminal has gone
                while data := os.read(descriptor, 4096):
                    *lines, rest = (rest + data).split(b"\n")
                    for line in lines:
                        text = line.decode(errors="replace")
                        loop.call_soon_threadsafe(self._lines.put_nowait, text)
            loop.call_soon_threadsafe(self._lines.put_nowait, None)


def _prompt(entry: Entry) -> str:
    unit = f" ({entry.unit})" if entry.unit else ""
    return f"  {entry.name}{unit}{', with blanks between' if entry.many else ''}: "
