"""What a person sees while a run goes on, on standard error: steps, tool, key values, time left."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from fabctl.clock import Clock
from fabctl.engine.deadlines import expected_s
from fabctl.engine.history import History
from fabctl.engine.records import stamp
from fabctl.engine.summary import caution_key
from fabctl.journal import Record
from fabctl.process.sequence import Sequence as Steps
from fabctl.tools.port import Reading

_ALERTS = frozenset({"TRIP", "HELD_BACK", "CAUTION", "ESCALATED", "UNHEEDED", "SAFE"})
"""What somebody has to know at once, also above a live table."""
_ENDS = frozenset({"CONCLUDED", "HELD", "ENDED"})
WINDOW = 7  # steps shown at once, the current one in the middle


class Progress:
    """Shows a run as it goes; on a terminal a live table, else a line whenever a step ends.

    What somebody has to know at once has a line on both.

    Use as a context manager; hand `record` every record of the run and `reading` every sample.
    """

    def __init__(self, sequence: Steps, clock: Clock) -> None:
        self._history = History()
        self._clock = clock
        self._expected = {s.id: expected_s(s.kind, s.recipe) for s in sequence.steps}
        self._console = Console(file=sys.stderr)
        self._live: Live | None = None
        self._values: dict[tuple[str, str], str] = {}
        self._current = ""
        self._began = 0.0
        self._since = stamp(clock.utc())
        self._cautions: dict[tuple[str, ...], int] = {}

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live = Live(
                get_renderable=self.picture, console=self._console, refresh_per_second=8
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the terminal to somebody else for a while."""
        if self._live is None:
            yield
            return
        self._live.stop()
        try:
            yield
        finally:
            self._live.start()

    def record(self, record: Record) -> None:
        """Take a record of the run."""
        self._history.take(record)
        step = record.body.get("step")
        if isinstance(step, str) and step != self._current and step in self._expected:
            self._current, self._began = step, self._clock.process()
            self._values.clear()
        if self._is_told(record):
            self._console.print(self._line(record), highlight=False, markup=False)

    def reading(self, reading: Reading) -> None:
        """Take a sample of a tool's signal."""
        self._values[reading.tool, reading.channel] = f"{reading.value:.4g} {reading.unit}"

    def _is_told(self, record: Record) -> bool:
        """Whether a record has a line; an alert that another process had is none any more."""
        if record.kind in _ENDS:
            return self._live is None
        if record.kind not in _ALERTS or record.at < self._since:
            return False
        match record.kind:
            case "CAUTION":
                key = caution_key(record.body)
                times = self._cautions[key] = self._cautions.get(key, 0) + 1
                return times & (times - 1) == 0  # a value that flickers is told 1, 2, 4 ... times
            case "SAFE":  # tells those who were called
                return bool(self._history.safe_actions[record.body["job"]].escalated)
            case _:
                return True

    def _line(self, record: Record) -> str:
        body = record.body
        done = sum(step.done for step in self._history.steps.values())
        total = len(self._history.steps)
        match record.kind:
            case "CONCLUDED":
                told = self._history.despite(body["job"])
                despite = f" despite {told.upper()}" if told else ""
                return f"[{done}/{total}] {self._current} {body['outcome']}{despite}"
            case "TRIP":
                return f"TRIP {body['message']}"
            case "HELD_BACK":
                return f"HELD BACK by a bypass: {body['message']}"
            case "CAUTION":
                times = self._cautions[caution_key(body)]
                again = f" ({times} times by now)" if times > 1 else ""
                return f"CAUTION {body['message']}{again}"
            case "ESCALATED":
                return f"ESCALATED {body['why']}"
            case "UNHEEDED":
                return f"NOT STOPPED {self._history.safe_actions[body['job']]}"
            case "SAFE":
                action = self._history.safe_actions[body["job"]]
                return f"{action.became.upper()} {action}"
            case "HELD":
                return f"HELD {body['cause']}: {body['why']}"
            case _:
                return f"{body['outcome']} {body['why']}".strip()

    def picture(self) -> Group:
        """Draw the run as it stands."""
        steps = list(self._history.steps.values())
        names = [step.id for step in steps]
        at = names.index(self._current) if self._current in names else 0
        first = max(0, min(at - WINDOW // 2, len(steps) - WINDOW))
        table = Table(box=None, pad_edge=False, show_header=False)
        for number, step in enumerate(steps[first : first + WINDOW], start=first):
            current = number == at
            state = "done" if step.done else "now" if current else ""
            style = "bold" if current else "dim" if step.done else ""
            values = self._key_values(step.tool) if current else ""
            cells = (f"{number + 1:>3}", step.id, step.tool, step.operation, state, values)
            table.add_row(*cells, style=style)
        done = sum(step.done for step in steps)
        bar = ProgressBar(total=max(len(steps), 1), completed=done, width=40)
        left = Text(f"{done} of {len(steps)} steps, about {self._left(names[at:])} left")
        return Group(table, bar, left)

    def _key_values(self, tool: str) -> str:
        shown = [f"{channel} {v}" for (of, channel), v in self._values.items() if of == tool]
        return "  ".join(shown[:4])

    def _left(self, names: Sequence[str]) -> str:
        """The wall time that the remaining steps usually take."""
        steps = self._history.steps
        process = sum(self._expected[name] for name in names if not steps[name].done)
        if names and not steps[names[0]].done:
            process -= min(self._clock.process() - self._began, self._expected[names[0]])
        seconds = round(process / self._clock.speed)
        hours, minutes = seconds // 3600, seconds // 60 % 60
        return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds % 60:02} s"
