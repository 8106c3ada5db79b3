"""The tool's own clock: S2F17, S2F31, and the time stamps of everything it tells."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from fabctl.secs.items import A, B, Item, ItemError
from fabctl.secs.read import as_text
from simulators.gem.outgoing import Handlers

SHORT, LONG, EXTENDED = range(3)
"""Values of the equipment constant TimeFormat: 12 characters, 16, or ISO 8601."""
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(2099, 12, 31, 23, 59, 59, 990_000, tzinfo=UTC)
"""What the clock can be set to. It runs on from there, and must never come to the year 10000."""


class ToolClock:
    """Tells the date and time at the tool; runs in process seconds, and can be set."""

    def __init__(
        self, epoch: datetime, now: Callable[[], float], time_format: Callable[[], int]
    ) -> None:
        """`epoch` is the date and time at process second 0."""
        self._epoch = epoch
        self._now = now
        self._format = time_format
        self._offset = timedelta()
        self._written: tuple[datetime | None, int, str] = (None, LONG, "")
        """The last moment that was written, its format and its text: much is told at once."""

    def read(self) -> datetime:
        """The date and time that the tool shows."""
        return self._epoch + timedelta(seconds=self._now()) + self._offset

    def text(self) -> str:
        """The date and time as TimeFormat has it."""
        moment, form = self.read(), self._format()
        if (moment, form) != self._written[:2]:
            self._written = (moment, form, _text(moment, form))
        return self._written[2]

    def jump(self, seconds: float) -> None:
        """Somebody sets the clock at the panel, as far as it can be set."""
        now = self.read()
        self._offset += min(max(now + timedelta(seconds=seconds), FIRST), LAST) - now

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {(2, 17): lambda _body: A(self.text()), (2, 31): self._set}

    def _set(self, body: Item | None) -> Item:
        if body is None:
            raise ItemError("a time was expected, nothing came")
        try:
            wanted = parsed(as_text(body).strip())
        except ValueError:
            return B(1)
        if not FIRST <= wanted <= LAST:
            return B(1)
        self._offset += wanted - self.read()
        return B(0)


def _text(moment: datetime, form: int) -> str:
    if form == EXTENDED:
        return moment.isoformat(timespec="milliseconds")
    # by hand: every sample of a trace bears it, and strftime takes five times as long
    text = (
        f"{moment.year:04}{moment.month:02}{moment.day:02}"
        f"{moment.hour:02}{moment.minute:02}{moment.second:02}"
    )
    return text[2:] if form == SHORT else f"{text}{moment.microsecond // 10_000:02}"


def parsed(text: str) -> datetime:
    """A SECS time of 12 or 16 digits (taken as UTC) or in ISO 8601. Raises ValueError."""
    if text.isdecimal() and len(text) == 12:
        return datetime.strptime(text, "%y%m%d%H%M%S").replace(tzinfo=UTC)
    if text.isdecimal() and len(text) == 16:
        moment = datetime.fromisoformat(f"{text[:8]}T{text[8:14]}").replace(tzinfo=UTC)
        return moment + timedelta(milliseconds=10 * int(text[14:]))
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
