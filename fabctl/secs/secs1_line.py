"""One end of a SECS-I line, free of I/O: one block at a time, either way (SEMI E4).

States go by the table in `fabctl.secs.secs1_state`. `receive`, `send` and `expire` add what has to
be done, in order, to a list of `Put`, `Took`, `Sent`, `Failed` and `Spoilt`.
"""

from msgspec import Struct

from fabctl.secs.secs1_block import (
    ACK,
    ENQ,
    EOT,
    MAX_LENGTH,
    MIN_LENGTH,
    NAK,
    Block,
    checksum,
    parse,
)
from fabctl.secs.secs1_settings import Secs1Settings
from fabctl.secs.secs1_state import LineModel, LineState

NEVER = float("inf")


class Put(Struct, frozen=True):
    """Write these bytes to the line."""

    data: bytes


class Took(Struct, frozen=True):
    """A block came whole and was acknowledged."""

    block: Block


class Sent(Struct, frozen=True):
    """The block given to `send` was acknowledged; the next may be given."""


class Failed(Struct, frozen=True):
    """The block given to `send` was given up after RTY: the peer may have it or not."""

    why: str


class Spoilt(Struct, frozen=True):
    """What came was no good block, and was answered with NAK."""

    why: str


Signal = Put | Took | Sent | Failed | Spoilt

_PUT_ENQ, _PUT_EOT, _PUT_ACK, _PUT_NAK = (Put(bytes((byte,))) for byte in (ENQ, EOT, ACK, NAK))


class Line:
    """See the module's words. `is_master` is true of the equipment's end."""

    def __init__(self, settings: Secs1Settings, *, is_master: bool) -> None:
        self.deadline = NEVER
        """When `expire` must be called at the latest."""
        self._settings = settings
        self._is_master = is_master
        self._model = LineModel()
        self._ours = b""
        self._failures = 0
        self._gave_way = False
        self._incoming = bytearray()
        self._spoilt = ""
        self._quiet_by = NEVER

    @property
    def state(self) -> LineState:
        """Where the line stands."""
        return self._model.state

    @property
    def is_free(self) -> bool:
        """Whether a block may be given to `send`."""
        return not self._ours

    def send(self, block: bytes, now: float, out: list[Signal]) -> None:
        """Send a block as soon as the line is ours. Only while `is_free`."""
        self._ours = block
        self._failures = 0
        if self._model.state is LineState.IDLE:
            self._bid("bid", now, out)

    def receive(self, data: bytes, now: float, out: list[Signal]) -> None:
        """Bytes came, however cut."""
        position = 0
        while position < len(data):
            if self._model.state is LineState.RECEIVE:
                position = self._collect(data, position, now, out)
            else:
                self._handshake(data[position], now, out)
                position += 1

    def expire(self, now: float, out: list[Signal]) -> None:
        """Do what is due by now."""
        if now < self.deadline:
            return
        match self._model.state:
            case LineState.LINE_CONTROL:
                self._again(f"no EOT within T2 ({self._settings.t2} s)", now, out)
            case LineState.SEND:
                self._again(f"no ACK within T2 ({self._settings.t2} s)", now, out)
            case LineState.RECEIVE:
                self._refuse(now, out)

    # Sending.

    def _handshake(self, byte: int, now: float, out: list[Signal]) -> None:
        match self._model.state:
            case LineState.IDLE:
                if byte == ENQ:
                    self._invite("invite", now, out)
            case LineState.LINE_CONTROL:
                if byte == EOT:
                    self._model.move("granted")
                    self.deadline = now + self._settings.t2
                    out.append(Put(self._ours))
                elif byte == ENQ and not self._is_master:
                    self._gave_way = True
                    self._invite("give_way", now, out)
            case LineState.SEND:
                if byte == ACK:
                    self._ours = b""
                    out.append(Sent())
                    self._complete(now, out)
                else:
                    self._again(f"the block was answered {byte:02X}, not ACK", now, out)

    def _bid(self, trigger: str, now: float, out: list[Signal]) -> None:
        self._model.move(trigger)
        self.deadline = now + self._settings.t2
        out.append(_PUT_ENQ)

    def _again(self, why: str, now: float, out: list[Signal]) -> None:
        self._failures += 1
        if self._failures <= self._settings.retries:
            self._bid("retry", now, out)
        else:
            self._give_up(why, out)
            self._complete(now, out)

    def _give_up(self, why: str, out: list[Signal]) -> None:
        self._ours = b""
        out.append(Failed(f"{why}, tried {self._failures} times"))

    def _complete(self, now: float, out: list[Signal]) -> None:
        """To IDLE; a block that waits is bid for at once."""
        self._model.move("complete")
        self.deadline = NEVER
        self._gave_way = False
        self._model.move("rest")
        if self._ours:
            self._bid("bid", now, out)

    # Receiving.

    def _invite(self, trigger: str, now: float, out: list[Signal]) -> None:
        self._model.move(trigger)
        self._incoming.clear()
        self._spoilt = ""
        self._quiet_by = NEVER
        self.deadline = now + self._settings.t2
        out.append(_PUT_EOT)

    def _collect(self, data: bytes, position: int, now: float, out: list[Signal]) -> int:
        """Take bytes of a block; returns the position behind those taken."""
        if (
            self._spoilt
        ):  # until the line is quiet; a peer that is never quiet is refused all the same
            self.deadline = min(now + self._settings.t1, self._quiet_by)
            return len(data)
        self.deadline = now + self._settings.t1
        incoming = self._incoming
        if not incoming:
            incoming.append(data[position])
            position += 1
            if not MIN_LENGTH <= incoming[0] <= MAX_LENGTH:
                self._spoil(f"a block of {incoming[0]} bytes can't be", now)
            return position
        end = position + incoming[0] + 3 - len(incoming)
        incoming += data[position:end]
        if len(incoming) == incoming[0] + 3:
            content = bytes(incoming[1:-2])
            if checksum(content) == incoming[-2:]:
                self._accept(content, now, out)
            else:
                self._spoil("a block's checksum is wrong", now)
        return min(end, len(data))

    def _spoil(self, why: str, now: float) -> None:
        self._spoilt = why
        self._quiet_by = now + self._settings.t2

    def _accept(self, content: bytes, now: float, out: list[Signal]) -> None:
        out += (_PUT_ACK, Took(parse(content)))
        if self._gave_way:
            self._failures = 0
        self._complete(now, out)

    def _refuse(self, now: float, out: list[Signal]) -> None:
        if self._spoilt:
            why = self._spoilt
        elif self._incoming:
            why = f"a block stopped half-way for T1 ({self._settings.t1} s)"
        else:
            why = f"no block within T2 ({self._settings.t2} s) of our EOT"
        out += (_PUT_NAK, Spoilt(why))
        if self._gave_way:  # else a line that echoes our ENQ would have us give way for ever
            self._failures += 1
            if self._failures > self._settings.retries:
                self._give_up(f"the peer bids too, but {why}", out)
        self._complete(now, out)
