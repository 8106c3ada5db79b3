"""A person at the terminal of a `fabctl` process, by script: prompt in, answer out."""

import os
import re
import subprocess
import sys
import threading

PROMPT = re.compile(
    r"  (?:(\w+)(?: \([^)]*\))?(?:, with blanks between)?|(?:told|done) by \[.*?\].*): $"
)


class Terminal:
    """Runs `fabctl` with arguments; `answers` maps an entry's name to what is typed for it."""

    def __init__(self, *arguments, answers=(), env=None, unanswered=""):
        self.answers = dict(answers)
        self.unanswered = unanswered
        self.text = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fabctl", *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
        )  # fmt: skip
        self._new = ""
        self._watch = threading.Thread(target=self._answer, daemon=True)
        self._watch.start()

    def _answer(self):
        while data := os.read(self.process.stderr.fileno(), 4096):
            self.text += data.decode()
            self._new += data.decode()
            found = PROMPT.search(self._new)
            if not found:
                continue
            if self.unanswered and self.unanswered in self._new:
                continue
            self._new = ""
            self._type(self.answers.get(found[1], "") if found[1] else "Ada")

    def _type(self, line):
        try:
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self, timeout=60):
        """Wait for the end; returns exit code and standard output."""
        out = self.process.stdout.read().decode()
        code = self.process.wait(timeout)
        self._watch.join(5)
        return code, out
