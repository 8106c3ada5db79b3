"""A person at the terminal of a `fabctl` process, by script: all is done, says Ada."""

import os
import re
import subprocess
import sys
import threading

PROMPT = re.compile(
    r"  (?:(\w+)(?: \([^)]*\))?(?:, with blanks between)?|(?:told|done) by \[.*?\].*): $"
)


class Terminal:
    """Runs `fabctl` with arguments; a value is what the simulated tool shows, by Enter."""

    def __init__(self, *arguments, env=None):
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
            if found:
                self._new = ""
                self._type("" if found[1] else "Ada")

    def _type(self, line):
        try:
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def kill(self):
        """End it without a word."""
        self.process.kill()
        self.end()

    def end(self, timeout=60):
        """Wait for the end; returns exit code and standard output."""
        out = self.process.stdout.read().decode()
        code = self.process.wait(timeout)
        self._watch.join(5)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        return code, out
