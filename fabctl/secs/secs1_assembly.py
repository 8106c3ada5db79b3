"""Puts blocks together to messages, holding no more than the settings allow (SEMI E4)."""

from msgspec import Struct, field

from fabctl.secs.secs1_block import Block
from fabctl.secs.secs1_settings import Secs1Settings

NEVER = float("inf")

_MOST_AT_ONCE = 64
"""Unfinished messages held; more than a peer with a sane number of open transactions begins."""

_Key = tuple[int, int, int, bool]


class _Partial(Struct):
    """A message that has begun."""

    first: Block
    number: int
    deadline: float
    parts: list[bytes] = field(default_factory=list)
    size: int = 0


class Whole(Struct, frozen=True):
    """A message is complete."""

    first: Block
    body: bytes


class Begun(Struct, frozen=True):
    """The first of several blocks came."""

    first: Block


class Broken(Struct, frozen=True):
    """A message was discarded; of a message it is told once. `block` is the one in question."""

    block: Block
    why: str
    too_long: bool = False


class Assembly:
    """Blocks of several messages may come interleaved; T4 runs for each."""

    def __init__(self, settings: Secs1Settings) -> None:
        self._settings = settings
        self._partials: dict[_Key, _Partial] = {}
        self._size = 0
        self._broken: _Key | None = None

    def take(self, block: Block, now: float) -> Whole | Begun | Broken | None:
        """Take a good block for this end; None if the message goes on, or was discarded before."""
        key = (block.system, block.stream, block.function, block.wait)
        partial = self._partials.get(key)
        if block.number == 1 or (block.number == 0 and block.last):
            if partial is not None:  # the peer gave up, and begins anew
                self._drop(key)
            if block.last:
                return Whole(block, block.data)
            return self._begin(key, block, now)
        if partial is None:
            if self._broken == key:
                return None
            self._broken = key
            return Broken(block, f"{block.name}: its message never began")
        if block.number != partial.number + 1:
            return self._break(key, block, f"{block.name} follows block {partial.number}")
        return self._continue(key, partial, block, now)

    def next_deadline(self) -> float:
        """When `expire` must be called at the latest."""
        return min((partial.deadline for partial in self._partials.values()), default=NEVER)

    def expire(self, now: float) -> list[Broken]:
        """Discard messages whose next block has not come within T4."""
        late = [key for key, partial in self._partials.items() if partial.deadline <= now]
        why = f"no block after it within T4 ({self._settings.t4} s)"
        return [self._break(key, self._partials[key].first, why) for key in late]

    def _begin(self, key: _Key, block: Block, now: float) -> Begun | Broken:
        if len(self._partials) >= _MOST_AT_ONCE:
            return self._break(key, block, f"{len(self._partials)} messages are unfinished already")
        partial = _Partial(block, block.number, now)
        self._partials[key] = partial
        broken = self._continue(key, partial, block, now)
        return broken if isinstance(broken, Broken) else Begun(block)

    def _continue(
        self, key: _Key, partial: _Partial, block: Block, now: float
    ) -> Whole | Broken | None:
        if self._size + len(block.data) > self._settings.max_length:
            limit = self._settings.max_length
            why = f"unfinished messages have more than the {limit} bytes agreed"
            return self._break(key, block, why, too_long=True)
        partial.number = block.number
        partial.deadline = now + self._settings.t4
        partial.parts.append(block.data)
        partial.size += len(block.data)
        self._size += len(block.data)
        if not block.last:
            return None
        self._drop(key)
        return Whole(partial.first, b"".join(partial.parts))

    def _break(self, key: _Key, block: Block, why: str, *, too_long: bool = False) -> Broken:
        self._drop(key)
        self._broken = key
        return Broken(block, why, too_long)

    def _drop(self, key: _Key) -> None:
        partial = self._partials.pop(key, None)
        if partial is not None:
            self._size -= partial.size
